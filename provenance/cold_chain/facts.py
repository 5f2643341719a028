"""What was measured on all that a thing was in, on the days it was there: read beside its history, for one claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from epcis.readings import readings_on
from provenance.cold_chain.asset_days import Days, summary
from provenance.cold_chain.counting import wanted
from provenance.cold_chain.loggers import AskLogger, unregistered
from provenance.cold_chain.of_history import ColdPlan
from provenance.standing import Reported


@dataclass(frozen=True, slots=True)
class ColdFacts:
    """By asset and day; days on which nothing was measured are not there."""

    days: Days = field(default_factory=dict)


def facts_from(reported: Iterable[Reported], plan: ColdPlan, ask: AskLogger = unregistered) -> ColdFacts:
    """Of documents in memory: what tests and small tools do instead of reading a store."""
    by_day: dict[str, list[Reported]] = {}
    for document in reported:
        for role, name in document.event.keys:
            if role == "reading":
                by_day.setdefault(name, []).append(document)
    names = {readings_on(*key): key for key in wanted(plan.stays)}
    told = {names[n]: summary(*names[n], some, ask=ask) for n, some in by_day.items() if n in names}
    return ColdFacts({key: day.heard(plan.hearing.counts) for key, day in told.items()})
