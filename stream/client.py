"""The one place that says how our blocking Kafka clients are set up, and where a client's callback meets asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import kafka
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError
from kafka.producer.transaction_manager import TransactionState

from stream.receipts import Receipt, TopicPartition
from wire.errors import Transient, Unacknowledged

DELIVERY_TIMEOUT_MS = 10_000
BOOTSTRAP_TIMEOUT_MS = 5_000
MAX_REQUEST_BYTES = 1024 * 1024 + 64 * 1024
"""A dead letter carries its reason beside a record that was itself as large as a record may be."""

Headers = Sequence[tuple[str, bytes]]


class BrokerAway(Transient):
    """No broker answered."""


def servers(bootstrap: str) -> list[str]:
    return bootstrap.split(",")


def new_producer(bootstrap: str, client_id: str, transactional_id: str | None = None) -> Any:
    """Blocks until a broker answers. `acks=all` and idempotent (ADR 0021). Raises BrokerAway."""
    try:
        producer = KafkaProducer(
            bootstrap_servers=servers(bootstrap),
            client_id=client_id,
            acks="all",
            enable_idempotence=True,
            transactional_id=transactional_id,
            linger_ms=0,
            compression_type="zstd",
            delivery_timeout_ms=DELIVERY_TIMEOUT_MS,
            request_timeout_ms=DELIVERY_TIMEOUT_MS // 2,
            max_block_ms=BOOTSTRAP_TIMEOUT_MS,
            max_request_size=MAX_REQUEST_BYTES,
            bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS,
            reconnect_backoff_max_ms=1000,
            metrics_enabled=False,  # a fifth of its CPU; ours are in runtime.metrics
            allow_auto_create_topics=False,
        )
    except KafkaError as error:
        raise BrokerAway(f"no broker answers at {bootstrap}") from error
    _let_it_begin_again(producer)
    return producer


def _let_it_begin_again(producer: Any) -> None:
    """kafka-python 3.0.12 gives up its producer id when the time of a record that was sent has run out, but asks for
    another only in the state it begins in: it would send nothing ever after, and say nothing (ADR 0021).
    """
    manager = producer._transaction_manager
    give_up = manager.reset_producer_id

    def give_up_and_begin_again() -> None:
        with manager._lock:
            give_up()
            manager._current_state = TransactionState.UNINITIALIZED

    manager.reset_producer_id = give_up_and_begin_again


def close_producer(producer: Any, within_s: float) -> None:
    """Waits for what it still holds, then ends it all the same: what is left fails. Blocks for about twice `within_s`.

    The client's own `close` raises where the broker is away, and leaves its thread sending (kafka-python 3.0.12).
    """
    try:
        producer.close(within_s)
    except KafkaError:
        producer._sender.force_close()
        producer._sender.join(within_s)
        producer._closed = True


def new_reader(bootstrap: str, client_id: str, **settings: Any) -> Any:
    """A consumer without a group membership: it is told its partitions and commits nothing. Raises BrokerAway."""
    try:
        return KafkaConsumer(
            bootstrap_servers=servers(bootstrap),
            client_id=client_id,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS,
            allow_auto_create_topics=False,
            reconnect_backoff_max_ms=1000,
            metrics_enabled=False,  # a fifth of its CPU; ours are in runtime.metrics
            **settings,
        )
    except KafkaError as error:
        raise BrokerAway(f"no broker answers at {bootstrap}") from error


def new_admin(bootstrap: str, client_id: str = "suyuan-admin") -> Any:
    """Raises BrokerAway."""
    try:
        return KafkaAdminClient(
            bootstrap_servers=servers(bootstrap), client_id=client_id, bootstrap_timeout_ms=BOOTSTRAP_TIMEOUT_MS
        )
    except KafkaError as error:
        raise BrokerAway(f"no broker answers at {bootstrap}") from error


def bridge(sent: Any, topic: str, loop: asyncio.AbstractEventLoop) -> asyncio.Future[Receipt]:
    """A send's own future, whose callbacks run in the client's thread, as one of `loop`.

    It fails with Unacknowledged whatever the client says: the record may or may not be in the log.
    """
    acknowledged: asyncio.Future[Receipt] = loop.create_future()

    def succeed(metadata: Any) -> None:
        _hand_over(loop, acknowledged, Receipt(topic, metadata.partition, metadata.offset))

    def fail(error: BaseException) -> None:
        _hand_over(loop, acknowledged, unacknowledged(topic, error))

    sent.add_callback(succeed)
    sent.add_errback(fail)
    return acknowledged


def unacknowledged(topic: str, error: BaseException) -> Unacknowledged:
    failure = Unacknowledged(f"{topic}: not acknowledged ({type(error).__name__})")
    failure.__cause__ = error
    return failure


def _hand_over(loop: asyncio.AbstractEventLoop, future: asyncio.Future[Receipt], outcome: Receipt | Exception) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(settle, future, outcome)


def settle(future: asyncio.Future[Receipt], outcome: Receipt | BaseException) -> None:
    """Once: what comes after is not said any more."""
    if future.done():
        return
    if isinstance(outcome, Receipt):
        future.set_result(outcome)
    else:
        future.set_exception(outcome)
        future.exception()  # marked as seen: whoever awaits it still gets it, and nobody need await it


def native(of: TopicPartition) -> Any:
    """The client insists on its own type of partition; ours is free of the client, so that ports may name it."""
    return kafka.TopicPartition(*of)


def partitions_of(consumer: Any, topic: str) -> tuple[TopicPartition, ...]:
    """Raises Transient where the topic is not there (yet)."""
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise Transient(f"the topic {topic} does not exist; `suyuan topics` creates it")
    return tuple(TopicPartition(topic, number) for number in sorted(numbers))
