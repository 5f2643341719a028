"""The store in memory: for tests of what uses a store, held to the same contract as the real one.

It waits for nothing and has no bounds: what it costs to ask, and who is refused when, is tested on the real store
(`test_bounds`, `test_store_reads`). What it is to read ahead it reads to the end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from epcis.readings import asset_and_day
from provenance.graph.gathering import FEW, During, Wanted, first_of_each
from services.traceability.events.query import EventQuery
from services.traceability.ports import GOODS, SHOWN_READINGS, Ahead, KeptDay, Outline, Page, StoredEvent, position_in
from services.traceability.store.documents import document_of, outline
from stream.progress import MemoryProgress, Progress
from stream.receipts import TopicPartition


class MemoryEventStore:
    def __init__(self) -> None:
        self._events: dict[str, StoredEvent] = {}
        self._days: dict[str, KeptDay] = {}
        self._tokens = map(str, count())

    async def record(self, events: Sequence[StoredEvent]) -> None:
        for event in events:
            document_of(event)  # raises UnreadableEvent as the real store does
            known = self._events.get(event.record_id, event)
            self._events[event.record_id] = replace(known, first=min(known.first, event.first))
        for name in {name for event in events for name in self._leaning_on(event)}:
            await self.doubt_day(name)

    def _leaning_on(self, event: StoredEvent) -> Iterator[str]:
        """Days on which it measured, or whose readings stand or fall with what it declares wrong."""
        ids = {event.parsed.event_id}
        linked = [event]
        while event.parsed.error_declaration and linked:
            linked = [e for e in self._events.values() if e.parsed.event_id not in ids and _names_any(e, ids)]
            ids |= {e.parsed.event_id for e in linked}
        same = (e for e in self._events.values() if e is event or e.parsed.event_id in ids)
        yield from (key for one in (event, *same) for role, key in one.parsed.keys if role == "reading")

    async def days(self, names: Collection[str], *, points: bool) -> Mapping[str, KeptDay]:
        found = {name: self._days[name] for name in names if name in self._days}
        return found if points else {name: replace(day, points=None) for name, day in found.items()}

    async def declared_of(self, event_ids: Collection[str]) -> frozenset[str]:
        said = frozenset(e.parsed.event_id for e in self._events.values() if e.parsed.error_declaration)
        return said.intersection(event_ids)

    async def doubted_days(self, most: int) -> Sequence[str]:
        return [name for name, day in self._days.items() if day.token is not None][:most]

    async def keep_day(self, name: str, kept: KeptDay) -> bool:
        if self._days[name].token != kept.token:
            return False
        self._days[name] = replace(kept, token=None)
        return True

    async def doubt_day(self, name: str) -> str:
        token = next(self._tokens)
        self._days[name] = replace(self._days.get(name, KeptDay()), token=token)
        return token

    async def naming(self, keys: Collection[str]) -> Sequence[StoredEvent]:
        days = {key for key in keys if asset_and_day(key)}
        found = [e for e in self._events.values() if any(key in keys and key not in days for _, key in e.parsed.keys)]
        first = (e for day in sorted(days) for e in self._measured(day)[:SHOWN_READINGS])
        return [*found, *(e for e in dict.fromkeys(first) if e not in found)]

    async def reports(self, event_ids: Collection[str], *, with_corrected: bool) -> Sequence[StoredEvent]:
        roles = {"event", "corrective"} if with_corrected else {"event"}
        every = self._events.values()
        return [e for e in every if any(role in roles and key in event_ids for role, key in e.parsed.keys)]

    async def gathered(self, wanted: Wanted, ahead: Ahead | None = None) -> Sequence[StoredEvent]:
        found = fresh = list(await self.naming(wanted.keys))
        while ahead and (names := ahead(fresh)):
            fresh = list(await self.naming(names))
            found += fresh
        found += first_of_each({one: self._then(one) for one in wanted.first}, wanted.left)
        for key in wanted.few:
            found += (await self.naming([key]))[:FEW]
        for one in wanted.during:
            found += self._then(one)
        return list({event.record_id: event for event in found}.values())

    def _then(self, one: During) -> list[StoredEvent]:
        named = (event for event in self._events.values() if _names_it(event, one.key))
        return [event for event in named if one.takes(event.parsed.time_ms, event.first.capturer)]

    async def measured(self, day: str) -> Sequence[StoredEvent]:
        return self._measured(day)

    def _measured(self, day: str) -> Sequence[StoredEvent]:
        found = (e for e in self._events.values() if any(key == day for _, key in e.parsed.keys))
        return sorted(found, key=lambda event: (event.parsed.time_ms, event.record_id))

    async def making(self, name: str, limit: int) -> Sequence[Outline]:
        found = [e for e in self._events.values() if _entries(e, name)]
        latest = sorted(found, key=lambda event: -event.parsed.time_ms)[:limit]
        outlines = [outline({**document_of(event), "keys": _entries(event, name)}) for event in latest]
        return sorted(outlines, key=lambda one: one.first, reverse=True)

    async def outlines(self, event_ids: Collection[str]) -> Sequence[Outline]:
        named = (event for event in self._events.values() if event.parsed.event_id in event_ids)
        return [outline({**document_of(event), "keys": ()}) for event in named]

    async def named_by_others(self, keys: Collection[str], event_id: str) -> frozenset[str]:
        others = (event.parsed for event in self._events.values() if event.parsed.event_id != event_id)
        return frozenset(key for event in others for role, key in event.keys if role in GOODS and key in keys)

    async def read(self, record_ids: Collection[str]) -> Mapping[str, StoredEvent]:
        return {id_: self._events[id_] for id_ in record_ids if id_ in self._events}

    async def stored(self, record_ids: Collection[str]) -> frozenset[str]:
        return frozenset(record_ids) & self._events.keys()

    async def query(self, query: EventQuery) -> Page:
        accepted = [e for e in self._events.values() if query.accepts(e.parsed, e.first.record_time_ms)]
        placed = sorted((position_in(query, event), event.record_id) for event in accepted)
        ahead = [(place, id_) for place, id_ in placed if query.after is None or place > query.after]
        shown = ahead[: query.per_page]
        return Page(tuple(self._events[id_] for _, id_ in shown), shown[-1][0] if len(ahead) > len(shown) else None)

    async def scan(self) -> AsyncIterator[StoredEvent]:
        for _, event in sorted(self._events.items()):
            yield event


def _names_it(event: StoredEvent, name: str) -> bool:
    return bool(_entries(event, name)) if name.startswith("#") else any(key == name for _, key in event.parsed.keys)


def _names_any(event: StoredEvent, ids: Collection[str]) -> bool:
    return any(role in ("event", "corrective") and key in ids for role, key in event.parsed.keys)


def _entries(event: StoredEvent, name: str) -> Sequence[Any]:
    return [entry for entry in document_of(event)["keys"] if entry["k"] == name]


class MemoryProgressTable(MemoryProgress):
    async def read_all(self) -> Mapping[TopicPartition, Progress]:
        return dict(self.stored)
