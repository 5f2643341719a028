"""Which of the records that wait are written together (architecture, rule 6). Pure.

A worker that is behind finds several records waiting. A *run* of them is written with one write, and every partition in
it advanced once: two synchronous writes to the store a run, where each record had cost two (ADR 0071).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from stream.progress import BEGINNING, Advance, Position, Progress, position
from stream.receipts import Receipt, Record, TopicPartition

MOST_RECORDS = 64
MOST_BYTES = 512 * 1024
"""Of values. A record above it is a run of its own; full envelopes of 50 events make runs of about 750 events."""

Counted = Mapping[TopicPartition, Progress | None]
"""The progress of every partition given; None where nothing was written yet."""


@dataclass(frozen=True, slots=True)
class Run:
    """Records in the order they came, at least one, all at one position; `advances` is what follows their write."""

    position: Position
    records: tuple[Record, ...]
    advances: tuple[Advance, ...]


def next_run(waiting: Iterable[Record], progress: Counted, alone: Callable[[Receipt], bool]) -> Run:
    """The first that waits, and as many behind it as may be written with it.

    The first must be of a partition in `progress`. What is `alone` is never written with another.
    """
    gathering = _Gathering(progress, alone)
    records = tuple(takewhile(gathering.takes, waiting))
    return Run(gathering.position, records, gathering.advances())


@dataclass(slots=True)
class _Gathering:
    progress: Counted
    alone: Callable[[Receipt], bool]
    position: Position = Position.GAP
    _reached: dict[TopicPartition, Progress] = field(default_factory=dict)
    _records: int = 0
    _bytes: int = 0
    _closed: bool = False

    def takes(self, record: Record) -> bool:
        of = record.topic_partition
        if self._closed or of not in self.progress:
            return False
        at = self._reached.get(of, self.progress[of] or BEGINNING)
        where = position(at, record.offset)
        size, alone = len(record.value or b""), self.alone(record.place)
        if self._records and (alone or where is not self.position or not self._has_room(size)):
            return False
        self.position, self._closed = where, alone
        self._records += 1
        self._bytes += size
        if where is Position.NEXT:
            self._reached[of] = at.after(record)
        return True

    def advances(self) -> tuple[Advance, ...]:
        return tuple(Advance(of, self.progress[of], new) for of, new in self._reached.items())

    def _has_room(self, size: int) -> bool:
        return self._records < MOST_RECORDS and self._bytes + size <= MOST_BYTES
