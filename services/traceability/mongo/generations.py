"""Every read model of a deployment, and the pointer to the one that answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from services.traceability.mongo.connection import Client, unavailable
from services.traceability.mongo.events import MongoEventStore
from services.traceability.mongo.payments import MongoPaymentStore
from services.traceability.mongo.progress import MongoProgress
from services.traceability.ports import Generations


def generation_database(database: str, generation: int) -> str:
    """The database of one read model."""
    return f"{database}_{generation}"


class MongoPointer:
    """`Pointer`: one document beside the generations' databases."""

    def __init__(self, client: Client, database: str) -> None:
        self._pointer = client.get_database(database).get_collection("pointer")

    async def read(self) -> Generations:
        """The first caller of a new deployment writes that generation 1 is current."""
        with unavailable():
            new = asdict(Generations())
            await self._pointer.update_one({"_id": "generations"}, {"$setOnInsert": new}, upsert=True)
            document = await self._pointer.find_one({"_id": "generations"})
        return Generations(**{name: value for name, value in (document or {}).items() if name in new})

    async def replace(self, before: Generations, after: Generations) -> bool:
        with unavailable():
            stood = {"_id": "generations", **asdict(before)}
            outcome = await self._pointer.update_one(stood, {"$set": asdict(after)})
            return bool(outcome.matched_count == 1)


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
