"""The order in which events are told and applied: by instant, what makes before what takes away, then record id."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from provenance.standing import Reported

CLOCKS_DIFFER_MS = 24 * 3_600_000
"""Who receives may have a clock that is behind the shipper's by so much."""
CLOCKS_MAY_DIFFER_MS = 3_600_000
"""The same where the shipper did not say to whom: it may as well be what was received before, elsewhere."""

_RANK = {"ADD": 0, "OBSERVE": 1, "DELETE": 2}


def order(document: Reported) -> tuple[int, int, str]:
    """Sort key. Within one instant things come into being, are seen, and go: people report by the minute."""
    event = document.event
    return event.time_ms, _RANK.get(event.action or "ADD", 1), document.record_id


def in_order(documents: Iterable[Reported]) -> list[Reported]:
    listed = list(documents)
    return sorted(listed, key=order) if len(listed) > 1 else listed


def between(ordered: list[Reported], since_ms: int, until_ms: int | None) -> list[Reported]:
    """Those of documents in order that happened from and to these instants inclusive; None is for ever."""
    start = bisect_left(ordered, since_ms, key=time_ms)
    end = len(ordered) if until_ms is None else bisect_right(ordered, until_ms, key=time_ms)
    return ordered[start:end]


def time_ms(document: Reported) -> int:
    """When it happened, by which documents in order are searched."""
    return document.event.time_ms
