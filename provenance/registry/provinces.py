"""Roughly where each province lies: enough to see a slip in a position, and no map of borders."""

from __future__ import annotations

from collections.abc import Mapping

from provenance.registry.records import Point

MARGIN = 0.3
"""Degrees by which a box may be off."""
_CHINA = (3.8, 53.6, 73.4, 135.1)
_BOXES: Mapping[str, tuple[float, float, float, float]] = {
    "11": (39.4, 41.1, 115.4, 117.5), "12": (38.5, 40.3, 116.7, 118.1), "13": (36.0, 42.7, 113.4, 119.9),
    "14": (34.5, 40.8, 110.2, 114.6), "15": (37.4, 53.4, 97.1, 126.1), "21": (38.7, 43.5, 118.8, 125.8),
    "22": (40.8, 46.3, 121.6, 131.4), "23": (43.4, 53.6, 121.1, 135.1), "31": (30.6, 31.9, 120.8, 122.3),
    "32": (30.7, 35.2, 116.3, 122.0), "33": (27.0, 31.2, 118.0, 123.3), "34": (29.3, 34.7, 114.8, 119.7),
    "35": (23.5, 28.4, 115.8, 120.8), "36": (24.4, 30.1, 113.5, 118.5), "37": (34.3, 38.5, 114.7, 122.8),
    "41": (31.3, 36.4, 110.3, 116.7), "42": (29.0, 33.3, 108.3, 116.2), "43": (24.6, 30.2, 108.7, 114.3),
    "44": (20.1, 25.6, 109.6, 117.4), "45": (20.9, 26.4, 104.4, 112.1), "46": (3.8, 20.3, 108.3, 117.9),
    "50": (28.1, 32.3, 105.2, 110.3), "51": (26.0, 34.4, 97.3, 108.6), "52": (24.6, 29.3, 103.5, 109.7),
    "53": (21.1, 29.3, 97.5, 106.3), "54": (26.8, 36.6, 78.3, 99.2), "61": (31.7, 39.7, 105.4, 111.3),
    "62": (32.5, 42.9, 92.3, 108.8), "63": (31.5, 39.3, 89.3, 103.2), "64": (35.2, 39.5, 104.2, 107.7),
    "65": (34.3, 49.3, 73.4, 96.5),
}  # fmt: skip
"""By the first two digits of GB/T 2260: least and greatest degrees north, least and greatest east."""


def in_china(point: Point) -> bool:
    return _in(point, _CHINA)


def may_lie_in(point: Point, county_code: str) -> bool:
    """False only where the county's province is known and is elsewhere."""
    box = _BOXES.get(county_code[:2])
    return box is None or _in(point, box)


def _in(point: Point, box: tuple[float, float, float, float]) -> bool:
    south, north, west, east = box
    return south - MARGIN <= point.latitude <= north + MARGIN and west - MARGIN <= point.longitude <= east + MARGIN
