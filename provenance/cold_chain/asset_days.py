"""What was measured on one asset on one day (UTC): a few numbers that answer most questions, and all the points.

A pure function of the events that measured on it that day and of those that declare them wrong. What it took from the
registry is said in it (`loggers`, `declarers`), so that whoever kept it sees when it is not true any more. Of each
teller it is added up apart: who counts for the goods of a claim is asked when that is judged (`hearing`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import TypeAlias, TypeVar

from epcis.events import Event
from provenance.access.say import told_at
from provenance.cold_chain.loggers import AskLogger, Registered, unregistered
from provenance.cold_chain.temperatures import Temperature, temperatures
from provenance.days import china_day, utc_day
from provenance.spans import Span, merged, without
from provenance.standing import MayDeclare, Reported, Standing, nobody, standings

MOST_TAKEN_BACK = 16
"""Loggers on one asset of whose readings of a day any were taken back, that are looked at."""


Places: TypeAlias = tuple[str, ...]
"""What a reading says of where it was: sites, rooms, vehicles; none where it names only goods or what carries them."""
_CARRIED = ("geo:", "/00/", "/01/", "/8003/")
"""In no place of their own: one logger may be among the pallets of a load, and named with each."""


@dataclass(frozen=True, slots=True)
class AssetDay:
    """`vouched` are by logger the times (ms) for which some reading of it holds, sorted, not overlapping, running on
    past the day. `stood`, of a logger's own day, says when it was at which places by its readings.

    `firsts` says when each logger measured first that day; `lost` how many reports say nothing that counts; `loggers`
    what was registered of each on the day (China) of its readings. `withdrawn` are readings that their own reporter
    took back and nobody measured in their place. `points` are None where they were not read along. `strange` are
    readings of others, which are in none of these.
    """

    asset: str
    day: date
    number: int = 0
    lost: int = 0
    alarms: int = 0
    least: Fraction | None = None
    most: Fraction | None = None
    vouched: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    stood: Mapping[Places, tuple[Span, ...]] = field(default_factory=dict)
    firsts: Mapping[str, int] = field(default_factory=dict)
    loggers: Mapping[tuple[str, date], Registered] = field(default_factory=dict)
    withdrawn: tuple[Temperature, ...] = ()
    points: tuple[Temperature, ...] | None = ()
    strange: int = 0

    @property
    def covered(self) -> tuple[Span, ...]:
        """By any logger."""
        return merged(span for spans in self.vouched.values() for span in spans)

    def hold_ms(self, point: Temperature) -> int:
        return self.loggers[_asked(point)].hold_ms


Days = Mapping[tuple[str, date], AssetDay]
"""By asset and day (UTC)."""

By: TypeAlias = tuple[str, str]
"""Who sent a reading in, and the place it was told at, "" where that is none (`provenance.access.say.told_at`)."""
Loggers: TypeAlias = Mapping[tuple[str, date], Registered]
Key = TypeVar("Key", str, Places)
Counts: TypeAlias = Callable[[str, date, By], bool]
"""Whether what this teller measured on the asset that day counts."""


@dataclass(frozen=True, slots=True)
class ToldDay:
    """All that was measured on an asset on a day, by who told it. `declarers`: of whom it was asked whether he might
    declare anybody's report wrong, on which day."""

    asset: str
    day: date
    parts: Mapping[By, AssetDay]
    declarers: Mapping[tuple[str, date], bool] = field(default_factory=dict)

    def asked_alike(self, ask: AskLogger, may_declare: MayDeclare) -> bool:
        """Whether the registry still answers as it did."""
        return all(ask(*key) == found for part in self.parts.values() for key, found in part.loggers.items()) and all(
            may_declare(*key) == answer for key, answer in self.declarers.items()
        )

    def without_points(self) -> ToldDay:
        return replace(self, parts={by: replace(part, points=None) for by, part in self.parts.items()})

    def heard(self, counts: Counts) -> AssetDay:
        """Of those who count, together."""
        heard = {by: part for by, part in sorted(self.parts.items()) if counts(self.asset, self.day, by)}
        strange = sum(part.number for by, part in self.parts.items() if by not in heard)
        return replace(_together(self.asset, self.day, list(heard.values())), strange=strange)


