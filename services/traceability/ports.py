"""What traceability needs of a store, in the words of the domain; `mongo` and `memory` are the two kinds of it.

Every method raises `wire.errors.Transient` where the store does not answer, or not durably: what was asked may or may
not have been done, and asking again is harmless.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Protocol

import orjson

from epcis.events import Event, Role
from provenance.standing import First
from services.traceability.event_query import EventQuery, Position
from stream.progress import Progress, ProgressStore
from stream.receipts import TopicPartition


class StoreUnfitError(Exception):
    """The store does not keep what it acknowledges, or lacks what is needed; the message says which."""


@dataclass(frozen=True)
class StoredEvent:
    """One event as the store has it: its `_id`, the bytes as recorded, and the earliest of its reports."""

    record_id: str
    event: bytes
    content_hash: bytes
    first: First

    @classmethod
    def of(cls, event: bytes, content_hash: bytes, first: First) -> StoredEvent:
        """As it is to be stored: the record id is the SHA-256 of the bytes, hex."""
        return cls(sha256(event).hexdigest(), event, content_hash, first)

    @cached_property
    def parsed(self) -> Event:
        """Parsed once, however many rounds of a build read it."""
        return Event(orjson.loads(self.event))


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a stored event without reading it: a few hundred bytes, whatever it names.

    `corrective` are the ids that are right instead where it declares its event wrong, None where it does not; `made`
    the things it makes under the name it was asked by, canonical keys.
    """

    record_id: str
    event_id: str
    first: First
    corrective: tuple[str, ...] | None = None
    made: tuple[str, ...] = ()


def position_in(query: EventQuery, event: StoredEvent) -> Position:
    """Where the event stands in the answer to a query."""
    ms = event.first.record_time_ms if query.by_record_time else event.parsed.time_ms
    return Position(ms, event.record_id)


@dataclass(frozen=True, slots=True)
class Page:
    """Events in order, and where the next page begins; None after the last."""

    events: tuple[StoredEvent, ...]
    next: Position | None


GOODS: frozenset[Role] = frozenset({"object", "child", "in", "out", "parent"})
"""The roles in which an event speaks of goods themselves; beside these it names ids, places and devices."""


class EventStore(Protocol):
    """A grow-only set of events."""

    async def record(self, events: Sequence[StoredEvent]) -> None:
        """Durable on return. A repeat keeps the least `first`, so order and duplication do not matter.

        Raises `documents.UnreadableEvent` where one of them cannot be read; of the others, any may be stored.
        """
        ...

    async def naming(self, keys: Collection[str]) -> Sequence[StoredEvent]:
        """Every event that names any of these canonical keys, in any role, each once, in no order.

        Raises `wire.errors.Rejected` where they are more than one caller may ask for.
        """
        ...

    async def making(self, name: str, limit: int) -> Sequence[Outline]:
        """Of the events that make things of this name (`numbers`), the `limit` latest, that recorded last first."""
        ...

    async def outlines(self, event_ids: Collection[str]) -> Sequence[Outline]:
        """Of every document of these events, nothing of `made`; in no order. Raises Rejected as `naming` does."""
        ...

    async def named_by_others(self, keys: Collection[str], event_id: str) -> frozenset[str]:
        """Which of these canonical keys any event but this one names as goods, in any of `GOODS`."""
        ...

    async def read(self, record_ids: Collection[str]) -> Mapping[str, StoredEvent]:
        """Those of these that are there, by record id."""
        ...

    async def stored(self, record_ids: Collection[str]) -> frozenset[str]:
        """Which of these are there."""
        ...

    async def query(self, query: EventQuery) -> Page: ...

    def scan(self) -> AsyncIterator[StoredEvent]:
        """Every event, ordered by record id."""
        ...


class ProgressTable(ProgressStore, Protocol):
    """The progress of every partition, as a reader asks for it."""

    async def read_all(self) -> Mapping[TopicPartition, Progress]: ...


@dataclass(frozen=True, slots=True)
class Named:
    """An event that names these keys was stored, or its `first` changed."""

    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Advanced:
    """Everything below `next_offset` of the partition is in the store, and was seen in the feed before this."""

    partition: TopicPartition
    next_offset: int


Change = Named | Advanced


class ChangeFeed(Protocol):
    def follow(self) -> AbstractAsyncContextManager[AsyncIterator[Change]]:
        """Every change since the context was entered, in the store's order. The iterator raises Transient
        when the feed breaks; nothing is promised across the break."""
        ...


@dataclass(frozen=True, slots=True)
class Generations:
    """Which read models there are: the one that answers, the one being built, and the one before, with when it goes.

    `last` is the highest number ever given: a number is not used twice, so a build always begins with nothing.
    """

    current: int = 1
    building: int | None = None
    retiring: int | None = None
    retire_at_ms: int = 0
    last: int = 1


class Pointer(Protocol):
    """The pointer document."""

    async def read(self) -> Generations: ...

    async def replace(self, before: Generations, after: Generations) -> bool:
        """Compare-and-set; False where it is no longer `before`."""
        ...
