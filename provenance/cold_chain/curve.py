"""A temperature curve of few points: over each part of the time, the lowest and the highest that was measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from provenance.cold_chain.asset_days import Days
from provenance.cold_chain.stays import ColdStay
from provenance.spans import Span

MOST_POINTS = 240


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """From and to (ms), and the extremes of all that was measured then."""

    since_ms: int
    until_ms: int
    least: Fraction
    most: Fraction


def curve(stays: Iterable[ColdStay], days: Days, most: int = MOST_POINTS) -> tuple[CurvePoint, ...]:
    """Of all that was measured on what the stays were in; of days whose points were not read, one for the day."""
    measured = sorted(_measured(tuple(stays), days))
    if not measured:
        return ()
    begin, end = measured[0][0][0], max(span[1] for span, _, _ in measured)
    width = max(1, -(-(end - begin + 1) // most))
    parts: dict[int, CurvePoint] = {}
    for (since, until), least, highest in measured:
        place = (since - begin) // width
        known = parts.get(place)
        parts[place] = CurvePoint(
            known.since_ms if known else since,
            max(known.until_ms, until) if known else until,
            min(known.least, least) if known else least,
            max(known.most, highest) if known else highest,
        )
    return tuple(parts[place] for place in sorted(parts))


def _measured(stays: tuple[ColdStay, ...], days: Days) -> Iterator[tuple[Span, Fraction, Fraction]]:
    seen: set[tuple[str, Span]] = set()
    for stay in stays:
        for one in (*stay.within, *stay.joined):
            for (asset, _), day in days.items():
                if asset != one.asset or day.least is None or day.most is None:
                    continue
                if day.points is None:
                    spans = [(max(a, one.since_ms), min(b, one.until_ms)) for a, b in day.covered]
                    found = [(span, day.least, day.most) for span in spans if span[0] < span[1]]
                else:
                    found = [
                        ((p.start_ms, p.end_ms), p.least, p.most)
                        for p in day.points
                        if p.least is not None and p.most is not None and one.since_ms <= p.end_ms < one.until_ms
                    ]
                for span, least, most in found:
                    if (asset, span) not in seen:
                        seen.add((asset, span))
                        yield span, least, most
