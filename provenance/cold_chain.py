"""Whether goods were kept cold: kept, broken or unknown, with every excursion, and the share of the time that is known.

A pure function of where they were (`cold_stays`), what was measured there (`asset_days`) and the limits of the day.
Where loggers contradict each other the worst counts, and is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from provenance.asset_days import AssetDay, Span, common, days_of, hold_ms, lasting, merged, without
from provenance.cold_stays import ColdStay, Within
from provenance.temperatures import Temperature

Kept = Literal["kept", "broken", "unknown"]
Why = Literal["in-range", "excursion", "no-range", "little-known", "not-begun"]
Days = Mapping[tuple[str, date], AssetDay]

LEAST_KNOWN = Fraction(9, 10)
"""Of the time that counts; below it the verdict is unknown. Loading and unloading leave an hour without a logger."""
MOST_IDS = 100
"""Readings named as evidence; all of them are counted."""
DAY_MS = 86_400_000
MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Degrees Celsius, None where open; degree-minutes; minutes after picking, None where none are set."""

    least_c: Fraction | None
    most_c: Fraction | None
    tolerated: Fraction = Fraction(0)
    cool_within: int | None = None

    @property
    def is_set(self) -> bool:
        return self.least_c is not None or self.most_c is not None

    def excess(self, celsius: Fraction) -> Fraction:
        """How far outside of the range, negative below it; 0 inside."""
        if self.most_c is not None and celsius > self.most_c:
            return celsius - self.most_c
        if self.least_c is not None and celsius < self.least_c:
            return celsius - self.least_c
        return Fraction(0)

    def hold(self, day: AssetDay) -> bool:
        """Whether all that was measured on the day was inside."""
        extremes = [value for value in (day.least, day.most) if value is not None]
        return not any(self.excess(value) for value in extremes)


@dataclass(frozen=True, slots=True)
class Excursion:
    """Out of range on an asset, from and to (ms): how far at the worst, degree-minutes, and the readings."""

    asset: str
    thing: str
    since_ms: int
    until_ms: int
    furthest_c: Fraction
    degree_minutes: Fraction
    event_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leg:
    """A stay as far as it counts: how much of it is known, and what was measured meanwhile."""

    stay: ColdStay
    known: Fraction
    readings: int
    least: Fraction | None
    most: Fraction | None


@dataclass(frozen=True, slots=True)
class ColdChain:
    """`known` is the share of the time that counts, None where none does yet. `late` where a reading shows that it was
    not cooled when it should have been. `lost` reports say nothing that counts: in an unknown unit, or impossible."""

    verdict: Kept
    why: Why
    limits: Limits
    excursions: tuple[Excursion, ...] = ()
    degree_minutes: Fraction = Fraction(0)
    known: Fraction | None = None
    legs: tuple[Leg, ...] = ()
    event_ids: tuple[str, ...] = ()
    readings: int = 0
    lost: int = 0
    alarms: int = 0
    cool_by_ms: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class ColdPlan:
    """What is to be judged: `stays` as far as they count, until now. `heard_ms` is the time of the last event of the
    goods; `came_ms` when their first report came in, which a station without a network sends later."""

    limits: Limits
    stays: tuple[ColdStay, ...]
    cool_by_ms: int | None
    heard_ms: int
    came_ms: int = 0


