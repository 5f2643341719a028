"""What goes wrong between a deed and its report: late, twice, mistyped and taken back, or simply wrong.

Shares are of all reports. A late report comes in days after; a duplicate is the same report sent again; a corrected
one is filed with a nought too many, taken back, and filed as it was; a wrong one keeps its nought.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from provenance import reports
from provenance.reports import Json
from simulator.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Accidents:
    """Shares between 0 and 1."""

    late: float = 0.0
    duplicate: float = 0.0
    corrected: float = 0.0
    wrong: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.late, self.duplicate, self.corrected, self.wrong)
        if min(shares) < 0 or sum(shares) > 1:
            raise ValueError(f"shares of accidents lie between 0 and 1 and sum to at most 1, not {shares}")


NONE = Accidents()


def befall(filed: Iterable[Json], accidents: Accidents, *, random: Random, numbers: Numbers) -> Iterator[Json]:
    """The reports as they come in, in their new order."""
    waiting: list[Json] = []
    for event in filed:
        fate = random.random()
        if (fate := fate - accidents.late) < 0:
            waiting.append(event)
        elif (fate := fate - accidents.duplicate) < 0:
            yield from (event, event)
        elif (fate := fate - accidents.corrected) < 0:
            yield from _corrected(event, numbers)
        elif fate - accidents.wrong < 0:
            yield _mistyped(event)
        else:
            yield event
        if waiting and random.random() < 0.02:
            yield waiting.pop(random.randrange(len(waiting)))
    yield from waiting


def _corrected(event: Json, numbers: Numbers) -> Iterator[Json]:
    wrong = {**_mistyped(event), "eventID": numbers.event_id()}
    noticed = datetime.fromisoformat(event["eventTime"]) + timedelta(hours=1)
    yield wrong
    yield event
    yield reports.correction(wrong, at=noticed, corrective_event_ids=[event["eventID"]])


def _mistyped(event: Json) -> Json:
    """The first amount with a nought too many; a report without amounts is filed as it was."""
    mistyped: dict[str, Any] = deepcopy(event)
    for field in ("quantityList", "inputQuantityList", "outputQuantityList", "childQuantityList"):
        for element in mistyped.get(field, ())[:1]:
            if "quantity" in element:
                element["quantity"] *= 10
                return mistyped
    return mistyped
