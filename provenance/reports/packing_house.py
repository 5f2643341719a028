"""Reports from the packing house: grading runs, boxes, pallets, and what was lost or thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from provenance.graph.runs import RUN_CLOSED
from provenance.reports.event_json import Json, Lots, amounts, event, number, place, present, texts
from provenance.reports.orchard import lot_number


def grading(
    *,
    event_id: str,
    at: datetime,
    inputs: Lots,
    outputs: Lots,
    site: str,
    run: str | None = None,
    closed: bool = False,
) -> Json:
    """Lots sorted into grades. A run that stays open for hours is several of these under one `run`; the last of them is
    `closed`."""
    return event(
        "TransformationEvent",
        event_id=event_id,
        at=at,
        transformationID=run,
        bizStep="commissioning",
        disposition="in_progress",
        inputQuantityList=amounts(inputs),
        outputQuantityList=amounts(outputs),
        readPoint=place(site),
        bizLocation=place(site),
        **{RUN_CLOSED: True if run and closed else None},
    )


def packing(
    *,
    event_id: str,
    at: datetime,
    inputs: Lots,
    site: str,
    boxes: Sequence[str] = (),
    outputs: Lots | None = None,
    lot: str = "",
    net_weight_kg: Decimal | None = None,
    run: str | None = None,
) -> Json:
    """A lot put into boxes with serials, or into a packed lot. `lot` is the lot printed on the boxes."""
    ilmd = present(
        {
            "cbvmda:lotNumber": lot_number(lot) or lot,
            "suyuan:packDate": at.date().isoformat(),
            "cbvmda:netWeight": None if net_weight_kg is None else _kilograms(net_weight_kg),
        }
    )
    return event(
        "TransformationEvent",
        event_id=event_id,
        at=at,
        transformationID=run,
        bizStep="packing",
        disposition="active",
        inputQuantityList=amounts(inputs),
        outputEPCList=texts(boxes),
        outputQuantityList=amounts(outputs or {}),
        readPoint=place(site),
        bizLocation=place(site),
        ilmd=ilmd,
    )


def _kilograms(mass: Decimal) -> Json:
    """CBV's `netWeight` is a measure; its unit stands beside the number, as in the GS1 web vocabulary."""
    return {"gs1:value": number(mass), "gs1:unitCode": "KGM"}


def labelling(*, event_id: str, at: datetime, boxes: Sequence[str], lot: str, site: str) -> Json:
    """Boxes of a packed lot that get serials of their own; only this ties the one to the other (CBV 2.0, 9.3)."""
    return event(
        "ObjectEvent",
        event_id=event_id,
        at=at,
        action="ADD",
        bizStep="commissioning",
        disposition="active",
        epcList=texts(boxes),
        readPoint=place(site),
        bizLocation=place(site),
        ilmd={"cbvmda:lotNumber": lot_number(lot) or lot},
    )


def palletising(
    *, event_id: str, at: datetime, pallet: str, site: str, items: Sequence[str] = (), lots: Lots | None = None
) -> Json:
    """Things put on a pallet, into a crate, room or truck: whatever `pallet` is, they are in it from now on."""
    return _aggregation("ADD", "packing", event_id=event_id, at=at, pallet=pallet, site=site, items=items, lots=lots)


def unpacking(
    *, event_id: str, at: datetime, pallet: str, site: str, items: Sequence[str] = (), lots: Lots | None = None
) -> Json:
    """Things taken out again; everything, where none is named (EPCIS 2.0, 7.4.3)."""
    return _aggregation(
        "DELETE", "unpacking", event_id=event_id, at=at, pallet=pallet, site=site, items=items, lots=lots
    )


def loss(
    *, event_id: str, at: datetime, site: str, lots: Lots | None = None, items: Sequence[str] = (), reason: str = ""
) -> Json:
    """Goods that are no more: rotten, spilt, thrown away."""
    return event(
        "ObjectEvent",
        event_id=event_id,
        at=at,
        action="DELETE",
        bizStep="destroying",
        disposition="destroyed",
        epcList=texts(items),
        quantityList=amounts(lots or {}),
        readPoint=place(site),
        **{"suyuan:reason": reason},
    )


def _aggregation(
    action: str,
    step: str,
    *,
    event_id: str,
    at: datetime,
    pallet: str,
    site: str,
    items: Sequence[str],
    lots: Lots | None,
) -> Json:
    return event(
        "AggregationEvent",
        event_id=event_id,
        at=at,
        action=action,
        bizStep=step,
        disposition="in_progress",
        parentID=pallet,
        childEPCs=texts(items),
        childQuantityList=amounts(lots or {}),
        readPoint=place(site),
        bizLocation=place(site),
    )
