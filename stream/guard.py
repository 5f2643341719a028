"""What happens to one record between its arrival and the moment Faust may acknowledge it (architecture, rules 5 and 6).

Faust acknowledges in a `finally`: whatever leaves the agent's loop loses the record. So nothing leaves `handle`: it
returns when the record is written or set aside, and ends the whole process for everything else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import count
from typing import NoReturn, Protocol, TypeVar

import structlog

from stream.crash_notes import CRASHES_BEFORE_QUARANTINE, CrashNotes
from stream.dead_letter import DeadLetters, Reason
from stream.progress import (
    BEGINNING,
    STEPS,
    FencedProjector,
    Gap,
    Progress,
    ProgressStore,
    Step,
    position,
)
from stream.receipts import Record, TopicPartition
from wire.errors import Rejected, Transient

BUG_EXIT = 70
STALLED_EXIT = 71
INTERRUPTED_EXIT = 75
"""sysexits.h: EX_SOFTWARE, EX_OSERR, EX_TEMPFAIL. A supervisor starts the process again after any of them."""

FIRST_RETRY_S = 0.1
LONGEST_RETRY_S = 5.0

log = structlog.stdlib.get_logger(__name__)

Apply = Callable[[Record], Awaitable[None]]
Outcome = TypeVar("Outcome")


class Observer(Protocol):
    """Told what happens, for metrics."""

    def done(self, topic: str, outcome: str, seconds: float) -> None: ...

    def retried(self, topic: str) -> None: ...

    def lag(self, records: int) -> None: ...

    def quarantines(self, count: int) -> None: ...


class Unobserved:
    def done(self, topic: str, outcome: str, seconds: float) -> None: ...

    def retried(self, topic: str) -> None: ...

    def lag(self, records: int) -> None: ...

    def quarantines(self, count: int) -> None: ...


class Guard:
    """One for a worker. `end_process` must not return (`os._exit`)."""

    def __init__(
        self,
        *,
        apply: Apply,
        progress: ProgressStore,
        dead_letters: DeadLetters,
        crash_notes: CrashNotes,
        end_process: Callable[[int], NoReturn],
        stopping: Callable[[], bool],
        observer: Observer,
    ) -> None:
        self._apply = apply
        self._store = progress
        self._dead_letters = dead_letters
        self._crash_notes = crash_notes
        self._end_process = end_process
        self._stopping = stopping
        self._observer = observer
        self._progress: dict[TopicPartition, Progress | None] = {}
        self.retrying = 0
        """How many records are being retried in place at this moment; the watchdog is patient meanwhile."""

    async def given(self, partitions: Iterable[TopicPartition]) -> None:
        """Reads the progress of the partitions given; from here on it is counted. Forgets all others."""
        wanted = sorted(partitions)
        read = [await self._retried(lambda of=of: self._store.read(of), of.topic) for of in wanted]  # type: ignore[misc]
        self._progress = dict(zip(wanted, read, strict=True))

    def next_offsets(self) -> Mapping[TopicPartition, int]:
        """Where each partition given must be read on."""
        return {of: (progress or BEGINNING).next_offset for of, progress in self._progress.items()}

    async def handle(self, record: Record) -> None:
        """Returns only when the record is done with and progress is advanced."""
        started = time.perf_counter()
        try:
            outcome = await self._steps(record)
        except BaseException as error:
            self._end(record, error)
        self._observer.done(record.topic, outcome, time.perf_counter() - started)

    async def _steps(self, record: Record) -> str:
        if record.topic_partition not in self._progress:
            raise FencedProjector(f"{record.place} came from a partition that is not ours")
        before = self._progress[record.topic_partition]
        outcome = ""
        for step in STEPS[position(before or BEGINNING, record.offset)]:
            match step:
                case Step.STOP:
                    raise Gap(f"{record.place} came, and {(before or BEGINNING).next_offset} is the next to be written")
                case Step.WRITE:
                    outcome = await self._write(record)
                case Step.ADVANCE:
                    await self._advance(record, before)
        return outcome

    async def _write(self, record: Record) -> str:
        if self._crash_notes.crashes_at(record.place) >= CRASHES_BEFORE_QUARANTINE:
            await self._set_aside(record, Reason.BUG, f"ended the process {CRASHES_BEFORE_QUARANTINE} times")
            return "quarantined"
        try:
            await self._retried(lambda: self._apply(record), record.topic)
        except Rejected as error:
            await self._set_aside(record, Reason.REJECTED, str(error))
            return "rejected"
        self._crash_notes.passed(record.place)
        return "written"

    async def _set_aside(self, record: Record, reason: Reason, explanation: str) -> None:
        await self._retried(lambda: self._dead_letters.set_aside(record, reason, explanation), record.topic)
        self._crash_notes.passed(record.place)
        log.error("record set aside", place=str(record.place), reason=reason.value, explanation=explanation)

    async def _advance(self, record: Record, before: Progress | None) -> None:
        """A compare-and-set whose answer was lost may have been done: tried again, what stands there may be ours."""
        after = (before or BEGINNING).after(record)
        of = record.topic_partition
        attempts = count()

        async def advance() -> bool:
            tried_before = next(attempts) > 0
            if await self._store.compare_and_set(of, before, after):
                return True
            return tried_before and await self._store.read(of) == after

        if not await self._retried(advance, record.topic):
            raise FencedProjector(f"{record.place} was the next, but somebody else has advanced its partition")
        self._progress[of] = after

    async def _retried(self, attempt: Callable[[], Awaitable[Outcome]], topic: str) -> Outcome:
        try:
            return await attempt()
        except Transient as error:
            self._on_transient(topic, error)
        self.retrying += 1
        try:
            return await self._retry(attempt, topic)
        finally:
            self.retrying -= 1

    async def _retry(self, attempt: Callable[[], Awaitable[Outcome]], topic: str) -> Outcome:
        delay_s = FIRST_RETRY_S
        while True:
            await asyncio.sleep(delay_s)
            try:
                return await attempt()
            except Transient as error:
                self._on_transient(topic, error)
            delay_s = min(2 * delay_s, LONGEST_RETRY_S)

    def _on_transient(self, topic: str, error: Transient) -> None:
        """When the process is told to stop: nothing is acknowledged, so the record comes again after the restart."""
        log.warning("retried in place", topic=topic, error=str(error))
        self._observer.retried(topic)
        if self._stopping():
            self._end_process(INTERRUPTED_EXIT)

    def _end(self, record: Record, error: BaseException) -> NoReturn:
        """A cancellation is nobody's fault; a gap and a fence are not the record's; the rest is a bug at this place."""
        if isinstance(error, asyncio.CancelledError | GeneratorExit):
            log.warning("cancelled in the middle of a record", place=str(record.place))
            self._end_process(INTERRUPTED_EXIT)
        if isinstance(error, Gap | FencedProjector):
            log.critical("projector stopped", place=str(record.place), error=str(error))
            self._end_process(BUG_EXIT)
        crashes = self._crash_notes.note(record.place)
        log.critical("record ended the process", place=str(record.place), crashes=crashes, exc_info=error)
        self._end_process(BUG_EXIT)
