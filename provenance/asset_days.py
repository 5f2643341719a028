"""What was measured on one asset on one day (UTC): a few numbers that answer most questions, and all the points.

A pure function of the events that measured on it that day and of those that declare them wrong. What it took from the
registry is said in it (`asked`), so that whoever kept it sees when it is not true any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from provenance.standing import MayDeclare, Reported, nobody, standings
from provenance.temperatures import Temperature, temperatures

Interval = Callable[[str, date], int | None]
"""The seconds between readings of a logger, as registered on a day; None where it is not registered."""

DEFAULT_INTERVAL_S = 15 * 60
"""Of a logger that nobody registered: common loggers of fruit are set to between one and fifteen minutes."""
HOLDS = 3
"""Times its logger's interval a reading holds, where no other follows (domain.md, "Cold chain")."""
MOST_HELD_S = 24 * 3600
"""Seconds no reading holds longer than, whatever interval is registered: what is measured once a week says nothing of
the six days between."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class AssetDay:
    """`covered` are the times (ms) for which some reading holds, sorted, not overlapping, running on past the day.

    `firsts` says when each logger measured first that day; `lost` how many reports say nothing that counts. `points`
    are None where they were not read along.
    """

    asset: str
    day: date
    number: int = 0
    lost: int = 0
    alarms: int = 0
    least: Fraction | None = None
    most: Fraction | None = None
    covered: tuple[Span, ...] = ()
    firsts: Mapping[str, int] = field(default_factory=dict)
    intervals: Mapping[str, int | None] = field(default_factory=dict)
    declarers: Mapping[str, bool] = field(default_factory=dict)
    points: tuple[Temperature, ...] | None = ()

    def asked_alike(self, interval: Interval, may_declare: MayDeclare) -> bool:
        """Whether the registry still answers as it did."""
        return all(interval(device, self.day) == seconds for device, seconds in self.intervals.items()) and all(
            may_declare(party) == answer for party, answer in self.declarers.items()
        )


def unregistered(_device: str, _on: date) -> int | None:
    return None


def hold_ms(seconds: int | None) -> int:
    """How long a reading holds, of a logger with this interval."""
    return min(HOLDS * (seconds or DEFAULT_INTERVAL_S), MOST_HELD_S) * 1000


def summary(
    asset: str,
    day: date,
    documents: Iterable[Reported],
    *,
    interval: Interval = unregistered,
    may_declare: MayDeclare = nobody,
) -> AssetDay:
    """Of documents that name the asset that day, with all that share an event id with a declaration among them."""
    declarers: dict[str, bool] = {}

    def declares(party: str) -> bool:
        declarers[party] = may_declare(party)
        return declarers[party]

    standing = standings(documents, may_declare=declares).values()
    events = [one.document.event for one in standing if one.in_force]
    mine = [event for event in events if event.only_reads and asset in event.measured]
    points = sorted({point for event in mine for point in temperatures(event) if _touches(point, day)}, key=in_time)
    good = [point for point in points if point.least is not None]
    intervals = {device: interval(device, day) for device in sorted({point.device for point in points})}
    return AssetDay(
        asset=asset,
        day=day,
        number=len(points),
        lost=len(points) - len(good),
        alarms=sum(point.alarm for point in points),
        least=min((point.least for point in good if point.least is not None), default=None),
        most=max((point.most for point in good if point.most is not None), default=None),
        covered=merged((p.start_ms, p.end_ms + hold_ms(intervals[p.device])) for p in good),
        firsts=_firsts(good),
        intervals=intervals,
        declarers=declarers,
        points=tuple(points),
    )


def in_time(point: Temperature) -> tuple[int, int, str, str, bool, Fraction, Fraction]:
    """Sort key: by start; the rest settles ties."""
    least, most = point.least or Fraction(0), point.most or Fraction(0)
    return point.start_ms, point.end_ms, point.device, point.event_id, point.least is None, least, most


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same times, sorted and without overlaps."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def common(one: Sequence[Span], other: Sequence[Span]) -> tuple[Span, ...]:
    """The times that are in both; each sorted and without overlaps."""
    return tuple(_common(one, other))


def _common(one: Sequence[Span], other: Sequence[Span]) -> Iterator[Span]:
    n = m = 0
    while n < len(one) and m < len(other):
        start, end = max(one[n][0], other[m][0]), min(one[n][1], other[m][1])
        if start < end:
            yield start, end
        if one[n][1] < other[m][1]:
            n += 1
        else:
            m += 1


def without(one: Sequence[Span], other: Sequence[Span]) -> tuple[Span, ...]:
    """What is left of sorted spans without the others."""
    left = list(one)
    for start, end in other:
        left = [
            piece
            for since, until in left
            for piece in ((since, min(until, start)), (max(since, end), until))
            if piece[0] < piece[1]
        ]
    return tuple(left)


def lasting(spans: Iterable[Span]) -> int:
    """Milliseconds in spans that do not overlap."""
    return sum(end - start for start, end in spans)


def days_of(since_ms: int, until_ms: int) -> Iterator[date]:
    """Every day (UTC) that a time touches."""
    day, last = utc_day(since_ms), utc_day(until_ms)
    while day <= last:
        yield day
        day += timedelta(1)


def utc_day(ms: int) -> date:
    return datetime.fromtimestamp(ms / 1000, UTC).date()


def _touches(point: Temperature, day: date) -> bool:
    return utc_day(point.start_ms) <= day <= utc_day(point.end_ms)


def _firsts(points: Iterable[Temperature]) -> dict[str, int]:
    found: dict[str, int] = {}
    for point in points:
        found.setdefault(point.device, point.start_ms)
    return found
