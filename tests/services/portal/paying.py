"""Payments behind a portal, in memory: the real desk decides what is recorded, the real readers who sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from produce.v1 import traceability_pb2 as pb

from epcis.identifiers import canonical
from provenance.admission import Refused, Report
from provenance.authority import PUBLIC, Principal
from provenance.payments import Said
from provenance.registry import Registry
from provenance.standing import First
from services.portal.payment_ports import PaidPrice, PaymentList
from services.portal.ports import Captured
from services.portal.rpc import shaped
from services.traceability import paying
from services.traceability.memory_payments import MemoryPaymentStore
from services.traceability.ports import StoredPayment
from stream.payment_desk import PaymentDesk
from stream.receipts import Receipt
from wire.errors import NotFound, Unauthenticated
from wire.payment_codec import encode, standing_message

NOW_MS = int(datetime(2026, 9, 20, 8, 0, tzinfo=UTC).timestamp() * 1000)


@dataclass
class MemoryPayments:
    registry: Registry
    principals: dict[str, Principal]
    store: MemoryPaymentStore = field(default_factory=MemoryPaymentStore)
    prices: dict[str, PaidPrice] = field(default_factory=dict)
    number: int = 0

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
        today = datetime.fromtimestamp(NOW_MS / 1000, UTC).date()
        shown = paying.readable(found, reader, self.registry, today)
        messages = [standing_message(one) for one in shown]
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

    async def open(self, code: str) -> str:
        if code not in self.tokens:
            raise Unauthenticated("not known")
        return self.tokens[code]
