"""Publishes events in envelopes: alone when the process is idle, full when it is busy, without a timer (ADR 0020).

One producer a process and topic. What the bytes of an event mean, and who may report it, was decided before.
"""

from __future__ import annotations

import asyncio
from itertools import cycle
from typing import Any

from kafka.errors import KafkaError

from stream.client import BrokerAway, bridge, close_producer, new_producer, settle, unacknowledged
from stream.envelope_filling import Filling, OpenEnvelope, size_of
from stream.receipts import Receipt
from wire.envelope import RecordedEvent, encode
from wire.errors import Overloaded, Unacknowledged

MAX_PENDING_BYTES = 16 * 1024 * 1024
MAX_IN_FLIGHT = 16
CLOSE_WITHIN_S = 5
END_WITHIN_S = 1

Envelope = OpenEnvelope["asyncio.Future[Receipt]"]


class EnvelopeProducer:
    """`publish` returns when the broker has acknowledged the envelope the event travelled in."""

    def __init__(
        self, *, bootstrap: str, topic_name: str, client_id: str, max_pending_bytes: int = MAX_PENDING_BYTES
    ) -> None:
        self.topic_name = topic_name
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._max_pending_bytes = max_pending_bytes
        self._filling: Filling[asyncio.Future[Receipt]] = Filling()
        self._outstanding: set[asyncio.Future[Receipt]] = set()
        self._in_flight = 0
        self._flush_is_due = False
        self._given_up = False

    async def start(self) -> None:
        """Raises BrokerAway where no broker answers or the topic is not there."""
        self._loop = asyncio.get_running_loop()
        self._kafka, numbers = await asyncio.to_thread(self._connect)
        self._partitions = cycle(numbers)

    async def publish(self, event: RecordedEvent) -> Receipt:
        """Raises Unacknowledged (it may be recorded: RETRY) or Overloaded (it was not taken)."""
        return await asyncio.shield(self.offer(event))

    def offer(self, event: RecordedEvent) -> asyncio.Future[Receipt]:
        """Take an event now and say later. All events of an envelope share the future: shield it, never cancel it.

        Raises Overloaded, or Unacknowledged after `give_up`.
        """
        if self._given_up:
            raise self._ending()
        if self._filling.pending_bytes + size_of(event) > self._max_pending_bytes:
            raise Overloaded(f"{self.topic_name}: too many events wait for the broker's acknowledgement")
        envelope = self._filling.room(event) or self._open_envelope()
        self._filling.add(event, envelope)
        self._flush_soon()
        return envelope.ticket

    def give_up(self) -> None:
        """The process ends soon: whoever still waits is told Unacknowledged now, and so is whoever comes after."""
        self._given_up = True
        for ticket in self._outstanding:
            settle(ticket, self._ending())

    async def close(self) -> None:
        """Waits for what was taken, as long as the broker may yet acknowledge it; never raises."""
        waiting = {ticket for ticket in self._outstanding if not ticket.done()}
        if waiting:
            await asyncio.wait(waiting, timeout=CLOSE_WITHIN_S)
        self.give_up()
        await asyncio.to_thread(close_producer, self._kafka, END_WITHIN_S)

    @property
    def pending_bytes(self) -> int:
        return self._filling.pending_bytes

    def _connect(self) -> tuple[Any, list[int]]:
        producer = new_producer(self._bootstrap, self._client_id)
        try:
            return producer, sorted(producer.partitions_for(self.topic_name))
        except KafkaError as error:
            producer.close(timeout=0)
            raise BrokerAway(f"the topic {self.topic_name} does not exist; `suyuan topics` creates it") from error

    def _open_envelope(self) -> Envelope:
        envelope: Envelope = OpenEnvelope(self._loop.create_future())
        self._outstanding.add(envelope.ticket)
        return envelope

    def _flush_soon(self) -> None:
        """After the caller's burst: the items of one call travel together, a lone event leaves in this same turn."""
        if not self._flush_is_due:
            self._flush_is_due = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_is_due = False
        while self._in_flight < MAX_IN_FLIGHT:
            envelope = self._filling.take(idle=self._in_flight == 0)
            if envelope is None:
                return
            self._send(envelope)

    def _send(self, envelope: Envelope) -> None:
        self._in_flight += 1
        try:
            sent = self._kafka.send(self.topic_name, encode(envelope.events), partition=next(self._partitions))
        except Exception as error:  # closed, no metadata: nothing was sent, and sending again is harmless
            self._loop.call_soon(self._settle, envelope, unacknowledged(self.topic_name, error))
            return
        bridge(sent, self.topic_name, self._loop).add_done_callback(lambda done: self._on_sent(envelope, done))

    def _on_sent(self, envelope: Envelope, done: asyncio.Future[Receipt]) -> None:
        self._settle(envelope, done.exception() or done.result())

    def _settle(self, envelope: Envelope, outcome: Receipt | BaseException) -> None:
        self._in_flight -= 1
        self._filling.settled(envelope)
        self._outstanding.discard(envelope.ticket)
        settle(envelope.ticket, outcome)
        self._flush()

    def _ending(self) -> Unacknowledged:
        return Unacknowledged(f"{self.topic_name}: not acknowledged before this process ended")
