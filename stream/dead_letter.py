"""Records set aside: the original bytes on `<topic>.dlq`, and in headers why, where from and by whom.

What is open is read from that topic itself: letters, less those a later record there says were replayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import structlog

from stream.client import Headers
from stream.keyed_producer import Message
from stream.log_reader import read_to_end
from stream.receipts import Receipt, Record

log = structlog.stdlib.get_logger(__name__)

SUFFIX = ".dlq"
MAX_EXPLANATION = 2000


class Reason(Enum):
    """`REJECTED`: the data is wrong. `BUG`: our program is; `/ready` and `audit` fail until it is replayed."""

    REJECTED = "rejected"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that was set aside. `record` has its original place, time and bytes; `place` is the letter's own."""

    place: Receipt
    record: Record
    reason: Reason
    explanation: str
    group: str


class DeadLetters(Protocol):
    async def set_aside(self, record: Record, reason: Reason, explanation: str) -> None:
        """Returns when the broker has acknowledged the letter. Raises Transient."""
        ...


class Sender(Protocol):
    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> Receipt: ...


class KafkaDeadLetters:
    def __init__(self, producer: Sender, *, group: str) -> None:
        self._producer = producer
        self._group = group

    async def set_aside(self, record: Record, reason: Reason, explanation: str) -> None:
        letter = letter_for(record, reason, explanation, self._group)
        await self._producer.send(letter.topic, letter.key, letter.value, letter.headers)


def letter_for(record: Record, reason: Reason, explanation: str, group: str) -> Message:
    """A null value travels as an empty one, since a record without key and value cannot be sent; a header says so."""
    headers = {
        "suyuan-reason": reason.value,
        "suyuan-explanation": explanation[:MAX_EXPLANATION],
        "suyuan-topic": record.topic,
        "suyuan-partition": str(record.partition),
        "suyuan-offset": str(record.offset),
        "suyuan-timestamp-ms": str(record.timestamp_ms),
        "suyuan-group": group,
        "suyuan-null-value": "yes" if record.value is None else "no",
    }
    spelt = tuple((name, text.encode()) for name, text in headers.items())
    return Message(record.topic + SUFFIX, record.key, record.value or b"", spelt)


def replayed_mark(letter: DeadLetter) -> Message:
    """What says, on the topic of dead letters, that a record was put back."""
    original = letter.record
    place = f"{original.topic}/{original.partition}/{original.offset}"
    return Message(letter.place.topic, None, b"", (("suyuan-replayed", place.encode()),))


def open_letters(bootstrap: str, topics: Iterable[str]) -> tuple[DeadLetter, ...]:
    """Of the event topics named, oldest first; one for each original place, however many groups set it aside.

    Blocking. Raises Transient.
    """
    return tuple(letter for topic in topics for letter in _still_open(_read(bootstrap, topic + SUFFIX)))


def _still_open(entries: Sequence[DeadLetter | Receipt]) -> Iterator[DeadLetter]:
    """A replay closes the letters written before it; a place set aside again later is open again.

    Marks and letters may lie on different partitions, so the broker's time decides, by which `_read` has sorted them.
    """
    open_at: dict[Receipt, DeadLetter] = {}
    for entry in entries:
        if isinstance(entry, DeadLetter):
            open_at.setdefault(entry.record.place, entry)
        else:
            open_at.pop(entry, None)
    yield from open_at.values()


def _read(bootstrap: str, dead_letter_topic: str) -> list[DeadLetter | Receipt]:
    with closing(read_to_end(bootstrap, dead_letter_topic)) as records:
        timed = [(record.timestamp_ms, place, headers, record) for place, headers, record in records]
    timed.sort(key=lambda entry: entry[0])
    return [entry for _, place, headers, record in timed if (entry := _entry_or_none(place, headers, record))]


def _entry_or_none(place: Receipt, headers: Mapping[str, str], raw: Record) -> DeadLetter | Receipt | None:
    """None for what somebody else wrote there: it is told, and hides no letter of ours."""
    try:
        return _entry(place, headers, raw)
    except (KeyError, ValueError) as error:
        log.warning("a record among the dead letters is no letter of ours", place=str(place), error=repr(error))
        return None


def _entry(place: Receipt, headers: Mapping[str, str], raw: Record) -> DeadLetter | Receipt:
    if "suyuan-replayed" in headers:
        topic, partition, offset = headers["suyuan-replayed"].rsplit("/", 2)
        return Receipt(topic, int(partition), int(offset))
    original = Record(
        headers["suyuan-topic"],
        int(headers["suyuan-partition"]),
        int(headers["suyuan-offset"]),
        int(headers["suyuan-timestamp-ms"]),
        raw.key,
        None if headers["suyuan-null-value"] == "yes" else raw.value,
    )
    return DeadLetter(
        place, original, Reason(headers["suyuan-reason"]), headers["suyuan-explanation"], headers["suyuan-group"]
    )
