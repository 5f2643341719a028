"""Whether a report may be recorded, in whose name, and what exactly is recorded.

A report is refused only when it is malformed, impossible, another service's, or not this caller's to make. One that
looks suspicious, or speaks of growers and plots nobody registered yet, is admitted with a warning and judged later,
when a label asks for it (architecture.md, rule 7). Pure: time, registry and the service's own checks are passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from epcis.canonical_json import NotCanonicalError
from epcis.event_id import VERSION, content_hash, record_id, recorded_bytes
from epcis.events import Event
from epcis.exact_json import NotJsonError, read_json
from epcis.identifiers import canonical
from epcis.problems import Problem, errors
from epcis.validation import validate_event
from provenance.access.acting import ISSUER, with_whole
from provenance.access.activities import Activity, activity_of
from provenance.access.authority import Principal, may_report
from provenance.access.extremes import extremes
from provenance.certificates.issuers import LACKS, lacks
from provenance.days import DAY_MS, china_day, day_at, day_of
from provenance.registry.records import Registry

MOST_AHEAD_MS = DAY_MS
UNNOTICED_SKEW_MS = 5 * 60 * 1000
"""A difference of clocks as small as this is the network's delay, and is neither shown nor allowed for."""
MOST_CORRECTIVE = 20
"""Events that one declaration may name as right instead; whoever looks the thing up reads every one of them."""
LAST_MS = 253_402_300_799_999
"""The end of the year 9999: a clock beyond it says nothing."""


@dataclass(frozen=True, slots=True)
class Report:
    """One event as sent: JSON text with its own ``@context``; `sent_time_ms` is the sender's clock, 0 where unknown."""

    event: bytes
    sent_time_ms: int = 0

    def skew_ms(self, now_ms: int) -> int:
        """How far the sender's clock is behind ours (negative: ahead), where it says so and it matters."""
        skew_ms = now_ms - self.sent_time_ms
        return skew_ms if 0 < self.sent_time_ms <= LAST_MS and abs(skew_ms) > UNNOTICED_SKEW_MS else 0


@dataclass(frozen=True, slots=True)
class Refused:
    """Not recorded. `registry_may_be_late`: a registry that knew more might have admitted it."""

    problems: tuple[Problem, ...]
    event_id: str = ""
    registry_may_be_late: bool = False


@dataclass(frozen=True, slots=True)
class Examined:
    """Well-formed, possible and in the right place; `days`: by whose registry it is asked who may report."""

    event: Event
    content_hash: bytes
    days: tuple[date, date]
    sent_time_ms: int
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Admitted:
    """To be recorded in `capturer`'s name. `event` is its RFC 8785 form, `record_id` the hash of that in hex."""

    event: bytes
    content_hash: bytes
    capturer: str
    sent_time_ms: int
    event_id: str
    record_id: str
    warnings: tuple[Problem, ...]


Checks = Callable[[Event, date], Iterable[Problem]]
"""What a service asks of its own events: the event, and the latest day anything in it can have happened on."""

Elsewhere = Callable[[Mapping[str, Any]], Problem | None]
"""None where a valid event's body belongs to the asking service, else where it does belong."""


def examine(report: Report, *, now_ms: int, elsewhere: Elsewhere, checks: Checks) -> Examined | Refused:
    """All that can be said of a report without knowing who sends it."""
    try:
        body = read_json(report.event)
    except NotJsonError as error:
        return Refused((Problem("", "not-json", str(error)),))
    found = validate_event(body)
    if errors(found):
        return Refused(tuple(found), _id_in(body))
    if (other := elsewhere(body)) is not None:
        return Refused((other,), _id_in(body))
    return _possible(body, found, report, now_ms, checks)


def _possible(
    body: dict[str, Any], found: list[Problem], report: Report, now_ms: int, checks: Checks
) -> Examined | Refused:
    digest = content_hash(body)
    event = Event(_with_id(body, digest))
    skew_ms = report.skew_ms(now_ms)
    latest_ms = now_ms - skew_ms + MOST_AHEAD_MS
    found += [*_impossible(event, latest_ms), *checks(event, day_at(latest_ms, event.offset))]
    if errors(found):
        return Refused(tuple(found), event.event_id)
    days = _days_of_authority(event, skew_ms, now_ms)
    return Examined(event, digest, days, report.sent_time_ms, (*found, *_clock_warning(skew_ms)))


