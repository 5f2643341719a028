"""When goods were out of range, how far, and for how many degree-minutes.

Where loggers contradict each other the worst counts; so does what a logger measured whose calibration has run out, or a
mean over too long a time, which vouch for nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from provenance.cold_chain.asset_days import AssetDay
from provenance.cold_chain.limits import Limits
from provenance.cold_chain.rooms import Within
from provenance.cold_chain.stays import ColdStay
from provenance.cold_chain.temperatures import Temperature
from provenance.days import MINUTE_MS

MOST_IDS = 100
"""Readings named as evidence; all of them are counted."""
ByAsset = Mapping[str, Sequence[AssetDay]]
"""The days of each asset on which anything was measured, in order."""


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
class Piece:
    """A reading for as long as it holds, where it is out of range: at most so many degrees, `rate` on average."""

    since_ms: int
    until_ms: int
    asset: str
    thing: str
    rate: Fraction
    furthest: Fraction
    event_id: str


def pieces(stays: Iterable[ColdStay], days: ByAsset, limits: Limits) -> list[Piece]:
    """All that was out of range, in order."""
    found = {piece for stay in stays for piece in _pieces(stay, days, limits)}
    return sorted(found, key=lambda p: (p.since_ms, p.asset, p.until_ms, p.event_id))


def holding(day: AssetDay, later: Sequence[AssetDay]) -> Iterator[tuple[Temperature, int]]:
    """Each good reading of a day and when it ceases to hold: at its logger's next, or after three intervals."""
    following = {device: ms for after in reversed(later[:2]) for device, ms in after.firsts.items()}
    same: dict[str, int] = {}
    for point in reversed(day.points or ()):
        if point.least is None:
            continue
        if same.get(point.device) not in (None, point.start_ms):
            following[point.device] = same[point.device]
        same[point.device] = point.start_ms
        limit = point.end_ms + day.hold_ms(point)
        upcoming = following.get(point.device)
        next_ms = upcoming if upcoming is not None and upcoming > point.start_ms else limit
        yield point, max(point.end_ms, min(next_ms, limit))


def degree_minutes(found: Iterable[Piece]) -> Fraction:
    """At each moment the worst of all that was measured: no box was in two places."""
    return sum((rate * (until - since) for since, until, rate in _worst_at_each(found)), Fraction(0)) / MINUTE_MS


def excursions(found: Iterable[Piece], loggers: Collection[str]) -> tuple[Excursion, ...]:
    """One for each time without a break on one asset. The same readings of a room and of the logger in it are told of
    the room."""
    listed = _excursions(found)
    told_of: dict[tuple[str, ...], tuple[bool, str]] = {}
    for one in listed:
        asset = one.asset in loggers, one.asset
        told_of[one.event_ids] = min(told_of.get(one.event_ids, asset), asset)
    return tuple(one for one in listed if told_of[one.event_ids][1] == one.asset)


def _pieces(stay: ColdStay, days: ByAsset, limits: Limits) -> Iterator[Piece]:
    for one in stay.everything:
        listed = days.get(one.asset, ())
        for number, day in enumerate(listed):
            if day.points and not limits.hold(day):
                for point, until_ms in holding(day, listed[number + 1 :]):
                    yield from _out(point, until_ms, one, stay.thing, limits)


def _out(point: Temperature, until_ms: int, within: Within, thing: str, limits: Limits) -> Iterator[Piece]:
    """What of a reading is out of range. Of a span with its extremes and mean the worst that is possible counts: as
    long at the extremes as the mean allows."""
    if point.least is None or point.most is None:
        return
    low, high = limits.excess(point.least), limits.excess(point.most)
    since, until = max(point.start_ms, within.since_ms), min(until_ms, within.until_ms)
    if (low or high) and since < until:
        furthest = high if high >= -low else low
        yield Piece(since, until, within.asset, thing, _worst(point, abs(low), abs(high)), furthest, point.event_id)


def _worst(point: Temperature, low: Fraction, high: Fraction) -> Fraction:
    """The excess is a convex function of the temperature: its mean is greatest where all time is spent at the ends."""
    if point.mean is None or point.least is None or point.most is None or point.least == point.most:
        return max(low, high)
    at_most = (point.mean - point.least) / (point.most - point.least)
    return low * (1 - at_most) + high * at_most


def _worst_at_each(found: Iterable[Piece]) -> Iterator[tuple[int, int, Fraction]]:
    """Sweeps over the times: (from, to, highest rate)."""
    ends: defaultdict[int, list[tuple[int, Fraction]]] = defaultdict(list)
    for number, piece in enumerate(found):
        ends[piece.since_ms].append((number + 1, piece.rate))
        ends[piece.until_ms].append((-number - 1, piece.rate))
    rates: dict[int, Fraction] = {}
    last_ms = 0
    for ms in sorted(ends):
        if rates:
            yield last_ms, ms, max(rates.values())
        for number, rate in ends[ms]:
            if number > 0:
                rates[number] = rate
            else:
                rates.pop(-number, None)
        last_ms = ms


def _excursions(found: Iterable[Piece]) -> list[Excursion]:
    by_asset: defaultdict[str, list[list[Piece]]] = defaultdict(list)
    for piece in found:
        runs = by_asset[piece.asset]
        if runs and piece.since_ms <= max(one.until_ms for one in runs[-1][-3:]):
            runs[-1].append(piece)
        else:
            runs.append([piece])
    listed = (_excursion(run) for runs in by_asset.values() for run in runs)
    return sorted(listed, key=lambda one: (one.since_ms, one.asset))


def _excursion(run: Sequence[Piece]) -> Excursion:
    ids = tuple(dict.fromkeys(piece.event_id for piece in run))
    worst = max(run, key=lambda piece: abs(piece.furthest))
    since, until = min(piece.since_ms for piece in run), max(piece.until_ms for piece in run)
    first = run[0]
    return Excursion(first.asset, first.thing, since, until, worst.furthest, degree_minutes(run), ids[:MOST_IDS])
