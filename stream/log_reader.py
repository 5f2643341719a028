"""Reads topics from the beginning to a cut, without a group: for audit, dead letters, rebuild digests. Blocking."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from typing import Any

from kafka.errors import KafkaError

from stream.client import native, new_reader, partitions_of
from stream.receipts import Receipt, Record, TopicPartition
from wire.errors import Transient

PATIENCE_S = 30
POLL_MS = 500

WithHeaders = tuple[Receipt, Mapping[str, str], Record]


def end_offsets(bootstrap: str, topics: Iterable[str]) -> dict[TopicPartition, int]:
    """The offset after the last committed record, for every partition of each topic. Raises Transient."""
    with closing(new_reader(bootstrap, "suyuan-ends")) as consumer:
        try:
            partitions = [partition for topic in topics for partition in partitions_of(consumer, topic)]
            ends = consumer.end_offsets([native(of) for of in partitions])
        except KafkaError as error:
            raise Transient(f"the broker did not say where the topics end: {error}") from error
    return {TopicPartition(*partition): end for partition, end in ends.items()}


def first_offset(bootstrap: str, of: TopicPartition) -> int:
    """Of the oldest record that the topic still keeps. Raises Transient."""
    with closing(new_reader(bootstrap, "suyuan-firsts")) as consumer:
        try:
            return int(consumer.beginning_offsets([native(of)])[native(of)])
        except KafkaError as error:
            raise Transient(f"the broker did not say where {of} begins: {error}") from error


def read_log(
    bootstrap: str, until: Mapping[TopicPartition, int], start: Mapping[TopicPartition, int] | None = None
) -> Generator[Record, None, None]:
    """Every record below `until`, from `start` or the beginning, in offset order within a partition.

    Raises Transient when nothing comes for half a minute, or the broker does not answer.
    """
    for _, _, record in _read(bootstrap, until, start or {}):
        yield record


def read_to_end(bootstrap: str, topic: str) -> Generator[WithHeaders, None, None]:
    """Every record of one topic up to its present end, with its headers as texts."""
    return _read(bootstrap, end_offsets(bootstrap, [topic]), {})


def _read(
    bootstrap: str, until: Mapping[TopicPartition, int], start: Mapping[TopicPartition, int]
) -> Generator[WithHeaders, None, None]:
    with closing(new_reader(bootstrap, "suyuan-log-reader", max_poll_records=2000)) as consumer:
        try:
            yield from _read_with(consumer, until, start)
        except KafkaError as error:
            raise Transient(f"the broker did not give the log: {error}") from error


def _read_with(
    consumer: Any, until: Mapping[TopicPartition, int], start: Mapping[TopicPartition, int]
) -> Generator[WithHeaders, None, None]:
    waiting = _assign(consumer, until, start)
    silent_polls = 0
    while waiting:
        found = consumer.poll(timeout_ms=POLL_MS)
        for partition, records in found.items():
            for record in records:
                if record.offset < until[TopicPartition(*partition)]:
                    yield _as_read(record)
        waiting = {partition for partition in waiting if consumer.position(native(partition)) < until[partition]}
        silent_polls = 0 if found else silent_polls + 1
        if silent_polls * POLL_MS > PATIENCE_S * 1000:
            raise Transient(f"nothing came from {sorted(waiting)} for {PATIENCE_S} s")


def _assign(
    consumer: Any, until: Mapping[TopicPartition, int], start: Mapping[TopicPartition, int]
) -> set[TopicPartition]:
    partitions = [native(of) for of in until]
    consumer.assign(partitions)
    firsts = consumer.beginning_offsets(partitions)
    for partition in until:
        consumer.seek(native(partition), max(start.get(partition, 0), firsts[partition]))
    return {partition for partition in until if consumer.position(native(partition)) < until[partition]}


def _as_read(record: Any) -> WithHeaders:
    place = Receipt(record.topic, record.partition, record.offset)
    headers = {name: (value or b"").decode(errors="replace") for name, value in record.headers or ()}
    value = None if record.value is None else bytes(record.value)
    key = None if record.key is None else bytes(record.key)
    return place, headers, Record(record.topic, record.partition, record.offset, record.timestamp, key, value)
