"""How far a projector has come, and what a record at an offset means to it (architecture, rule 6). Pure.

One `Progress` a partition. Read when the partition is given, then counted by the projector itself; advanced by
compare-and-set after the write and before the loop goes on. What is written and advanced together is `runs`'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Protocol

from stream.receipts import Record, TopicPartition


@dataclass(frozen=True, slots=True)
class Progress:
    """`next_offset` is the first record not yet written; `digest` is chained over all that were (32 bytes)."""

    next_offset: int = 0
    digest: bytes = bytes(32)

    def __post_init__(self) -> None:
        if self.next_offset < 0 or len(self.digest) != 32:
            raise ValueError("progress counts from 0 and has a digest of 32 bytes")

    def after(self, record: Record) -> Progress:
        """The progress once `record`, which must be the next, is written."""
        if record.offset != self.next_offset:
            raise ValueError(f"{record.place} is not the next record, {self.next_offset} is")
        return Progress(self.next_offset + 1, chained(self.digest, record))


BEGINNING = Progress()


@dataclass(frozen=True, slots=True)
class Advance:
    """What a compare-and-set does to one partition; `expected` None: nothing stands there yet."""

    of: TopicPartition
    expected: Progress | None
    new: Progress


def chained(digest: bytes, record: Record) -> bytes:
    """SHA-256 of the digest so far, the offset (8 bytes, big-endian) and SHA-256 of the value; null counts as empty."""
    return sha256(digest + record.offset.to_bytes(8, "big") + sha256(record.value or b"").digest()).digest()


class Position(Enum):
    """Where a record stands, seen from the projector's own count."""

    REDELIVERY = "redelivery"
    NEXT = "next"
    GAP = "gap"


def position(progress: Progress, offset: int) -> Position:
    if offset < progress.next_offset:
        return Position.REDELIVERY
    return Position.NEXT if offset == progress.next_offset else Position.GAP


class Step(Enum):
    """What the projector does with a run of records at one position, in this order."""

    WRITE = "write"
    ADVANCE = "advance"
    STOP = "stop"


STEPS: Mapping[Position, tuple[Step, ...]] = {
    Position.REDELIVERY: (Step.WRITE,),
    Position.NEXT: (Step.WRITE, Step.ADVANCE),
    Position.GAP: (Step.STOP,),
}


class Gap(RuntimeError):
    """Records are missing between what was written and what came. The projector stops; nothing is skipped."""


class FencedProjector(RuntimeError):
    """Somebody else has advanced this partition: this projector was replaced and woke again. It ends."""


class ProgressStore(Protocol):
    """Keeps one progress a partition, durably, in the store that the projector writes to."""

    async def read(self, of: TopicPartition) -> Progress | None:
        """None where nothing was written yet. Raises Transient."""
        ...

    async def compare_and_set(self, advances: Sequence[Advance]) -> bool:
        """For each partition by itself: where `expected` stood, `new` stands now. True when it did in all of them.

        Raises Transient, and then any of them may have been done.
        """
        ...


class MemoryProgress:
    """A ProgressStore for tests, and for workers whose writes need no audit."""

    def __init__(self) -> None:
        self.stored: dict[TopicPartition, Progress] = {}

    async def read(self, of: TopicPartition) -> Progress | None:
        return self.stored.get(of)

    async def compare_and_set(self, advances: Sequence[Advance]) -> bool:
        stood = [one for one in advances if self.stored.get(one.of) == one.expected]
        self.stored |= {one.of: one.new for one in stood}
        return len(stood) == len(advances)
