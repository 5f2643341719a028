"""What the look-ups of one label warn of: a copy of a true label is a true label, but it is seen to be in many places.

A function of the *set* of looks: in any order the same. Later looks never take a warning back. A place that is not
known never warns.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from provenance.scans.apart import all_apart
from provenance.scans.cells import Cell, least_km
from provenance.scans.scan import DAY_HOURS, Look, in_order
from provenance.scans.thresholds import Thresholds

MOST_PLACED = 40
"""Places of the last so many looks are compared: more would let a crowd of phones make each look-up cost seconds, and
a label with more has long been looked up many times."""

Placed = tuple[int, Cell]
"""Hour and cell."""


@dataclass(frozen=True, slots=True)
class Box:
    """What is known of the box the label was made for, from its reports and its brand.

    `sold_hour` None where no sale is reported; `sites` the cells its reports have it in; `channels` those its brand
    sells in, None where it sells anywhere or has not said.
    """

    sold_hour: int | None = None
    sites: frozenset[Cell] = frozenset()
    channels: frozenset[Cell] | None = None


UNKNOWN_BOX = Box()


@dataclass(frozen=True, slots=True)
class ScanWarning:
    """`code` is many_times, many_places, too_far_apart, outside_channels or after_sale; `count` what was counted."""

    code: str
    count: int


@dataclass(frozen=True, slots=True)
class _Seen:
    looks: Sequence[Look]
    placed: Sequence[Placed]
    box: Box
    at: Thresholds


def warnings(looks: Iterable[Look], *, box: Box = UNKNOWN_BOX, thresholds: Thresholds) -> tuple[ScanWarning, ...]:
    """`looks` are all of one label."""
    told = in_order(looks)
    placed = list(dict.fromkeys((look.hour, look.cell) for look in told if look.cell is not None))[-MOST_PLACED:]
    seen = _Seen(told, placed, box, thresholds)
    return tuple(ScanWarning(code, count) for code, rule in _RULES for count in (rule(seen),) if count)


# Each rule gives what it counted, or 0 where that is too little to warn.


def _many_times(seen: _Seen) -> int:
    """Of where the box is reported to be, only looks after its sale count: staff, and who passes it on the shelf."""
    sold = seen.box.sold_hour
    if sold is None:
        count = sum(look.cell is None or not _near(look.cell, seen.box.sites, seen.at) for look in seen.looks)
    else:
        count = sum(look.hour >= sold for look in seen.looks)
    return _from(_many(seen), count)


def _many(seen: _Seen) -> int:
    """How many times are many: fewer, where they come from places that no report has the box in."""
    at = seen.at
    by_places = (at.many_times, at.many_times, at.many_times_two_places, at.many_times_three_places)
    return by_places[len(_away(seen, seen.box.sites, 3))]


def _many_places(seen: _Seen) -> int:
    return _from(seen.at.many_places, len(_away(seen, seen.box.sites, seen.at.many_places)))


def _too_far_apart(seen: _Seen) -> int:
    """From its sale on: of who stands at a shelf, some carrier's way out is always in another province."""

    def two_boxes(one: Placed, other: Placed) -> bool:
        # An hour more, as each look was somewhen in its hour.
        return least_km(one[1], other[1]) > (abs(one[0] - other[0]) + 1) * seen.at.fastest_kmh

    sold = seen.box.sold_hour or 0
    since = [one for one in seen.placed if one[0] >= sold]
    return _from(seen.at.boxes_at_once, len(all_apart(since, two_boxes, seen.at.boxes_at_once)))


def _outside_channels(seen: _Seen) -> int:
    channels = seen.box.channels
    return 0 if channels is None else _from(seen.at.places_outside, len(_away(seen, channels, seen.at.places_outside)))


def _after_sale(seen: _Seen) -> int:
    if seen.box.sold_hour is None:
        return 0
    late = seen.box.sold_hour + seen.at.days_after_sale * DAY_HOURS
    return _from(seen.at.times_after_sale, sum(look.hour > late for look in seen.looks))


_RULES: tuple[tuple[str, Callable[[_Seen], int]], ...] = (
    ("many_times", _many_times),
    ("many_places", _many_places),
    ("too_far_apart", _too_far_apart),
    ("outside_channels", _outside_channels),
    ("after_sale", _after_sale),
)


def _away(seen: _Seen, known: Collection[Cell], enough: int) -> tuple[Cell, ...]:
    """Of the places that are near none of the known ones, so many that lie apart from each other."""
    away = [cell for cell in sorted({cell for _, cell in seen.placed}) if not _near(cell, known, seen.at)]
    return all_apart(away, lambda one, other: least_km(one, other) > seen.at.places_km, enough)


def _near(cell: Cell, known: Collection[Cell], at: Thresholds) -> bool:
    return any(least_km(cell, place) <= at.near_km for place in known)


def _from(least: int, count: int) -> int:
    return count if count >= least else 0
