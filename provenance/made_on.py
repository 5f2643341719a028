"""The day from which a thing is counted: it was packed then, else picked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from provenance.case import Case
from provenance.days import day_of
from provenance.history import Step


def made_on(case: Case) -> date | None:
    """The first packing of it or of its lot, else the first picking; None where neither is reported."""
    packed = [day_of(step.event) for step in _packings(case)]
    picked = [day_of(pick.event) for pick, _ in case.picks()]
    return min(packed or picked, default=None)


def _packings(case: Case) -> Iterator[Step]:
    """Of the thing, or of the lot it is a piece of: no further back, where other things were packed."""
    lots = case.history.made_of.get(case.history.key, frozenset())
    for key in (case.history.key, *sorted(lots)):
        yield from (step for step in case.making(key) if step.kind == "packing")