def _days_of_authority(event: Event, skew_ms: int, now_ms: int) -> tuple[date, date]:
    """The event's own day and ours: a late report speaks by the mandates of its time, and who was not registered then
    is asked today. A clock that is wrong by days says nothing of the day, and ours goes first (ADR 0105)."""
    own, ours = day_of(event), china_day(now_ms)
    return (ours, own) if abs(skew_ms) >= DAY_MS else (own, ours)


def admit(examined: Examined, *, principal: Principal, registry: Registry) -> Admitted | Refused:
    """Whether this caller may report it, and then what is recorded."""
    event = examined.event
    refusal = may_report(principal, event, registry, examined.days)
    if refusal is not None:
        problem = Problem(refusal.pointer, refusal.code, refusal.message)
        return Refused((problem,), event.event_id, registry_may_be_late=refusal.rests_on_registry)
    try:
        recorded = recorded_bytes(event.body)
    except NotCanonicalError as error:
        return Refused((Problem("", "not-canonical", str(error)),), event.event_id)
    return Admitted(
        event=recorded,
        content_hash=examined.content_hash,
        capturer=principal.party,
        sent_time_ms=examined.sent_time_ms,
        event_id=event.event_id,
        record_id=record_id(recorded),
        warnings=(*examined.warnings, *_unregistered(event, registry), *_unverified(examined, principal, registry)),
    )


def _id_in(body: Any) -> str:
    id_ = body.get("eventID") if isinstance(body, Mapping) else None
    return id_ if isinstance(id_, str) else ""


def _with_id(body: dict[str, Any], digest: bytes) -> dict[str, Any]:
    """An event that came without an id is named by its CBV hash (CBV 2.0, 8.9.2)."""
    if body.get("eventID") is not None:
        return body
    return {**body, "eventID": f"ni:///sha-256;{digest.hex()}?ver={VERSION}"}


def _impossible(event: Event, latest_ms: int) -> Iterator[Problem]:
    if event.time_ms > latest_ms:
        message = f"the event time {event.body['eventTime']} is more than 24 hours ahead of the clock it was sent by"
        yield Problem("/eventTime", "in-the-future", message)
    declared = event.error_declaration
    if declared is not None and len(declared.corrective_event_ids) > MOST_CORRECTIVE:
        many = len(declared.corrective_event_ids)
        message = f"it names {many:,} events as right instead; {MOST_CORRECTIVE} are the most"
        yield Problem("/errorDeclaration/correctiveEventIDs", "too-many-corrections", message)
    yield from extremes(event)


def _clock_warning(skew_ms: int) -> Iterator[Problem]:
    if skew_ms:
        side = "behind" if skew_ms > 0 else "ahead"
        message = f"the sender's clock is {timedelta(milliseconds=abs(skew_ms))} {side}; both times are kept"
        yield Problem("/eventTime", "clock-skew", message, "warning")


def _unregistered(event: Event, registry: Registry) -> Iterator[Problem]:
    on = day_of(event)
    for pointer, place in (("/readPoint/id", event.read_point), ("/bizLocation/id", event.biz_location)):
        if place and not any(registry.site(id_, on) for id_ in with_whole(place)):
            message = f"{place} is not registered on {on}; recorded, and held until it is"
            yield Problem(pointer, "unregistered-site", message, "warning")


def _unverified(examined: Examined, principal: Principal, registry: Registry) -> Iterator[Problem]:
    """A certificate that no label will count: who is told so at once still has the paper in hand (ADR 0115)."""
    body = examined.event.body
    issuer, scheme = body.get(ISSUER), str(body.get("suyuan:scheme", ""))
    if activity_of(examined.event) is not Activity.CERTIFYING or not isinstance(issuer, str):
        return
    issued = scheme if body.get("suyuan:state") == "issued" else ""
    lack = lacks(principal.party, canonical(issuer), issued, registry, examined.days)
    if lack is not None:
        yield Problem(f"/{ISSUER}", "unverified-certificate", LACKS[lack].format(issuer=issuer), "warning")
