"""Spans of time, from and to (ms, to exclusive): merged, cut and added up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

Span = tuple[int, int]


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
    """What is left of sorted spans without the others; each sorted and without overlaps."""
    return tuple(_without(one, other))


def _without(one: Sequence[Span], other: Sequence[Span]) -> Iterator[Span]:
    m = 0
    for since, until in one:
        while m < len(other) and other[m][1] <= since:
            m += 1
        n = m
        while n < len(other) and other[n][0] < until:
            if since < other[n][0]:
                yield since, other[n][0]
            since = max(since, other[n][1])
            n += 1
        if since < until:
            yield since, until


def lasting(spans: Iterable[Span]) -> int:
    """Milliseconds in spans that do not overlap."""
    return sum(end - start for start, end in spans)


def earlier(one: int | None, other: int | None) -> int | None:
    """Of two ends, None for none."""
    return min((t for t in (one, other) if t is not None), default=None)
