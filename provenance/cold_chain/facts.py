"""What was measured on all that a thing was in, on the days it was there: read beside its history, for one claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from epcis.readings import readings_on
from provenance.cold_chain.asset_days import AssetDay, Counts, Days, summary
from provenance.cold_chain.counting import wanted
from provenance.cold_chain.loggers import AskLogger, unregistered
from provenance.cold_chain.of_history import ColdPlan
from provenance.cold_chain.two_places import loggers_of
from provenance.standing import Reported


@dataclass(frozen=True, slots=True)
class ColdFacts:
    """By asset and day; days on which nothing was measured are not there. With the own days of the loggers that
    measured, which say where else they did."""

    days: Days = field(default_factory=dict)


def facts_from(reported: Iterable[Reported], plan: ColdPlan, ask: AskLogger = unregistered) -> ColdFacts:
    """Of documents in memory: what tests and small tools do instead of reading a store."""
    by_day: dict[str, list[Reported]] = {}
    for document in reported:
        for role, name in document.event.keys:
            if role == "reading":
                by_day.setdefault(name, []).append(document)

    def heard(wanted: Iterable[tuple[str, date]], counts: Counts) -> dict[tuple[str, date], AssetDay]:
        told = (summary(*key, by_day[name], ask=ask) for key in wanted if (name := readings_on(*key)) in by_day)
        return {(day.asset, day.day): day.heard(counts) for day in told}

    found = heard(wanted(plan.stays), plan.hearing.counts)
    return ColdFacts(heard(loggers_of(found), plan.hearing.of_loggers(found)) | found)