NO_RANGE = ColdChain("unknown", "no-range", Limits(None, None))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A reading for as long as it holds, where it is out of range: at most so many degrees, `rate` on average."""

    since_ms: int
    until_ms: int
    asset: str
    thing: str
    rate: Fraction
    furthest: Fraction
    event_id: str


def counting(
    stays: Iterable[ColdStay],
    *,
    begins: Callable[[str], int | None],
    now_ms: int,
    ended_at: Callable[[str], bool],
    alone: bool,
) -> tuple[ColdStay, ...]:
    """The stays as far as they count: from when each thing had to be cold (None: it never had to) until now, and not
    where the chain has ended: at shops. What is `alone`, one box and not parts of a lot, has it behind it then."""
    stays = tuple(stays)
    shops = merged((w.since_ms, w.until_ms) for stay in stays for w in stay.within if ended_at(w.asset))
    end_ms = min([now_ms, *(since for since, _ in shops)]) if alone else now_ms
    return tuple(piece for stay in stays for piece in _counting(stay, begins(stay.thing), end_ms, ended_at))


def _counting(
    stay: ColdStay, begins_ms: int | None, end_ms: int, ended_at: Callable[[str], bool]
) -> Iterator[ColdStay]:
    if begins_ms is None:
        return
    span = (max(stay.since_ms, begins_ms), min(stay.until_ms, end_ms))
    ended = merged((one.since_ms, one.until_ms) for one in stay.within if ended_at(one.asset))
    for since, until in without([span] if span[0] < span[1] else [], ended):
        within, joined = (_clipped(listed, (since, until)) for listed in (stay.within, stay.joined))
        yield replace(stay, since_ms=since, until_ms=until, within=within, joined=joined)


def _clipped(listed: Iterable[Within], to: Span) -> tuple[Within, ...]:
    return tuple(
        Within(one.asset, since, until)
        for one in listed
        for since, until in common([(one.since_ms, one.until_ms)], [to])
    )


def wanted(stays: Iterable[ColdStay]) -> frozenset[tuple[str, date]]:
    """The days of every asset that say something of these stays; the day before too, whose last reading may hold."""
    return frozenset((w.asset, day) for w in _all(stays) for day in days_of(w.since_ms - DAY_MS, w.until_ms))


def whole(stays: Iterable[ColdStay], days: Days, limits: Limits) -> frozenset[tuple[str, date]]:
    """Of which days the points are needed: not all inside the range, or only part of them within the stay."""
    edges = {(w.asset, day) for w in _all(stays) for ms in (w.since_ms, w.until_ms) for day in days_of(ms - DAY_MS, ms)}
    return frozenset(key for key, day in days.items() if key in edges or day.alarms or not limits.hold(day))


def judged(stays: Sequence[ColdStay], days: Days, limits: Limits, *, cool_by_ms: int | None = None) -> ColdChain:
    """`stays` as `counting` gives them; `days` those `wanted` that have readings, with points where `whole` says so."""
    if not limits.is_set:
        return NO_RANGE
    by_asset = _by_asset(days)
    measured = [{_identity(point): point for point in _points(stay, by_asset)} for stay in stays]
    legs = tuple(_leg(stay, by_asset, points.values()) for stay, points in zip(stays, measured, strict=True))
    pieces = sorted(
        {p for stay in stays for p in _pieces(stay, by_asset, limits)},
        key=lambda p: (p.since_ms, p.asset, p.until_ms, p.event_id),
    )
    total = sum(stay.until_ms - stay.since_ms for stay in stays)
    known = sum((leg.known * (leg.stay.until_ms - leg.stay.since_ms) for leg in legs), Fraction(0))
    points = {key: point for found in measured for key, point in found.items()}.values()
    degree_minutes = _degree_minutes(pieces)
    found = ColdChain(
        verdict="kept",
        why="in-range",
        limits=limits,
        excursions=_each_once(list(_excursions(pieces)), {one.asset for stay in stays for one in stay.joined}),
        degree_minutes=degree_minutes,
        known=known / total if total else None,
        legs=legs,
        event_ids=_evidence(pieces, points),
        readings=sum(leg.readings for leg in legs),
        lost=sum(point.least is None for point in points),
        alarms=sum(point.alarm for point in points),
        cool_by_ms=cool_by_ms,
        late=any(p.since_ms <= cool_by_ms < p.until_ms and p.furthest > 0 for p in pieces) if cool_by_ms else False,
    )
    return replace(found, **_verdict(found))  # type: ignore[arg-type]  # the two words of the verdict


def _verdict(found: ColdChain) -> dict[str, str]:
    if found.degree_minutes > found.limits.tolerated:
        return {"verdict": "broken", "why": "excursion"}
    if found.known is None:
        return {"verdict": "kept", "why": "not-begun"}
    if found.known < LEAST_KNOWN:
        return {"verdict": "unknown", "why": "little-known"}
    return {"verdict": "kept", "why": "in-range"}


def _all(stays: Iterable[ColdStay]) -> Iterator[Within]:
    for stay in stays:
        yield from stay.within
        yield from stay.joined


def _by_asset(days: Days) -> dict[str, list[AssetDay]]:
    found: defaultdict[str, list[AssetDay]] = defaultdict(list)
    for _, day in sorted(days.items()):
        if day.number:
            found[day.asset].append(day)
    return found


def _identity(point: Temperature) -> tuple[str, int, int, str]:
    """A report that spans days is read with each of them. Cheaper than to compare exact numbers."""
    return point.event_id, point.start_ms, point.end_ms, point.device


def _leg(stay: ColdStay, days: Mapping[str, list[AssetDay]], points: Collection[Temperature]) -> Leg:
    """Of days whose points were not read, all readings are in the stay."""
    spans = [(day.covered, [(w.since_ms, w.until_ms)]) for w in _all([stay]) for day in days.get(w.asset, ())]
    known = lasting(merged(span for covered, window in spans for span in common(covered, window)))
    light = {day.asset + str(day.day): day for w in _all([stay]) for day in days.get(w.asset, ()) if _inside(day, w)}
    values = [v for p in points for v in (p.least, p.most)] + [v for d in light.values() for v in (d.least, d.most)]
    measured = [value for value in values if value is not None]
    return Leg(
        stay,
        Fraction(known, stay.until_ms - stay.since_ms),
        len(points) + sum(day.number for day in light.values()),
        min(measured, default=None),
        max(measured, default=None),
    )


def _inside(day: AssetDay, within: Within) -> bool:
    return day.points is None and any(common(day.covered, [(within.since_ms, within.until_ms)]))


def _points(stay: ColdStay, days: Mapping[str, list[AssetDay]]) -> Iterator[Temperature]:
    """What was measured during the stay, or before and holds into it."""
    for one in _all([stay]):
        listed = days.get(one.asset, [])
        for number, day in enumerate(listed):
            held = _holding(day, listed[number + 1 :])
            lost = ((point, point.end_ms) for point in day.points or () if point.least is None)
            for point, until_ms in (*held, *lost):
                if point.start_ms < one.until_ms and one.since_ms < max(until_ms, point.end_ms + 1):
                    yield point


def _pieces(stay: ColdStay, days: Mapping[str, list[AssetDay]], limits: Limits) -> Iterator[_Piece]:
    for one in _all([stay]):
        listed = days.get(one.asset, [])
        for number, day in enumerate(listed):
            if day.points and not limits.hold(day):
                for point, until_ms in _holding(day, listed[number + 1 :]):
                    yield from _out(point, until_ms, one, stay.thing, limits)


def _holding(day: AssetDay, later: Sequence[AssetDay]) -> Iterator[tuple[Temperature, int]]:
    """Each good reading of a day and when it ceases to hold: at its logger's next, or after three intervals."""
    following = {device: ms for after in reversed(later[:2]) for device, ms in after.firsts.items()}
    same: dict[str, int] = {}
    for point in reversed(day.points or ()):
        if point.least is None:
            continue
        if same.get(point.device) not in (None, point.start_ms):
            following[point.device] = same[point.device]
        same[point.device] = point.start_ms
        limit = point.end_ms + hold_ms(day.intervals.get(point.device))
        upcoming = following.get(point.device)
        next_ms = upcoming if upcoming is not None and upcoming > point.start_ms else limit
        yield point, max(point.end_ms, min(next_ms, limit))


