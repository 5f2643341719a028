"""What happens to a record between its arrival and the moment Faust may acknowledge it (architecture, rules 5 and 6).

Faust acknowledges in a `finally`: whatever leaves the agent's loop loses the record. So nothing leaves `handle`: it
returns when the record is written or set aside, and ends the whole process for everything else. Records that wait
behind it are written along with it (`runs`); when their turn comes, they only pass.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from itertools import chain, count
from typing import NoReturn, Protocol, TypeVar

import structlog

from stream.crash_notes import CRASHES_BEFORE_QUARANTINE, CrashNotes
from stream.dead_letter import DeadLetters, Reason
from stream.progress import BEGINNING, STEPS, FencedProjector, Gap, Progress, ProgressStore, Step
from stream.receipts import Receipt, Record, TopicPartition
from stream.runs import Run, next_run
from wire.errors import Rejected, Transient

BUG_EXIT = 70
STALLED_EXIT = 71
INTERRUPTED_EXIT = 75
"""sysexits.h: EX_SOFTWARE, EX_OSERR, EX_TEMPFAIL. A supervisor starts the process again after any of them."""

FIRST_RETRY_S = 0.1
LONGEST_RETRY_S = 5.0

log = structlog.stdlib.get_logger(__name__)

Apply = Callable[[Sequence[Record]], Awaitable[None]]
"""Writes all of these. What it raises for several it must be ready to be asked again for each of them alone."""

Outcome = TypeVar("Outcome")

ENDS = (asyncio.CancelledError, GeneratorExit, Gap, FencedProjector)
"""What no single record of a run is the cause of."""


class Observer(Protocol):
    """Told what happens, for metrics."""

    def done(self, topic: str, outcome: str, records: int, seconds: float) -> None: ...

    def retried(self, topic: str) -> None: ...

    def lag(self, records: int) -> None: ...

    def quarantines(self, count: int) -> None: ...


class Unobserved:
    def done(self, topic: str, outcome: str, records: int, seconds: float) -> None: ...

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
        self._ahead: set[Receipt] = set()
        """Written along with a record before them, and not come yet."""
        self.retrying = 0
        """How many runs are being retried in place at this moment; the watchdog is patient meanwhile."""

    async def given(self, partitions: Iterable[TopicPartition]) -> None:
        """Reads the progress of the partitions given; from here on it is counted. Forgets all others."""
        wanted = sorted(partitions)
        read = [await self._retried(lambda of=of: self._store.read(of), of.topic) for of in wanted]  # type: ignore[misc]
        self._progress = dict(zip(wanted, read, strict=True))
        self._ahead.clear()

    def next_offsets(self) -> Mapping[TopicPartition, int]:
        """Where each partition given must be read on."""
        return {of: (progress or BEGINNING).next_offset for of, progress in self._progress.items()}

    async def handle(self, record: Record, behind: Iterable[Record] = ()) -> None:
        """Returns only when the record is done with and progress is advanced.

        Those that wait `behind` it, in the order in which they will come, may be done with by then, too.
        """
        if record.place in self._ahead:
            self._ahead.remove(record.place)
            return
        try:
            self._check_given(record)
            run = self._next_run(chain([record], behind))
        except BaseException as error:
            self._end(record, error)
        await self._do(run)
        self._ahead.update(one.place for one in run.records[1:])

    def _check_given(self, record: Record) -> None:
        if record.topic_partition not in self._progress:
            raise FencedProjector(f"{record.place} came from a partition that is not ours")

    def _next_run(self, waiting: Iterable[Record]) -> Run:
        """Where a crash was noted, the record is alone, so that another crash is held against nobody else."""
        return next_run(waiting, self._progress, alone=lambda place: self._crash_notes.crashes_at(place) > 0)

    async def _do(self, run: Run) -> None:
        """A run that fails is done record by record: the fault is found at its own place, and the rest is written."""
        started = time.perf_counter()
        topic, records = run.records[0].topic, len(run.records)
        try:
            outcome = await self._steps(run)
        except BaseException as error:
            if records == 1 or isinstance(error, ENDS):
                self._end(run.records[0], error)
            log.warning("run failed and is done record by record", topic=topic, records=records, error=repr(error))
        else:
            self._observer.done(topic, outcome, records, time.perf_counter() - started)
            return
        for record in run.records:
            await self._do(self._next_run([record]))

    async def _steps(self, run: Run) -> str:
        outcome = ""
        for step in STEPS[run.position]:
            match step:
                case Step.STOP:
                    raise Gap(self._missing_before(run.records[0]))
                case Step.WRITE:
                    outcome = await self._write(run.records)
                case Step.ADVANCE:
                    await self._advance(run)
        return outcome

    def _missing_before(self, record: Record) -> str:
        progress = self._progress[record.topic_partition] or BEGINNING
        return f"{record.place} came, and {progress.next_offset} is the next to be written"

    async def _write(self, records: Sequence[Record]) -> str:
        first, *others = records
        if self._crash_notes.crashes_at(first.place) >= CRASHES_BEFORE_QUARANTINE:
            await self._set_aside(first, Reason.BUG, f"ended the process {CRASHES_BEFORE_QUARANTINE} times")
            return "quarantined"
        try:
            await self._retried(lambda: self._apply(records), first.topic)
        except Rejected as error:
            if others:
                raise
            await self._set_aside(first, Reason.REJECTED, str(error))
            return "rejected"
        self._crash_notes.passed(first.place)
        return "written"

    async def _set_aside(self, record: Record, reason: Reason, explanation: str) -> None:
        await self._retried(lambda: self._dead_letters.set_aside(record, reason, explanation), record.topic)
        self._crash_notes.passed(record.place)
        log.error("record set aside", place=str(record.place), reason=reason.value, explanation=explanation)

    async def _advance(self, run: Run) -> None:
        """A compare-and-set whose answer was lost may have been done: tried again, what stands there may be ours."""
        attempts = count()

        async def advance() -> bool:
            tried_before = next(attempts) > 0
            if await self._store.compare_and_set(run.advances):
                return True
            return tried_before and all([await self._store.read(one.of) == one.new for one in run.advances])

        if not await self._retried(advance, run.records[0].topic):
            partitions = ", ".join(str(one.of) for one in run.advances)
            raise FencedProjector(f"somebody else has advanced one of {partitions}")
        self._progress |= {one.of: one.new for one in run.advances}

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
        """When the process is told to stop: nothing is acknowledged, so the run comes again after the restart."""
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
