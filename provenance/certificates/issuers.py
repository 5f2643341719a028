"""Whether whoever reports a certificate may, by the registry of its day: asked alike at the door and when it is read.

The door refuses nobody for a missing accreditation and knows the roles of a caller; what was recorded before it asked
for mandates is there for ever. So nothing is believed because it is stored (ADR 0115).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Literal

from provenance.access.acting import Days, known_on
from provenance.access.activities import Activity
from provenance.access.authority import MAY_REPORT, Scope, mandated
from provenance.certificates.schemes import must_be_accredited, scheme_of
from provenance.certificates.states import Certificate, Issue, StateChange
from provenance.days import china_day
from provenance.registry.known_parties import kind_of
from provenance.registry.records import Registry

Lack = Literal["no_mandate", "not_accredited"]

LACKS: Mapping[Lack, str] = {
    "no_mandate": "the registry knows no mandate of {issuer} for you on that day; recorded, and no label counts it",
    "not_accredited": "{issuer} is not registered as accredited for it on that day; recorded, and no label counts it",
}
"""To whoever reports it."""
_FOR_ANYBODY = frozenset(role for role, row in MAY_REPORT.items() if row[Activity.CERTIFYING] is Scope.ANYBODY)
"""Kinds of party that certify in anybody's name, by the table of the door."""
_REPORT = frozenset({"report"})


def lacks(by: str, issuer: str, scheme: str, registry: Registry, days: Days) -> Lack | None:
    """What keeps a certificate of `issuer` that `by` reports from counting; `scheme` is "" of all but its issue."""
    on = known_on(issuer, registry, days)
    trusted = any(kind_of(registry, by, day) in _FOR_ANYBODY for day in days)
    if by != issuer and not trusted and not mandated(issuer, by, _REPORT, issuer, registry, on):
        return "no_mandate"
    return None if accredited(issuer, scheme, registry, on) else "not_accredited"


def accredited(issuer: str, scheme: str, registry: Registry, on: date) -> bool:
    """Whether it may issue this on that day, or nobody has to be."""
    if not must_be_accredited(scheme):
        return True
    held = (word for accreditation in registry.accreditations(issuer, on) for word in accreditation.schemes)
    return scheme_of(scheme) in map(scheme_of, held)


def accredited_at(certificate: Certificate, time_ms: int, registry: Registry) -> bool:
    """Whether its issuer is, on the day it is leaned on, for what it said then."""
    return accredited(certificate.issuer, certificate.issue(time_ms).scheme, registry, china_day(time_ms))


def verified(certificate: Certificate, registry: Registry) -> Certificate:
    """As the registry lets it count: what was said in its issuer's name without right is told as `unverified`.

    Where no issue is left it says what it is called by, and is valid at no time.
    """
    issues = {issue.event_id: issue for issue in certificate.issues}
    held = {c.event_id: lack_of(c, certificate, issues, registry) for c in certificate.states}
    if not any(held.values()):
        return certificate
    left = tuple(issue for issue in certificate.issues if not held.get(issue.event_id))
    return replace(
        certificate,
        issues=left or certificate.issues,
        states=tuple(c for c in certificate.states if not held[c.event_id]),
        unverified=tuple(c for c in certificate.states if held[c.event_id]),
    )


def lack_of(
    change: StateChange, certificate: Certificate, issues: Mapping[str, Issue], registry: Registry
) -> Lack | None:
    """Of one of its states. Who has lost an accreditation may still withdraw what he issued."""
    scheme = issues[change.event_id].scheme if change.state == "issued" else ""
    return lacks(change.by, certificate.issuer, scheme, registry, change.days)
