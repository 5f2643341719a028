"""Whether goods were kept cold: kept, broken or unknown, with every excursion, and the share of the time that is known.

A pure function of where they were (`cold_stays`), what was measured there (`asset_days`) and the limits of the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from provenance.cold_chain.asset_days import Days
from provenance.cold_chain.excursions import MOST_IDS, Excursion, Piece, degree_minutes, excursions, pieces
from provenance.cold_chain.known import (
    Leg,
    TakenBack,
    Uncalibrated,
    by_asset,
    known_times,
    leg,
    longest_silence,
    longest_unseen_way,
    points_in,
)
from provenance.cold_chain.known import taken_back as taken_back_of
from provenance.cold_chain.known import uncalibrated as uncalibrated_of
from provenance.cold_chain.limits import NOT_SET, Limits
from provenance.cold_chain.stays import ColdStay
from provenance.cold_chain.temperatures import Temperature
from provenance.cold_chain.two_places import Doubled
from provenance.cold_chain.two_places import doubled as doubled_of
from provenance.days import DAY_MS, MINUTE_MS
from provenance.spans import Span

Kept = Literal["kept", "broken", "unknown"]
Why = Literal[
    "in-range",
    "excursion",
    "no-range",
    "taken-back",
    "little-known",
    "two-places",
    "not-calibrated",
    "long-silence",
    "unseen-way",
    "not-begun",
    "just-begun",
    "in-shop-before",
    "gone-before",
]
VERDICTS: dict[Why, Kept] = {
    "in-range": "kept",
    "not-begun": "kept",
    "just-begun": "kept",
    "in-shop-before": "kept",
    "gone-before": "kept",
    "excursion": "broken",
    "no-range": "unknown",
    "taken-back": "unknown",
    "little-known": "unknown",
    "two-places": "unknown",
    "not-calibrated": "unknown",
    "long-silence": "unknown",
    "unseen-way": "unknown",
}

LEAST_KNOWN = Fraction(9, 10)
"""Of the time that counts; below it the verdict is unknown. Loading and unloading leave an hour without a logger."""
QUIET_MS = DAY_MS
"""So long nothing need be known at a stretch: loggers are read, and reported, once a day."""
UNSEEN_MS = 4 * 60 * MINUTE_MS
"""So long of a way: what is on a truck gets warm in hours, and no room that is cold afterwards tells."""


@dataclass(frozen=True, slots=True)
class ColdChain:
    """`known` is the share of the time that counts, None where none does yet. `late` where a reading shows that it was
    not cooled when it should have been. `lost` reports say nothing that counts: in an unknown unit, or impossible.
    `silence` is the longest time of which nothing is known, `unseen` the longest of those on the way. `strange`
    readings are of somebody who had nothing to do with the goods, on days they were there: none of them counts."""

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
    strange: int = 0
    cool_by_ms: int | None = None
    late: bool = False
    silence: Span | None = None
    unseen: Span | None = None
    taken_back: tuple[TakenBack, ...] = ()
    uncalibrated: tuple[Uncalibrated, ...] = ()
    doubled: tuple[Doubled, ...] = ()

    @property
    def verdict(self) -> Kept:
        return VERDICTS[self.why]


NO_RANGE = ColdChain("no-range", NOT_SET)


def judged(stays: Sequence[ColdStay], days: Days, limits: Limits, *, cool_by_ms: int | None = None) -> ColdChain:
    """`stays` as `counting` gives them; `days` those `wanted` that have readings, with points where `whole` says so."""
    if not limits.is_set:
        return NO_RANGE
    assets = by_asset(days)
    measured = [{_identity(point): point for point in points_in(stay, assets)} for stay in stays]
    known = [(stay, known_times(stay, assets)) for stay in stays]
    legs = tuple(leg(*times, assets, points.values()) for times, points in zip(known, measured, strict=True))
    points = {key: point for found in measured for key, point in found.items()}.values()
    out = pieces(stays, assets, limits)
    found = ColdChain(
        why="in-range",
        limits=limits,
        excursions=excursions(out, {one.asset for stay in stays for one in stay.joined}),
        degree_minutes=degree_minutes(out),
        known=_share(legs),
        legs=legs,
        event_ids=_evidence(out, points),
        readings=sum(leg.readings for leg in legs),
        lost=sum(point.least is None for point in points),
        alarms=sum(point.alarm for point in points),
        strange=_strange(stays, days),
        cool_by_ms=cool_by_ms,
        late=any(p.since_ms <= cool_by_ms < p.until_ms and p.furthest > 0 for p in out) if cool_by_ms else False,
        silence=longest_silence(known),
        unseen=longest_unseen_way(known),
        taken_back=taken_back_of(stays, days, limits),
        uncalibrated=uncalibrated_of(stays, days),
        doubled=doubled_of(stays, assets),
    )
    return replace(found, why=_why(found))


def _why(found: ColdChain) -> Why:
    if found.degree_minutes > found.limits.tolerated:
        return "excursion"
    if found.known is None:
        return "not-begun"
    if found.taken_back:
        return "taken-back"
    lacking = _lacking(found.known, found.silence, found.unseen)
    if lacking and found.doubled:
        return "two-places"
    return "not-calibrated" if lacking and found.uncalibrated else lacking or "in-range"


def _lacking(known: Fraction, silence: Span | None, unseen: Span | None) -> Why | None:
    if known < LEAST_KNOWN:
        return "little-known"
    if silence and silence[1] - silence[0] > QUIET_MS:
        return "long-silence"
    return "unseen-way" if unseen and unseen[1] - unseen[0] > UNSEEN_MS else None


def _strange(stays: Iterable[ColdStay], days: Days) -> int:
    """Of a room and the logger in it once."""
    assets = {one.asset for stay in stays for one in stay.within}
    return sum(day.strange for day in days.values() if day.asset in assets)


def _share(legs: Iterable[Leg]) -> Fraction | None:
    timed = [(one.known, one.stay.until_ms - one.stay.since_ms) for one in legs]
    total = sum(lasts for _, lasts in timed)
    return sum((known * lasts for known, lasts in timed), Fraction(0)) / total if total else None


def _identity(point: Temperature) -> tuple[str, int, int, str]:
    """A report that spans days is read with each of them. Cheaper than to compare exact numbers."""
    return point.event_id, point.start_ms, point.end_ms, point.device


def _evidence(out: Iterable[Piece], points: Iterable[Temperature]) -> tuple[str, ...]:
    """Those out of range first; then the others, in the order of time."""
    others = (p.event_id for p in sorted(points, key=lambda p: (p.start_ms, p.event_id)))
    return tuple(dict.fromkeys([*(piece.event_id for piece in out), *others]))[:MOST_IDS]
