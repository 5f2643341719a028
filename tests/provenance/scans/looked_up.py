"""Looks at a label in a line each: days after a day, places by name, one phone each where none is given."""

from itertools import count

from provenance.registry.records import Point
from provenance.scans.cells import Cell
from provenance.scans.scan import DAY_HOURS, Scan, looks_of
from provenance.scans.thresholds import DEFAULTS, Thresholds
from provenance.scans.warnings import UNKNOWN_BOX, Box, warnings

DAY_0 = 20_000 * DAY_HOURS
XI, LINFEN, TAIYUAN = Point(36.69, 110.94), Point(36.09, 111.52), Point(37.87, 112.55)
BEIJING, GUANGZHOU, CHENGDU, SHANGHAI = Point(39.9, 116.4), Point(23.1, 113.3), Point(30.7, 104.1), Point(31.2, 121.5)
_PHONES = count(1)


def look(day: float, place: Point | None = None, *, phone: int = 0) -> Scan:
    tag = (phone or next(_PHONES)).to_bytes(12, "big")
    return Scan("A", int(DAY_0 + day * DAY_HOURS), tag, Cell.at(place) if place else None)


def cells(*places: Point) -> frozenset[Cell]:
    return frozenset(map(Cell.at, places))


def warned(
    *scans: Scan, box: Box = UNKNOWN_BOX, thresholds: Thresholds = DEFAULTS, at_day: float = 80
) -> dict[str, int]:
    now = int(DAY_0 + at_day * DAY_HOURS)
    return {w.code: w.count for w in warnings(looks_of(scans, now_hour=now), box=box, thresholds=thresholds)}
