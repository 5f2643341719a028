"""Which part of where goods were counts for their cold chain, and which days of readings are needed to judge it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from provenance.cold_chain.asset_days import Days
from provenance.cold_chain.limits import Limits
from provenance.cold_chain.rooms import FOREVER, Within
from provenance.cold_chain.stays import ColdStay, clipped
from provenance.days import DAY_MS, each_day, utc_day
from provenance.spans import Span, merged, without

EndedAt = Callable[[Within], bool]
"""Whether the chain has ended where this was then: at shops."""


def counting(
    stays: Iterable[ColdStay],
    *,
    begins: Callable[[str], int | None],
    now_ms: int,
    ended_at: EndedAt,
    alone: bool,
) -> tuple[ColdStay, ...]:
    """The stays as far as they count: from when each thing had to be cold (None: it never had to) until now, and not
    where the chain has ended. What is `alone`, one box and not parts of a lot, has it behind it from then on, until it
    is anywhere else again: whoever takes it back from a shop keeps it cold."""
    stays = tuple(stays)
    shops = merged((w.since_ms, w.until_ms) for stay in stays for w in stay.within if ended_at(w))
    over = _until_elsewhere(stays, shops) if alone else ()
    return tuple(
        piece for stay in stays for piece in _counting(stay, begins(stay.thing), now_ms, over or _ended(stay, ended_at))
    )


def _ended(stay: ColdStay, ended_at: EndedAt) -> Sequence[Span]:
    return merged((one.since_ms, one.until_ms) for one in stay.within if ended_at(one))


def _until_elsewhere(stays: Iterable[ColdStay], shops: Sequence[Span]) -> Sequence[Span]:
    """Each time in a shop, and on to when it was in some other place or container."""
    around = ((one.since_ms, one.until_ms) for stay in stays for one in stay.within if one.asset != stay.thing)
    again = [since for since, _ in without(merged(around), shops)]

    def until(end_ms: int) -> int:
        later = bisect_left(again, end_ms)
        return again[later] if later < len(again) else FOREVER

    return merged((since, until(end_ms)) for since, end_ms in shops)


def _counting(stay: ColdStay, begins_ms: int | None, now_ms: int, over: Sequence[Span]) -> Iterator[ColdStay]:
    if begins_ms is None:
        return
    span = max(stay.since_ms, begins_ms), min(stay.until_ms, now_ms)
    for part in without([span] if span[0] < span[1] else [], over):
        yield clipped(stay, part)


def wanted(stays: Iterable[ColdStay]) -> frozenset[tuple[str, date]]:
    """The days of every asset that say something of these stays; the day before too, whose last reading may hold."""
    return frozenset((w.asset, day) for stay in stays for w in stay.everything for day in _days(w.since_ms, w.until_ms))


def whole(stays: Iterable[ColdStay], days: Days, limits: Limits) -> frozenset[tuple[str, date]]:
    """Of which days the points are needed: not all inside the range, or taken back, or only part of them within the
    stay."""
    ends = ((w.asset, ms) for stay in stays for w in stay.everything for ms in (w.since_ms, w.until_ms))
    edges = {(asset, day) for asset, ms in ends for day in _days(ms, ms)}
    return frozenset(
        key for key, day in days.items() if key in edges or day.alarms or day.withdrawn or not limits.hold(day)
    )


def _days(since_ms: int, until_ms: int) -> Iterator[date]:
    return each_day(utc_day(since_ms - DAY_MS), utc_day(until_ms))
