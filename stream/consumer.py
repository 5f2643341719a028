"""The guarded Faust worker: the only module that knows faust.

At-least-once, one agent a topic, concurrency 1, no tables, no web server, static membership, work finished before a
rebalance or a stop. What may go wrong with a record is `guard`'s; what stalls is `watchdog`'s.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import faust
import structlog
from faust.transport.drivers import aiokafka as driver

from stream.crash_notes import FileCrashNotes
from stream.dead_letter import KafkaDeadLetters, Reason, open_letters
from stream.guard import INTERRUPTED_EXIT, STALLED_EXIT, Apply, Guard, Observer, Unobserved
from stream.keyed_producer import KeyedProducer
from stream.progress import ProgressStore
from stream.receipts import Record, TopicPartition
from stream.watchdog import ALL_STALLED_S, StallRule, Watchdog
from wire.errors import Transient

STOP_WITHIN_S = 9.0
"""A supervisor sends SIGKILL 10 s after SIGTERM; the record under way comes again either way."""

log = structlog.stdlib.get_logger(__name__)

OnAssigned = Callable[[Collection[TopicPartition]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """Times in seconds. `consumer_id` is one for each process of a group and stays over restarts."""

    bootstrap: str
    group: str
    consumer_id: str
    topics: tuple[str, ...]
    state_folder: Path
    session_timeout_s: float = 10.0
    heartbeat_s: float = 2.0
    commit_every_s: float = 1.0
    fetch_bytes: int = 1024 * 1024
    buffered_records: int = 64
    look_for_quarantines_every_s: float = 10.0
    stalled_after_s: float = ALL_STALLED_S


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
    ) -> None:
        self._settings = settings
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
        self.open_quarantines = 0
        self._looked_for_quarantines = False

    async def run(self, stop: asyncio.Event) -> None:
        """Raises BrokerAway where no broker answers at the start; after that, only the process can end."""
        self._settings.state_folder.mkdir(parents=True, exist_ok=True)
        await self._producer.start()
        app = build_app(self._settings, guard=self._guard, given=self._given, taken=self._taken)
        watchdog = self._watchdog()
        looking = asyncio.create_task(self._look_for_quarantines())
        try:
            await app.start()
            watchdog.start()
            await self._until(stop, app)
        except BaseException as error:
            log.critical("worker failed", exc_info=error)
            os._exit(STALLED_EXIT)
        watchdog.stop()
        looking.cancel()
        await self._finish(app)

    def not_ready(self) -> str | None:
        """A readiness check: None, or what is missing."""
        if self.assigned is None:
            return "partitions are not assigned yet"
        if not self._looked_for_quarantines:
            return "dead letters were not read yet"
        if self.open_quarantines:
            return f"{self.open_quarantines} record(s) quarantined as a bug; `suyuan dlq list` shows them"
        return None

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
        """The record under way is finished and committed; past the deadline nothing more is, and it comes again."""
        self._stopping = True
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                await app.stop()
                await self._producer.close()
        except BaseException as error:
            log.warning("stopped in the middle of a record", error=repr(error))
            os._exit(INTERRUPTED_EXIT)

    async def _look_for_quarantines(self) -> None:
        topics = self._settings.topics
        while True:
            with suppress(Transient):
                letters = await asyncio.to_thread(open_letters, self._settings.bootstrap, topics)
                self.open_quarantines = sum(letter.reason is Reason.BUG for letter in letters)
                self._looked_for_quarantines = True
                self._observer.quarantines(self.open_quarantines)
            await asyncio.sleep(self._settings.look_for_quarantines_every_s)

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


Given = Callable[[Collection[TopicPartition]], Awaitable[None]]


def build_app(settings: WorkerSettings, *, guard: Guard, given: Given, taken: Callable[[], None]) -> Any:
    """A Faust app with one agent a topic. Settings as measured (ADR 0023); none that matters is left to a default."""
    app = _App(
        settings.group,
        guard=guard,
        given=given,
        taken=taken,
        broker=[f"kafka://{server}" for server in settings.bootstrap.split(",")],
        broker_client_id=settings.consumer_id,
        consumer_group_instance_id=settings.consumer_id,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=settings.fetch_bytes,
        processing_guarantee="at_least_once",
        stream_wait_empty=True,
        stream_buffer_maxsize=settings.buffered_records,
        broker_session_timeout=settings.session_timeout_s,
        broker_heartbeat_interval=settings.heartbeat_s,
        broker_commit_interval=settings.commit_every_s,
        broker_max_poll_interval=24 * 60 * 60,  # transient trouble is retried in place for as long as it lasts
        topic_disable_leader=True,
        topic_allow_declare=False,
        web_enabled=False,
        datadir=str(settings.state_folder / "faust"),
        key_serializer="raw",
        value_serializer="raw",
    )
    for topic in settings.topics:
        channel = app.topic(topic, key_type=bytes, value_type=bytes, allow_empty=True)
        app.agent(channel, name=f"guarded-{topic}", concurrency=1)(_agent(guard))
    return app


def _agent(guard: Guard) -> Callable[[Any], Awaitable[None]]:
    async def guarded(stream: Any) -> None:
        async for _ in stream:
            await guard.handle(_record(stream.current_event.message))

    return guarded


def _record(message: Any) -> Record:
    timestamp_ms = round((message.timestamp or 0) * 1000)
    return Record(message.topic, message.partition, message.offset, timestamp_ms, message.key, message.value)


class _Consumer(driver.Consumer):
    """Faust's consumer, reading on where progress stands and not where Faust believes to have committed (ADR 0024)."""

    async def perform_seek(self) -> None:
        await super().perform_seek()
        assigned = self.assignment()
        for of, offset in cast(_App, self.app).guard.next_offsets().items():
            tp = self._new_topicpartition(*of)
            committed = self._committed_offset.get(tp)
            if tp in assigned and committed is not None and committed > offset:
                log.error(
                    "read again what was committed unwritten", partition=str(of), committed=committed, next=offset
                )
                self._committed_offset[tp] = offset
                await self.seek(tp, offset)


class _Transport(driver.Transport):
    Consumer = _Consumer


class _App(faust.App):
    """Tells the worker of its partitions before Faust reads on."""

    def __init__(self, id: str, *, guard: Guard, given: Given, taken: Callable[[], None], **settings: Any) -> None:
        super().__init__(id, **settings)
        self.guard = guard
        self._given = given
        self._taken = taken

    def _new_transport(self) -> Any:
        return _Transport(self.conf.broker_consumer, self)

    async def _on_partitions_revoked(self, revoked: set[Any]) -> None:
        self._taken()
        await super()._on_partitions_revoked(revoked)

    async def _on_partitions_assigned(self, assigned: set[Any], generation_id: int = 0) -> None:
        await self._given([TopicPartition(tp.topic, tp.partition) for tp in assigned])
        await super()._on_partitions_assigned(assigned, generation_id)
