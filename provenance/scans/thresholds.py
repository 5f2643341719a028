"""From when on look-ups of a label warn: a brand's own numbers, or these.

The defaults were chosen by measuring simulated seasons (`simulator.scans`); figures in ADRs 0148 and 0161.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from provenance.registry.records import ScanThreshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Raises ValueError where one could never mean something, or nothing else."""

    # Look-ups in 90 days, a phone once a day: since the sale, or, where none is reported, not near where the box is.
    many_times: int = 14
    # Where they came from two, or from three, places apart from each other that no report has the box in.
    many_times_two_places: int = 10
    many_times_three_places: int = 8
    # Such places, each `places_km` from all others, however few the look-ups.
    many_places: int = 4
    places_km: int = 250
    # What is so near to a place the box is reported in, or to a sales channel, is the same place.
    near_km: int = 150
    # Looks of which no two can be of one box, which travels so fast from door to door.
    boxes_at_once: int = 3
    fastest_kmh: int = 120
    # Places outside the sales channels, `places_km` apart.
    places_outside: int = 3
    # Look-ups so long after the sale.
    times_after_sale: int = 4
    days_after_sale: int = 45

    def __post_init__(self) -> None:
        for field in fields(self):
            check(ScanThreshold(field.name, getattr(self, field.name)))


_MOST = 100_000
# One look-up, and one place, is what every box has; the search for places grows with their number.
_BOUNDS = {
    "many_times": (2, _MOST),
    "many_times_two_places": (2, _MOST),
    "many_times_three_places": (3, _MOST),
    "many_places": (2, 6),
    "boxes_at_once": (2, 6),
    "places_outside": (1, 6),
}

NAMES = tuple(field.name for field in fields(Thresholds))


def check(one: ScanThreshold) -> None:
    """Raises ValueError with a sentence where there is no such threshold, or not with this value."""
    if one.name not in NAMES:
        raise ValueError(f"there is no threshold {one.name!r}; there are {', '.join(NAMES)}")
    least, most = _BOUNDS.get(one.name, (1, _MOST))
    if not least <= one.at <= most:
        raise ValueError(f"{one.name} is from {least} to {most}, not {one.at}")


DEFAULTS = Thresholds()


def thresholds_of(own: Iterable[ScanThreshold]) -> Thresholds:
    """A brand's own, the defaults for what it does not name; all defaults where a record has one that is none."""
    try:
        return Thresholds(**{one.name: one.at for one in own})
    except (TypeError, ValueError):
        return DEFAULTS
