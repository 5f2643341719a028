"""The store of events over the MongoDB protocol. Nothing of an event is ever updated but `first` (by `$min`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence

from pymongo import ASCENDING, DESCENDING
from pymongo.read_concern import ReadConcern

from provenance.graph.gathering import MOST_EVENTS, Wanted
from services.traceability.events.query import EventQuery
from services.traceability.mongo.connection import EVENTS_AN_INSERT, KEYS_A_FIND, Client, chunks, unavailable
from services.traceability.mongo.days import MongoDays
from services.traceability.mongo.growing import insert
from services.traceability.mongo.naming import MongoNaming
from services.traceability.mongo.queries import MongoQueries
from services.traceability.mongo.reads import Reads
from services.traceability.ports import GOODS, Ahead, KeptDay, Outline, Page, StoredEvent
from services.traceability.store.documents import (
    OUTLINE_FIELDS,
    READ_FIELDS,
    Document,
    document_of,
    outline,
    stored_event,
)
from services.traceability.store.threads import StoreThreads

INDEXES = (
    [("keys.k", ASCENDING), ("time", ASCENDING)],
    [("time", ASCENDING), ("_id", ASCENDING)],
    [("first.recorded", ASCENDING), ("_id", ASCENDING)],
)
"""Look-ups by name; queries in the order of event time; queries for what arrived lately."""


class MongoEventStore:
    """`EventStore` of one generation. `most_named` bounds what one `naming` reads."""

    def __init__(self, client: Client, database: str, *, most_named: int = MOST_EVENTS) -> None:
        threads = StoreThreads()
        read = client.get_database(database, read_concern=ReadConcern("majority"))
        self._events = read.get_collection("events")
        self._asked = Reads(self._events, threads)
        self._days = MongoDays(read, threads)
        self._named = MongoNaming(self._asked, self._days, most_named)
        self._queries = MongoQueries(self._asked)

    async def prepare(self) -> None:
        """Create the indexes; harmless where they are there."""
        with unavailable():
            for index in INDEXES:
                await self._events.create_index(index)

    async def record(self, events: Sequence[StoredEvent]) -> None:
        """While one part of many is on its way, the documents of the next are made."""
        parts = [self._insert(some) for some in chunks(events, EVENTS_AN_INSERT)]
        for outcome in await asyncio.gather(*parts, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def _insert(self, events: Sequence[StoredEvent]) -> None:
        documents = [document_of(event) for event in events]
        with unavailable():
            await insert(self._events, events, documents)
            await self._days.doubt_all(documents)

    async def naming(self, keys: Collection[str]) -> Sequence[StoredEvent]:
        return await self._named.naming(keys)

    async def reports(self, event_ids: Collection[str], *, with_corrected: bool) -> Sequence[StoredEvent]:
        return await self._named.reports(event_ids, with_corrected=with_corrected)

    async def gathered(self, wanted: Wanted, ahead: Ahead | None = None) -> Sequence[StoredEvent]:
        return await self._named.gathered(wanted, ahead)

    async def measured(self, day: str) -> Sequence[StoredEvent]:
        return await self._days.measured(day)

    async def days(self, names: Collection[str], *, points: bool) -> Mapping[str, KeptDay]:
        return await self._days.kept(names, points=points)

    async def doubted_days(self, most: int) -> Sequence[str]:
        return await self._days.doubted(most)

    async def declared_of(self, event_ids: Collection[str]) -> frozenset[str]:
        return await self._days.declared_of(event_ids)

    async def keep_day(self, name: str, kept: KeptDay) -> bool:
        return await self._days.keep(name, kept)

    async def doubt_day(self, name: str) -> str:
        return await self._days.doubt(name)

    async def making(self, name: str, limit: int) -> Sequence[Outline]:
        fields = {**OUTLINE_FIELDS, "keys": {"$elemMatch": {"k": name}}}
        latest = await self._asked.find({"keys.k": name}, fields, order=[("time", DESCENDING)], most=limit)
        return sorted(map(outline, latest), key=lambda one: one.first, reverse=True)

    async def outlines(self, event_ids: Collection[str]) -> Sequence[Outline]:
        found: list[Outline] = []
        for some in chunks(sorted(event_ids), KEYS_A_FIND):
            wanted = {"keys.k": {"$in": some}, "event": {"$in": some}}
            found += map(outline, await self._asked.find(wanted, OUTLINE_FIELDS, most=self._named.most + 1))
            self._named.refuse_many(found)
        return found

    async def named_by_others(self, keys: Collection[str], event_id: str) -> frozenset[str]:
        wanted = {key: _by_others(key, event_id) for key in keys}
        return frozenset([key for key, one in wanted.items() if await self._asked.find(one, {"_id": 1}, most=1)])

    async def read(self, record_ids: Collection[str]) -> Mapping[str, StoredEvent]:
        documents = await self._asked.find({"_id": {"$in": sorted(record_ids)}}, READ_FIELDS)
        return {document["_id"]: stored_event(document) for document in documents}

    async def stored(self, record_ids: Collection[str]) -> frozenset[str]:
        documents = await self._asked.find({"_id": {"$in": sorted(record_ids)}}, {"_id": 1})
        return frozenset(document["_id"] for document in documents)

    async def query(self, query: EventQuery) -> Page:
        return await self._queries.page(query)

    async def scan(self) -> AsyncIterator[StoredEvent]:
        with unavailable():
            async for document in self._events.find({}, READ_FIELDS).sort("_id", ASCENDING):
                yield stored_event(document)

    async def record_ids(self) -> AsyncIterator[str]:
        """Of every event, ordered."""
        with unavailable():
            async for document in self._events.find({}, {"_id": 1}).sort("_id", ASCENDING):
                yield document["_id"]


def _by_others(key: str, event_id: str) -> Document:
    return {"keys": {"$elemMatch": {"k": key, "r": {"$in": sorted(GOODS)}}}, "event": {"$ne": event_id}}
