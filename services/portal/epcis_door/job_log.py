"""The log of capture jobs on `produce.captures.v1`: kept 30 days, read at the place a capture id names."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from services.portal.ports import JobEntry, JobTail
from stream.keyed_producer import KeyedProducer
from stream.receipts import Receipt, Record
from stream.spot_reader import SpotReader


class KafkaJobLog:
    def __init__(self, *, producer: KeyedProducer, reader: SpotReader, topic: str) -> None:
        self._producer = producer
        self._reader = reader
        self._topic = topic

    async def append(self, key: str, value: bytes) -> Receipt:
        return await self._producer.send(self._topic, key.encode(), value)

    async def read(self, partition: int, offset: int, limit: int) -> Sequence[JobEntry]:
        records = await asyncio.to_thread(self._reader.read, partition, offset, limit)
        return [_entry(record) for record in records]

    async def recent(self, limit: int, before: Mapping[int, int]) -> JobTail:
        tail = await asyncio.to_thread(self._reader.tail, limit, before)
        return JobTail([(record.place, _entry(record)) for record in tail.records], tail.bounds, tail.firsts)


def _entry(record: Record) -> JobEntry:
    return JobEntry((record.key or b"").decode(), record.value or b"")
