"""Which records go where: what a record of a topic holds, and the store it is kept in. One table for all who ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.traceability.ports import EventStore, PaymentStore, Shelf
from services.traceability.store.documents import document_of
from services.traceability.store.envelopes import events_of, payments_of
from services.traceability.store.payment_documents import payment_document
from wire.topics import PAYMENTS


def shelf_of(events: EventStore, payments: PaymentStore) -> Callable[[str], Shelf]:
    """By the name of a topic, of any prefix."""
    special: Mapping[str, Shelf] = {PAYMENTS.noun: Shelf(payments_of, payment_document, payments)}
    usual = Shelf(events_of, document_of, events)
    return lambda topic: special.get(topic.split(".")[-2], usual)
