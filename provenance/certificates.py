"""Certificates: what certifying events say of one, and in which state it was at a time.

A certificate has a history of states by effective time, in any order of arrival. It is judged at the event's time and
again now. Issued and not yet begun, suspended, revoked or past its end, it covers nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal

from epcis.events import Event
from epcis.identifiers import canonical
from provenance.order import in_order
from provenance.standing import Reported
from provenance.steps import CERTIFYING

Validity = Literal["valid", "not_begun", "expired", "suspended", "revoked", "not_issued"]

_AFTER = {"issued": "valid", "reinstated": "valid", "suspended": "suspended", "revoked": "revoked"}
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class StateChange:
    """`state` is issued, suspended, reinstated or revoked, from `time_ms` on."""

    time_ms: int
    state: str
    event_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """`valid_to` is exclusive. The last issue in order of effect says scheme, number, scope and days: a suspension or
    revocation changes nothing of what it covered.

    The first issue says who issued it; what anybody else reports of its states does not count.
    """

    id: str
    issuer: str
    scheme: str
    number: str
    scope: frozenset[str]
    valid_from: date | None
    valid_to: date | None
    states: tuple[StateChange, ...]

    @property
    def event_ids(self) -> tuple[str, ...]:
        return tuple(change.event_id for change in self.states)

    @property
    def last_day(self) -> date | None:
        """The last day on which it is valid, as it is printed on a certificate."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None

    def since(self, time_ms: int) -> date | None:
        """The day in China since which it is in the last state reported for it by then."""
        last = self.last(time_ms)
        return _china_day(last.time_ms) if last else None

    def last(self, time_ms: int) -> StateChange | None:
        """The last change of its state by then; a revocation is for good."""
        changes = [change for change in self.states if change.time_ms <= time_ms]
        revoked = next((change for change in changes if change.state == "revoked"), None)
        return revoked or (changes[-1] if changes else None)

    def validity(self, time_ms: int) -> Validity:
        """Its state at a time; days are days in China, where certificates of this system are issued."""
        changes = [change for change in self.states if change.time_ms <= time_ms]
        state = _AFTER.get(changes[-1].state, "not_issued") if changes else "not_issued"
        if any(change.state == "revoked" for change in changes):
            return "revoked"
        day = _china_day(time_ms)
        if state == "valid" and self.valid_from and day < self.valid_from:
            return "not_begun"
        if state == "valid" and self.valid_to and day >= self.valid_to:
            return "expired"
        return state  # type: ignore[return-value]  # the table's values are the words of Validity


def read_certificates(documents: Iterable[Reported]) -> tuple[Certificate, ...]:
    """The certificates that certifying events in force speak of, in id order."""
    by_id: defaultdict[str, list[Event]] = defaultdict(list)
    for document in in_order(documents):
        if document.event.biz_step == CERTIFYING:
            for certificate in document.event.certificates:
                by_id[certificate].append(document.event)
    return tuple(_certificate(id_, events) for id_, events in sorted(by_id.items()))


def _certificate(id_: str, reported: list[Event]) -> Certificate:
    """Where no issue was reported, the first and last of what was reported say the same."""
    issuer = _said((_issues(reported) or reported)[0], "issuer")
    events = [event for event in reported if _said(event, "issuer") == issuer]
    last = (_issues(events) or events)[-1]
    return Certificate(
        id=id_,
        issuer=canonical(issuer),
        scheme=_said(last, "scheme"),
        number=_said(last, "number"),
        scope=frozenset(canonical(str(id_)) for id_ in _listed(last, "scope")),
        valid_from=_day(_said(last, "validFrom")),
        valid_to=_day(_said(last, "validTo")),
        states=tuple(StateChange(e.time_ms, _said(e, "state"), e.event_id, _said(e, "reason")) for e in events),
    )


def _issues(events: list[Event]) -> list[Event]:
    return [event for event in events if _said(event, "state") == "issued"]


def _china_day(time_ms: int) -> date:
    return datetime.fromtimestamp(time_ms / 1000, UTC).astimezone(CHINA).date()


def _said(event: Event, name: str) -> str:
    value: Any = event.body.get(f"suyuan:{name}", "")
    return value if isinstance(value, str) else ""


def _listed(event: Event, name: str) -> list[Any]:
    value: Any = event.body.get(f"suyuan:{name}", [])
    return value if isinstance(value, list) else [value]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
