"""The store of events over the MongoDB protocol. Nothing of an event is ever updated but `first` (by `$min`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

from pymongo import ASCENDING, DESCENDING, UpdateOne
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

from epcis.readings import asset_and_day
from provenance.graph.gathering import FEW, MOST_EVENTS, Wanted
from services.traceability.day_documents import first_reading_ms
from services.traceability.documents import (
    OUTLINE_FIELDS,
    READ_FIELDS,
    Document,
    days_measured,
    document_of,
    first_document,
    outline,
    stored_event,
)
from services.traceability.event_query import MOST_PAGE_BYTES, EventQuery
from services.traceability.mongo import EVENTS_AN_INSERT, KEYS_A_FIND, PATIENCE, Client, chunks, repeats, unavailable
from services.traceability.mongo_filter import filters_of, order_field
from services.traceability.ports import (
    GOODS,
    SHOWN_READINGS,
    Ahead,
    KeptDay,
    Outline,
    Page,
    StoredEvent,
    position_in,
)
from services.traceability.store_threads import StoreThreads
from wire.errors import Rejected

Found = dict[str, StoredEvent]
"""By record id."""

FINDS_AT_ONCE = 4
"""Of one question that names very many keys; while one is on the wire the store works at the next."""

MOST_AHEAD = 2_000
"""Events that one find reads ahead of the question; the rest is read when it is asked for."""

FEW_AT_ONCE = 4
"""Times FEW documents are read of some containers together, before each is read for itself."""

INDEXES = (
    [("keys.k", ASCENDING), ("time", ASCENDING)],
    [("time", ASCENDING), ("_id", ASCENDING)],
    [("first.recorded", ASCENDING), ("_id", ASCENDING)],
)
"""Look-ups by name; queries in the order of event time; queries for what arrived lately."""

DAYS_A_FIND = 200

LOOKED_AT_MINUTES = (10, 60, 180, 360, 540, 720, 900, 1080, 1260, 0)
"""Of a day of which a few readings are wanted; 0 is all of it."""

MOST_LINKED = 1_000
"""Events that lean on one another's correction."""


@dataclass(frozen=True, slots=True)
class _Led:
    """What is read ahead of a question, and what that led to."""

    ahead: Ahead
    to: Found = field(default_factory=dict)


