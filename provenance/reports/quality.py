"""Reports of certifiers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from provenance.certificates.schemes import is_of_a_lot
from provenance.reports.event_json import Json, amounts, event, present
from provenance.steps import CERTIFYING, certified

CertificateState = Literal["issued", "suspended", "reinstated", "revoked"]


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
    if state == "issued" and not (scheme and valid_from and (valid_to or is_of_a_lot(scheme))):
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
