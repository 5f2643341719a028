"""Payments behind a portal, in memory: the real desk decides what is recorded, the real readers who sees it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from produce.v1 import traceability_pb2 as pb

from epcis.identifiers import canonical
from provenance.access.admission import Refused, Report
from provenance.access.authority import PUBLIC, Principal
from provenance.payments.records import Said
from provenance.registry.records import Registry
from provenance.standing import First
from services.portal.payments.ports import CardLife, Delivery, PaidPrice, PaymentDoubt, PaymentList, StillGood
from services.portal.ports import Captured
from services.portal.rpc import shaped
from services.traceability.payments import paying
from services.traceability.payments.delivering import Delivering
from services.traceability.ports import StoredEvent, StoredPayment
from services.traceability.store.memory import MemoryEventStore
from services.traceability.store.memory_payments import MemoryPaymentStore
from stream.payment_desk import PaymentDesk
from stream.receipts import Receipt
from wire.delivery_codec import delivery_message, recorded_now
from wire.errors import NotFound, Unauthenticated
from wire.payment_codec import doubt_messages, encode, standing_message, to_message

NOW_MS = int(datetime(2026, 9, 20, 8, 0, tzinfo=UTC).timestamp() * 1000)
TODAY = datetime.fromtimestamp(NOW_MS / 1000, UTC).date()


@dataclass
class MemoryPayments:
    registry: Registry
    principals: dict[str, Principal]
    store: MemoryPaymentStore = field(default_factory=MemoryPaymentStore)
    prices: dict[str, PaidPrice] = field(default_factory=dict)
    events: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0

    async def considered(self, said: Sequence[Said], *, token: str) -> Sequence[tuple[PaymentDoubt, ...]]:
        given = recorded_now([to_message(one) for one in said], self.principals[token].party, NOW_MS)
        found = await (await self._delivering(token)).considered(given)
        return [tuple(shaped(one, PaymentDoubt) for one in doubt_messages(each)) for each in found]

    async def deliveries(self, *, after: Sequence[Receipt], token: str) -> Sequence[Delivery]:
        found = await (await self._delivering(token)).deliveries(self.principals[token].party)
        return [
            shaped(
                delivery_message(
                    one.brought, paid_yuan=one.paid_yuan, unpaid_kg=one.unpaid_kg, registry=self.registry, today=TODAY
                ),
                Delivery,
            )
            for one in found
        ]

    async def _delivering(self, token: str) -> Delivering:
        store = MemoryEventStore()
        await store.record(
            [
                StoredEvent.of(one.event, one.content_hash, First(n, "produce.harvest.v1", 0, n, one.capturer))
                for n, one in enumerate(self.events.values())
            ]
        )
        reader = self.principals.get(token, PUBLIC)
        return Delivering(events=store, payments=self.store, registry=self.registry, reader=reader, today=TODAY)

    async def record(self, said: Sequence[Said], *, sent_time_ms: int, token: str) -> Sequence[Captured]:
        return [await self._record(one, self.principals[token]) for one in said]

    async def _record(self, said: Said, principal: Principal) -> Captured:
        desk = PaymentDesk()
        looked = desk.examine(Report(encode(said)), NOW_MS)
        decided = looked if isinstance(looked, Refused) else desk.admit(looked, principal, self.registry)
        if isinstance(decided, Refused):
            return Captured("rejected", problems=decided.problems)
        self.number += 1
        first = First(NOW_MS + self.number, "produce.payments.v1", 0, self.number, decided.capturer)
        await self.store.record([StoredPayment.of(decided.event, decided.content_hash, first)])
        return Captured("accepted", Receipt("produce.payments.v1", 0, self.number), decided.warnings)

    async def about(self, code: str, *, after: Sequence[Receipt], token: str) -> PaymentList:
        found = await paying.payments_about({canonical(code)}, self.store)
        reader = self.principals.get(token, PUBLIC)
        shown = await paying.readable(found, reader, self.registry, TODAY)
        doubts = await (await self._delivering(token)).doubts_of(shown)
        messages = [standing_message(one, doubts.get(one.payment.id, ())) for one in shown]
        return shaped(pb.GetPaymentsResponse(payments=messages, total_yuan=f"{paying.total(shown):f}"), PaymentList)

    async def price(self, code: str, *, after: Sequence[Receipt], token: str) -> PaidPrice:
        for key, price in self.prices.items():
            if key in code:
                return price
        raise NotFound("nothing is recorded")


@dataclass
class MemoryCards:
    """Tokens by the codes of growers' cards."""

    tokens: Mapping[str, str] = field(default_factory=dict)
    made: list[tuple[str, CardLife]] = field(default_factory=list)

    async def open(self, code: str) -> str:
        if code not in self.tokens:
            raise Unauthenticated("not known")
        return self.tokens[code]

    async def make(self, grower: str, *, by: str, trading: bool, ends: Collection[str]) -> tuple[str, int]:
        good = {life.mark for of, life in self.made if of == grower and not life.revoked_s and life.trading >= trading}
        if good.difference(ends):
            raise StillGood
        await self.withdraw(grower, by=by, trading=trading)
        code = f"CARD{len(self.made):016d}"
        made = CardLife(mark=code, made_by=by, made_s=1, expires_s=9_999_999_999, revoked_by="", revoked_s=0)
        self.made.insert(0, (grower, replace(made, trading=trading)))
        return code, 9_999_999_999

    async def withdraw(self, grower: str, *, by: str, trading: bool) -> int:
        mine = [one for one in self.made if one[0] == grower and (one[1].trading or not trading)]
        good = [one for one in mine if not one[1].revoked_s]
        self.made = [
            (of, replace(life, revoked_by=by, revoked_s=2)) if (of, life) in good else (of, life)
            for of, life in self.made
        ]
        return len(good)

    async def lives(self, grower: str) -> list[CardLife]:
        return [life for of, life in self.made if of == grower]
