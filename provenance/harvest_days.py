"""From which day to which one delivery's fruit was picked: what the report says of the harvest before its own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from provenance.days import day_of
from provenance.history import Pick


@dataclass(frozen=True, slots=True)
class HarvestDays:
    first: date
    last: date


def harvest_days(pick: Pick) -> HarvestDays | None:
    """The day of the report where it gives none; None where they cannot be read or end before they begin."""
    ilmd = pick.event.body.get("ilmd", {})
    said = [ilmd.get(f"cbvmda:harvest{end}Date") for end in ("Start", "End")]
    try:
        days = tuple(date.fromisoformat(str(text)[:10]) for text in said if text) or (day_of(pick.event),)
    except ValueError:
        return None
    return HarvestDays(days[0], days[-1]) if days[0] <= days[-1] else None
