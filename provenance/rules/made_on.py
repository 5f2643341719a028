"""The day from which a thing is counted: it was packed then, else picked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from provenance.days import day_of
from provenance.histories.history import Step, came_from
from provenance.rules.case import Case
from provenance.weights import gtin_of


def made_on(case: Case) -> date | None:
    """The first packing of it or of its lot, else the first picking; None where neither is reported.

    Goods that are opened and packed again as the same product are as old as they were: the first packing counts.
    """
    packed = [day_of(step.event) for step in _packings(case)]
    picked = [day_of(pick.event) for pick, _ in case.picks()]
    return min(packed or picked, default=None)


def _packings(case: Case) -> Iterator[Step]:
    """Of the thing, of the lot it is a piece of, and of all it was made of that is the same product."""
    key = case.history.key
    lots = case.history.made_of.get(key, frozenset())
    before = (one for one in sorted(came_from([key], case.history.made_of)) if gtin_of(one) == gtin_of(key) is not None)
    for one in dict.fromkeys((key, *sorted(lots), *before)):
        yield from (step for step in case.making(one) if step.kind == "packing")
