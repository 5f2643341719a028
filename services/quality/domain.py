"""What a report about quality must say to be possible, and what is missed where it is absent.

Whether an issuer is accredited or a laboratory known is no question here: the report is recorded, and weighed when a
label rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from epcis.events import Event
from epcis.problems import Problem
from provenance.access.activities import Activity, activity_of
from provenance.access.personal import names_a_person
from provenance.certificates.numbers import wrong_with_number
from provenance.quality.quality_reports import CHECKS

_STATE, _SCHEME, _NUMBER = "suyuan:state", "suyuan:scheme", "suyuan:number"
_REASON = "suyuan:reason"
_FROM, _TO = "suyuan:validFrom", "suyuan:validTo"

STATES = ("issued", "suspended", "reinstated", "revoked", "expired")


def checks(event: Event, latest: date) -> Iterator[Problem]:
    """Errors refuse, warnings are recorded with it. A certificate may begin after `latest`."""
    activity = activity_of(event)
    if activity is Activity.CERTIFYING:
        yield from _certificate(event)
    if activity in CHECKS:
        yield from CHECKS[activity](event)


def _certificate(event: Event) -> Iterator[Problem]:
    if not event.certificates:
        yield Problem("/certificationInfo", "no-certificate", "name the certificate whose state changes")
    if event.body.get(_STATE) not in STATES:
        message = f"{event.body.get(_STATE)!r} should be one of {', '.join(STATES)}"
        yield Problem(f"/{_STATE}", "unknown-state", message)
    if names_a_person(str(event.body.get(_REASON, ""))):
        message = "a number in it may be a person's, and everybody can read a reason: recorded as it is, and not shown"
        yield Problem(f"/{_REASON}", "personal-number", message, "warning")
    yield from _validity(event)
    yield from _number(event)


def _validity(event: Event) -> Iterator[Problem]:
    days: dict[str, date] = {}
    for field in (_FROM, _TO):
        text = event.body.get(field)
        try:
            if text is not None:
                days[field] = date.fromisoformat(text)
        except (TypeError, ValueError):
            yield Problem(f"/{field}", "not-a-day", f"{text!r} should be a day such as 2026-09-12")
    if len(days) == 2 and days[_TO] < days[_FROM]:
        message = f"it would end on {days[_TO]}, before it begins on {days[_FROM]}"
        yield Problem(f"/{_TO}", "ends-before-it-begins", message)
    if len(days) == 2 and days[_TO] == days[_FROM]:
        message = f"it ends when {days[_TO]} begins, as it begins: it covers no day; recorded as it is"
        yield Problem(f"/{_TO}", "covers-no-day", message, "warning")


def _number(event: Event) -> Iterator[Problem]:
    number, scheme = event.body.get(_NUMBER), event.body.get(_SCHEME)
    right = wrong_with_number(str(scheme), str(number)) if number else None
    if right:
        message = f"numbers of {scheme} are {right.en}, and {number!r} is not; recorded as it is"
        yield Problem(f"/{_NUMBER}", "unusual-number", message, "warning")