def summary(
    asset: str,
    day: date,
    documents: Iterable[Reported],
    *,
    ask: AskLogger = unregistered,
    may_declare: MayDeclare = nobody,
) -> ToldDay:
    """Of documents that name the asset that day, with all that share an event id with a declaration among them."""
    declarers: dict[tuple[str, date], bool] = {}

    def declares(party: str, on: date) -> bool:
        declarers[party, on] = may_declare(party, on)
        return declarers[party, on]

    told: defaultdict[By, list[Standing]] = defaultdict(list)
    for one in standings(documents, may_declare=declares).values():
        told[one.document.first.capturer, told_at(one.document.event)].append(one)
    parts = {by: _of_one(asset, day, listed, ask, declares) for by, listed in told.items()}
    said = {by: part for by, part in parts.items() if part.number or part.withdrawn or part.stood}
    return ToldDay(asset, day, said, declarers)


def _of_one(asset: str, day: date, standing: Sequence[Standing], ask: AskLogger, declares: MayDeclare) -> AssetDay:
    """What one teller measured."""
    in_force = [one for one in standing if one.in_force]
    every = _points(asset, day, in_force)
    took_back = _points(asset, day, (one for one in standing if _took_back_himself(one, declares)))
    loggers = {key: ask(*key) for key in sorted({_asked(point) for point in (*every, *took_back)})}
    named = _named(asset, (one.document.event for one in standing))
    points, taken = (_not_of_another(listed, named, loggers) for listed in (every, took_back))
    good = [point for point in points if point.least is not None]
    vouched = _vouched(good, loggers)
    return AssetDay(
        asset=asset,
        day=day,
        number=len(points),
        lost=len(points) - len(good),
        alarms=sum(point.alarm for point in points),
        least=min((point.least for point in good if point.least is not None), default=None),
        most=max((point.most for point in good if point.most is not None), default=None),
        vouched=vouched,
        stood=_stood(asset, every, named, loggers),
        firsts=_firsts(good),
        loggers=loggers,
        withdrawn=tuple(_unanswered(taken, good, vouched)),
        points=tuple(points),
    )


def _took_back_himself(one: Standing, declares: MayDeclare) -> bool:
    """Its reporter, and no inspector."""
    first = one.document.first
    return not one.in_force and one.declared_by <= {first.capturer} and not declares(first.capturer, first.day)


def _together(asset: str, day: date, parts: Sequence[AssetDay]) -> AssetDay:
    """What one took back another may have measured: that is seen where the points were read along."""
    if len(parts) == 1:
        return parts[0]
    points = (
        None if any(part.points is None for part in parts) else _each_once(p for d in parts for p in d.points or ())
    )
    loggers = {key: logger for part in parts for key, logger in part.loggers.items()}
    taken = _each_once(point for part in parts for point in part.withdrawn)
    firsts: dict[str, int] = {}
    for device, ms in (first for part in parts for first in part.firsts.items()):
        firsts[device] = min(ms, firsts.get(device, ms))
    good = [point for point in points or () if point.least is not None]
    vouched = _each_merged(part.vouched for part in parts)
    return AssetDay(
        asset=asset,
        day=day,
        number=sum(part.number for part in parts),
        lost=sum(part.lost for part in parts),
        alarms=sum(part.alarms for part in parts),
        least=min((part.least for part in parts if part.least is not None), default=None),
        most=max((part.most for part in parts if part.most is not None), default=None),
        vouched=vouched,
        stood=_each_merged(part.stood for part in parts),
        firsts=firsts,
        loggers=loggers,
        withdrawn=tuple(taken if points is None else _unanswered(taken, good, vouched)),
        points=None if points is None else tuple(points),
    )


def _points(asset: str, day: date, standing: Iterable[Standing]) -> list[Temperature]:
    """All that these measured on the asset that day, each once, in order."""
    events = (one.document.event for one in standing)
    mine = (event for event in events if event.only_reads and asset in event.measured)
    return _each_once(point for event in mine for point in temperatures(event) if _touches(point, day))


