"""The way of the goods as a small map: orchards and numbered stops, to scale, without anybody's map tiles.

Pure geometry: places of a history in, dots and legs in a picture's own units out. North is up; a degree of
longitude is as long as it is at the middle of the picture, which is true enough within a country.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from provenance.registry.ground import distance_m, shape
from provenance.registry.records import Point
from services.portal.languages import Language
from services.portal.telling.histories import History, Place, Step
from services.portal.telling.naming import near

WIDTH, HEIGHT, MARGIN = 320, 200, 26
NEAR_KM = 5.0
"""Plots and stations nearer to each other than this are one stop."""
LEAST_KM = 20.0
"""The picture shows no less than this across: orchards are only known to the kilometre."""
TOUCHING = 22.0
"""Dots nearer than this would cover each other; the later is then drawn beside."""
MOST_MARKS = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """A place, and where it is in the picture."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class RouteMap:
    """`path` is an SVG path; `bar` the length of a scale bar of `bar_km`; `km` the way from stop to stop, each
    leg as the crow flies."""

    orchards: tuple[Mark, ...]
    stops: tuple[Mark, ...]
    path: str
    bar: float
    bar_km: int
    km: int


@dataclass(frozen=True, slots=True)
class _Spot:
    point: Point
    place: Place


def route_map(history: History, language: Language) -> RouteMap | None:
    """None where fewer than two places have a registered position."""
    orchards, stops = _orchards(history), _stops(history)
    spots = (*orchards, *stops)
    if len(spots) < 2:
        return None
    scale, points = _projected(spots)
    marks = tuple(
        Mark(_name(spot.place, language), round(x, 1), round(y, 1))
        for spot, (x, y) in zip(spots, _apart(points), strict=True)
    )
    picked, passed = marks[: len(orchards)], marks[len(orchards) :]
    bar_km = _round_length(WIDTH / 4 / scale)
    return RouteMap(
        orchards=picked,
        stops=passed,
        path=_path(picked, passed),
        bar=round(bar_km * scale, 1),
        bar_km=bar_km,
        km=round(sum(_km(a, b) for a, b in pairwise(stops))),
    )


def _path(orchards: Sequence[Mark], stops: Sequence[Mark]) -> str:
    """From every orchard to the first stop, and on from there."""
    to_first = [f"M{mark.x:g} {mark.y:g} L{stops[0].x:g} {stops[0].y:g}" for mark in orchards if stops]
    onward = [f"{'L' if n else 'M'}{mark.x:g} {mark.y:g}" for n, mark in enumerate(stops)]
    return " ".join((*to_first, *onward))


def _orchards(history: History) -> Sequence[_Spot]:
    found: list[_Spot] = []
    for step in _in_time(history):
        spot = _spot(step, history) if step.kind == "harvest" else None
        if spot and all(_km(spot, other) > NEAR_KM for other in found):
            found.append(spot)
    return found[:MOST_MARKS]


def _stops(history: History) -> Sequence[_Spot]:
    """Where the goods were after they were picked, in order of time; staying near a stop makes no new one."""
    found: list[_Spot] = []
    for step in _while_together(history):
        spot = None if step.kind == "harvest" else _spot(step, history)
        if spot and (not found or _km(found[-1], spot) > NEAR_KM):
            found.append(spot)
    return found[:MOST_MARKS]


def _while_together(history: History) -> Sequence[Step]:
    """Of a pallet, until the last that is reported of itself: what was on it then goes more ways than one."""
    steps = _in_time(history)
    if not any(step.parent == history.key for step in steps):
        return steps
    own = [at for at, step in enumerate(steps) if history.key in (step.parent, *_named(step))]
    return steps[: own[-1] + 1]


def _named(step: Step) -> tuple[str, ...]:
    return tuple(one.key for one in (*step.objects, *step.children))


def _in_time(history: History) -> Sequence[Step]:
    return sorted((s for s in history.steps if s.standing in ("in_force", "disputed")), key=lambda step: step.time_ms)


def _spot(step: Step, history: History) -> _Spot | None:
    """A certificate is issued, and a reading sent, where the goods need not be."""
    if step.kind in ("certificate", "farm_input", "reading"):
        return None
    for key in (step.read_point,) if step.kind == "harvest" else (step.biz_location, step.read_point):
        place = history.places.get(key)
        if place and place.latitude and place.longitude:
            return _Spot(Point(float(place.latitude), float(place.longitude)), place)
    return None


def _projected(spots: Sequence[_Spot]) -> tuple[float, list[tuple[float, float]]]:
    """Picture units a kilometre, and each spot in the picture."""
    middle = sum(spot.point.latitude for spot in spots) / len(spots)
    plane = shape([spot.point for spot in spots], Point(middle, spots[0].point.longitude))
    flat = [(east / 1000, -north / 1000) for east, north in plane]
    west, north = min(x for x, _ in flat), min(y for _, y in flat)
    wide, high = max(x for x, _ in flat) - west, max(y for _, y in flat) - north
    scale = min((WIDTH - 2 * MARGIN) / max(wide, LEAST_KM), (HEIGHT - 2 * MARGIN) / max(high, LEAST_KM))
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2
    return scale, [(left + (x - west) * scale, top + (y - north) * scale) for x, y in flat]


def _apart(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A dot that would lie on an earlier one moves beside it: every number stays readable."""
    placed: list[tuple[float, float]] = []
    for x, y in points:
        while any(hypot(x - other_x, y - other_y) < TOUCHING for other_x, other_y in placed):
            x, y = (x + TOUCHING, y) if x + TOUCHING <= WIDTH - MARGIN / 2 else (MARGIN, y + TOUCHING)
        placed.append((x, y))
    return placed


def _km(a: _Spot, b: _Spot) -> float:
    return distance_m(a.point, b.point) / 1000


def _round_length(km: float) -> int:
    """The greatest of 1, 2, 5, 10, 20, … that is not longer."""
    steps = [digit * 10**power for power in range(5) for digit in (1, 2, 5)]
    return max((step for step in steps if step <= km), default=1)


def _name(place: Place, language: Language) -> str:
    """Plots by their village: a stop may be several families' orchards."""
    name = "" if place.kind == "plot" else language.pick(place.name_zh, place.name_en)
    return name or near(place, language)
