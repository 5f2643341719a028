"""The ledger as listings read it, and what platforms were told: one document a subscription and listing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from services.labels.listings.ports import Counts, Message
from services.labels.mongo import MongoLedger, answered

_NAMED_A_CALL = 100
MOST_DUE = 1000


class MongoBooks:
    """`services.labels.listings.ports.Books`, over the ledger's own collections."""

    def __init__(self, ledger: MongoLedger) -> None:
        self._lots, self._rolls, self._voids = ledger.lots, ledger.rolls, ledger.voids

    @answered
    async def prepare(self) -> None:
        for kept, path in ((self._lots, "requests.brand"), (self._rolls, "brand"), (self._voids, "brand")):
            await kept.create_index(path)

    @answered
    async def labelled_g(self, lots: Sequence[str]) -> Mapping[str, int]:
        parts = [list(lots[at : at + _NAMED_A_CALL]) for at in range(0, len(lots), _NAMED_A_CALL)]
        found = [book for some in parts async for book in self._lots.find({"_id": {"$in": some}}, {"reserved_g": 1})]
        return {book["_id"]: int(book["reserved_g"]) for book in found}

    @answered
    async def counts(self, brand: str) -> Counts:
        acts: list[dict[str, Any]] = [
            {"$match": {"requests.brand": brand}},
            {"$unwind": "$requests"},
            {"$match": {"requests.brand": brand}},
            {"$group": {"_id": _ACT, "labels": {"$sum": "$requests.count"}, "grams": {"$sum": _GRAMS}}},
        ]
        found = {one["_id"]: one async for one in self._lots.aggregate(acts)}
        labels = {act: int(one["labels"]) for act, one in found.items()}
        less = ("returned", "void")
        grams = sum(int(one["grams"]) * (-1 if act in less else 1) for act, one in found.items())
        return Counts(
            issued=labels.get("issued", 0),
            on_rolls=await _sum(self._rolls, brand, "$count"),
            bound=labels.get("bound", 0),
            returned=labels.get("returned", 0),
            voided=await _sum(self._voids, brand, {"$size": "$serials"}),
            grams=grams,
        )


_ACT = {"$ifNull": ["$requests.act", "issued"]}
_GRAMS = {"$multiply": ["$requests.count", {"$ifNull": ["$requests.net_g", 0]}]}


async def _sum(collection: Any, brand: str, counted: Any) -> int:
    stages = [{"$match": {"brand": brand}}, {"$group": {"_id": None, "labels": {"$sum": counted}}}]
    return sum([int(one["labels"]) async for one in collection.aggregate(stages)])


class MongoTellings:
    """`services.labels.listings.ports.Tellings`."""

    def __init__(self, ledger: MongoLedger) -> None:
        self._kept = ledger.tellings

    @answered
    async def prepare(self) -> None:
        await self._kept.create_index("subscription")
        await self._kept.create_index("message.due_ms")

    @answered
    async def about(self, subscription: str) -> Mapping[str, Mapping[str, Any]]:
        found = self._kept.find({"subscription": subscription}, {"gist": 1, "listing": 1})
        return {one["_id"]: one async for one in found}

    @answered
    async def change(
        self, telling: str, *, subscription: str, listing: Mapping[str, str], before: str, gist: str, message: Message,
        due_ms: int,
    ) -> bool:  # fmt: skip
        waits = {"id": message.id, "body": message.body, "attempts": 0, "due_ms": due_ms}
        if not before:
            first = {"subscription": subscription, "listing": dict(listing), "gist": gist, "message": waits}
            written = await self._kept.update_one({"_id": telling}, {"$setOnInsert": first}, upsert=True)
            return written.upserted_id is not None
        changed = {"$set": {"gist": gist, "message": waits}}
        return bool((await self._kept.update_one({"_id": telling, "gist": before}, changed)).modified_count)

    @answered
    async def due(self, now_ms: int, but: Collection[str] = ()) -> Sequence[Message]:
        wanted = {"message.due_ms": {"$lte": now_ms}, "subscription": {"$nin": list(but)}}
        found = self._kept.find(wanted).sort("message.due_ms", 1).limit(MOST_DUE)
        return [_message(one) async for one in found]

    @answered
    async def told(self, message: Message, *, now_ms: int) -> None:
        await self._kept.update_one(_waiting(message), {"$unset": {"message": ""}, "$set": {"told_ms": now_ms}})

    @answered
    async def later(self, message: Message, *, due_ms: int, why: str) -> None:
        moved = {"message.due_ms": due_ms, "message.attempts": message.attempts + 1, "why": why}
        await self._kept.update_one(_waiting(message), {"$set": moved})

    @answered
    async def give_up(self, message: Message, *, now_ms: int, why: str) -> None:
        ended = {"$unset": {"message": ""}, "$inc": {"given_up": 1}, "$set": {"given_up_ms": now_ms, "why": why}}
        await self._kept.update_one(_waiting(message), ended)

    @answered
    async def given_up(self) -> int:
        stages: list[dict[str, Any]] = [
            {"$match": {"given_up": {"$gt": 0}}},
            {"$group": {"_id": None, "all": {"$sum": "$given_up"}}},
        ]
        return sum([int(one["all"]) async for one in self._kept.aggregate(stages)])

    @answered
    async def waiting(self) -> int:
        return int(await self._kept.count_documents({"message.due_ms": {"$gt": 0}}))


def _waiting(message: Message) -> dict[str, str]:
    """Only while it is still this one: a newer takes its place."""
    return {"_id": message.telling, "message.id": message.id}


def _message(written: Mapping[str, Any]) -> Message:
    waits = written["message"]
    return Message(written["_id"], waits["id"], written["subscription"], bytes(waits["body"]), waits["attempts"])
