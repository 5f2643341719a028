"""Records of the log as events to be stored."""

from __future__ import annotations

from provenance.standing import First
from services.traceability.ports import StoredEvent
from stream.receipts import Record
from wire.envelope import EnvelopeError, decode
from wire.errors import Rejected


def events_of(record: Record) -> tuple[StoredEvent, ...]:
    """The events of one record, each with this copy of its report. Raises Rejected where it is no envelope."""
    try:
        envelope = decode(record.value or b"")
    except EnvelopeError as error:
        raise Rejected(str(error)) from error
    place = (record.topic, record.partition, record.offset)
    return tuple(StoredEvent.of(e.event, e.content_hash, First(e.record_time_ms, *place, e.capturer)) for e in envelope)