def _out(point: Temperature, until_ms: int, within: Within, thing: str, limits: Limits) -> Iterator[_Piece]:
    """What of a reading is out of range. Of a span with its extremes and mean the worst that is possible counts: as
    long at the extremes as the mean allows."""
    if point.least is None or point.most is None:
        return
    low, high = limits.excess(point.least), limits.excess(point.most)
    since, until = max(point.start_ms, within.since_ms), min(until_ms, within.until_ms)
    if (low or high) and since < until:
        furthest = high if high >= -low else low
        yield _Piece(since, until, within.asset, thing, _worst(point, abs(low), abs(high)), furthest, point.event_id)


def _worst(point: Temperature, low: Fraction, high: Fraction) -> Fraction:
    """The excess is a convex function of the temperature: its mean is greatest where all time is spent at the ends."""
    if point.mean is None or point.least is None or point.most is None or point.least == point.most:
        return max(low, high)
    at_most = (point.mean - point.least) / (point.most - point.least)
    return low * (1 - at_most) + high * at_most


def _degree_minutes(pieces: Iterable[_Piece]) -> Fraction:
    """At each moment the worst of all that was measured: no box was in two places."""
    return sum((rate * (until - since) for since, until, rate in _worst_at_each(pieces)), Fraction(0)) / MINUTE_MS


