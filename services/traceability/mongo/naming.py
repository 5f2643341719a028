"""What names some keys, and what that leads to."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from epcis.readings import asset_and_day
from provenance.graph.gathering import CROWD, FEW, During, Wanted, first_of_each
from services.traceability.mongo.connection import KEYS_A_FIND, InThread, chunks, unavailable
from services.traceability.mongo.days import MongoDays
from services.traceability.mongo.reads import Reads, found
from services.traceability.ports import Ahead, Outline, StoredEvent
from services.traceability.store.documents import OUTLINE_FIELDS, READ_FIELDS, Document, outline, stored_event
from services.traceability.together import together
from wire.errors import Rejected, Transient

Found = dict[str, StoredEvent]
"""By record id."""

FINDS_AT_ONCE = 4
"""Of one question that names very many keys; while one is on the wire the store works at the next."""

MOST_AHEAD = 2_000
"""Events that one find reads ahead of the question; the rest is read when it is asked for."""

LONGEST_AHEAD_S = 2.0
"""That one find reads ahead; it is a bound to what a thread does for somebody who is gone, too."""

MOST_LISTED = 200_000
"""Events of one name of which it is looked who told them: of a thing, whoever reads its label may tell as much."""

FEW_AT_ONCE = 4
"""Times FEW documents are read of some containers together, before each is read for itself."""


@dataclass(slots=True)
class _Led:
    """What is read ahead of a question, and what that led to, while there is somebody who waits."""

    ahead: Ahead
    to: Found = field(default_factory=dict)
    is_over: bool = False


class MongoNaming:
    """Of the events of one generation. `most_named` bounds what one question reads."""

    def __init__(self, events: Reads, days: MongoDays, most_named: int) -> None:
        self.most = most_named
        self._events = events
        self._days = days

    async def naming(self, keys: Collection[str]) -> Sequence[StoredEvent]:
        found: Found = {}
        await self._name_all(keys, found)
        return tuple(found.values())

    async def reports(self, event_ids: Collection[str], *, with_corrected: bool) -> Sequence[StoredEvent]:
        found: Found = {}
        roles = ["event", "corrective"] if with_corrected else ["event"]
        parts = chunks(sorted(set(event_ids)), KEYS_A_FIND)
        finds = (  # the first is for the index: the one-machine store finds nothing in it by an $elemMatch with $in
            {"keys.k": {"$in": some}, "keys": {"$elemMatch": {"k": {"$in": some}, "r": {"$in": roles}}}}
            for some in parts
        )
        await self._find_all(finds, found)
        return tuple(found.values())

    async def gathered(self, wanted: Wanted, ahead: Ahead | None) -> Sequence[StoredEvent]:
        found: Found = {}
        led = _Led(ahead) if ahead else None
        if wanted.keys:
            await self._name_ahead(wanted.keys, found, led)
        for some in chunks(sorted(wanted.few), KEYS_A_FIND):
            await self._find_few(some, found)
        await self._find_first(wanted, found)
        # Each for itself: with `$in` of keys the one-machine store does not look at the time in the index.
        await self._find_all(map(_then, sorted(wanted.during)), found)
        return tuple(({**led.to, **found} if led else found).values())

    def refuse_many(self, found: Collection[object]) -> None:
        """Raises Rejected."""
        if len(found) > self.most:
            raise Rejected(f"more than {self.most:,} events name what was asked for")

    async def _name_ahead(self, keys: Collection[str], found: Found, led: _Led | None) -> None:
        try:
            await self._name_all(keys, found, led)
        finally:
            if led:
                led.is_over = True  # the thread of a caller who is gone reads nothing more

    async def _name_all(self, keys: Collection[str], found: Found, led: _Led | None = None) -> None:
        days = [key for key in keys if asset_and_day(key)]
        found.update((event.record_id, event) for event in await self._days.first_readings(days))
        parts = chunks(sorted(set(keys).difference(days)), KEYS_A_FIND)
        await self._find_all(({"keys.k": {"$in": some}} for some in parts), found, led=led)

    async def _find_few(self, names: Sequence[str], found: Found) -> None:
        """All together, and where they are many, each for itself."""
        most = FEW * min(len(names), FEW_AT_ONCE)
        some: Found = {}
        await self._find_all([{"keys.k": {"$in": list(names)}}], some, most)
        if len(some) >= most and len(names) > 1:
            await self._find_all(({"keys.k": name} for name in names), some, FEW)
        found |= {id_: event for id_, event in some.items() if id_ not in found}

    async def _find_first(self, wanted: Wanted, found: Found) -> None:
        """Some names together, and where they are many, each for itself: who told what first, and then those."""
        whole = sorted(one for one in wanted.first if one.is_whole)
        parts = ([one] for one in sorted(wanted.first.difference(whole)))
        for some in (*chunks(whole, KEYS_A_FIND), *parts):
            few: Found = {}
            find = {"keys.k": {"$in": [one.key for one in some]}} if some[0].is_whole else _then(some[0])
            await self._find_all([find], few, CROWD + 1)
            if len(few) > CROWD:
                listed = {one: await self._listed(one) for one in some}
                ids = {one.record_id for one in first_of_each(listed, wanted.left)}
                few = {}
                await self._find_all(({"_id": {"$in": part}} for part in chunks(sorted(ids), CROWD)), few)
            found |= {id_: event for id_, event in few.items() if id_ not in found}
            self.refuse_many(found)

    async def _listed(self, of: During) -> Sequence[Outline]:
        """All of it, without reading it. Raises Rejected."""
        documents = await self._events.find(_then(of), OUTLINE_FIELDS, most=MOST_LISTED + 1)
        if len(documents) > MOST_LISTED:
            raise Rejected(f"more than {MOST_LISTED:,} events name {of.key}")
        return [outline(document) for document in documents]

    async def _find_all(self, finds: Iterable[Document], found: Found, most: int = 0, led: _Led | None = None) -> None:
        """`most` of each find; 0 is all."""

        async def find(some: Document) -> None:
            for event in await self._events.run(lambda events: self._find(events, some, most, led)):
                found.setdefault(event.record_id, event)
            self.refuse_many(found)

        await together(find, finds, at_once=FINDS_AT_ONCE)

    def _find(self, events: InThread, wanted: Document, most: int, led: _Led | None) -> list[StoredEvent]:
        some = _read(events, wanted, most or self.most + 1)
        if led and len(some) <= self.most:
            self._go_ahead(events, some, led)
        return some

    def _go_ahead(self, events: InThread, read: Sequence[StoredEvent], led: _Led) -> None:
        """Where a bound is reached, what was not read whole is told: nobody may take a part of it for all."""
        left, until = min(MOST_AHEAD, self.most), time.monotonic() + LONGEST_AHEAD_S
        led.to.update((event.record_id, event) for event in read)
        while names := sorted(led.ahead(read)):
            read = []
            for n in range(0, len(names), KEYS_A_FIND):
                in_time = not led.is_over and time.monotonic() < until
                fresh = _read_ahead(events, names[n : n + KEYS_A_FIND], left) if in_time else None
                if fresh is None:
                    led.ahead.unread(names[n:])
                    return
                left -= len(fresh)
                # What is found again by its id is the one that was parsed.
                read = [*read, *(led.to.setdefault(event.record_id, event) for event in fresh)]


def _then(one: During) -> Document:
    by = {"first.capturer": one.by} if one.by else {}
    times = {} if one.is_whole else {"time": {"$gte": one.since_ms, "$lt": one.until_ms}}
    return {"keys.k": one.key, **times, **by}


def _read_ahead(events: InThread, names: Sequence[str], left: int) -> list[StoredEvent] | None:
    """None where it is too much, or the store does not answer: what was asked for is read already."""
    try:
        with unavailable():
            fresh = _read(events, {"keys.k": {"$in": names}}, left + 1)
    except Transient:
        return None
    return fresh if len(fresh) <= left else None


def _read(events: InThread, wanted: Document, most: int) -> list[StoredEvent]:
    return [stored_event(one) for one in found(events, wanted, READ_FIELDS, most=most)]
