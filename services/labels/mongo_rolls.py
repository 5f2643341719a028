"""The rolls in the store: one document a roll, changed only by who read it as it is."""

from __future__ import annotations

from typing import Any

from services.labels.documents import read_roll, roll_document
from services.labels.mongo import answered
from services.labels.rolls import Roll


class MongoRolls:
    """`services.labels.ports.Rolls`, in the ledger's collection of rolls."""

    def __init__(self, rolls: Any) -> None:
        self._rolls = rolls

    @answered
    async def prepare(self) -> None:
        """Makes the indexes."""
        await self._rolls.create_index("published")
        await self._rolls.create_index("parts.settled")
        await self._rolls.create_index([("owner", 1), ("printed_ms", -1)])

    @answered
    async def print(self, roll: Roll) -> Roll:
        named = {"_id": roll.order.roll}
        await self._rolls.update_one(named, {"$setOnInsert": roll_document(roll)}, upsert=True)
        return read_roll(await self._rolls.find_one(named))

    @answered
    async def roll(self, number: str) -> Roll | None:
        found = await self._rolls.find_one({"_id": number})
        return read_roll(found) if found else None

    @answered
    async def listed(self, owner: str | None, most: int) -> list[Roll]:
        """The newest of an owner, or of all for None."""
        theirs = {} if owner is None else {"owner": owner}
        newest = self._rolls.find(theirs).sort("printed_ms", -1).limit(most)
        return [read_roll(found) async for found in newest]

    @answered
    async def replace(self, roll: Roll, *, version: int) -> bool:
        """Whether the roll still was of that version; of fifty callers at once, one."""
        read = {"_id": roll.order.roll, "version": version}
        changed = {name: value for name, value in roll_document(roll).items() if name in ("parts", "version")}
        written = await self._rolls.update_one(read, {"$set": changed})
        return bool(written.modified_count == 1)

    @answered
    async def mark_published(self, number: str) -> None:
        await self._rolls.update_one({"_id": number}, {"$set": {"published": True}})

    @answered
    async def unfinished(self) -> list[Roll]:
        waiting = {"$or": [{"published": False}, {"parts.settled": False}]}
        return [read_roll(found) async for found in self._rolls.find(waiting)]
