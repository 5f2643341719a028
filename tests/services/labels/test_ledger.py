"""One suite for every ledger: in memory, and in the real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import pytest

from services.labels.domain import Order, Reservation
from services.labels.mongo import MongoLedger
from services.labels.ports import Ledger
from tests.services.labels.memory_ledger import MemoryLedger
from wire.errors import Rejected, Transient

GTIN = "19520001000017"


@pytest.fixture(params=["memory", "mongo"])
async def ledger(request: pytest.FixtureRequest, unique: str) -> AsyncIterator[Ledger]:
    if request.param == "memory":
        yield MemoryLedger()
        return
    mongo = MongoLedger(request.getfixturevalue("mongo_url"), unique)
    await mongo.prepare()
    yield cast(Ledger, mongo)
    mongo.close()


def reservation(request_id: str, *, count: int = 2, lot: str = "PK1", seed: bytes = b"seed") -> Reservation:
    return Reservation(Order(request_id, "brand", GTIN, lot, count), seed, 1_000, "owner", ("event",))


async def test_a_repeated_request_is_counted_once_and_gives_the_same_serials(ledger: Ledger) -> None:
    wanted = reservation("r1")
    assert await ledger.reserve(wanted, net_g=5_000, lot_g=10_000)
    first = await ledger.serials(wanted)
    assert await ledger.reserve(wanted, net_g=5_000, lot_g=10_000)
    assert await ledger.serials(wanted) == first
    assert await ledger.reservation(wanted.order) == wanted


async def test_an_order_is_found_again_by_its_request_id_alone(ledger: Ledger) -> None:
    wanted = reservation("r1")
    await ledger.reserve(wanted, net_g=5_000, lot_g=10_000)
    await ledger.reserve(reservation("r2", count=1), net_g=1, lot_g=10_001)
    assert await ledger.ordered("r1") == wanted
    assert await ledger.ordered("r3") is None


async def test_fifty_callers_at_once_never_pass_the_lots_mass(ledger: Ledger) -> None:
    asked = [ledger.reserve(reservation(f"r{n}", count=3), net_g=5_000, lot_g=100_000) for n in range(50)]
    assert sum(await asyncio.gather(*asked)) == 6  # 6 × 3 × 5 kg = 90 kg; a seventh would make 105 kg


async def test_a_request_id_used_for_something_else_is_refused(ledger: Ledger) -> None:
    await ledger.reserve(reservation("r1"), net_g=1, lot_g=100)
    with pytest.raises(Rejected, match="request_id"):
        await ledger.reservation(reservation("r1", count=7).order)


async def test_a_serial_that_another_lot_has_is_passed_over(ledger: Ledger) -> None:
    mine, theirs = reservation("r1", count=3), reservation("r2", lot="PK2", count=3)
    for each in (mine, theirs):
        await ledger.reserve(each, net_g=1, lot_g=100)
    taken, fresh = await ledger.serials(mine), await ledger.serials(theirs)
    assert len(set(taken) | set(fresh)) == 6
    assert await ledger.serials(theirs) == fresh


async def test_a_label_is_found_by_its_serial_and_nothing_else_is(ledger: Ledger) -> None:
    wanted = reservation("r1", count=1)
    await ledger.reserve(wanted, net_g=1, lot_g=100)
    (code,) = await ledger.serials(wanted)
    issued = await ledger.issued(code)
    assert issued is not None and (issued.label.lot, issued.label.serial, issued.issued_ms) == ("PK1", code, 1_000)
    assert await ledger.issued("222222222222") is None


async def test_what_was_reserved_and_not_published_is_found_at_start_up(ledger: Ledger) -> None:
    for each in (reservation("r1"), reservation("r2")):
        await ledger.reserve(each, net_g=1, lot_g=100)
    await ledger.mark_published(reservation("r1"))
    assert [r.order.request_id for r in await ledger.unpublished()] == ["r2"]


async def test_a_store_that_is_away_is_told_as_trouble_that_passes(unique: str) -> None:
    away = MongoLedger("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=50", unique)
    with pytest.raises(Transient, match="does not answer"):
        await away.issued("222222222222")
    away.close()
