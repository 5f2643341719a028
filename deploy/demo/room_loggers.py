"""Loggers of rooms that go on measuring until the story is played: what a real one would have, as a file it gives.

A story is played weeks after its days, and fruit that is still in a room is known to be cold only if somebody says so.
The file ends with the day it is played on, so that playing it again that day sends the same readings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

MOST_DAYS = 400
"""Fruit is too old long before."""
_WOBBLE = (0, 2, 1, -1, 3, 0, -2, 1, -3)
"""Tenths of a degree by which a room differs from one reading to the next."""


@dataclass(frozen=True, slots=True)
class RoomLogger:
    """`party` and `roles` of whoever sends its file; a reading every so often, around so many °C."""

    party: str
    roles: tuple[str, ...]
    device: str
    site: str
    since: datetime
    every: timedelta
    around: Decimal

    def file(self, today: date) -> str:
        """As `POST /api/readings` takes it, to the beginning of this day; "" where there is nothing to tell yet."""
        rows = [f"{at.isoformat()},{celsius}" for at, celsius in self._measured(today)]
        return "\n".join(["time,temperature", *rows, ""]) if rows else ""

    def _measured(self, today: date) -> Iterator[tuple[datetime, Decimal]]:
        midnight = datetime(today.year, today.month, today.day, tzinfo=self.since.tzinfo)
        until = min(midnight, self.since + timedelta(MOST_DAYS))
        for n in range((until - self.since) // self.every + 1):
            yield self.since + n * self.every, self.around + Decimal(_WOBBLE[n % len(_WOBBLE)]) / 10
