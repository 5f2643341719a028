"""The voidings in the store: one document a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.labels.mongo import answered
from services.labels.voids import Voiding


class MongoVoids:
    """`services.labels.ports.Voids`, in the ledger's collection of voidings."""

    def __init__(self, voids: Any) -> None:
        self._voids = voids

    @answered
    async def prepare(self) -> None:
        """Makes the indexes."""
        await self._voids.create_index("published")

    @answered
    async def put(self, voiding: Voiding) -> Voiding:
        named = {"_id": voiding.request_id}
        await self._voids.update_one(named, {"$setOnInsert": named | asdict(voiding)}, upsert=True)
        return _read(await self._voids.find_one(named))

    @answered
    async def mark_published(self, request_id: str) -> None:
        await self._voids.update_one({"_id": request_id}, {"$set": {"published": True}})

    @answered
    async def unpublished(self) -> list[Voiding]:
        return [_read(found) async for found in self._voids.find({"published": False})]


def _read(written: Mapping[str, Any]) -> Voiding:
    values = {name: value for name, value in written.items() if name != "_id"}
    return Voiding(**values | {"serials": tuple(written["serials"])})
