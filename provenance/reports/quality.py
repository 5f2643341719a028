"""Reports of inspectors, laboratories and certifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from provenance.reports.event_json import Json, Lots, amounts, event, number, papers, place, present, texts
from provenance.steps import CERTIFYING, certified

CertificateState = Literal["issued", "suspended", "reinstated", "revoked"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measured property: GS1 measurement type, value, Rec 20 unit, and what the standard calls it."""

    type: str
    value: Decimal
    uom: str
    name: str = ""
    substance: str | None = None


def inspection(
    *,
    event_id: str,
    at: datetime,
    lots: Lots,
    conformant: bool,
    site: str,
    items: Sequence[str] = (),
    measurements: Sequence[Measurement] = (),
    certificates: Sequence[str] = (),
    test_report: str | None = None,
    override_reason: str = "",
) -> Json:
    """Goods looked at or measured, which stay whole (CBV 2.0: inspecting)."""
    return event(
        "ObjectEvent",
        event_id=event_id,
        at=at,
        action="OBSERVE",
        bizStep="inspecting",
        disposition="conformant" if conformant else "non_conformant",
        epcList=texts(items),
        quantityList=amounts(lots),
        readPoint=place(site),
        certificationInfo=texts(certificates),
        bizTransactionList=papers(("testres", test_report)),
        sensorElementList=[{"sensorReport": [_measured(m) for m in measurements]}] if measurements else None,
        **{"suyuan:overrideReason": override_reason},
    )


def certificate(
    *,
    event_id: str,
    at: datetime,
    certificate: str,
    state: CertificateState,
    issuer: str,
    scheme: str = "",
    scope: Sequence[str] = (),
    valid_from: date | None = None,
    valid_to: date | None = None,
    number: str = "",
    lots: Sequence[str] = (),
    reason: str = "",
) -> Json:
    """A change of a certificate's state; `at` is when it took effect.

    `scope` are ids of products, plots, sites or parties, `lots` those of lots: what it vouches for, from `valid_from`
    until before `valid_to`. Only its issue says so and its scheme; any other state is of the same certificate as it was
    issued. Raises ValueError where it would end before it begins, or is issued without these.
    """
    if valid_from and valid_to and valid_to <= valid_from:
        raise ValueError(f"valid_to: {valid_to} is not after valid_from {valid_from}")
    if state == "issued" and not (scheme and valid_from and valid_to):
        raise ValueError("issued: a certificate has a scheme, a first day and an end")
    if state == "issued" and not scope and not lots:
        raise ValueError("scope: a certificate vouches for something; name a lot, product, plot, site or party")
    return event(
        "ObjectEvent",
        event_id=event_id,
        at=at,
        action="OBSERVE",
        bizStep=CERTIFYING,
        epcList=[certified(id) for id in (certificate, *scope, *lots)],
        quantityList=amounts(dict.fromkeys(lots)),
        certificationInfo=[certificate],
        **present(
            {
                "suyuan:state": state,
                "suyuan:issuer": issuer,
                "suyuan:scheme": scheme,
                "suyuan:number": number,
                "suyuan:scope": [*scope, *lots],
                "suyuan:validFrom": valid_from.isoformat() if valid_from else "",
                "suyuan:validTo": valid_to.isoformat() if valid_to else "",
                "suyuan:reason": reason,
            }
        ),
    )


def _measured(m: Measurement) -> Json:
    return present(
        {
            "type": m.type,
            "value": number(m.value),
            "uom": m.uom,
            "chemicalSubstance": m.substance,
            "suyuan:property": m.name,
        }
    )
