"""The guarded worker: applies every record of its topics, in a process that ends rather than lose one.

Puts together the guard of one record, Faust, the stall watchdog, dead letters and readiness. What may go wrong with a
record is `guard`'s, what is Faust's is `consumer`'s, what stalls is `watchdog`'s.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog

from stream.consumer import build_app
from stream.crash_notes import FileCrashNotes
from stream.dead_letter import KafkaDeadLetters
from stream.guard import INTERRUPTED_EXIT, STALLED_EXIT, Apply, Guard, Observer, Unobserved
from stream.keyed_producer import KeyedProducer
from stream.progress import ProgressStore
from stream.quarantine_watch import QuarantineWatch
from stream.receipts import TopicPartition
from stream.watchdog import StallRule, Watchdog
from stream.worker_settings import WorkerSettings

STOP_WITHIN_S = 9.0
"""A supervisor sends SIGKILL 10 s after SIGTERM; the record under way comes again either way."""

log = structlog.stdlib.get_logger(__name__)

OnAssigned = Callable[[Collection[TopicPartition]], Awaitable[None]]
BuildApp = Callable[..., Any]


class Worker:
    """Runs until `stop` is set. Any other end is an end of the process, so that nothing is acknowledged unwritten."""

    def __init__(
        self,
        settings: WorkerSettings,
        *,
        apply: Apply,
        progress: ProgressStore,
        on_assigned: OnAssigned | None = None,
        observer: Observer | None = None,
        build_app: BuildApp = build_app,
    ) -> None:
        self._settings = settings
        self._build_app = build_app
        self._observer = observer or Unobserved()
        self._on_assigned = on_assigned
        self._producer = KeyedProducer(bootstrap=settings.bootstrap, client_id=f"{settings.consumer_id}-dead-letters")
        self._stopping = False
        self._guard = Guard(
            apply=apply,
            progress=progress,
            dead_letters=KafkaDeadLetters(self._producer, group=settings.group),
            crash_notes=FileCrashNotes(settings.state_folder / f"{settings.group}.crashes.json"),
            end_process=os._exit,
            stopping=lambda: self._stopping,
            observer=self._observer,
        )
        self.assigned: frozenset[TopicPartition] | None = None
        self._quarantines = QuarantineWatch(
            bootstrap=settings.bootstrap,
            topics=settings.topics,
            every_s=settings.look_for_quarantines_every_s,
            on_count=self._observer.quarantines,
            on_end=lambda: os._exit(STALLED_EXIT),
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Raises BrokerAway where no broker answers at the start; after that, only the process can end."""
        self._settings.state_folder.mkdir(parents=True, exist_ok=True)
        await self._producer.start()
        app = self._build_app(self._settings, guard=self._guard, given=self._given, taken=self._taken)
        watchdog = self._watchdog()
        self._quarantines.start()
        try:
            await app.start()
            watchdog.start()
            await self._until(stop, app)
        except BaseException as error:
            log.critical("worker failed", exc_info=error)
            os._exit(STALLED_EXIT)
        watchdog.stop()
        self._quarantines.stop()
        await self._finish(app)

    def not_ready(self) -> str | None:
        """A readiness check: None, or what is missing."""
        if self._stopping:
            return "stopping"
        if self.assigned is None:
            return "partitions are not assigned yet"
        return self._quarantines.not_ready()

    async def _given(self, partitions: Collection[TopicPartition]) -> None:
        await self._guard.given(partitions)
        if self._on_assigned is not None:
            await self._on_assigned(partitions)
        self.assigned = frozenset(partitions)

    def _taken(self) -> None:
        self.assigned = None

    async def _until(self, stop: asyncio.Event, app: Any) -> None:
        """Faust, when it gives up, stops its services and leaves the process running: that must not pass for work."""
        ends = [asyncio.create_task(stop.wait()), asyncio.create_task(app.wait_until_stopped())]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        if not stop.is_set():
            log.critical("faust gave up", reason=str(app.crash_reason))
            os._exit(STALLED_EXIT)

    async def _finish(self, app: Any) -> None:
        """The record under way is finished and committed; past the deadline nothing more is, and it comes again.

        Nothing is cancelled at the deadline: Faust swallows that while it waits for its streams, and goes on waiting.
        """
        self._stopping = True
        try:
            await asyncio.wait_for(asyncio.shield(self._close(app)), STOP_WITHIN_S)
        except BaseException as error:
            log.warning("stopped in the middle of a record", error=repr(error))
            os._exit(INTERRUPTED_EXIT)

    async def _close(self, app: Any) -> None:
        await app.stop()
        await self._producer.close()

    def _watchdog(self) -> Watchdog:
        return Watchdog(
            bootstrap=self._settings.bootstrap,
            group=self._settings.group,
            topics=self._settings.topics,
            assigned=lambda: self.assigned,
            patient=lambda: self._guard.retrying > 0,
            on_stall=lambda: os._exit(STALLED_EXIT),
            on_lag=self._observer.lag,
            rule=StallRule(all_s=self._settings.stalled_after_s),
        )


async def run_worker(
    settings: WorkerSettings,
    *,
    apply: Apply,
    progress: ProgressStore,
    stop: asyncio.Event,
    on_assigned: OnAssigned | None = None,
    observer: Observer | None = None,
) -> None:
    """Applies every record of the topics, until `stop` is set. For readiness checks build a `Worker` and keep it."""
    worker = Worker(settings, apply=apply, progress=progress, on_assigned=on_assigned, observer=observer)
    await worker.run(stop)
