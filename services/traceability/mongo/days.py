"""What was measured of an asset on a day: its readings, and what is kept of them (architecture.md, rule 9)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import uuid4

from pymongo import ASCENDING, UpdateOne

from epcis.events import declared
from provenance.standing import First
from services.traceability.mongo.connection import PATIENCE, Database, InThread, chunks
from services.traceability.mongo.reads import Reads
from services.traceability.ports import SHOWN_READINGS, KeptDay, StoredEvent
from services.traceability.store.day_documents import first_reading_ms
from services.traceability.store.documents import READ_FIELDS, Document, days_measured, stored_event
from services.traceability.store.threads import StoreThreads

DAYS_A_FIND = 200

LOOKED_AT_MINUTES = (10, 60, 180, 360, 540, 720, 900, 1080, 1260, 0)
"""Of a day of which a few readings are wanted; 0 is all of it."""

MOST_OF_A_DAY = 20_000
"""Readings of an asset on a day that are added up: seven loggers every half minute."""

MOST_LINKED = 1_000
"""Events that lean on one another's correction."""


class MongoDays:
    """Of one generation. What the projector writes goes by the driver's asyncio face, the rest by `Reads`."""

    def __init__(self, database: Database, threads: StoreThreads) -> None:
        self._events, self._days = database.get_collection("events"), database.get_collection("readings")
        self._asked_events, self._asked_days = Reads(self._events, threads), Reads(self._days, threads)

    async def doubt_all(self, documents: Sequence[Document]) -> None:
        """On every delivery, after the insert: who makes the day anew meanwhile finds another token than he read."""
        names = days_measured(documents)
        ids = {document["event"] for document in documents if "corrective" in document}
        doubts = [UpdateOne({"_id": declared(id_)}, {"$set": {"declared": True}}, upsert=True) for id_ in sorted(ids)]
        if ids:
            names |= await self._leaning_on(ids)
        doubts += [UpdateOne({"_id": name}, {"$set": {"token": uuid4().hex}}, upsert=True) for name in sorted(names)]
        if doubts:
            await self._days.bulk_write(doubts, ordered=False)

    async def declared_of(self, event_ids: Collection[str]) -> frozenset[str]:
        """Noted apart: to ask the index of names about each of a day's readings costs as much as to read them."""
        found: set[str] = set()
        for some in chunks(sorted(event_ids), DAYS_A_FIND):
            marks = {declared(id_): id_ for id_ in some}
            noted = await self._asked_days.find({"_id": {"$in": list(marks)}}, {"_id": 1})
            found |= {marks[one["_id"]] for one in noted}
        return frozenset(found)

    async def _leaning_on(self, ids: set[str]) -> set[str]:
        """Days whose readings stand or fall with these events: what is declared wrong, and what that was to correct."""
        names: set[str] = set()
        asked: set[str] = set()
        while (fresh := sorted(ids - asked)) and len(asked) < MOST_LINKED:
            asked |= set(fresh)
            async for document in self._events.find({"keys.k": {"$in": fresh}}, {"event": 1, "keys": 1}):
                names |= days_measured([document])
                ids.add(document["event"])
        return names

    async def kept(self, names: Collection[str], *, points: bool) -> Mapping[str, KeptDay]:
        fields = {"token": 1, "light": 1, **({"points": 1} if points else {})}
        found: dict[str, KeptDay] = {}
        for some in chunks(sorted(names), DAYS_A_FIND):
            for one in await self._asked_days.find({"_id": {"$in": some}}, fields):
                found[one["_id"]] = KeptDay(one.get("token"), one.get("light"), one.get("points"))
        return found

    async def doubted(self, most: int) -> Sequence[str]:
        """Walks through all days: for who has time, and not for who waits."""
        found = await self._asked_days.find({"token": {"$exists": True}}, {"_id": 1}, most=most)
        return [one["_id"] for one in found]

    async def keep(self, name: str, kept: KeptDay) -> bool:
        stood = {"_id": name, "token": kept.token}
        made = {"$set": {"light": kept.light, "points": kept.points}, "$unset": {"token": ""}}
        outcome = await self._asked_days.run(lambda days: days.update_one(stood, made))
        return bool(outcome.matched_count == 1)

    async def doubt(self, name: str) -> str:
        token = uuid4().hex
        await self._asked_days.run(lambda days: days.update_one({"_id": name}, {"$set": {"token": token}}, upsert=True))
        return token

    async def measured(self, day: str) -> Sequence[StoredEvent]:
        """Of what is too much, each reporter's first (`shared_out`)."""

        def read(events: InThread) -> Sequence[StoredEvent]:
            every = events.find({"keys.k": day}, READ_FIELDS, **PATIENCE)
            return shared_out(map(stored_event, every), MOST_OF_A_DAY)

        return sorted(await self._asked_events.run(read), key=lambda event: (event.parsed.time_ms, event.record_id))

    async def first_readings(self, of: Collection[str]) -> Sequence[StoredEvent]:
        """SHOWN_READINGS of each of these days."""
        kept = await self.kept(of, points=False) if of else {}
        return [event for day, one in sorted(kept.items()) for event in await self._first_of(day, one)]

    async def _first_of(self, day: str, kept: KeptDay) -> Sequence[StoredEvent]:
        """Looks at more and more of the day, from the first reading where that is known: of a thousand a store sorts
        all that it is asked for."""
        begins_ms = first_reading_ms(day, kept)
        first: Sequence[StoredEvent] = ()
        for minutes in LOOKED_AT_MINUTES:
            until = {"time": {"$lt": begins_ms + minutes * 60_000}} if minutes else {}
            first = await self._of(day, until, SHOWN_READINGS)
            if len(first) >= SHOWN_READINGS:
                break
        return first

    async def _of(self, day: str, times: Document, most: int) -> Sequence[StoredEvent]:
        order = [("time", ASCENDING), ("_id", ASCENDING)]
        documents = await self._asked_events.find({"keys.k": day, **times}, READ_FIELDS, order=order, most=most)
        return [stored_event(document) for document in documents]


def shared_out(told: Iterable[StoredEvent], most: int) -> Sequence[StoredEvent]:
    """Of each reporter those that he had recorded first, as many as there is room for of everybody: who told few is
    read whole. No more than twice as many are held at a time; it is the same in any order."""
    numbers: Counter[str] = Counter()
    found: list[StoredEvent] = []
    for one in told:
        numbers[one.first.capturer] += 1
        found.append(one)
        if len(found) >= 2 * most:
            found = _first_of_each(found, _room(numbers.values(), most))
    return _first_of_each(found, _room(numbers.values(), most))


def _first_of_each(told: Iterable[StoredEvent], each: int) -> list[StoredEvent]:
    by_reporter: defaultdict[str, list[StoredEvent]] = defaultdict(list)
    for one in told:
        by_reporter[one.first.capturer].append(one)
    return [
        one
        for theirs in by_reporter.values()
        for one in (sorted(theirs, key=_recorded)[:each] if len(theirs) > each else theirs)
    ]


def _recorded(event: StoredEvent) -> tuple[First, str]:
    return event.first, event.record_id


def _room(told: Collection[int], most: int) -> int:
    """The largest number that may be read of each, so that together they are no more than `most`."""
    for number, few in enumerate(sorted(told)):
        room = most // (len(told) - number)
        if few > room:
            return room
        most -= few
    return max(told, default=0)
