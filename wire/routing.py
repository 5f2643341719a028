"""Which topic an event belongs to: a total table on the event alone, so that any EPCIS event has a home.

Each topic has one kind of writer. Private and absent steps, pooling among them, go to shipping.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from epcis.vocabulary import bare_word
from provenance.steps import APPLYING_INPUT, CERTIFYING
from wire.topics import HARVEST, QUALITY, SHIPPING, Topic

_PICKING = frozenset({"commissioning", "creating_class_instance"})

_BY_STEP: Mapping[str, Topic] = {
    APPLYING_INPUT: HARVEST,
    "inspecting": QUALITY,
    "sampling": QUALITY,
    "holding": QUALITY,
    CERTIFYING: QUALITY,
}


def topic_of(body: Mapping[str, Any]) -> Topic:
    """The topic for an event's JSON object. Total: never raises for a valid event."""
    step = bare_word(body.get("bizStep"))
    if step in _PICKING:
        return HARVEST if _picked(body) else SHIPPING
    return _BY_STEP.get(step or "", SHIPPING)


def _picked(body: Mapping[str, Any]) -> bool:
    return body["type"] == "ObjectEvent" and body.get("action") == "ADD" and bool(body.get("quantityList"))
