"""Records of the log as what is to be stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from provenance.standing import First
from services.traceability.ports import StoredEvent, StoredPayment
from stream.receipts import Record
from wire.envelope import EnvelopeError, decode
from wire.errors import Rejected

Stored = TypeVar("Stored")


def events_of(record: Record) -> tuple[StoredEvent, ...]:
    """The events of one record, each with this copy of its report. Raises Rejected where it is no envelope."""
    return _held(record, StoredEvent.of)


def payments_of(record: Record) -> tuple[StoredPayment, ...]:
    """The same of the payment records in one."""
    return _held(record, StoredPayment.of)


def _held(record: Record, stored: Callable[[bytes, bytes, First], Stored]) -> tuple[Stored, ...]:
    try:
        envelope = decode(record.value or b"")
    except EnvelopeError as error:
        raise Rejected(str(error)) from error
    place = (record.topic, record.partition, record.offset)
    return tuple(stored(e.event, e.content_hash, First(e.record_time_ms, *place, e.capturer)) for e in envelope)
