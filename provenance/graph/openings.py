"""Who receives what left and nobody said to whom: one party, and of several that say so not whoever is quickest.

A departure that names no destination is usual. Whoever received the goods first had them; but anybody can date a
receipt a minute after the departure. So who trades in them for their brand comes first, then who had to do with them
besides, then the earliest (docs/adr/0117).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

from provenance.access.say import tellers
from provenance.graph.first_makers import recorded
from provenance.graph.whereabouts import LEAVING, RECEIVING
from provenance.order import CLOCKS_MAY_DIFFER_MS
from provenance.standing import Reported


class Openings:
    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()

    def receivers(
        self,
        thing: str,
        waiting: Iterable[Reported],
        counted: Iterable[Reported],
        trades: Callable[[Reported, str], bool],
    ) -> list[Reported]:
        """Those of the waiting who received it. `counted` is what counts of it and of what it is in."""
        asking = [document for document in waiting if document.event.biz_step in RECEIVING]
        told = sorted((d for d in counted if d.event.biz_step in LEAVING | RECEIVING), key=_when) if asking else []
        if not any(document.event.biz_step in LEAVING for document in told):
            return []
        ways = [(0 if trades(d, thing) else 2, d, _way(told, d) or _way_after(told, d)) for d in asking]
        ways += [(1, d, _way(told, d)) for d in told if d.event.biz_step in RECEIVING]
        found = []
        for rank, document, way in sorted(ways, key=lambda one: (one[0], *_when(one[1]))):
            left = {(thing, one.record_id) for one in way}
            if not _is_open(way) or not self._taken.isdisjoint(left) or (rank == 1 and _is_back(document, way)):
                continue
            self._taken |= left
            found += [document] if rank != 1 else []
        return found


def _way(told: Sequence[Reported], receipt: Reported) -> Sequence[Reported]:
    """The departures since it was last received by whoever counts."""
    at_ms = receipt.event.time_ms
    before = [document for document in told if document.event.time_ms <= at_ms and document is not receipt]
    return list(takewhile(_leaves, reversed(before)))


def _way_after(told: Sequence[Reported], receipt: Reported) -> Sequence[Reported]:
    """Those that are said to follow it, before it is received again: clocks differ."""
    at_ms = receipt.event.time_ms
    after = (document for document in told if at_ms < document.event.time_ms <= at_ms + CLOCKS_MAY_DIFFER_MS)
    return list(takewhile(_leaves, after))


def _is_open(way: Sequence[Reported]) -> bool:
    return bool(way) and not any(document.event.destinations for document in way)


def _leaves(document: Reported) -> bool:
    return document.event.biz_step in LEAVING


def _is_back(receipt: Reported, way: Iterable[Reported]) -> bool:
    """Whether who sent it received it: it was somewhere meanwhile."""
    return any(not tellers(receipt).isdisjoint(tellers(one)) for one in way)


def _when(document: Reported) -> tuple[int, object]:
    return document.event.time_ms, recorded(document)
