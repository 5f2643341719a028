"""Publishes single keyed records: registry, captures, labels, dead letters. Optionally fenced by a transactional id."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kafka.errors import InvalidProducerEpochError, KafkaError, ProducerFencedError

from stream.client import (
    DELIVERY_TIMEOUT_MS,
    BrokerAway,
    Headers,
    bridge,
    close_producer,
    new_producer,
    unacknowledged,
)
from stream.receipts import Receipt

CLOSE_WITHIN_S = 2
_FENCED = (ProducerFencedError, InvalidProducerEpochError)


@dataclass(frozen=True, slots=True)
class Message:
    """A record to send; a `value` of None is a tombstone for its key."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None


class Fenced(RuntimeError):
    """Another process started with our transactional id: this one must end and write nothing more."""


class KeyedProducer:
    """With a `transactional_id` only the last process that started with it can write (ADR 0022)."""

    def __init__(self, *, bootstrap: str, client_id: str, transactional_id: str | None = None) -> None:
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._transactional_id = transactional_id
        self._one_transaction = asyncio.Lock()

    async def start(self) -> None:
        """Raises BrokerAway."""
        self._kafka = await asyncio.to_thread(self._connect)

    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Receipt:
        """Raises Unacknowledged, or Fenced."""
        (receipt,) = await self.send_all([Message(topic, key, value, headers)])
        return receipt

    async def send_all(self, messages: Sequence[Message]) -> tuple[Receipt, ...]:
        """Receipts in the order of `messages`; with a transactional id all of them or none are read by anyone.

        Raises Unacknowledged if any is not acknowledged, or Fenced.
        """
        if self._transactional_id is not None:
            async with self._one_transaction:
                return await _to_its_end(asyncio.create_task(asyncio.to_thread(self._transact, messages)))
        sent = await asyncio.to_thread(self._send_each, messages)
        loop = asyncio.get_running_loop()
        return tuple(await asyncio.gather(*(bridge(one, m.topic, loop) for one, m in zip(sent, messages, strict=True))))

    async def close(self) -> None:
        await asyncio.to_thread(close_producer, self._kafka, CLOSE_WITHIN_S)

    def _connect(self) -> Any:
        """Raises BrokerAway, also where a broker answers but has nobody yet to coordinate transactions."""
        producer = new_producer(self._bootstrap, self._client_id, self._transactional_id)
        if self._transactional_id is not None:
            try:
                producer.init_transactions()
            except KafkaError as error:
                producer.close(timeout=0)
                raise BrokerAway(f"the broker at {self._bootstrap} does not begin transactions yet") from error
        return producer

    def _send_each(self, messages: Sequence[Message]) -> list[Any]:
        """In a thread: a send blocks while the client looks a topic up."""
        try:
            return [self._send(message) for message in messages]
        except KafkaError as error:
            raise unacknowledged(messages[0].topic, error) from error

    def _send(self, message: Message) -> Any:
        return self._kafka.send(
            message.topic,
            key=message.key,
            value=message.value,
            headers=list(message.headers),
            partition=message.partition,
        )

    def _transact(self, messages: Sequence[Message]) -> tuple[Receipt, ...]:
        try:
            self._kafka.begin_transaction()
            sent = [self._send(message) for message in messages]
            receipts = tuple(_receipt(one, message) for one, message in zip(sent, messages, strict=True))
            self._kafka.commit_transaction()
        except _FENCED as error:
            raise Fenced(f"another process writes as {self._transactional_id}; this one must end") from error
        except KafkaError as error:
            self._abort()
            raise unacknowledged(messages[0].topic, error) from error
        return receipts

    def _abort(self) -> None:
        """A transaction that cannot even be aborted is ended by the broker when the next producer starts."""
        try:
            self._kafka.abort_transaction()
        except _FENCED as error:
            raise Fenced(f"another process writes as {self._transactional_id}; this one must end") from error
        except KafkaError:
            self._kafka.close(timeout=0)
            self._kafka = self._connect()


async def _to_its_end(transaction: asyncio.Task[tuple[Receipt, ...]]) -> tuple[Receipt, ...]:
    """A thread cannot be cancelled: who gives up leaves when it has ended, so that none begins inside it."""
    try:
        return await asyncio.shield(transaction)
    except asyncio.CancelledError:
        while not transaction.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([transaction])
        if not transaction.cancelled():
            transaction.exception()  # nobody is left to be told of it
        raise


def _receipt(sent: Any, message: Message) -> Receipt:
    metadata = sent.get(timeout=DELIVERY_TIMEOUT_MS / 1000)
    return Receipt(message.topic, metadata.partition, metadata.offset)
