"""When the stories happened: on the days of their files while these are not long ago, else all moved alike, so that the
last lies two weeks back.

A report that is recorded months after its day is told as late, fruit past its shelf life has no label: true, and not
what a demo is to show. So the days are moved, of reports, payments, certificates and master data, and nothing else is.
A season stays within one year, for what a plot can bear is asked by years. What has been played keeps its days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

LONG_AGO = timedelta(days=75)
"""Since its last day; with the days of the story less than what makes a report a late one (90, by ADR 0109)."""
RECENT = timedelta(days=14)
"""By then what is on its way is overdue: the pages say of it what they said when the story was written."""
_OF_THE_YEAR = frozenset({"season_from", "season_to"})
_LEAP_YEAR = 2028

AnyDay = TypeVar("AnyDay", bound=date)


@dataclass(frozen=True, slots=True)
class Move:
    """By `days`, for what is said of a day; by `years`, for what is said of a year, such as when trees came to bear."""

    days: int = 0
    years: int = 0

    def day(self, day: AnyDay) -> AnyDay:
        return day + timedelta(days=self.days)

    def record(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A record of the registry as its file has it."""
        return {name: self._value(name, value) for name, value in values.items()}

    def _value(self, name: str, value: Any) -> Any:
        if name in _OF_THE_YEAR:
            return self.day(date.fromisoformat(f"{_LEAP_YEAR}-{value}")).strftime("%m-%d")
        if name == "bearing_since":
            return value + self.years
        return self.day(value) if isinstance(value, date) else value


AS_TOLD = Move()


def move_for(first: date, last: date, today: date) -> Move:
    """Of a story whose harvest begins on `first` and which ends on `last`."""
    if today - last <= LONG_AGO:
        return AS_TOLD
    end = today - RECENT
    if (first + (end - last)).year < end.year:
        end = date(end.year - 1, 12, 31)
    return move_by(first, end - last)


def move_by(first: date, by: timedelta) -> Move:
    return Move(by.days, (first + by).year - first.year)
