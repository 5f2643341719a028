"""Where a record lies in the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class TopicPartition(NamedTuple):
    topic: str
    partition: int


@dataclass(frozen=True, slots=True, order=True)
class Receipt:
    """The place of an acknowledged record; what `after` on a read carries."""

    topic: str
    partition: int
    offset: int

    @property
    def topic_partition(self) -> TopicPartition:
        return TopicPartition(self.topic, self.partition)


@dataclass(frozen=True, slots=True)
class Record:
    """A record as read. `key` and `value` are the original bytes; `timestamp_ms` is milliseconds since 1970 UTC."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None

    @property
    def topic_partition(self) -> TopicPartition:
        return TopicPartition(self.topic, self.partition)

    @property
    def place(self) -> Receipt:
        return Receipt(self.topic, self.partition, self.offset)
