"""What traceability needs of a store, in the words of the domain; `mongo` and `memory` are the two kinds of it.

Every method raises `wire.errors.Transient` where the store does not answer, or not durably: what was asked may or may
not have been done, and asking again is harmless.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol, TypeVar

import orjson

from epcis.computed_once import cached_property
from epcis.events import Event, Role
from provenance.graph.gathering import Wanted
from provenance.standing import First
from services.traceability.events.query import EventQuery, Position
from stream.progress import Progress, ProgressStore
from stream.receipts import Record, TopicPartition


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
class StoredPayment:
    """One payment record as the store has it; `event` is its bytes, as an envelope calls what it holds."""

    record_id: str
    event: bytes
    content_hash: bytes
    first: First

    @classmethod
    def of(cls, event: bytes, content_hash: bytes, first: First) -> StoredPayment:
        """As it is to be stored: the record id is the SHA-256 of the bytes, hex."""
        return cls(sha256(event).hexdigest(), event, content_hash, first)


class StoredRecord(Protocol):
    """What an envelope holds, of any kind, as a store has it."""

    @property
    def record_id(self) -> str: ...

    @property
    def event(self) -> bytes: ...

    @property
    def first(self) -> First: ...


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


@dataclass(frozen=True, slots=True)
class KeptDay:
    """What is kept of an asset's readings on one day: made of its events, and true while there is no `token`.

    A token is put there, fresh each time, after any event was stored that may change it. `light` and `points` are
    None where nothing was made yet, `points` also where they were not asked for.
    """

    token: str | None = None
    light: bytes | None = None
    points: bytes | None = None


class Ahead(Protocol):
    """What is to be read along with events just found. It may be called in another thread."""

    def __call__(self, found: Sequence[StoredEvent], /) -> Collection[str]: ...

    def unread(self, names: Collection[str]) -> None:
        """Of these, which it said, not all was read: it may be that more events name them."""
        ...


SHOWN_READINGS = 6
"""Of a name that stands for the readings of one day (`epcis.readings`): loggers report by the minute."""


class EventStore(Protocol):
    """A grow-only set of events."""

    async def record(self, events: Sequence[StoredEvent]) -> None:
        """Durable on return. A repeat keeps the least `first`, so order and duplication do not matter.

        Raises `documents.UnreadableEvent` where one of them cannot be read; of the others, any may be stored.
        """
        ...

    async def naming(self, keys: Collection[str]) -> Sequence[StoredEvent]:
        """Every event that names any of these canonical keys, in any role, each once, in no order.

        Of a day's readings, the first `SHOWN_READINGS` by event time.

        Raises `wire.errors.Rejected` where they are more than one caller may ask for.
        """
        ...

    async def reports(self, event_ids: Collection[str], *, with_corrected: bool) -> Sequence[StoredEvent]:
        """Every document of these events, and where asked for of what declares another wrong and one of these right;
        nothing of what names such an id in any other role. Raises Rejected as `naming` does."""
        ...

    async def gathered(self, wanted: Wanted, ahead: Ahead | None = None) -> Sequence[StoredEvent]:
        """What a build asks for, as `Wanted` says; each once, in no order. Raises Rejected as `naming` does.

        `ahead` is told of the events found and says of which names those are to be read as well, and so on, until it
        says none or so much was read; what is read ahead is never a reason to refuse.
        """
        ...

    async def measured(self, day: str) -> Sequence[StoredEvent]:
        """All of a day's readings of an asset (`readings_on`), by event time."""
        ...

    async def days(self, names: Collection[str], *, points: bool) -> Mapping[str, KeptDay]:
        """Of these days (`readings_on`) those on which anything was measured."""
        ...

    async def doubted_days(self, most: int) -> Sequence[str]:
        """Days (`readings_on`) that nothing is kept of, or that were put in doubt since; any `most` of them."""
        ...

    async def declared_of(self, event_ids: Collection[str]) -> frozenset[str]:
        """Which of these any report declares wrong, whether or not that counts."""
        ...

    async def keep_day(self, name: str, kept: KeptDay) -> bool:
        """Keep what was made after `kept.token` was read, and clear it; False where there is another by now."""
        ...

    async def doubt_day(self, name: str) -> str:
        """Put a fresh token there, and say which: what was made rests on what is not so any more."""
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


MOST_PAYMENTS = 20_000
"""That name one thing; a station pays some thousand growers a few times a season."""


class PaymentStore(Protocol):
    """A grow-only set of payment records."""

    async def record(self, payments: Sequence[StoredPayment]) -> None:
        """As `EventStore.record`."""
        ...

    async def naming(self, keys: Collection[str]) -> Sequence[StoredPayment]:
        """Every record found by any of these (`provenance.payments.records.keys_of`), each once, in no order.

        Raises `wire.errors.Rejected` where they are more than one caller may ask for.
        """
        ...

    async def read(self, record_ids: Collection[str]) -> Mapping[str, StoredPayment]: ...

    def scan(self) -> AsyncIterator[StoredPayment]:
        """Every record, ordered by record id."""
        ...


Kept = TypeVar("Kept", bound=StoredRecord)


class RecordStore(Protocol[Kept]):
    """What the stores of all kinds of records have in common."""

    async def record(self, records: Sequence[Kept], /) -> None: ...

    async def read(self, record_ids: Collection[str]) -> Mapping[str, Kept]: ...

    def scan(self) -> AsyncIterator[Kept]: ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the records of a topic go. `held` raises `wire.errors.Rejected` where a record is no envelope, `check`
    raises `documents.UnreadableEvent` where something in it cannot be stored."""

    held: Callable[[Record], Sequence[StoredRecord]]
    check: Callable[[Any], object]
    store: RecordStore[Any]


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
