"""Of how much of the time that counts the temperature is known, what was measured then, and what makes it doubtful."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from provenance.cold_chain.asset_days import AssetDay, Days
from provenance.cold_chain.excursions import ByAsset, holding
from provenance.cold_chain.limits import Limits
from provenance.cold_chain.rooms import Within
from provenance.cold_chain.stays import ColdStay
from provenance.cold_chain.temperatures import Temperature
from provenance.cold_chain.two_places import elsewhere
from provenance.graph.gathering import is_lot
from provenance.spans import Span, common, lasting, merged, without


@dataclass(frozen=True, slots=True)
class Leg:
    """A stay as far as it counts: how much of it is known, and what was measured meanwhile."""

    stay: ColdStay
    known: Fraction
    readings: int
    least: Fraction | None
    most: Fraction | None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A reading out of range by so much that its own reporter took back, with nothing measured in its place."""

    asset: str
    at_ms: int
    excess: Fraction
    event_id: str


@dataclass(frozen=True, slots=True)
class Uncalibrated:
    """A logger that measured when its last calibration was too long ago."""

    device: str
    calibrated_on: date


Known: TypeAlias = tuple[ColdStay, Sequence[Span]]
"""A stay, and the times of it that are known."""


def by_asset(days: Days) -> ByAsset:
    found: defaultdict[str, list[AssetDay]] = defaultdict(list)
    for _, day in sorted(days.items()):
        if day.number or day.stood:
            found[day.asset].append(day)
    return found


def points_in(stay: ColdStay, days: ByAsset) -> Iterator[Temperature]:
    """What was measured during the stay, or before and holds into it."""
    for one in stay.everything:
        listed = days.get(one.asset, ())
        for number, day in enumerate(listed):
            held = holding(day, listed[number + 1 :])
            lost = ((point, point.end_ms) for point in day.points or () if point.least is None)
            for point, until_ms in (*held, *lost):
                if point.start_ms < one.until_ms and one.since_ms < max(until_ms, point.end_ms + 1):
                    yield point


def known_times(stay: ColdStay, days: ByAsset) -> tuple[Span, ...]:
    """For which some reading holds that vouches for it."""
    gone = elsewhere(stay, days)
    listed = ((day.vouched.items(), w) for w in stay.everything for day in days.get(w.asset, ()))
    return merged(
        span
        for vouched, w in listed
        for device, spans in vouched
        for span in common(without(spans, gone.get(device, ())), [(w.since_ms, w.until_ms)])
    )


def leg(stay: ColdStay, times: Sequence[Span], days: ByAsset, points: Collection[Temperature]) -> Leg:
    """Of days whose points were not read, all readings are in the stay."""
    light = {(day.asset, day.day): day for w in stay.everything for day in days.get(w.asset, ()) if _inside(day, w)}
    values = [v for p in points for v in (p.least, p.most)] + [v for d in light.values() for v in (d.least, d.most)]
    measured = [value for value in values if value is not None]
    return Leg(
        stay,
        Fraction(lasting(times), stay.until_ms - stay.since_ms),
        len(points) + sum(day.number for day in light.values()),
        min(measured, default=None),
        max(measured, default=None),
    )


def _inside(day: AssetDay, within: Within) -> bool:
    return day.points is None and any(common(day.covered, [(within.since_ms, within.until_ms)]))


def longest_silence(known: Iterable[Known]) -> Span | None:
    """Through all stays of one box. Parts of a lot are at several places at once: each place has its own."""
    return _longest((stay, without([(stay.since_ms, stay.until_ms)], times)) for stay, times in known)


def longest_unseen_way(known: Iterable[Known]) -> Span | None:
    """Of the time that it was on the way alone."""
    return _longest((stay, without(stay.on_the_way, times)) for stay, times in known if stay.on_the_way)


def _longest(silences: Iterable[tuple[ColdStay, Iterable[Span]]]) -> Span | None:
    silent: defaultdict[tuple[str, int], list[Span]] = defaultdict(list)
    for number, (stay, spans) in enumerate(silences):
        silent[stay.thing, number if is_lot(stay.thing) else 0] += spans
    every = [span for spans in silent.values() for span in merged(spans)]
    return max(every, key=lambda span: (span[1] - span[0], -span[0]), default=None)


def taken_back(stays: Iterable[ColdStay], days: Days, limits: Limits) -> tuple[TakenBack, ...]:
    """Those that would have been out of range."""
    found = {
        TakenBack(day.asset, point.start_ms, excess, point.event_id)
        for day, within in _of_stays(stays, days)
        for point in day.withdrawn
        if point.start_ms < within.until_ms and within.since_ms < point.end_ms + 1
        for excess in (_furthest(point, limits),)
        if excess
    }
    return tuple(sorted(found, key=lambda one: (one.at_ms, one.asset, one.event_id)))


def uncalibrated(stays: Iterable[ColdStay], days: Days) -> tuple[Uncalibrated, ...]:
    found = {
        Uncalibrated(device, logger.calibrated_on)
        for day, _ in _of_stays(stays, days)
        for (device, on), logger in day.loggers.items()
        if logger.calibrated_on is not None and not logger.is_calibrated(on)
    }
    return tuple(sorted(found, key=lambda one: (one.device, one.calibrated_on)))


def _of_stays(stays: Iterable[ColdStay], days: Days) -> Iterator[tuple[AssetDay, Within]]:
    within: defaultdict[str, list[Within]] = defaultdict(list)
    for stay in stays:
        for one in stay.everything:
            within[one.asset].append(one)
    return ((day, one) for day in days.values() for one in within.get(day.asset, ()))


def _furthest(point: Temperature, limits: Limits) -> Fraction:
    ends: Sequence[Fraction] = [limits.excess(value) for value in (point.least, point.most) if value is not None]
    return max(ends, key=abs, default=Fraction(0))
