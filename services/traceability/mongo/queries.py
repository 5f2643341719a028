"""Event queries over the MongoDB protocol, a page at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pymongo import ASCENDING

from services.traceability.events.query import MOST_PAGE_BYTES, EventQuery, Position, Range
from services.traceability.mongo.connection import PATIENCE, InThread
from services.traceability.mongo.filter import filters_of, milestones_of, order_field
from services.traceability.mongo.reads import Reads, found
from services.traceability.ports import Page, StoredEvent, position_in
from services.traceability.store.documents import READ_FIELDS, stored_event

MILESTONES_A_FIND = 32

LOOKED_S = 3.0
"""Then a page ends where it is, however few events it has; the next goes on there."""

BEFORE_ALL = "0" * 64
"""Every record id comes after it."""


@dataclass(slots=True)
class _Filling:
    """A page, until it has as much as was asked for, or as an answer holds."""

    query: EventQuery
    events: list[StoredEvent] = field(default_factory=list)
    bytes: int = 0

    def takes(self, some: Sequence[StoredEvent]) -> bool:
        """False where not all of it fits."""
        for event in some:
            self.bytes += len(event.event)
            if self.events and (len(self.events) == self.query.per_page or self.bytes > MOST_PAGE_BYTES):
                return False
            self.events.append(event)
        return True

    def page(self, goes_on: Position | None = None) -> Page:
        return Page(tuple(self.events), goes_on)

    def full(self) -> Page:
        return self.page(position_in(self.query, self.events[-1]))


class MongoQueries:
    """Of the events of one generation."""

    def __init__(self, events: Reads) -> None:
        self._events = events

    async def page(self, query: EventQuery) -> Page:
        """Of what names nothing, a window of time after the other until the page is full (docs/adr/0113)."""
        filling, clock = _Filling(query), asyncio.get_running_loop().time
        begun = clock()
        async for window in self._windows(query):
            if not filling.takes(await self._read(query.within(window))):
                return filling.full()
            if window.to_ms not in (None, query.times.to_ms) and clock() - begun > LOOKED_S:
                return filling.page(Position(window.to_ms, BEFORE_ALL))
        return filling.page()

    async def _windows(self, query: EventQuery) -> AsyncIterator[Range]:
        """All of its time; where it names nothing, from one milestone to the next."""
        here, until_ms = _begin(query), query.times.to_ms
        more = not query.names_something
        while more:
            ends = await self._events.run(partial(_milestones, query=query, since_ms=here))
            for end in sorted(set(ends)):
                yield Range(here, end)
                here = end
            more = len(ends) == MILESTONES_A_FIND
        yield Range(here, until_ms)

    async def _read(self, query: EventQuery) -> list[StoredEvent]:
        return await self._events.run(lambda events: _some(events, query))


def _begin(query: EventQuery) -> int | None:
    """None where it has none."""
    known = (query.times.from_ms, query.after.ms if query.after else None)
    return max((ms for ms in known if ms is not None), default=None)


def _milestones(events: InThread, query: EventQuery, since_ms: int | None) -> list[int]:
    """Where the next of them stand that come after a moment."""
    wanted = milestones_of(query, since_ms)
    order = order_field(query)
    listed = found(events, wanted, {order: 1}, order=[(order, ASCENDING)], most=MILESTONES_A_FIND)
    return [_at(document, order) for document in listed]


def _at(document: Any, order: str) -> int:
    for name in order.split("."):
        document = document[name]
    return int(document)


def _some(events: InThread, query: EventQuery) -> list[StoredEvent]:
    """In order: a page of them and one more, or as many as are more than an answer holds."""
    order = [(order_field(query), ASCENDING), ("_id", ASCENDING)]
    some: list[StoredEvent] = []
    size = 0
    for wanted in filters_of(query):
        with events.find(wanted, READ_FIELDS, **PATIENCE).sort(order).limit(query.per_page + 1 - len(some)) as cursor:
            for document in cursor:
                some.append(stored_event(document))
                size += len(some[-1].event)
                if len(some) > query.per_page or size > MOST_PAGE_BYTES:
                    return some
    return some
