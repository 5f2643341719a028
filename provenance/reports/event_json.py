"""How a report is put into an EPCIS event's JSON: what every builder of this package has in its hands.

Leaves out what was not reported: an empty list or an unknown amount never becomes a field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from provenance.steps import NAMESPACE

CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"suyuan": NAMESPACE}]

Lots = Mapping[str, Decimal | None]
"""Kilograms by lot; None where they were not weighed."""

Json = dict[str, Any]


def event(type: str, *, event_id: str, at: datetime, **fields: Any) -> Json:
    """An event of this type with its own context. Raises ValueError for a time without an offset."""
    return {
        "@context": CONTEXT,
        "type": type,
        "eventID": event_id,
        "eventTime": instant(at),
        "eventTimeZoneOffset": _offset(at),
        **present(fields),
    }


def present(fields: Mapping[str, Any]) -> Json:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value is not None and value not in ("", [], {})}


def instant(at: datetime) -> str:
    """Milliseconds and offset, as EPCIS 2.0 has it; the offset is the reporter's own."""
    _offset(at)
    return at.isoformat(timespec="milliseconds")


def amounts(lots: Lots) -> list[Json]:
    """A `quantityList` in kilograms."""
    return [
        {"epcClass": lot} if kg is None else {"epcClass": lot, "quantity": number(kg), "uom": "KGM"}
        for lot, kg in lots.items()
    ]


def number(value: Decimal) -> int | float:
    """The JSON number. Decimals of up to 15 digits come back as they went in."""
    return int(value) if value == value.to_integral_value() else float(value)


def place(id: str | None) -> Json | None:
    return {"id": id} if id else None


def ends(role: str, *, location: str | None = None, owner: str | None = None, holder: str | None = None) -> list[Json]:
    """A `sourceList` (role "source") or `destinationList` (role "destination") of the ends that are known."""
    known = (("location", location), ("owning_party", owner), ("possessing_party", holder))
    return [{"type": kind, role: id} for kind, id in known if id]


def papers(*listed: tuple[str, str | None]) -> list[Json]:
    """Business transactions (kind, id) that were given."""
    return [{"type": kind, "bizTransaction": id} for kind, id in listed if id]


def texts(values: Iterable[str]) -> list[str]:
    return list(values)


def _offset(at: datetime) -> str:
    offset = at.isoformat()[-6:]
    if at.tzinfo is None or offset[0] not in "+-":
        raise ValueError(f"{at.isoformat()} has no offset; a report says which clock it was read from")
    return offset
