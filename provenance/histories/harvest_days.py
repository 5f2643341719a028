"""From which day to which one delivery's fruit was picked: what the report says of the harvest before its own time.

Believed are days up to the report's, and from sixty days before it: nobody reports a harvest to come, and an older one
sheds every spray and any season (ADR 0105). Season, waiting time, yield and cooling all ask here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from epcis.events import Event, milliseconds
from provenance.days import DAY_MS, day_at, day_of, midnight
from provenance.histories.history import Pick

FIELDS = ("cbvmda:harvestStartDate", "cbvmda:harvestEndDate")
MOST_DAYS_BEFORE = 60
"""Between the first day of a harvest and its report."""


@dataclass(frozen=True, slots=True)
class HarvestDays:
    first: date
    last: date


def harvest_days(pick: Pick) -> HarvestDays | None:
    """The day of the report where it gives none; None where they cannot be read, end before they begin or are not
    believed."""
    try:
        days = tuple(stated_day(text, pick.event) for text in stated(pick.event)) or (day_of(pick.event),)
    except ValueError:
        return None
    found = HarvestDays(days[0], days[-1])
    in_order = found.first <= found.last
    return found if in_order and not any(wrong_by(day, pick.event) for day in days) else None


def begun_on(pick: Pick) -> date:
    """The day of the report where the harvest's is not clear."""
    days = harvest_days(pick)
    return days.first if days else day_of(pick.event)


def picked_by_ms(pick: Pick) -> int:
    """When the first of it had been picked at the latest: by its report, and by the end of the harvest's first day."""
    return min(pick.event.time_ms, midnight(begun_on(pick), pick.event.offset) + DAY_MS)


def stated(event: Event) -> tuple[str, ...]:
    """What a report gives as the first and the last day, as it is written."""
    ilmd = event.body.get("ilmd")
    said = (ilmd.get(field) for field in FIELDS) if isinstance(ilmd, Mapping) else ()
    return tuple(str(text) for text in said if text)


def stated_day(text: str, event: Event) -> date:
    """Of a time, its day on the reporter's clock. Raises ValueError where it is neither day nor time."""
    try:
        return day_at(milliseconds(text), event.offset)
    except ValueError:
        return date.fromisoformat(text[:10])


def wrong_by(day: date, event: Event) -> str:
    """Why a day of the harvest is not believed; "" where it is."""
    before = (day_of(event) - day).days
    if before < 0:
        return f"{day} is after the report, which is of {day_of(event)}"
    return f"{day} is more than {MOST_DAYS_BEFORE} days before the report" if before > MOST_DAYS_BEFORE else ""
