"""One suite for every ledger: in memory, and in the real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
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


def reservation(
    request_id: str, *, count: int = 2, lot: str = "PK1", seed: bytes = b"seed", net_g: int = 1, lot_g: int = 100
) -> Reservation:
    order = Order(request_id, "brand", GTIN, lot, count)
    return Reservation(order, seed, 1_000, "owner", ("event",), net_g=net_g, lot_g=lot_g)


async def test_a_repeated_request_is_counted_once_and_gives_the_same_serials(ledger: Ledger) -> None:
    wanted = reservation("r1", net_g=5_000, lot_g=10_000)
    assert await ledger.reserve(wanted)
    first = await ledger.serials(wanted.series)
    assert await ledger.reserve(wanted)
    assert await ledger.serials(wanted.series) == first
    assert await ledger.reservation(wanted.order) == wanted


async def test_an_order_is_found_again_by_its_request_id_alone(ledger: Ledger) -> None:
    wanted = reservation("r1")
    await ledger.reserve(wanted)
    await ledger.reserve(reservation("r2", count=1, lot_g=10_001))
    assert await ledger.ordered("r1") == wanted
    assert await ledger.ordered("r3") is None


async def test_an_owners_newest_orders_are_found_without_their_ids_and_nobody_elses(ledger: Ledger) -> None:
    made = [reservation(f"r{n}", lot=f"PK{n % 2}") for n in range(5)]
    orders = [replace(one, reserved_ms=1_000 + n, owner="other" if n == 4 else "owner") for n, one in enumerate(made)]
    bound = replace(reservation("r5"), reserved_ms=2_000, act="bound")
    for one in (*orders, bound):
        assert await ledger.reserve(one)
    assert await ledger.orders("other", 2) == [orders[4]]
    assert await ledger.orders(None, 9) == orders[::-1]
    assert await ledger.orders("nobody", 9) == []


async def test_fifty_callers_at_once_never_pass_the_lots_mass(ledger: Ledger) -> None:
    asked = [ledger.reserve(reservation(f"r{n}", count=3, net_g=5_000, lot_g=100_000)) for n in range(50)]
    assert sum(await asyncio.gather(*asked)) == 6  # 6 × 3 × 5 kg = 90 kg; a seventh would make 105 kg


async def test_a_request_id_used_for_something_else_is_refused(ledger: Ledger) -> None:
    await ledger.reserve(reservation("r1"))
    with pytest.raises(Rejected, match="request_id"):
        await ledger.reservation(reservation("r1", count=7).order)


async def test_a_request_id_is_in_one_lots_book_only_however_many_lots_are_asked_at_once(ledger: Ledger) -> None:
    asked = [reservation("r1", lot=f"PK{n % 4}", count=1 + n % 4) for n in range(20)]
    said = await asyncio.gather(*map(ledger.reserve, asked))
    entered = await ledger.ordered("r1")
    assert entered and [one.order.lot for one, yes in zip(asked, said, strict=True) if yes] == [entered.order.lot] * 5
    assert await ledger.unpublished() == [entered]


async def test_what_one_lot_refused_another_may_bear(ledger: Ledger) -> None:
    assert await ledger.refuse(reservation("r1")) and not await ledger.reserve(reservation("r1"))
    assert await ledger.reserve(reservation("r1", lot="PK2"))


async def test_no_more_is_given_back_than_was_counted(ledger: Ledger) -> None:
    await ledger.reserve(reservation("r1", count=2, net_g=10))
    assert not await ledger.reserve(replace(reservation("r2", count=3, net_g=10), act="void"))
    assert await ledger.reserve(replace(reservation("r3", count=2, net_g=10), act="void"))


async def test_a_serial_that_another_lot_has_is_passed_over(ledger: Ledger) -> None:
    mine, theirs = reservation("r1", count=3), reservation("r2", lot="PK2", count=3)
    for each in (mine, theirs):
        await ledger.reserve(each)
    taken, fresh = await ledger.serials(mine.series), await ledger.serials(theirs.series)
    assert len(set(taken) | set(fresh)) == 6
    assert await ledger.serials(theirs.series) == fresh


async def test_a_label_is_found_by_its_serial_and_nothing_else_is(ledger: Ledger) -> None:
    wanted = reservation("r1", count=1)
    await ledger.reserve(wanted)
    (code,) = await ledger.serials(wanted.series)
    issued = await ledger.issued(code)
    assert issued is not None and (issued.label.lot, issued.label.serial, issued.issued_ms) == ("PK1", code, 1_000)
    assert await ledger.issued("222222222222") is None


async def test_what_was_reserved_and_not_published_is_found_at_start_up(ledger: Ledger) -> None:
    for each in (reservation("r1"), reservation("r2")):
        await ledger.reserve(each)
    await ledger.mark_published(reservation("r1"))
    assert [r.order.request_id for r in await ledger.unpublished()] == ["r2"]


async def test_a_refusal_is_final_and_so_is_an_acceptance(ledger: Ledger) -> None:
    refused, accepted = reservation("r1"), reservation("r2")
    assert await ledger.refuse(refused) and not await ledger.reserve(refused)
    assert await ledger.reserve(accepted) and not await ledger.refuse(accepted)
    assert await ledger.ordered("r1") is None


async def test_what_is_given_back_may_be_counted_again_and_is_given_back_once(ledger: Ledger) -> None:
    full = reservation("r1", count=10, net_g=10)
    back = replace(reservation("r2", count=3, net_g=10), act="returned")
    assert await ledger.reserve(full) and not await ledger.reserve(reservation("r3", count=1, net_g=10))
    for _ in range(2):
        assert await ledger.reserve(back)
    assert not await ledger.reserve(reservation("r4", count=4, net_g=10))
    assert await ledger.reserve(reservation("r5", count=3, net_g=10))


async def test_a_label_is_made_void_once_by_whoever_came_first(ledger: Ledger) -> None:
    wanted = reservation("r1", count=3)
    await ledger.reserve(wanted)
    one, two, three = await ledger.serials(wanted.series)
    assert {issued.label.serial for issued in await ledger.make_void([one, two], "v1")} == {one, two}
    assert {issued.label.serial for issued in await ledger.make_void([two, three], "v2")} == {three}
    assert {issued.void_by for issued in await ledger.issued_all([one, two, three])} == {"v1", "v2"}


async def test_a_store_that_is_away_is_told_as_trouble_that_passes(unique: str) -> None:
    away = MongoLedger("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=50", unique)
    with pytest.raises(Transient, match="does not answer"):
        await away.issued("222222222222")
    away.close()