def _worst_at_each(pieces: Iterable[_Piece]) -> Iterator[tuple[int, int, Fraction]]:
    """Sweeps over the times: (from, to, highest rate)."""
    ends: defaultdict[int, list[tuple[int, Fraction]]] = defaultdict(list)
    for number, piece in enumerate(pieces):
        ends[piece.since_ms].append((number + 1, piece.rate))
        ends[piece.until_ms].append((-number - 1, piece.rate))
    holding: dict[int, Fraction] = {}
    last_ms = 0
    for ms in sorted(ends):
        if holding:
            yield last_ms, ms, max(holding.values())
        for number, rate in ends[ms]:
            if number > 0:
                holding[number] = rate
            else:
                holding.pop(-number, None)
        last_ms = ms


def _excursions(pieces: Iterable[_Piece]) -> Iterator[Excursion]:
    """One for each time without a break on one asset."""
    by_asset: defaultdict[str, list[list[_Piece]]] = defaultdict(list)
    for piece in pieces:
        runs = by_asset[piece.asset]
        if runs and piece.since_ms <= max(one.until_ms for one in runs[-1][-3:]):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    found = [_excursion(run) for runs in by_asset.values() for run in runs]
    yield from sorted(found, key=lambda one: (one.since_ms, one.asset))


def _each_once(found: Sequence[Excursion], loggers: Collection[str]) -> tuple[Excursion, ...]:
    """The same readings of a room and of the logger in it are told of the room."""
    told_of: dict[tuple[str, ...], tuple[bool, str]] = {}
    for one in found:
        asset = one.asset in loggers, one.asset
        told_of[one.event_ids] = min(told_of.get(one.event_ids, asset), asset)
    return tuple(one for one in found if told_of[one.event_ids][1] == one.asset)


def _excursion(run: Sequence[_Piece]) -> Excursion:
    ids = tuple(dict.fromkeys(piece.event_id for piece in run))
    worst = max(run, key=lambda piece: abs(piece.furthest))
    since, until = min(piece.since_ms for piece in run), max(piece.until_ms for piece in run)
    first = run[0]
    return Excursion(first.asset, first.thing, since, until, worst.furthest, _degree_minutes(run), ids[:MOST_IDS])


def _evidence(pieces: Iterable[_Piece], points: Iterable[Temperature]) -> tuple[str, ...]:
    """Those out of range first; then the others, in the order of time."""
    others = (p.event_id for p in sorted(points, key=lambda p: (p.start_ms, p.event_id)))
    return tuple(dict.fromkeys([*(piece.event_id for piece in pieces), *others]))[:MOST_IDS]
