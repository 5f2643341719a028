"""Payments over the MongoDB protocol: a collection of their own, inserted only, `first` by `$min`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence

from pymongo import ASCENDING
from pymongo.read_concern import ReadConcern

from services.traceability.mongo.connection import EVENTS_AN_INSERT, KEYS_A_FIND, Client, chunks, unavailable
from services.traceability.mongo.growing import insert
from services.traceability.mongo.reads import Reads
from services.traceability.ports import MOST_PAYMENTS, StoredPayment
from services.traceability.store.documents import READ_FIELDS
from services.traceability.store.payment_documents import payment_document, stored_payment
from services.traceability.store.threads import StoreThreads
from wire.errors import Rejected


class MongoPaymentStore:
    """`PaymentStore` of one generation."""

    def __init__(self, client: Client, database: str, *, most_named: int = MOST_PAYMENTS) -> None:
        self._most_named = most_named
        self._payments = client.get_database(database, read_concern=ReadConcern("majority")).get_collection("payments")
        self._asked = Reads(self._payments, StoreThreads())

    async def prepare(self) -> None:
        """Create the index; harmless where it is there."""
        with unavailable():
            await self._payments.create_index([("keys", ASCENDING)])

    async def record(self, payments: Sequence[StoredPayment]) -> None:
        for some in chunks(payments, EVENTS_AN_INSERT):
            await self._insert(some)

    async def _insert(self, payments: Sequence[StoredPayment]) -> None:
        with unavailable():
            await insert(self._payments, payments, [payment_document(payment) for payment in payments])

    async def naming(self, keys: Collection[str]) -> Sequence[StoredPayment]:
        found: dict[str, StoredPayment] = {}
        for some in chunks(sorted(keys), KEYS_A_FIND):
            documents = await self._asked.find({"keys": {"$in": some}}, READ_FIELDS, most=self._most_named + 1)
            found |= {document["_id"]: stored_payment(document) for document in documents}
            if len(found) > self._most_named:
                raise Rejected(f"more than {self._most_named:,} payments name what was asked for")
        return tuple(found.values())

    async def read(self, record_ids: Collection[str]) -> Mapping[str, StoredPayment]:
        documents = await self._asked.find({"_id": {"$in": sorted(record_ids)}}, READ_FIELDS)
        return {document["_id"]: stored_payment(document) for document in documents}

    async def scan(self) -> AsyncIterator[StoredPayment]:
        with unavailable():
            async for document in self._payments.find({}, READ_FIELDS).sort("_id", ASCENDING):
                yield stored_payment(document)
