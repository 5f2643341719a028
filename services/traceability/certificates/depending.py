"""What one reader sees of what leaned on a certificate: the goods that concern the reader, its accredited issuer all of
them; the rest is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import partial

from provenance.access.authority import Principal
from provenance.access.readership import View, may_name_holders
from provenance.certificates.dependents import Dependent, dependents
from provenance.certificates.issuers import accredited_at
from provenance.certificates.schemes import must_be_accredited
from provenance.certificates.states import Certificate
from provenance.histories.history import Step
from provenance.quantities import total
from provenance.registry.records import Registry
from provenance.weights import registered
from services.traceability.certificates.leaning import Way
from services.traceability.histories.telling import dealt_with, view_of


@dataclass(frozen=True, slots=True)
class Page:
    """`withheld` are things made under the certificate that the reader may not see: how many and how much is told, and
    of what came of them nothing, for that would be counted on several pages."""

    rows: tuple[Dependent, ...]
    withheld: tuple[Dependent, ...]

    @property
    def withheld_kg(self) -> Fraction | None:
        return total(row.kilograms for row in self.withheld) if self.withheld else None


def page(
    ways: Iterable[Way], certificate: Certificate, *, reader: Principal, registry: Registry, today: date, now_ms: int
) -> Page:
    """Each thing once, by the first way that leads to it; one that is itself made under the certificate by that."""
    shown: dict[str, Dependent] = {}
    hidden: dict[str, Dependent] = {}
    for way in ways:
        for row, visible in _rows(way, certificate, reader, registry, today, now_ms):
            rows = shown if visible else hidden
            known = rows.get(row.key)
            rows[row.key] = row if known is None or not row.through else _also(known, row)
    withheld = tuple(row for key, row in hidden.items() if key not in shown and not row.through)
    return Page(tuple(shown.values()), withheld)


def _also(known: Dependent, row: Dependent) -> Dependent:
    through = (*known.through, *row.through) if known.through else ()
    return replace(known, through=tuple(dict.fromkeys(through)))


def _rows(
    way: Way, certificate: Certificate, reader: Principal, registry: Registry, today: date, now_ms: int
) -> Iterator[tuple[Dependent, bool]]:
    issued = _issued_by(reader, certificate, way, registry)
    may_name = partial(may_name_holders, reader, registry=registry, today=today)
    if way.told is None:
        since = certificate.void_since(way.made_ms, now_ms)
        row = Dependent(way.seed, "lot", None, way.made_ms, since, not_followed=True)
        yield row, issued or may_name([way.seed])
        return
    history = way.told.history
    views = tuple(view_of(reader, step, registry, today) for step in history.steps)
    seen = {key for step, view in zip(history.steps, views, strict=True) if view is View.WHOLE for key in _goods(step)}
    holders = set(history.holders if issued else dealt_with(history.holders, history, views, may_name))
    for row in dependents(way.seed, way.made_ms, history, certificate, now_ms, registered(registry)):
        known = tuple(holder for holder in row.holders if holder in holders)
        yield replace(row, holders=known), issued or row.key in seen or bool(known) or may_name([row.key])


def _issued_by(reader: Principal, certificate: Certificate, way: Way, registry: Registry) -> bool:
    """Who certified it answers for what leaned on it, and tells those who hold it when it is withdrawn (ADR 0122). Only
    where the registry had it accredited then: else a word on somebody's plot would open what that grower sells."""
    issue = certificate.issue(way.made_ms)
    return (
        reader.party == certificate.issuer
        and must_be_accredited(issue.scheme)
        and accredited_at(certificate, way.made_ms, registry)
    )


def _goods(step: Step) -> Iterator[str]:
    yield from step.event.items_by_key
    if step.event.parent:
        yield step.event.parent
