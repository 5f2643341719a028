"""Kafka's place in tests, and only there: the same ports, the same promises, in memory.

No process of the product imports this. It passes the suites in `tests/contract` that the real one passes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count

from stream.client import Headers
from stream.keyed_producer import Message
from stream.receipts import Receipt, Record
from wire.envelope import RecordedEvent, encode
from wire.errors import Unacknowledged


class MemoryLog:
    """Topics of one partition each. `away` set: nothing is acknowledged."""

    def __init__(self, *, now_ms: int = 0) -> None:
        self.topics: dict[str, list[Record]] = {}
        self.away = False
        self._clock = count(now_ms)

    def append(self, topic: str, key: bytes | None, value: bytes | None) -> Receipt:
        """Raises Unacknowledged while away."""
        if self.away:
            raise Unacknowledged(f"{topic}: not acknowledged")
        records = self.topics.setdefault(topic, [])
        records.append(Record(topic, 0, len(records), next(self._clock), key, value))
        return records[-1].place


class MemoryEnvelopeProducer:
    """What is offered in one turn of the loop travels in one envelope, as with an idle broker."""

    def __init__(self, log: MemoryLog, topic_name: str) -> None:
        self.topic_name = topic_name
        self._log = log
        self._open: tuple[asyncio.Future[Receipt], list[RecordedEvent]] | None = None

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def publish(self, event: RecordedEvent) -> Receipt:
        return await asyncio.shield(self.offer(event))

    def offer(self, event: RecordedEvent) -> asyncio.Future[Receipt]:
        if self._open is None:
            loop = asyncio.get_running_loop()
            self._open = (loop.create_future(), [])
            loop.call_soon(self._flush)
        self._open[1].append(event)
        return self._open[0]

    def _flush(self) -> None:
        assert self._open is not None  # noqa: S101  _flush is due only while an envelope is open
        (ticket, events), self._open = self._open, None
        try:
            ticket.set_result(self._log.append(self.topic_name, None, encode(events)))
        except Unacknowledged as error:
            ticket.set_exception(error)
            ticket.exception()


class MemoryKeyedProducer:
    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Receipt:
        return self._log.append(topic, key, value)

    async def send_all(self, messages: Sequence[Message]) -> tuple[Receipt, ...]:
        return tuple(self._log.append(message.topic, message.key, message.value) for message in messages)
