"""Is everything in the log also in the store?

Compares progress with the broker's ends and counts what was set aside; a deep audit reads the log again and looks for
the bytes of every event.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from services.traceability.handlers import sorted_out
from services.traceability.ports import ProgressTable, Shelf, StoredRecord
from stream.audit import DeepReading, behind
from stream.dead_letter import DeadLetter, Reason, open_letters
from stream.log_reader import end_offsets
from stream.progress import BEGINNING, Progress
from stream.receipts import Record, TopicPartition
from wire.errors import Rejected

SETTLE_S = 3.0
"""Without movement; while the projector catches up, audit waits."""
LOOK_EVERY_S = 0.25
EVENTS_A_READ = 50
MOST_NAMED = 1000
"""Lacks beyond these are counted, not named."""

Reached = Mapping[TopicPartition, Progress]


@dataclass(frozen=True, slots=True)
class Lack:
    """Something missing; `offset` where it is known."""

    topic: str
    partition: int
    offset: int | None
    problem: str


@dataclass(frozen=True, slots=True)
class Findings:
    """`reports` are those that a deep audit read, an event reported twice being two of them, None where none was read;
    `set_aside` are records that were bad data: they are on the dead-letter topic, and not missing."""

    missing: tuple[Lack, ...]
    partitions: int
    reports: int | None = None
    set_aside: int = 0

    @property
    def complete(self) -> bool:
        return not self.missing


async def audit(
    *,
    kafka: str,
    topics: Sequence[str],
    shelf_of: Callable[[str], Shelf],
    progress: ProgressTable,
    deep: bool,
    settle_s: float = SETTLE_S,
) -> Findings:
    """Waits a little for what is on its way, then says what is missing."""
    before = await progress.read_all()
    ends = await asyncio.to_thread(end_offsets, kafka, topics)
    reached = await _settled(progress, ends, settle_s)
    letters = await asyncio.to_thread(open_letters, kafka, topics)
    missing = [*_behind(reached, ends, await asyncio.to_thread(end_offsets, kafka, topics)), *_quarantined(letters)]
    set_aside = sum(letter.reason is Reason.REJECTED for letter in letters)
    if not deep:
        return Findings(tuple(missing), len(ends), set_aside=set_aside)
    reading = await asyncio.to_thread(DeepReading, kafka, topics)
    await _settled(progress, reading.ends, settle_s)
    lacks, unreadable, reports = await _not_stored(reading, before, shelf_of)
    lacks += _unexplained(unreadable, await asyncio.to_thread(open_letters, kafka, topics))
    lacks += [_lack(lack.partition, None, lack.sentence) for lack in reading.differing(before)]
    return Findings((*missing, *lacks[:MOST_NAMED]), len(ends), reports, set_aside)


async def _settled(progress: ProgressTable, ends: Mapping[TopicPartition, int], settle_s: float) -> Reached:
    """The progress once it has passed these ends, or has not moved for a while."""
    reached, moved_at = await progress.read_all(), time.monotonic()
    while not _past(reached, ends) and time.monotonic() - moved_at < settle_s:
        await asyncio.sleep(LOOK_EVERY_S)
        now = await progress.read_all()
        if now != reached:
            reached, moved_at = now, time.monotonic()
    return reached


def _past(reached: Reached, ends: Mapping[TopicPartition, int]) -> bool:
    return all(reached.get(of, BEGINNING).next_offset >= end for of, end in ends.items())


def _behind(
    reached: Reached, ends: Mapping[TopicPartition, int], later: Mapping[TopicPartition, int]
) -> Iterator[Lack]:
    """Short of the ends as they were before progress was read, or past the ends as they were afterwards."""
    fair = {of: max(end, min(reached.get(of, BEGINNING).next_offset, later[of])) for of, end in ends.items()}
    for shortfall in behind(fair, reached):
        yield _lack(shortfall.partition, None, shortfall.sentence)


def _quarantined(letters: Iterable[DeadLetter]) -> Iterator[Lack]:
    for letter in letters:
        if letter.reason is Reason.BUG:
            place = letter.record.place
            yield _lack(place.topic_partition, place.offset, f"set aside for a bug of ours: {letter.explanation}")


async def _not_stored(
    reading: DeepReading, remember: Reached, shelf_of: Callable[[str], Shelf]
) -> tuple[list[Lack], list[tuple[Record, str]], int]:
    """Every event of the log that the store has not as it is; what cannot be stored; how many reports there are."""
    records = reading.records({of: progress.next_offset for of, progress in remember.items()})
    lacks: list[Lack] = []
    unreadable: list[tuple[Record, str]] = []
    number = 0
    events = _events(records, unreadable, shelf_of)
    while some := await asyncio.to_thread(lambda: tuple(islice(events, EVENTS_A_READ))):
        number += len(some)
        stored = await _stored(some, shelf_of)
        lacks += [_misses(event) for event in some if not _kept(event, stored.get(event.record_id))]
    return lacks, unreadable, number


async def _stored(some: Sequence[StoredRecord], shelf_of: Callable[[str], Shelf]) -> dict[str, StoredRecord]:
    """By record id, each from where records of its topic are kept."""
    found: dict[str, StoredRecord] = {}
    for topic in {event.first.topic for event in some}:
        found |= await shelf_of(topic).store.read({event.record_id for event in some if event.first.topic == topic})
    return found


def _events(
    records: Iterable[Record], unreadable: list[tuple[Record, str]], shelf_of: Callable[[str], Shelf]
) -> Iterator[StoredRecord]:
    """What should be stored of each record. A record with something that cannot be is noted."""
    for record in records:
        shelf = shelf_of(record.topic)
        try:
            events, problems = sorted_out(shelf.held(record), shelf)
        except Rejected as error:
            events, problems = (), (str(error),)
        if problems:
            unreadable.append((record, problems[0]))
        yield from events


def _unexplained(unreadable: Iterable[tuple[Record, str]], letters: Iterable[DeadLetter]) -> Iterator[Lack]:
    """What cannot be stored must lie among the dead letters: by its bytes, because a replay puts it elsewhere too."""
    set_aside = {letter.record.value or b"" for letter in letters}
    for record, problem in unreadable:
        if (record.value or b"") not in set_aside:
            yield _lack(record.topic_partition, record.offset, f"neither stored nor set aside: {problem}")


def _kept(event: StoredRecord, stored: StoredRecord | None) -> bool:
    """The same bytes, reported no later. The place is not compared: what was replayed stands elsewhere."""
    if stored is None or stored.event != event.event:
        return False
    return stored.first.record_time_ms <= event.first.record_time_ms


def _misses(event: StoredRecord) -> Lack:
    of = TopicPartition(event.first.topic, event.first.partition)
    return _lack(of, event.first.offset, f"event {event.record_id} is not stored as it was recorded")


def _lack(of: TopicPartition, offset: int | None, problem: str) -> Lack:
    return Lack(of.topic, of.partition, offset, problem)
