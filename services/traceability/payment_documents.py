"""A payment record as a document of the store, and back. `keys` is what it is found by; the bytes say the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provenance.payments.records import Recorded, keys_of
from provenance.standing import First
from services.traceability.documents import Document, UnreadableEvent, first_document
from services.traceability.ports import StoredPayment
from stream.receipts import Record
from wire.envelope import EnvelopeError
from wire.envelope import decode as envelope
from wire.errors import Rejected
from wire.payment_codec import PaymentError, decode

READ_FIELDS = {"_id": 1, "bytes": 1, "hash": 1, "first": 1}


def payments_of(record: Record) -> tuple[StoredPayment, ...]:
    """The payment records of one record of the log. Raises Rejected where it is no envelope."""
    try:
        events = envelope(record.value or b"")
    except EnvelopeError as error:
        raise Rejected(str(error)) from error
    place = (record.topic, record.partition, record.offset)
    return tuple(StoredPayment.of(e.event, e.content_hash, First(e.record_time_ms, *place, e.capturer)) for e in events)


def payment_document(stored: StoredPayment) -> Document:
    """What is inserted. Raises UnreadableEvent."""
    try:
        said = decode(stored.event)
    except PaymentError as error:
        raise UnreadableEvent(str(error)) from error
    return {
        "_id": stored.record_id,
        "bytes": stored.event,
        "hash": stored.content_hash,
        "keys": list(dict.fromkeys(keys_of(said))),
        "first": first_document(stored.first),
    }


def stored_payment(document: Mapping[str, Any]) -> StoredPayment:
    """From a document read with READ_FIELDS."""
    first = document["first"]
    place = First(first["recorded"], first["topic"], first["partition"], first["offset"], first["capturer"])
    return StoredPayment(document["_id"], document["bytes"], document["hash"], place)


def recorded(stored: StoredPayment) -> Recorded:
    """What it says."""
    return Recorded(stored.record_id, decode(stored.event), stored.first)
