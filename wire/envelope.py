"""The record on an event topic: 1 to 50 events in one protobuf envelope.

Owns the limits and the two directions of the codec. What the bytes of an event mean is `epcis`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from google.protobuf.message import DecodeError
from produce.v1 import envelope_pb2

MAX_EVENTS = 50
MAX_BYTES = 32 * 1024
MAX_CALL_ITEMS = 500


class EnvelopeError(ValueError):
    """The bytes are no envelope."""


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as accepted; `event` is its RFC 8785 form (`epcis.event_id.recorded_bytes`)."""

    event: bytes
    content_hash: bytes
    record_time_ms: int
    capturer: str
    sent_time_ms: int = 0

    @property
    def record_id(self) -> str:
        """`_id` of the event in every store: SHA-256 of its bytes, hex."""
        return sha256(self.event).hexdigest()


def encode(events: Iterable[RecordedEvent]) -> bytes:
    return envelope_pb2.Envelope(
        events=(
            envelope_pb2.RecordedEvent(
                event=e.event,
                content_hash=e.content_hash,
                record_time_ms=e.record_time_ms,
                capturer=e.capturer,
                sent_time_ms=e.sent_time_ms,
            )
            for e in events
        )
    ).SerializeToString()


def decode(value: bytes) -> tuple[RecordedEvent, ...]:
    """Raises EnvelopeError where `value` is not an envelope of at least one event."""
    try:
        envelope = envelope_pb2.Envelope.FromString(value)
    except DecodeError as error:
        raise EnvelopeError(f"not an envelope: {error}") from error
    if not envelope.events:
        raise EnvelopeError("an envelope without events")
    return tuple(
        RecordedEvent(e.event, e.content_hash, e.record_time_ms, e.capturer, e.sent_time_ms) for e in envelope.events
    )
