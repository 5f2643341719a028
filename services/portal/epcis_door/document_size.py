"""How much one document may ask for, judged before anything is made of it.

Owns the limits on events and bytes. A small document can mean much: its ``@context`` counts again for each event that
stands alone with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from epcis.documents import event_list
from wire.limits import MAX_EVENT_BYTES

MAX_DOCUMENT_EVENTS = 2000
MAX_STANDING_ALONE_BYTES = 16 * 1024 * 1024


class TooLarge(Exception):
    """More than one document may ask for; the sentence says what would be taken."""


def require_capturable(body: object) -> None:
    """Raises TooLarge. What is no document passes: others say so."""
    events = event_list(body) if isinstance(body, Mapping) else None
    if events is None or not isinstance(body, Mapping):
        return
    if len(events) > MAX_DOCUMENT_EVENTS:
        raise TooLarge(f"At most {MAX_DOCUMENT_EVENTS} events are taken in one document.")
    outer = _bytes(body["@context"]) if "epcisBody" in body and "@context" in body else 0
    sizes = [outer + _bytes(event) for event in events]
    if sizes and max(sizes) > MAX_EVENT_BYTES:
        place = sizes.index(max(sizes))
        raise TooLarge(f"Event {place} has {max(sizes)} bytes with its @context; at most {MAX_EVENT_BYTES} are taken.")
    if sum(sizes) > MAX_STANDING_ALONE_BYTES:
        raise TooLarge(
            f"The events have {sum(sizes)} bytes when each has the document's @context; at most "
            f"{MAX_STANDING_ALONE_BYTES} are taken. Send a shorter @context, or several documents."
        )


def _bytes(value: Any) -> int:
    """0 for what orjson reads and cannot write, such as 300 levels or 30 digits: validation refuses that by name."""
    try:
        return len(orjson.dumps(value))
    except TypeError:
        return 0