def _each_once(points: Iterable[Temperature]) -> list[Temperature]:
    return sorted(set(points), key=in_time)


def _asked(point: Temperature) -> tuple[str, date]:
    return point.device, china_day(point.start_ms)


def _vouched(points: Iterable[Temperature], loggers: Loggers) -> dict[str, tuple[Span, ...]]:
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for point in points:
        logger = loggers[_asked(point)]
        if logger.covers(point) and logger.is_calibrated(china_day(point.start_ms)):
            found[point.device].append((point.start_ms, point.end_ms + logger.hold_ms))
    return {device: merged(spans) for device, spans in found.items()}


def _named(device: str, events: Iterable[Event]) -> dict[str, Places]:
    """By reading of the logger what it says it measured, besides the logger itself. Coordinates are no place."""
    return {
        event.event_id: tuple(sorted(key for key in event.measured if key not in event.devices and "geo:" not in key))
        for event in events
        if device in event.devices
    }


def _not_of_another(points: Iterable[Temperature], named: Mapping[str, Places], loggers: Loggers) -> list[Temperature]:
    """Of a logger's own day, which counts where the logger is said to be, without what it says it measured elsewhere,
    or on something of its own: that counts there alone. What names the place of its registration is no other."""
    return [
        point for point in points if all(loggers[_asked(point)].is_on(place) for place in named.get(point.event_id, ()))
    ]


def _stood(
    device: str, points: Iterable[Temperature], named: Mapping[str, Places], loggers: Loggers
) -> dict[Places, tuple[Span, ...]]:
    """A logger is where its reading says until the next one is due."""
    found: defaultdict[Places, list[Span]] = defaultdict(list)
    for point in points if named else ():
        if point.device == device and point.least is not None:
            places = tuple(key for key in named[point.event_id] if not any(mark in key for mark in _CARRIED))
            due_ms = point.start_ms + loggers[_asked(point)].every_ms
            found[places].append((point.start_ms, max(point.end_ms, due_ms)))
    return {where: merged(spans) for where, spans in found.items()}


def _each_merged(parts: Iterable[Mapping[Key, tuple[Span, ...]]]) -> dict[Key, tuple[Span, ...]]:
    found: defaultdict[Key, list[Span]] = defaultdict(list)
    for key, spans in (one for part in parts for one in part.items()):
        found[key] += spans
    return {key: merged(spans) for key, spans in found.items()}


def _unanswered(
    taken: Sequence[Temperature], good: Sequence[Temperature], vouched: Mapping[str, tuple[Span, ...]]
) -> Iterator[Temperature]:
    """Those in whose time nothing else was measured: what its logger measured before holds into it, and says nothing
    of it; what another logger measured does."""
    for device in sorted({point.device for point in taken})[:MOST_TAKEN_BACK]:
        mine = [point for point in taken if point.device == device and point.least is not None]
        own = ((point.start_ms, point.end_ms + 1) for point in good if point.device == device)
        others = (span for other, spans in vouched.items() if other != device for span in spans)
        left = without(merged((point.start_ms, point.end_ms + 1) for point in mine), merged([*own, *others]))
        starts = [since for since, _ in left]
        for point in mine:
            last = bisect_right(starts, point.end_ms) - 1
            if last >= 0 and left[last][1] > point.start_ms:
                yield point


def in_time(point: Temperature) -> tuple[int, int, str, str, bool, Fraction, Fraction]:
    """Sort key: by start; the rest settles ties."""
    least, most = point.least or Fraction(0), point.most or Fraction(0)
    return point.start_ms, point.end_ms, point.device, point.event_id, point.least is None, least, most


def _touches(point: Temperature, day: date) -> bool:
    return utc_day(point.start_ms) <= day <= utc_day(point.end_ms)


def _firsts(points: Iterable[Temperature]) -> dict[str, int]:
    found: dict[str, int] = {}
    for point in points:
        found.setdefault(point.device, point.start_ms)
    return found
