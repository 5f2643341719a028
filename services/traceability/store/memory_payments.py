"""The store of payments in memory: for tests, held to the same contract as the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace

from services.traceability.ports import StoredPayment
from services.traceability.store.payment_documents import payment_document


class MemoryPaymentStore:
    def __init__(self) -> None:
        self._payments: dict[str, StoredPayment] = {}

    async def record(self, payments: Sequence[StoredPayment]) -> None:
        for payment in payments:
            payment_document(payment)  # raises UnreadableEvent as the real store does
            known = self._payments.get(payment.record_id, payment)
            self._payments[payment.record_id] = replace(known, first=min(known.first, payment.first))

    async def naming(self, keys: Collection[str]) -> Sequence[StoredPayment]:
        return [p for p in self._payments.values() if not frozenset(payment_document(p)["keys"]).isdisjoint(keys)]

    async def read(self, record_ids: Collection[str]) -> Mapping[str, StoredPayment]:
        return {id_: self._payments[id_] for id_ in record_ids if id_ in self._payments}

    async def scan(self) -> AsyncIterator[StoredPayment]:
        for _, payment in sorted(self._payments.items()):
            yield payment
