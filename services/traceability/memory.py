"""The store in memory: for tests of what uses a store, held to the same contract as the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.traceability.documents import document_of, outline
from services.traceability.event_query import EventQuery
from services.traceability.ports import GOODS, Outline, Page, StoredEvent, position_in
from stream.progress import MemoryProgress, Progress
from stream.receipts import TopicPartition


class MemoryEventStore:
    def __init__(self) -> None:
        self._events: dict[str, StoredEvent] = {}

    async def record(self, events: Sequence[StoredEvent]) -> None:
        for event in events:
            document_of(event)  # raises UnreadableEvent as the real store does
            known = self._events.get(event.record_id, event)
            self._events[event.record_id] = replace(known, first=min(known.first, event.first))

    async def naming(self, keys: Collection[str]) -> Sequence[StoredEvent]:
        return [e for e in self._events.values() if any(key in keys for _, key in e.parsed.keys)]

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


def _entries(event: StoredEvent, name: str) -> Sequence[Any]:
    return [entry for entry in document_of(event)["keys"] if entry["k"] == name]


class MemoryProgressTable(MemoryProgress):
    async def read_all(self) -> Mapping[TopicPartition, Progress]:
        return dict(self.stored)
