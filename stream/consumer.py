"""The Faust app around the guard, and the only module that knows faust.

At-least-once, one agent a topic, concurrency 1, no tables, no web server, static membership, work finished before a
rebalance or a stop (ADR 0023). Reads on from the worker's own progress (ADR 0024).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator
from typing import Any, cast

import faust
import structlog
from faust.transport.drivers import aiokafka as driver

from stream.guard import Guard
from stream.receipts import Record, TopicPartition
from stream.worker_settings import WorkerSettings

log = structlog.stdlib.get_logger(__name__)

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
            await guard.handle(_record(stream.current_event.message), _behind(stream))

    return guarded


def _behind(stream: Any) -> Iterator[Record]:
    """What Faust has read and not handed out yet, in its order. It is looked at and stays where it is (ADR 0071)."""
    return (_record(event.message) for event in stream.channel.queue._queue)


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
