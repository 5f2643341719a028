"""The temperature of goods as a small picture, and the same as a table: what was measured, in which range it should be.

Pure geometry, drawn on the server: a buyer's page loads nothing from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from provenance.days import CHINA, DAY_MS
from services.portal.languages import Language
from services.portal.telling.histories import ColdChain, ColdLeg, ColdPoint
from services.portal.telling.naming import short

WIDTH, HEIGHT = 320, 150
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 10, 22
LEAST_SPAN_C = 4.0
HAIR, MARK = 2.5, 6.0
"""The least width and height of what is drawn: of a measurement, and of one out of range, which must be seen on a
telephone though it was an hour of weeks."""
MOST_ROWS = 12
MOST_DAY_MARKS = 5


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, in the picture's units, and what stands there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A stay in words: from, to, where ("" where nobody said), what was measured, how much of it is known."""

    since: str
    until: str
    where: str
    measured: str
    known: str


@dataclass(frozen=True, slots=True)
class OutOfRange:
    since: str
    until: str
    where: str
    far: str


@dataclass(frozen=True, slots=True)
class ColdPicture:
    """`band` is the range (y, height); `area` and `outside` SVG paths of what was measured, and what was out of it."""

    tone: str
    sentence: str
    area: str
    outside: str
    band: tuple[float, float]
    degrees: tuple[Tick, ...]
    days: tuple[Tick, ...]
    rows: tuple[Row, ...]
    excursions: tuple[OutOfRange, ...]
    more_rows: int = 0


_NOTHING_YET = ("no-range", "not-begun", "just-begun", "in-shop-before", "gone-before")
TONES = {"kept": "good", "broken": "bad", "unknown": "wait"}


def cold_picture(found: ColdChain, language: Language) -> ColdPicture | None:
    """None where no range is set, or nothing was measured and nothing had to be yet."""
    if found.why in _NOTHING_YET or not (found.curve or found.legs):
        return None
    scale = _Scale.of(found)
    legs = sorted(found.legs, key=lambda leg: leg.from_ms)
    return ColdPicture(
        tone=TONES.get(found.verdict, "wait"),
        sentence=language.pick(found.sentence_zh, found.sentence_en),
        area=_path(found.curve, scale),
        outside=_path([point for point in found.curve if _is_outside(point, found)], scale, least=MARK),
        band=scale.band(found),
        degrees=tuple(Tick(round(scale.y(value), 1), f"{value:g}°") for value in scale.degrees(found)),
        days=tuple(scale.days()) if found.curve else (),
        rows=tuple(_row(leg, found, language) for leg in legs[:MOST_ROWS]),
        more_rows=max(0, len(legs) - MOST_ROWS),
        excursions=tuple(
            OutOfRange(
                _moment(e.from_ms), _moment(e.to_ms), _name(e.asset, found, language), f"{float(e.furthest_c):+.1f}"
            )
            for e in found.excursions[:MOST_ROWS]
        ),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    begin_ms: int
    end_ms: int
    least: float
    most: float

    @classmethod
    def of(cls, found: ColdChain) -> _Scale:
        limits = [float(text) for text in (found.least_c, found.most_c) if text]
        measured = [float(text) for point in found.curve for text in (point.least_c, point.most_c)]
        least, most = min([*limits, *measured]), max([*limits, *measured])
        room = max(LEAST_SPAN_C - (most - least), (most - least) * 0.16) / 2
        times = [ms for point in found.curve for ms in (point.from_ms, point.to_ms)] or [0, 1]
        return cls(min(times), max(max(times), min(times) + 1), least - room, most + room)

    def x(self, ms: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (ms - self.begin_ms) / (self.end_ms - self.begin_ms)

    def y(self, celsius: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (self.most - celsius) / (self.most - self.least)

    def band(self, found: ColdChain) -> tuple[float, float]:
        top = self.y(float(found.most_c)) if found.most_c else TOP
        foot = self.y(float(found.least_c)) if found.least_c else HEIGHT - BOTTOM
        return round(top, 1), round(foot - top, 1)

    def degrees(self, found: ColdChain) -> list[float]:
        """The limits, and the extremes where they are beyond them and not too near to be read."""
        marked = [float(text) for text in (found.least_c, found.most_c) if text]
        measured = [float(t) for point in found.curve for t in (point.least_c, point.most_c)]
        for value in (max(measured, default=self.most), min(measured, default=self.least)):
            within = len(marked) > 1 and min(marked) <= value <= max(marked)
            if not within and all(abs(self.y(value) - self.y(other)) > 12 for other in marked):
                marked.append(round(value, 1))
        return sorted(marked)

    def days(self) -> Iterable[Tick]:
        """Midnights in China; every so many of them, so that they can be read."""
        day = datetime.fromtimestamp(self.begin_ms / 1000, CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        first = round(day.timestamp() * 1000) + DAY_MS
        every = max(1, -(-((self.end_ms - first) // DAY_MS + 1) // MOST_DAY_MARKS))
        marks = range(first, self.end_ms, every * DAY_MS) if first < self.end_ms else (self.begin_ms,)
        for ms in marks:
            yield Tick(round(self.x(ms), 1), datetime.fromtimestamp(ms / 1000, CHINA).strftime("%m-%d"))


def _path(points: Sequence[ColdPoint], scale: _Scale, *, least: float = HAIR) -> str:
    """An upright box for each part of the time, from its lowest to its highest; at least so high and wide, around its
    middle."""
    drawn = []
    for point in points:
        left, right = scale.x(point.from_ms), scale.x(point.to_ms)
        top, foot = scale.y(float(point.most_c)), scale.y(float(point.least_c))
        wide, high = max(right - left, least), max(foot - top, least)
        left, top = (left + right - wide) / 2, (top + foot - high) / 2
        drawn.append(f"M{left:.1f} {top:.1f}h{wide:.1f}v{high:.1f}h-{wide:.1f}z")
    return "".join(drawn)


def _is_outside(point: ColdPoint, found: ColdChain) -> bool:
    above = bool(found.most_c) and float(point.most_c) > float(found.most_c)
    return above or (bool(found.least_c) and float(point.least_c) < float(found.least_c))


def _row(leg: ColdLeg, found: ColdChain, language: Language) -> Row:
    """By the names of places where there are any; else by the pallet, the truck."""
    measured = f"{float(leg.least_c):.1f} – {float(leg.most_c):.1f}" if leg.least_c else "–"
    places = [asset for asset in leg.within if asset in found.places]
    where = " · ".join(dict.fromkeys(_name(asset, found, language) for asset in places or leg.within))
    until = _moment(leg.to_ms)
    until = until[6:] if until[:6] == _moment(leg.from_ms)[:6] else until
    return Row(_moment(leg.from_ms), until, where or "–", measured, f"{int(float(leg.known) * 100)} %")


def _name(asset: str, found: ColdChain, language: Language) -> str:
    place = found.places.get(asset)
    return (language.pick(place.name_zh, place.name_en) if place else "") or short(asset)


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, CHINA).strftime("%m-%d %H:%M")
