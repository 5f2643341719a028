"""Fruit that was picked longer before it was packed than it keeps: then it is hardly that fruit which is in the box.

Kilograms that trees could have borne in past years are told as easily today as those of this morning, and what was left
over of a season's yield would be room for outside fruit for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from provenance.days import day_of
from provenance.histories.harvest_days import begun_on
from provenance.histories.history import Pick
from provenance.rules.case import Case
from provenance.rules.picked_under import picked_under

LONGEST_DAYS = 365
"""From picking to packing, where the production standard does not say how long the fruit keeps."""


@dataclass(frozen=True, slots=True)
class Old:
    """A pick with the days between it and the packing of the goods, and those that it keeps."""

    pick: Pick
    days: int
    most: int


def too_old(case: Case) -> Iterator[Old]:
    """None of what is as it was picked."""
    packed = _packed_on(case)
    if packed is None:
        return
    for pick, standard in picked_under(case):
        storage = standard.storage_days if standard else None
        most = LONGEST_DAYS if storage is None else storage
        days = (packed - begun_on(pick)).days
        if days > most:
            yield Old(pick, days, most)


def _packed_on(case: Case) -> date | None:
    """When it was made; None where nothing was done to make it. Of several reports the first, as for its shelf life:
    nobody makes it older by telling of it again."""
    made = case.history.made_of.get(case.history.key)
    return min((day_of(step.event) for step in case.making(case.history.key)), default=None) if made else None
