"""Reports of those who look, measure and test: samples taken under seal, and what an inspection found.

An inspection says what was measured and with what; which limit it was held against and whether it conforms is computed
from the production standard of that day whenever somebody asks (`provenance.quality.conformity`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from provenance.quality.measures import measurement_type, unit
from provenance.reports.event_json import Json, Lots, amounts, event, number, papers, place, present, texts

InspectionKind = Literal["self", "official", "laboratory", "rapid"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """One property of the fruit or one substance in it: GS1 measurement type (found from the unit where it is ""),
    value, Rec 20 unit, its name, the substance's URI, the method.

    `at_most` for "< 0.01": there is less of it than could be measured. Raises ValueError where it says nothing.
    """

    type: str
    value: Decimal
    uom: str
    name: str = ""
    substance: str | None = None
    method: str = ""
    at_most: bool = False

    def __post_init__(self) -> None:
        if not self.name and not self.substance and self.type in ("", "Dimensionless"):
            raise ValueError(f"name: say which property the value {self.value} is of")
        if not self.type and unit(self.uom) is None:
            raise ValueError(f"uom: {self.uom!r} is no unit known here")


def sample(
    *,
    event_id: str,
    at: datetime,
    sample: str,
    lot: str,
    kg: Decimal,
    due_on: date,
    site: str,
    seal: str = "",
    laboratory: str | None = None,
) -> Json:
    """Some of a lot taken away under seal to be tested (CBV 2.0: sampling); its report is due on a day.

    Raises ValueError where that is before it was taken.
    """
    if due_on < at.date():
        raise ValueError(f"due_on: {due_on} is before the day the sample was taken, {at.date()}")
    return event(
        "ObjectEvent",
        event_id=event_id,
        at=at,
        action="DELETE",
        bizStep="sampling",
        epcList=[sample],
        quantityList=amounts({lot: kg}),
        readPoint=place(site),
        **present(
            {
                "suyuan:sample": sample,
                "suyuan:seal": seal,
                "suyuan:dueOn": due_on.isoformat(),
                "suyuan:laboratory": laboratory,
            }
        ),
    )


def inspection(
    *,
    event_id: str,
    at: datetime,
    lots: Lots,
    site: str,
    conformant: bool | None = None,
    items: Sequence[str] = (),
    measurements: Sequence[Measurement] = (),
    certificates: Sequence[str] = (),
    test_report: str | None = None,
    kind: InspectionKind | None = None,
    sample: str | None = None,
    laboratory: str | None = None,
    cma: str = "",
    report_number: str = "",
    file_hash: str = "",
    reason: str = "",
    override_reason: str = "",
) -> Json:
    """Goods looked at or measured, which stay whole (CBV 2.0: inspecting), or what a laboratory found in a sample.

    `conformant` is what the reporter says of it, if anything: it counts where nothing was measured, and against the
    computed verdict only with an `override_reason`. `reason` is why it was tested again. `file_hash` is the SHA-256
    of the laboratory's report, in hex. Raises ValueError for an override that does not say which verdict it is.
    """
    if override_reason and conformant is None:
        raise ValueError("conformant: an override says which verdict it gives")
    said = None if conformant is None else "conformant" if conformant else "non_conformant"
    return event(
        "ObjectEvent",
        event_id=event_id,
        at=at,
        action="OBSERVE",
        bizStep="inspecting",
        disposition=said,
        epcList=texts([*([sample] if sample else []), *items]),
        quantityList=amounts(lots),
        readPoint=place(site),
        certificationInfo=texts(certificates),
        bizTransactionList=papers(("testres", test_report)),
        sensorElementList=[{"sensorReport": [_measured(m) for m in measurements]}] if measurements else None,
        **present(
            {
                "suyuan:inspectionKind": kind,
                "suyuan:sample": sample,
                "suyuan:laboratory": laboratory,
                "suyuan:cma": cma,
                "suyuan:reportNumber": report_number,
                "suyuan:fileHash": file_hash,
                "suyuan:reason": reason,
                "suyuan:overrideReason": override_reason,
            }
        ),
    )


def _measured(m: Measurement) -> Json:
    of = unit(m.uom)
    return present(
        {
            "type": m.type or (measurement_type(of) if of else ""),
            "maxValue" if m.at_most else "value": number(m.value),
            "uom": of.code if of else m.uom,
            "chemicalSubstance": m.substance,
            "suyuan:property": m.name,
            "suyuan:method": m.method,
        }
    )
