"""What one reader sees of a stored event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from epcis.canonical_json import part_bytes
from provenance.access.authority import Principal
from provenance.access.public_view import public_view
from provenance.access.readership import View, readable
from provenance.days import day_at
from provenance.registry.records import Registry
from services.traceability.ports import StoredEvent
from stream.receipts import Receipt


@dataclass(frozen=True, slots=True)
class Shown:
    """`event` has the bytes as recorded for those who see the whole, else the public fields in canonical form."""

    record_id: str
    event: bytes
    record_time_ms: int
    content_hash: bytes = b""
    capturer: str = ""
    receipt: Receipt | None = None


def shown_to(reader: Principal, stored: StoredEvent, registry: Registry, today: date) -> Shown:
    """The public sees neither who reported it, nor where it lies, nor a hash of what it may not see."""
    event, first = stored.parsed, stored.first
    on = day_at(event.time_ms, event.offset)
    view = readable(reader, event, capturer=first.capturer, registry=registry, on=on, today=today)
    if view is View.PUBLIC:
        shown = part_bytes(public_view(event), event.body, stored.event)
        return Shown(stored.record_id, shown, first.record_time_ms)
    receipt = Receipt(first.topic, first.partition, first.offset)
    return Shown(stored.record_id, stored.event, first.record_time_ms, stored.content_hash, first.capturer, receipt)
