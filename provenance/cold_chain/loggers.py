"""What the registry says of a logger on a day, and for how long what it measures can be believed.

A reading holds until its logger's next, three intervals at most. A mean over longer than that hides what lies between
its ends: without the lowest and the highest it vouches for nothing. So does a logger that was calibrated too long ago.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from epcis.identifiers import whole_place
from provenance.cold_chain.temperatures import Temperature
from provenance.registry.records import Registry

DEFAULT_INTERVAL_S = 15 * 60
"""Of a logger that nobody registered: common loggers of fruit are set to between one and fifteen minutes."""
HOLDS = 3
"""Times its logger's interval a reading holds, where no other follows (domain.md, "Cold chain")."""
MOST_HELD_S = 24 * 3600
"""Seconds no reading holds longer than, whatever interval is registered: what is measured once a week says nothing of
the six days between."""
MEAN_S = 3600
"""Seconds whose mean is as good as a reading, of whichever logger: fruit in boxes does not warm up and cool down in
less."""
CALIBRATED_FOR = timedelta(days=366)
"""Loggers are calibrated once a year."""


@dataclass(frozen=True, slots=True)
class Registered:
    """Seconds between its readings and when it was last calibrated; None where the registry does not say. The place it
    is on, "" where it is not registered."""

    interval_s: int | None = None
    calibrated_on: date | None = None
    site: str = ""

    @property
    def every_ms(self) -> int:
        """When the next reading is due."""
        return min(self.interval_s or DEFAULT_INTERVAL_S, MOST_HELD_S) * 1000

    @property
    def hold_ms(self) -> int:
        """How long a reading holds."""
        return min(HOLDS * self.every_ms, MOST_HELD_S * 1000)

    def is_calibrated(self, on: date) -> bool:
        """Who says nothing of it is asked nothing: a logger nobody registered counts too."""
        return self.calibrated_on is None or on - self.calibrated_on <= CALIBRATED_FOR

    def covers(self, point: Temperature) -> bool:
        """Whether all of the reading's own time is known by it."""
        return point.bounded or point.end_ms - point.start_ms <= max(self.hold_ms, MEAN_S * 1000)

    def is_on(self, place: str) -> bool:
        return is_in(self.site, place)


def is_in(one: str, other: str) -> bool:
    """A place is in itself, and a dock in its house, whichever of them is named."""
    return one == other or whole_place(one) == other or one == whole_place(other)


UNKNOWN = Registered()
AskLogger = Callable[[str, date], Registered]
"""What is registered of a device on a day in China."""


def unregistered(_device: str, _on: date) -> Registered:
    return UNKNOWN


def registered_on(registry: Registry, device: str, on: date) -> Registered:
    logger = registry.logger(device, on) if device else None
    return Registered(logger.interval_seconds, logger.calibrated_on, logger.site) if logger else UNKNOWN
