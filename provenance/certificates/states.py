"""Certificates: what certifying events say of one, and in which state it was at a time.

A certificate has a history of states by effective time, in any order of arrival. It is judged at the event's time and
again now, by what its issue of that time says: issued anew for other things or days, it says nothing of the past.
Issued and not yet begun, suspended, revoked or past its end, it covers nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from provenance.access.personal import public
from provenance.certificates.commitments import Commitment
from provenance.days import china_day, china_midnight

Validity = Literal["valid", "not_begun", "expired", "suspended", "revoked", "not_issued", "unverified"]

_AFTER: Mapping[str, Validity] = {
    "issued": "valid",
    "reinstated": "valid",
    "suspended": "suspended",
    "revoked": "revoked",
    "expired": "expired",
}
WITHDRAWING = frozenset({"suspended", "revoked", "expired"})
WITHDRAWN: tuple[Validity, ...] = ("suspended", "revoked", "not_issued", "unverified")
"""States in which it does not carry what was made under it; an end that has passed is none of them."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """`state` is issued, suspended, reinstated, revoked or expired, from `time_ms` on; known since `recorded_ms`.

    `by` recorded it; `days` are those by whose registry it may have been his to say (ADR 0105).
    """

    time_ms: int
    state: str
    event_id: str
    reason: str
    recorded_ms: int
    by: str
    days: tuple[date, ...]

    @property
    def public_reason(self) -> str:
        return public(self.reason)


@dataclass(frozen=True, slots=True)
class Issue:
    """What it says from `time_ms` until it is issued anew; `valid_to` is exclusive."""

    time_ms: int
    event_id: str
    scheme: str
    number: str
    scope: frozenset[str]
    valid_from: date | None
    valid_to: date | None
    commitment: Commitment | None = None

    @property
    def last_day(self) -> date | None:
        """The last day on which it is valid, as it is printed on a certificate."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None


@dataclass(frozen=True, slots=True)
class Certificate:
    """`issues` in order of effect, one at least; a suspension or revocation changes nothing of what it covered. What
    it is called by (scheme, number, scope, days) is what the last of them says.

    `states` are those its issuer reports: what anybody else says under the same number is a certificate of his own,
    and of a state that nobody issued. `unverified` are those in its name that do not count: nobody let their reporter
    speak for it, or it might not issue this (`provenance.certificates.issuers`).
    """

    id: str
    issuer: str
    issues: tuple[Issue, ...]
    states: tuple[StateChange, ...]
    unverified: tuple[StateChange, ...] = ()

    @property
    def scheme(self) -> str:
        return self.issues[-1].scheme

    @property
    def number(self) -> str:
        return self.issues[-1].number

    @property
    def scope(self) -> frozenset[str]:
        return self.issues[-1].scope

    @property
    def valid_from(self) -> date | None:
        return self.issues[-1].valid_from

    @property
    def valid_to(self) -> date | None:
        return self.issues[-1].valid_to

    @property
    def commitment(self) -> Commitment | None:
        return self.issues[-1].commitment

    def issue(self, time_ms: int) -> Issue:
        """The one in effect then; before any, the first."""
        return next((issue for issue in reversed(self.issues) if issue.time_ms <= time_ms), self.issues[0])

    @property
    def event_ids(self) -> tuple[str, ...]:
        return tuple(change.event_id for change in self.told)

    @property
    def told(self) -> tuple[StateChange, ...]:
        """All that was reported of it, also what does not count, in order of effect."""
        return tuple(sorted((*self.states, *self.unverified), key=lambda change: change.time_ms))

    def since(self, time_ms: int) -> date | None:
        """The day in China since which it is in the last state reported for it by then."""
        last = self.last(time_ms)
        return china_day(last.time_ms) if last else None

    def last(self, time_ms: int) -> StateChange | None:
        """The last change of its state by then; a revocation is for good."""
        changes = [change for change in self.states if change.time_ms <= time_ms]
        revoked = next((change for change in changes if change.state == "revoked"), None)
        return revoked or (changes[-1] if changes else None)

    def validity(self, time_ms: int) -> Validity:
        """Its state at a time; days are days in China, where certificates of this system are issued."""
        word = self._validity(time_ms, self.states)
        doubtful = word == "not_issued" and any(change.state == "issued" for change in self.unverified)
        return "unverified" if doubtful else word

    def first_valid(self, since_ms: int, until_ms: int, things: Collection[str]) -> int | None:
        """The first moment of this span, ends included, at which it was good for any of these; None where it never
        was."""
        begins = (china_midnight(issue.valid_from) for issue in self.issues if issue.valid_from is not None)
        moments = sorted({since_ms, *begins, *(change.time_ms for change in self.states)})
        within = (ms for ms in moments if since_ms <= ms <= until_ms and not self.issue(ms).scope.isdisjoint(things))
        return next((ms for ms in within if self.validity(ms) == "valid"), None)

    def relied_on(self, time_ms: int) -> bool:
        """Whether what was made then leaned on it: it was good, or nobody had said yet that it was not. What leaned on
        one that never counted is found too."""
        known = [c for c in self.told if c.state not in WITHDRAWING or c.recorded_ms <= time_ms]
        return "valid" in (self.validity(time_ms), self._validity(time_ms, known))

    def relied_on_since(self, time_ms: int, things: Collection[str]) -> bool:
        """Whether it was relied on for any of these then, or at a state of it that took effect later."""
        moments = (time_ms, *(change.time_ms for change in self.told if change.time_ms > time_ms))
        return any(self.relied_on(ms) and not self.issue(ms).scope.isdisjoint(things) for ms in moments)

    def void_since(self, time_ms: int, now_ms: int) -> int | None:
        """Since when what was made at `time_ms` has nothing to lean on; None while it has.

        An end that has passed since does not unmake what was made before it (docs/adr/0033).
        """
        if self.validity(now_ms) not in WITHDRAWN:
            return None
        last = self.last(now_ms)
        return max(time_ms, last.time_ms) if last else time_ms

    def _validity(self, time_ms: int, states: Iterable[StateChange]) -> Validity:
        changes = [change for change in states if change.time_ms <= time_ms]
        state = _AFTER.get(changes[-1].state, "not_issued") if changes else "not_issued"
        if any(change.state == "revoked" for change in changes):
            return "revoked"
        if state != "valid":
            return state
        if not any(change.state == "issued" for change in changes):
            return "not_issued"
        issue, day = self.issue(time_ms), china_day(time_ms)
        if issue.valid_from and day < issue.valid_from:
            return "not_begun"
        return "expired" if issue.valid_to and day >= issue.valid_to else "valid"
