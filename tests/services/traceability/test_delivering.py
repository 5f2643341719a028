"""What anybody records of payments costs those who are paid nothing they see."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from provenance.access.authority import Principal
from provenance.graph.gathering import Wanted
from provenance.histories.history import History
from provenance.payments.records import PaidFor, Said
from provenance.payments.standing import standings_by
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Party, Site
from provenance.standing import First
from services.traceability.histories.building import MOST_ON_THE_LOOP
from services.traceability.payments.delivering import MOST_PAID_FOR, Delivering
from services.traceability.payments.paying import payments_about, price, readable
from services.traceability.ports import Ahead, StoredEvent, StoredPayment
from services.traceability.store.memory import MemoryEventStore
from services.traceability.store.memory_payments import MemoryPaymentStore
from tests.provenance.paying import GROWER, id_of, payment, recorded, withdrawal
from tests.services.traceability.events import LOT, harvest, stored
from wire.errors import Rejected
from wire.payment_codec import encode

PLOT = "https://suyuan.example/plot/1"


class Busy(MemoryEventStore):
    """Of a stranger's lot there is more than is given."""

    async def gathered(self, wanted: Wanted, ahead: Ahead | None = None) -> Sequence[StoredEvent]:
        if "urn:x:huge" in wanted.names:
            raise Rejected("more than 20,000 events name what was asked for")
        return await super().gathered(wanted, ahead)


def delivering(events: MemoryEventStore) -> Delivering:
    registry = MemoryRegistry([Site(id=PLOT, kind="plot", party=GROWER, name_zh="一号园")])
    return Delivering(
        events=events,
        payments=MemoryPaymentStore(),
        registry=registry,
        reader=Principal(GROWER, frozenset({"grower"})),
        today=date(2026, 10, 1),
    )


async def test_a_payment_for_lots_that_are_too_much_to_be_read_hides_no_delivery() -> None:
    events = Busy()
    await events.record([stored(harvest("h", LOT + "A"))])
    found = await delivering(events)._brought_of(GROWER, {"urn:x:huge"})
    assert [one.event.event_id for one in found] == ["urn:uuid:h"]


async def test_payments_that_name_very_many_deliveries_are_asked_about_in_parts() -> None:
    each = tuple(PaidFor(f"urn:x:lot{n}", Decimal(1)) for n in range(200))
    many = [recorded(payment(f"p{n}", deliveries=each)) for n in range(MOST_PAID_FOR // 200 + 1)]
    with pytest.raises(Rejected, match="in all"):
        await delivering(MemoryEventStore()).considered(many)
    assert len(await delivering(MemoryEventStore()).considered(many[:1])) == 1


class Watched(MemoryRegistry):
    """Notes whether it was asked in the thread of the event loop."""

    def __init__(self, records: Sequence[Site]) -> None:
        super().__init__(records)
        self.on_the_loop: list[bool] = []

    def party(self, id_: str, on: date) -> Party | None:
        self.on_the_loop.append(threading.current_thread() is threading.main_thread())
        return super().party(id_, on)


async def test_many_payments_are_read_and_priced_off_the_event_loop() -> None:
    store, registry = MemoryPaymentStore(), Watched([])
    many = [recorded(payment(f"p{n}")) for n in range(MOST_ON_THE_LOOP + 1)]
    disputed = recorded(withdrawal("w", "p0"), by="urn:x:somebody")  # whether that counts the registry is asked
    await store.record([StoredPayment.of(encode(one.said), b"", one.first) for one in (*many, disputed)])
    reader, today = Principal(GROWER, frozenset({"grower"})), date(2026, 10, 1)
    found = await payments_about([GROWER], store)
    assert len(await readable(found, reader, registry, today)) == len(many)
    await price(History("", "back", frozenset(), ()), found, reader, registry, today)
    asking = Delivering(events=MemoryEventStore(), payments=store, registry=registry, reader=reader, today=today)
    await asking.deliveries(GROWER)
    await asking.considered(many[:1])
    assert registry.on_the_loop
    assert not any(registry.on_the_loop)


class Asked(MemoryPaymentStore):
    times = 0

    async def naming(self, keys: Collection[str]) -> Sequence[StoredPayment]:
        self.times += 1
        return await super().naming(keys)


async def test_whoever_chains_withdrawals_makes_no_look_up_of_the_lot_dearer() -> None:
    store = Asked()
    chain: list[Said] = [
        payment("p"),
        withdrawal("w0", "p"),
        *(withdrawal(f"w{n}", f"w{n - 1}") for n in range(1, 300)),
    ]
    await store.record([StoredPayment.of(encode(said), b"", recorded(said).first) for said in chain])
    found = await payments_about([GROWER], store)
    assert {one.said.id for one in found.recorded} == {said.id for said in chain[:11]}, "ten deep (docs/adr/0119)"
    assert store.times == 11


async def test_a_payment_by_the_id_of_a_report_corrected_since_is_found_and_in_no_doubt() -> None:
    events, wrong = MemoryEventStore(), harvest("wrong", LOT + "A", kilograms=412)
    instead = {"declarationTime": "2026-09-12T12:00:00Z", "correctiveEventIDs": ["urn:uuid:right"]}
    told = (wrong, {**wrong, "errorDeclaration": instead}, harvest("right", LOT + "A"))
    firsts = [First(1_700_000_000_000 + n, "produce.harvest.v1", 0, n, GROWER) for n in range(3)]
    await events.record([stored(body, first) for body, first in zip(told, firsts, strict=True)])
    payments = MemoryPaymentStore()
    desk = replace(delivering(events), payments=payments)
    paid = recorded(payment("p", deliveries=(PaidFor("urn:uuid:wrong", Decimal(100)),)))
    await payments.record([StoredPayment.of(encode(paid.said), b"", paid.first)])
    (one,) = await desk.deliveries(GROWER)
    assert (one.paid_yuan, one.unpaid_kg) == (Fraction(400), Fraction(0))
    found = standings_by(desk.registry, (await payments_about([GROWER], payments)).recorded)
    assert await desk.doubts_of(tuple(found.values())) == {id_of("p"): ()}
