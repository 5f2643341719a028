"""Which day it was: on the clock of whoever reports an event, and in China, where the registry's days are meant.

An event's day is that of its instant at its own `eventTimeZoneOffset`, however its time is written: most systems write
"…Z", whose date is nobody's day (ADR 0105).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta, timezone
from functools import cache

from epcis.events import Event

CHINA = timezone(timedelta(hours=8))
CHINA_OFFSET = "+08:00"
UTC_OFFSET = "+00:00"
MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
YEARS = range(1900, 2200)
"""Those that anybody means: days beside them have no season before or after, and "for ever" is written 9999."""
MEASURED_YEARS = range(2000, YEARS.stop)
"""A logger that lost its clock begins in 1970 or 1980."""
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def day_of(event: Event) -> date:
    """The day on the reporter's own clock."""
    return day_at(event.time_ms, event.offset)


def day_at(time_ms: int, offset: str = CHINA_OFFSET) -> date:
    """The day of an instant at this offset; the first or last of all days where there is no such day."""
    try:
        return date.fromordinal(_EPOCH_DAY + (time_ms + _ahead_ms(offset)) // DAY_MS)
    except (ValueError, OverflowError):
        return date.max if time_ms > 0 else date.min


def china_day(time_ms: int) -> date:
    return day_at(time_ms)


def utc_day(time_ms: int) -> date:
    """By which readings are stored, wherever they were measured."""
    return day_at(time_ms, UTC_OFFSET)


def each_day(first: date, last: date) -> Iterator[date]:
    """Both included."""
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


def china_midnight(day: date) -> int:
    """When it begins in China, in milliseconds since 1970 UTC."""
    return midnight(day)


def midnight(day: date, offset: str = CHINA_OFFSET) -> int:
    """When a day begins at this offset, in milliseconds since 1970 UTC."""
    return (day.toordinal() - _EPOCH_DAY) * DAY_MS - _ahead_ms(offset)


@cache
def _ahead_ms(offset: str) -> int:
    """What a clock at this valid offset is ahead of UTC, of which there are not many."""
    ahead_ms = (int(offset[1:3]) * 60 + int(offset[4:6])) * MINUTE_MS
    return -ahead_ms if offset[0] == "-" else ahead_ms
