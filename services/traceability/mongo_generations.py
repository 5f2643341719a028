"""Every read model of a deployment, and the pointer to the one that answers."""

from __future__ import annotations

from dataclasses import dataclass

from services.traceability.mongo import Client, MongoEventStore, MongoPointer, MongoProgress, generation_database
from services.traceability.mongo_payments import MongoPaymentStore


@dataclass(frozen=True, slots=True)
class MongoSide:
    """One generation's stores and progress."""

    store: MongoEventStore
    payments: MongoPaymentStore
    progress: MongoProgress


class MongoGenerations:
    """Every generation of a deployment, and the pointer."""

    def __init__(self, client: Client, database: str) -> None:
        self._client = client
        self._name = database
        self.pointer = MongoPointer(client, database)

    def side(self, generation: int) -> MongoSide:
        database = generation_database(self._name, generation)
        stores = MongoEventStore(self._client, database), MongoPaymentStore(self._client, database)
        return MongoSide(*stores, MongoProgress(self._client, database))
