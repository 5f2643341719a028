"""A payment record as a document of the store, and back. `keys` is what it is found by; the bytes say the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provenance.payments.records import Recorded, keys_of
from services.traceability.ports import StoredPayment
from services.traceability.store.documents import Document, UnreadableEvent, first_document, first_of
from wire.payment_codec import PaymentError, decode


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
    """From a document read with `documents.READ_FIELDS`."""
    return StoredPayment(document["_id"], document["bytes"], document["hash"], first_of(document["first"]))


def recorded(stored: StoredPayment) -> Recorded:
    """What it says."""
    return Recorded(stored.record_id, decode(stored.event), stored.first)
