"""Reports from the orchard and the village station: deliveries of growers, and their pooling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from provenance.reports.event_json import Json, Lots, amounts, ends, event, number, place, present, texts
from provenance.steps import APPLYING_INPUT, POOLING
from provenance.steps import substance as substance_class


def delivery(
    *,
    event_id: str,
    at: datetime,
    lot: str,
    kg: Decimal | None,
    plot: str,
    grower: str,
    station: str | None = None,
    variety: str = "",
    gross_kg: Decimal | None = None,
    tare_kg: Decimal | None = None,
    weighed_in: str = "",
    crates: int = 0,
    crate_kg: Decimal | None = None,
    reported: str = "",
    county_code: str = "",
    certificates: Sequence[str] = (),
    repeated: bool = False,
) -> Json:
    """Fruit picked on one plot, weighed in: the lot comes into being here.

    `tare_kg` is of all that is no fruit, `crates` of `crate_kg` each among it; `weighed_in` the unit of the scale where
    it shows no kilograms. `reported` is the amount in the words of the scale ("824 斤"); `repeated` is for picking
    several times into one lot (CBV 2.0: creating_class_instance).
    """
    ilmd = present(
        {
            "cbvmda:lotNumber": lot_number(lot),
            "cbvmda:harvestStartDate": at.date().isoformat(),
            "cbvmda:harvestEndDate": at.date().isoformat(),
            "cbvmda:countryOfOrigin": "CN",
            "suyuan:variety": variety,
            "suyuan:countyCode": county_code,
            "suyuan:grossKg": None if gross_kg is None else number(gross_kg),
            "suyuan:tareKg": None if tare_kg is None else number(tare_kg),
            "suyuan:weighedIn": weighed_in,
            "suyuan:crates": crates or None,
            "suyuan:crateKg": None if crate_kg is None or not crates else number(crate_kg),
            "suyuan:reported": reported,
        }
    )
    return event(
        "ObjectEvent",
        event_id=event_id,
        at=at,
        action="ADD",
        bizStep="creating_class_instance" if repeated else "commissioning",
        disposition="active",
        quantityList=amounts({lot: kg}),
        readPoint=place(plot),
        bizLocation=place(station),
        sourceList=ends("source", owner=grower),
        certificationInfo=texts(certificates),
        ilmd=ilmd,
    )


def farm_input(
    *,
    event_id: str,
    at: datetime,
    plot: str,
    input_lot: str = "",
    kg: Decimal | None = None,
    substance: str = "",
    dose: str = "",
    grower: str | None = None,
) -> Json:
    """Fertiliser, spray or seed used up on a plot: a lot of a product, or a substance by its common name.

    `dose` is in the words of whoever applied it ("20 g per 亩"). Raises ValueError where it does not say what was used.
    """
    if not input_lot and not substance:
        raise ValueError("substance: say what was used, by its common name or by its lot")
    return event(
        "ObjectEvent",
        event_id=event_id,
        at=at,
        action="DELETE",
        bizStep=APPLYING_INPUT,
        quantityList=amounts({input_lot or substance_class(substance): kg}),
        readPoint=place(plot),
        sourceList=ends("source", owner=grower),
        **present({"suyuan:substance": substance, "suyuan:dose": dose}),
    )


def pooling(
    *,
    event_id: str,
    at: datetime,
    inputs: Lots,
    output: str,
    site: str,
    kg: Decimal | None = None,
    run: str | None = None,
) -> Json:
    """Deliveries tipped together into one lot; `kg` is their sum where it is not given and all are known."""
    known = [amount for amount in inputs.values() if amount is not None]
    total = kg if kg is not None or len(known) < len(inputs) else sum(known, Decimal(0))
    return event(
        "TransformationEvent",
        event_id=event_id,
        at=at,
        transformationID=run,
        bizStep=POOLING,
        disposition="in_progress",
        inputQuantityList=amounts(inputs),
        outputQuantityList=amounts({output: total}),
        readPoint=place(site),
        bizLocation=place(site),
        ilmd=present({"cbvmda:lotNumber": lot_number(output)}),
    )


def lot_number(lot: str) -> str | None:
    """The lot number in a lot's Digital Link; None for a private URI, whose whole text is its name."""
    return lot.split("/10/", 1)[1].split("/", 1)[0] if "/10/" in lot else None
