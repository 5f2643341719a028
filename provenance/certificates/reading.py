"""Certificates as certifying events report them: one for each id and issuer, its issues and its states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from epcis.events import Event
from epcis.identifiers import canonical
from provenance.certificates.commitments import commitment_of
from provenance.certificates.schemes import is_of_a_lot
from provenance.certificates.states import Certificate, Issue, StateChange
from provenance.days import YEARS, china_day, day_of
from provenance.order import in_order
from provenance.standing import Reported
from provenance.steps import CERTIFYING


def read_certificates(documents: Iterable[Reported]) -> tuple[Certificate, ...]:
    """The certificates that certifying events in force speak of, one for each issuer, in the order of id and issuer.

    Of a certificate that somebody issued, states in the name of others are left out.
    """
    by_id: defaultdict[str, defaultdict[str, list[Reported]]] = defaultdict(lambda: defaultdict(list))
    for document in in_order(documents):
        if document.event.biz_step == CERTIFYING:
            for certificate in document.event.certificates:
                by_id[certificate][_issuer(document)].append(document)
    return tuple(
        _certificate(id_, issuer, reported)
        for id_, by_issuer in sorted(by_id.items())
        for issuer, reported in sorted(by_issuer.items())
        if _issues(reported) or not any(map(_issues, by_issuer.values()))
    )


def _certificate(id_: str, issuer: str, reported: list[Reported]) -> Certificate:
    """Where no issue was reported, the last of what was reported says the same."""
    reported = sorted(reported, key=_in_effect)
    issues = _issues(reported) or reported[-1:]
    return Certificate(id_, issuer, tuple(_issue(one.event) for one in issues), tuple(map(_change, reported)))


def _in_effect(document: Reported) -> tuple[int, bool, int]:
    """Of one instant the issue comes first, then what was recorded first: people report by the minute."""
    return document.event.time_ms, _said(document.event, "state") != "issued", document.first.record_time_ms


def _issue(event: Event) -> Issue:
    return Issue(
        time_ms=event.time_ms,
        event_id=event.event_id,
        scheme=_said(event, "scheme"),
        number=_said(event, "number"),
        scope=frozenset(canonical(str(id_)) for id_ in _listed(event, "scope")),
        valid_from=_day(_said(event, "validFrom")),
        valid_to=_day(_said(event, "validTo")),
        commitment=commitment_of(event) if is_of_a_lot(_said(event, "scheme")) else None,
    )


def _change(document: Reported) -> StateChange:
    event, first = document.event, document.first
    days = (day_of(event), china_day(first.record_time_ms))
    state, reason = _said(event, "state"), _said(event, "reason")
    return StateChange(event.time_ms, state, event.event_id, reason, first.record_time_ms, first.capturer, days)


def _issues(reported: list[Reported]) -> list[Reported]:
    return [document for document in reported if _said(document.event, "state") == "issued"]


def _issuer(document: Reported) -> str:
    return canonical(_said(document.event, "issuer"))


def _said(event: Event, name: str) -> str:
    value: Any = event.body.get(f"suyuan:{name}", "")
    return value if isinstance(value, str) else ""


def _listed(event: Event, name: str) -> list[Any]:
    value: Any = event.body.get(f"suyuan:{name}", [])
    return value if isinstance(value, list) else [value]


def _day(text: str) -> date | None:
    """None for what is no day, or one that nobody means: the day before the first of all is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None
