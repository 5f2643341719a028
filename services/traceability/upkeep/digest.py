"""One number for a set of events, whatever their order: two stores with one digest have the same events, first reported
alike.

The sum, modulo 2^256, of the SHA-256 of each event's record id, bytes and earliest report, which says who may read it
and whose word it is (architecture.md, "Generations").
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from services.traceability.ports import StoredRecord
from stream.receipts import TopicPartition

_MODULUS = 1 << 256

Cut = Mapping[TopicPartition, int]
"""End offsets: an event is within the cut when its earliest report lies below them."""


@dataclass(frozen=True, slots=True)
class Digest:
    """`text` is 64 hex digits; `events` how many it is over."""

    text: str
    events: int


async def digest_of(events: AsyncIterator[StoredRecord], cut: Cut | None = None) -> Digest:
    """Of the events within the cut, or of all."""
    total, number = 0, 0
    async for event in events:
        if cut is None or within(event, cut):
            total += int.from_bytes(sha256(_bytes(event)).digest(), "big")
            number += 1
    return Digest(f"{total % _MODULUS:064x}", number)


def _bytes(event: StoredRecord) -> bytes:
    return b"\0".join((event.record_id.encode(), repr(tuple(event.first)).encode(), event.event))


def within(event: StoredRecord, cut: Cut) -> bool:
    return event.first.offset < cut.get(TopicPartition(event.first.topic, event.first.partition), 0)