class MongoEventStore:
    """`EventStore` of one generation. `most_named` bounds what one `naming` reads."""

    def __init__(self, client: Client, database: str, *, most_named: int = MOST_EVENTS) -> None:
        self._most_named = most_named
        self._threads = StoreThreads()
        self._database = client.get_database(database, read_concern=ReadConcern("majority"))
        self._events = self._database.get_collection("events")
        self._days = self._database.get_collection("readings")

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
            try:
                await self._events.insert_many(documents, ordered=False)
            except BulkWriteError as error:
                await self._keep_least_first([events[index] for index in repeats(error)])
            await self._doubt_days(documents)

    async def _doubt_days(self, documents: Sequence[Document]) -> None:
        """On every delivery, after the insert: who makes the day anew meanwhile finds another token than he read."""
        names = days_measured(documents)
        ids = {document["event"] for document in documents if "corrective" in document}
        if ids:
            names |= await self._days_leaning_on(ids)
        if names:
            doubts = [UpdateOne({"_id": name}, {"$set": {"token": uuid4().hex}}, upsert=True) for name in sorted(names)]
            await self._days.bulk_write(doubts, ordered=False)

    async def _days_leaning_on(self, ids: set[str]) -> set[str]:
        """Days whose readings stand or fall with these events: what is declared wrong, and what that was to correct."""
        names: set[str] = set()
        asked: set[str] = set()
        while (fresh := sorted(ids - asked)) and len(asked) < MOST_LINKED:
            asked |= set(fresh)
            async for document in self._events.find({"keys.k": {"$in": fresh}}, {"event": 1, "keys": 1}):
                names |= days_measured([document])
                ids.add(document["event"])
        return names

    async def days(self, names: Collection[str], *, points: bool) -> Mapping[str, KeptDay]:
        fields = {"token": 1, "light": 1, **({"points": 1} if points else {})}
        found: dict[str, KeptDay] = {}
        with unavailable():
            for some in chunks(sorted(names), DAYS_A_FIND):
                async for one in self._days.find({"_id": {"$in": some}}, fields, **PATIENCE):
                    found[one["_id"]] = KeptDay(one.get("token"), one.get("light"), one.get("points"))
        return found

    async def keep_day(self, name: str, kept: KeptDay) -> bool:
        made = {"$set": {"light": kept.light, "points": kept.points}, "$unset": {"token": ""}}
        with unavailable():
            outcome = await self._days.update_one({"_id": name, "token": kept.token}, made)
        return bool(outcome.matched_count == 1)

    async def doubt_day(self, name: str) -> str:
        token = uuid4().hex
        with unavailable():
            await self._days.update_one({"_id": name}, {"$set": {"token": token}}, upsert=True)
        return token

    async def _keep_least_first(self, again: Sequence[StoredEvent]) -> None:
        updates = [UpdateOne({"_id": r.record_id}, {"$min": {"first": first_document(r.first)}}) for r in again]
        try:
            await self._events.bulk_write(updates, ordered=False)
        except BulkWriteError as error:
            repeats(error)  # raises what it is: nothing is inserted here, so nothing repeats
            raise

    async def naming(self, keys: Collection[str]) -> Sequence[StoredEvent]:
        found: Found = {}
        await self._name_all(keys, found)
        return tuple(found.values())

    async def _name_all(self, keys: Collection[str], found: Found, led: _Led | None = None) -> None:
        days = [key for key in keys if asset_and_day(key)]
        for day, kept in sorted((await self.days(days, points=False)).items()) if days else ():
            found.update((event.record_id, event) for event in await self._first_of_day(day, kept))
        parts = chunks(sorted(set(keys).difference(days)), KEYS_A_FIND)
        await self._find_all(({"keys.k": {"$in": some}} for some in parts), found, led=led)

    async def gathered(self, wanted: Wanted, ahead: Ahead | None = None) -> Sequence[StoredEvent]:
        found: Found = {}
        led = _Led(ahead) if ahead else None
        if wanted.keys:
            await self._name_all(wanted.keys, found, led)
        for some in chunks(sorted(wanted.few), KEYS_A_FIND):
            await self._find_few(some, found)
        # Each for itself: with `$in` of keys the one-machine store does not look at the time in the index.
        finds = (
            {"keys.k": one.key, "time": {"$gte": one.since_ms, "$lt": one.until_ms}} for one in sorted(wanted.during)
        )
        await self._find_all(finds, found)
        return tuple(({**led.to, **found} if led else found).values())

    async def _find_few(self, names: Sequence[str], found: Found) -> None:
        """All together, and where they are many, each for itself."""
        most = FEW * min(len(names), FEW_AT_ONCE)
        some: Found = {}
        await self._find_all([{"keys.k": {"$in": list(names)}}], some, most)
        if len(some) >= most and len(names) > 1:
            await self._find_all(({"keys.k": name} for name in names), some, FEW)
        found |= {id_: event for id_, event in some.items() if id_ not in found}

    async def _find_all(self, finds: Iterable[Document], found: Found, most: int = 0, led: _Led | None = None) -> None:
        """`most` of each find; 0 is all."""
        at_once = asyncio.Semaphore(FINDS_AT_ONCE)

        async def find(some: Document) -> None:
            async with at_once:
                for event in await self._threads.run(partial(self._find, some, most, led)):
                    found.setdefault(event.record_id, event)
                self._refuse_many(found)

        with unavailable():
            await asyncio.gather(*map(find, finds))

    def _find(self, wanted: Document, most: int, led: _Led | None) -> list[StoredEvent]:
        """In a thread, all at once: the driver's asyncio face goes to a thread and back for each answer, and takes
        a turn of the loop for each document."""
        found = self._found(wanted, most or self._most_named + 1)
        if led and len(found) <= self._most_named:
            self._go_ahead(found, led)
        return found

    def _go_ahead(self, found: Sequence[StoredEvent], led: _Led) -> None:
        """Where a bound is reached, what was not read whole is told: nobody may take a part of it for all."""
        left = min(MOST_AHEAD, self._most_named)
        while names := sorted(led.ahead(found)):
            found = []
            for n in range(0, len(names), KEYS_A_FIND):
                fresh = self._found({"keys.k": {"$in": names[n : n + KEYS_A_FIND]}}, left + 1)
                if len(fresh) > left:
                    led.ahead.unread(names[n:])
                    return
                left -= len(fresh)
                found = [*found, *(led.to.setdefault(event.record_id, event) for event in fresh)]

    def _found(self, wanted: Document, most: int) -> list[StoredEvent]:
        return [stored_event(one) for one in self._events.delegate.find(wanted, READ_FIELDS, limit=most, **PATIENCE)]

    async def measured(self, day: str) -> Sequence[StoredEvent]:
        return await self._of_day(day, {})

    async def _first_of_day(self, day: str, kept: KeptDay) -> Sequence[StoredEvent]:
        """Looks at more and more of the day, from the first reading where that is known: of a thousand a store sorts
        all that it is asked for."""
        begins_ms = first_reading_ms(day, kept)
        first: Sequence[StoredEvent] = ()
        for minutes in LOOKED_AT_MINUTES:
            until = {"time": {"$lt": begins_ms + minutes * 60_000}} if minutes else {}
            first = await self._of_day(day, until)
            if len(first) >= SHOWN_READINGS:
                break
        return first[:SHOWN_READINGS]

    async def _of_day(self, day: str, times: Document) -> Sequence[StoredEvent]:
        order = [("time", ASCENDING), ("_id", ASCENDING)]
        with unavailable():
            cursor = self._events.find({"keys.k": day, **times}, READ_FIELDS, **PATIENCE).sort(order)
            return [stored_event(document) async for document in cursor]

    def _refuse_many(self, found: Collection[object]) -> None:
        if len(found) > self._most_named:
            raise Rejected(f"more than {self._most_named:,} events name what was asked for")

    async def making(self, name: str, limit: int) -> Sequence[Outline]:
        fields = {**OUTLINE_FIELDS, "keys": {"$elemMatch": {"k": name}}}
        with unavailable():
            cursor = self._events.find({"keys.k": name}, fields, **PATIENCE).sort("time", DESCENDING).limit(limit)
            found = [outline(document) async for document in cursor]
        return sorted(found, key=lambda one: one.first, reverse=True)

    async def outlines(self, event_ids: Collection[str]) -> Sequence[Outline]:
        found: list[Outline] = []
        with unavailable():
            for some in chunks(sorted(event_ids), KEYS_A_FIND):
                wanted = {"keys.k": {"$in": some}, "event": {"$in": some}}
                async for document in self._events.find(wanted, OUTLINE_FIELDS, **PATIENCE):
                    found.append(outline(document))
                    self._refuse_many(found)
        return found

    async def named_by_others(self, keys: Collection[str], event_id: str) -> frozenset[str]:
        with unavailable():
            found = [await self._events.find_one(_by_others(key, event_id), {"_id": 1}, **PATIENCE) for key in keys]
        return frozenset(key for key, document in zip(keys, found, strict=True) if document)

    async def read(self, record_ids: Collection[str]) -> Mapping[str, StoredEvent]:
        with unavailable():
            cursor = self._events.find({"_id": {"$in": sorted(record_ids)}}, READ_FIELDS, **PATIENCE)
            return {document["_id"]: stored_event(document) async for document in cursor}

    async def stored(self, record_ids: Collection[str]) -> frozenset[str]:
        with unavailable():
            cursor = self._events.find({"_id": {"$in": sorted(record_ids)}}, {"_id": 1}, **PATIENCE)
            return frozenset([document["_id"] async for document in cursor])

    async def query(self, query: EventQuery) -> Page:
        order = [(order_field(query), ASCENDING), ("_id", ASCENDING)]
        shown: list[StoredEvent] = []
        size = 0
        with unavailable():
            for wanted in filters_of(query):
                cursor = self._events.find(wanted, READ_FIELDS, **PATIENCE).sort(order)
                async for document in cursor.limit(query.per_page + 1 - len(shown)):
                    event = stored_event(document)
                    size += len(event.event)
                    if shown and (len(shown) == query.per_page or size > MOST_PAGE_BYTES):
                        return Page(tuple(shown), position_in(query, shown[-1]))
                    shown.append(event)
        return Page(tuple(shown), None)

    async def scan(self) -> AsyncIterator[StoredEvent]:
        with unavailable():
            async for document in self._events.find({}, READ_FIELDS).sort("_id", ASCENDING):
                yield stored_event(document)


def _by_others(key: str, event_id: str) -> Document:
    return {"keys": {"$elemMatch": {"k": key, "r": {"$in": sorted(GOODS)}}}, "event": {"$ne": event_id}}
