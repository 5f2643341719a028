"""One suite for both kinds of payment store: what holds in memory holds on the real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import permutations

import pytest

from provenance.payments.records import PaidFor, Said
from provenance.standing import First
from services.traceability.mongo.connection import connect
from services.traceability.mongo.payments import MongoPaymentStore
from services.traceability.payments.paying import payments_about
from services.traceability.ports import PaymentStore, StoredPayment
from services.traceability.store.documents import UnreadableEvent
from services.traceability.store.memory_payments import MemoryPaymentStore
from tests.provenance.paying import GROWER, LOT, STATION, answer, correction, id_of, payment, withdrawal
from wire.payment_codec import encode

OTHER = LOT + "OTHER"
FIRST = First(1_700_000_000_000, "produce.payments.v1", 3, 41, STATION)


def stored(said: Said, first: First = FIRST) -> StoredPayment:
    return StoredPayment.of(encode(said), b"", first)


@pytest.fixture(params=["memory", "mongo"])
async def store(request: pytest.FixtureRequest, database: str) -> AsyncIterator[PaymentStore]:
    if request.param == "memory":
        yield MemoryPaymentStore()
        return
    client = connect(request.getfixturevalue("mongo_url"))
    mongo = MongoPaymentStore(client, database)
    await mongo.prepare()
    yield mongo
    client.close()


async def test_a_payment_is_found_by_its_sides_its_goods_and_its_id(store: PaymentStore) -> None:
    paid = stored(payment("a"))
    await store.record([paid])
    for key in (STATION, GROWER, LOT, id_of("a")):
        assert list(await store.naming([key])) == [paid], key
    assert not await store.naming(["urn:x:somebody"])


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_repeats_keep_the_earliest_report_in_any_order(store: PaymentStore, order: tuple[int, ...]) -> None:
    paid = stored(payment("a"))
    later = replace(paid, first=FIRST._replace(record_time_ms=FIRST.record_time_ms + 1, offset=1))
    elsewhere = replace(paid, first=FIRST._replace(topic="produce.z.v1"))
    for index in order:
        await store.record([[paid, later, elsewhere][index]])
    assert [found.first async for found in store.scan()] == [FIRST]


async def test_bytes_come_back_as_they_went_in_and_a_scan_is_ordered(store: PaymentStore) -> None:
    all_ = [stored(payment(name)) for name in "abcdef"]
    await store.record(all_)
    assert [found async for found in store.scan()] == sorted(all_, key=lambda one: one.record_id)
    assert await store.read([all_[0].record_id, "00" * 32]) == {all_[0].record_id: all_[0]}


async def test_what_is_no_payment_is_not_stored(store: PaymentStore) -> None:
    with pytest.raises(UnreadableEvent):
        await store.record([StoredPayment.of(b"\xff", b"", FIRST)])
    assert [one async for one in store.scan()] == []


async def test_why_a_payment_is_not_stored_tells_no_amount(store: PaymentStore) -> None:
    wrong = StoredPayment.of(encode(payment("a", "-437.21")), b"", FIRST)
    with pytest.raises(UnreadableEvent, match="/yuan") as refused:
        await store.record([wrong])
    assert "437" not in str(refused.value)


async def test_everything_about_a_payment_is_read_though_it_names_other_goods(store: PaymentStore) -> None:
    moved = correction("b", "a", deliveries=(PaidFor(OTHER),))
    about: list[Said] = [payment("a"), moved, withdrawal("w", "b"), answer("x", "b")]
    unrelated = payment("c", payer="urn:x:p", payee="urn:x:q", deliveries=(PaidFor(OTHER),))
    await store.record([stored(said) for said in (*about, unrelated)])
    found = await payments_about([LOT], store)
    assert {one.said.id for one in found.recorded} == {said.id for said in about}
