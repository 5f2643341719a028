"""Reads a few records at a known place of a topic: one consumer without a group, kept open. Blocking, one at a time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypeVar

from kafka.errors import KafkaError

from stream.client import native, new_reader, partitions_of
from stream.receipts import Record, TopicPartition
from wire.errors import Transient

Answer = TypeVar("Answer")

POLL_MS = 200
POLLS = 25


@dataclass(frozen=True, slots=True)
class Tail:
    """Newest first by their times, and complete: nothing that was not read is newer than any of `records`.

    By partition: the bound below which this was read, and the oldest offset kept.
    """

    records: Sequence[Record]
    bounds: Mapping[int, int]
    firsts: Mapping[int, int]


class SpotReader:
    """Of one topic. Connects at the first use and again after trouble, so an absent broker does not stop a start."""

    def __init__(self, *, bootstrap: str, topic: str, client_id: str) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._client_id = client_id
        self._one_at_a_time = threading.Lock()
        self._consumer: Any = None

    def read(self, partition: int, offset: int, limit: int) -> list[Record]:
        """At most `limit` records from `offset`; empty where that lies outside what is kept. Raises Transient."""
        with self._one_at_a_time:
            return self._guarded(
                lambda consumer: self._read(consumer, TopicPartition(self._topic, partition), offset, limit)
            )

    def tail(self, limit: int, before: Mapping[int, int]) -> Tail:
        """At most about `limit` of the last records over all partitions; in a partition that `before` names, below that
        offset. Raises Transient."""
        with self._one_at_a_time:
            return self._guarded(lambda consumer: self._tail(consumer, limit, before))

    def close(self) -> None:
        with self._one_at_a_time:
            self._forget()

    def _guarded(self, ask: Callable[[Any], Answer]) -> Answer:
        try:
            if self._consumer is None:
                self._consumer = new_reader(self._bootstrap, self._client_id, max_poll_records=2000)
            return ask(self._consumer)
        except KafkaError as error:
            self._forget()
            raise Transient(f"{self._topic} could not be read: {type(error).__name__}") from error

    def _forget(self) -> None:
        if self._consumer is not None:
            self._consumer.close()
        self._consumer = None

    def _read(self, consumer: Any, partition: TopicPartition, offset: int, limit: int) -> list[Record]:
        if partition not in partitions_of(consumer, self._topic):
            return []
        at = native(partition)
        consumer.assign([at])
        first, end = consumer.beginning_offsets([at])[at], consumer.end_offsets([at])[at]
        if not first <= offset < end:
            return []
        consumer.seek(at, offset)
        return _collect(consumer, {at: min(end, offset + limit)})

    def _tail(self, consumer: Any, limit: int, before: Mapping[int, int]) -> Tail:
        partitions = [native(partition) for partition in partitions_of(consumer, self._topic)]
        consumer.assign(partitions)
        firsts, ends = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
        each = max(1, -(-limit // len(partitions)))
        starts = {}
        for one in partitions:
            ends[one] = max(firsts[one], min(ends[one], before.get(one.partition, ends[one])))
            starts[one] = max(firsts[one], ends[one] - each)
            consumer.seek(one, starts[one])
        records = sorted(_collect(consumer, ends), key=_newness, reverse=True)
        older = {one.partition for one in partitions if starts[one] > firsts[one]}
        return Tail(
            tuple(_complete(records, older)),
            {one.partition: ends[one] for one in partitions},
            {one.partition: firsts[one] for one in partitions},
        )


def _newness(record: Record) -> tuple[int, int, int]:
    return record.timestamp_ms, record.partition, record.offset


def _complete(records: Sequence[Record], older: Set[int]) -> Iterator[Record]:
    """Those before the first partition of `older` runs out: what it has besides may be newer than what others have."""
    left = Counter(record.partition for record in records)
    for record in records:
        yield record
        left[record.partition] -= 1
        if not left[record.partition] and record.partition in older:
            return


def _collect(consumer: Any, until: dict[TopicPartition, int]) -> list[Record]:
    """What lies before `until`; transaction markers and compaction leave holes, so positions are compared."""
    records: list[Record] = []
    for _ in range(POLLS):
        if all(consumer.position(partition) >= end for partition, end in until.items()):
            return records
        for partition, found in consumer.poll(timeout_ms=POLL_MS).items():
            records.extend(_below(found, until[TopicPartition(*partition)]))
    raise Transient(f"nothing came from {sorted(until)} within {POLLS * POLL_MS // 1000} s")


def _below(found: Iterable[Any], end: int) -> list[Record]:
    return [
        Record(one.topic, one.partition, one.offset, one.timestamp, one.key, one.value)
        for one in found
        if one.offset < end
    ]
