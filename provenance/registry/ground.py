"""Where a plot lies: its shape on a plane of metres, what two shapes share, and the grid cells that find neighbours;
and how far it is from one point to another.

Areas are exact for simple polygons of a few kilometres (an equirectangular plane; the error is below a thousandth).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import asin, cos, floor, pi, radians, sin, sqrt

from provenance.registry.records import Point, Site

EARTH_RADIUS_M = 6_371_008.8
SQUARE_METRES_A_MU = 10_000 / 15
FINE, COARSE = 0.002, 0.05
"""Sides of grid cells in degrees: some 200 m, and some 5 km for what would lie in more than `MOST_FINE_CELLS`."""
MOST_FINE_CELLS = 64

Vertex = tuple[float, float]
Shape = Sequence[Vertex]
Box = tuple[float, float, float, float]
"""Least and greatest latitude, least and greatest longitude."""


def centre(site: Site) -> Point | None:
    """The point registered, else the middle of the boundary's corners."""
    if site.latitude is not None and site.longitude is not None:
        return Point(site.latitude, site.longitude)
    if not site.boundary:
        return None
    corners = len(site.boundary)
    return Point(sum(p.latitude for p in site.boundary) / corners, sum(p.longitude for p in site.boundary) / corners)


def radius_m(site: Site) -> float:
    """Of a disc of the plot's area; 0 where none is registered."""
    return sqrt(float(site.area_mu or 0) * SQUARE_METRES_A_MU / pi)


def shape(boundary: Sequence[Point], origin: Point) -> Shape:
    """Metres east and north of `origin`."""
    metres = EARTH_RADIUS_M * radians(1)
    across = metres * cos(radians(origin.latitude))
    return [((p.longitude - origin.longitude) * across, (p.latitude - origin.latitude) * metres) for p in boundary]


def distance_m(one: Point, other: Point) -> float:
    """Along a great circle (haversine), however far apart they are."""
    north, east = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    h = sin(north / 2) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(h))


def area_m2(outline: Shape) -> float:
    return abs(_signed(outline))


def shared_m2(one: Shape, other: Shape) -> float:
    """The area in both. A simple polygon is a signed sum of triangles from one corner, and so is what two share."""
    return abs(sum(s * t * _clipped(a, b) for a, s in _triangles(one) for b, t in _triangles(other)))


def crosses_itself(outline: Shape) -> bool:
    """Whether two sides that are not neighbours meet."""
    sides = list(pairwise((*outline, outline[0])))
    return any(
        _cross(*sides[i], *sides[j])
        for i in range(len(sides))
        for j in range(i + 2, len(sides))
        if (i, j) != (0, len(sides) - 1)
    )


def cells(site: Site) -> frozenset[str]:
    """The cells a plot is kept under: fine ones, or coarse ones where these would be many."""
    box = _box(site)
    if box is None:
        return frozenset()
    fine = _count(box, FINE) <= MOST_FINE_CELLS
    return frozenset(_cells(box, FINE if fine else COARSE))


def cells_to_search(site: Site) -> frozenset[str]:
    """Cells under which every plot is kept whose ground may be this one's."""
    box = _box(site)
    return frozenset() if box is None else frozenset((*_cells(box, FINE), *_cells(box, COARSE)))


def _box(site: Site) -> Box | None:
    middle = centre(site)
    if middle is None or site.kind != "plot":
        return None
    tall = radius_m(site) / (EARTH_RADIUS_M * radians(1))
    wide = tall / max(cos(radians(middle.latitude)), 0.01)
    latitudes = [middle.latitude - tall, middle.latitude + tall, *(p.latitude for p in site.boundary)]
    longitudes = [middle.longitude - wide, middle.longitude + wide, *(p.longitude for p in site.boundary)]
    return min(latitudes), max(latitudes), min(longitudes), max(longitudes)


def _span(least: float, most: float, side: float) -> range:
    return range(floor(least / side), floor(most / side) + 1)


def _count(box: Box, side: float) -> int:
    return len(_span(box[0], box[1], side)) * len(_span(box[2], box[3], side))


def _cells(box: Box, side: float) -> Iterator[str]:
    for row in _span(box[0], box[1], side):
        for column in _span(box[2], box[3], side):
            yield f"cell:{side}:{row}:{column}"


def _signed(outline: Shape) -> float:
    """Counter-clockwise positive."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise((*outline, outline[0]))) / 2


def _triangles(outline: Shape) -> Iterator[tuple[Shape, int]]:
    """Counter-clockwise triangles, each with the sign it counts with."""
    for second, third in pairwise(outline[1:]):
        triangle = [outline[0], second, third]
        if (turn := _signed(triangle)) != 0:
            yield (triangle, 1) if turn > 0 else (triangle[::-1], -1)


def _clipped(one: Shape, other: Shape) -> float:
    """The area two counter-clockwise triangles share (Sutherland and Hodgman's clipping)."""
    left: list[Vertex] = list(one)
    for start, end in pairwise((*other, other[0])):
        left = list(_left_of(start, end, left))
        if not left:
            return 0.0
    return area_m2(left)


def _left_of(start: Vertex, end: Vertex, outline: Shape) -> Iterator[Vertex]:
    for a, b in pairwise((*outline, outline[0])) if outline else ():
        beside_a, beside_b = _turn(start, end, a), _turn(start, end, b)
        if beside_a >= 0:
            yield a
        if (beside_a > 0 > beside_b) or (beside_a < 0 < beside_b):
            part = beside_a / (beside_a - beside_b)
            yield a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])


def _turn(start: Vertex, end: Vertex, point: Vertex) -> float:
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])


def _cross(a: Vertex, b: Vertex, c: Vertex, d: Vertex) -> bool:
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0
