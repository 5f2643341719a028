"""Goods held back, recalled, and let go again (CBV 2.0: holding)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from provenance.reports.event_json import Json, amounts, event, place, present, texts


def hold(
    *,
    event_id: str,
    at: datetime,
    reason: str,
    site: str | None = None,
    lots: Sequence[str] = (),
    items: Sequence[str] = (),
    recall: bool = False,
) -> Json:
    """Nothing of these may be sold until they are released; `recall`: what was sold already is called back."""
    return _held("recalled" if recall else "unavailable", event_id, at, reason, site, lots, items)


def release(
    *,
    event_id: str,
    at: datetime,
    reason: str,
    site: str | None = None,
    lots: Sequence[str] = (),
    items: Sequence[str] = (),
) -> Json:
    """The hold on these, or their recall, is over."""
    return _held("available", event_id, at, reason, site, lots, items)


def _held(
    disposition: str,
    event_id: str,
    at: datetime,
    reason: str,
    site: str | None,
    lots: Sequence[str],
    items: Sequence[str],
) -> Json:
    if not lots and not items:
        raise ValueError("lots: say which goods are meant")
    if not reason:
        raise ValueError("reason: say why; all who read of the goods see it")
    return event(
        "ObjectEvent",
        event_id=event_id,
        at=at,
        action="OBSERVE",
        bizStep="holding",
        disposition=disposition,
        epcList=texts(items),
        quantityList=amounts(dict.fromkeys(lots)),
        readPoint=place(site),
        **present({"suyuan:reason": reason}),
    )
