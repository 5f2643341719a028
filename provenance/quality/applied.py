"""What was used on the plots a thing was picked on: sprays, fertiliser, seed, by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from epcis.events import Event, applies_input
from provenance.days import day_of
from provenance.order import in_order
from provenance.standing import Reported
from provenance.weights import gtin_of

SUBSTANCE = "suyuan:substance"


@dataclass(frozen=True, slots=True)
class Applied:
    """One farm input used on a plot; `product` is the canonical GTIN of the goods used up, "" where they have none."""

    event_id: str
    plot: str
    on: date
    time_ms: int
    product: str
    substance: str


def read_applied(documents: Iterable[Reported]) -> tuple[Applied, ...]:
    """In the order of events, one for each product used up; one for the substance where no goods are named."""
    events = (document.event for document in in_order(documents) if applies_input(document.event.body))
    return tuple(found for event in events for found in _used(event))


def _used(event: Event) -> Iterable[Applied]:
    on = day_of(event)
    products = dict.fromkeys(gtin_of(item.key) or "" for item in event.objects) or {"": None}
    substance = event.body.get(SUBSTANCE, "")
    said = substance if isinstance(substance, str) else ""
    return (Applied(event.event_id, event.read_point or "", on, event.time_ms, one, said) for one in products)
