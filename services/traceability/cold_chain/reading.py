"""What was measured where a thing was, for one claim: the numbers of each day, the points of those that need them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from provenance.cold_chain.asset_days import AssetDay, Counts, ToldDay
from provenance.cold_chain.counting import wanted, whole
from provenance.cold_chain.curve import CurvePoint, curve
from provenance.cold_chain.facts import ColdFacts
from provenance.cold_chain.of_history import cold_chain, cold_plan
from provenance.cold_chain.two_places import loggers_of
from provenance.cold_chain.verdict import ColdChain
from provenance.histories.history import History
from provenance.registry.records import Registry
from services.traceability.cold_chain.days import ColdDays, Day

MOST_DRAWN = 2_000
"""Readings that are all read for a curve; of more, those of days that are not all in range, and of the ends."""


@dataclass(frozen=True, slots=True)
class ColdReading:
    days: ColdDays
    registry: Registry
    now_ms: Callable[[], int]

    async def facts(self, history: History, *, most_points: int = 0) -> ColdFacts:
        """With every point where there are so few, for a curve. Raises `wire.errors.Transient`."""
        plan = cold_plan(history, self.registry, self.now_ms())
        counts = plan.hearing.counts
        found = _heard(await self.days.read(wanted(plan.stays), points=False), counts)
        # Anybody may write down a logger's number, as often as he likes.
        own = await self.days.read(loggers_of(found), points=False, all_told=False)
        loggers = _heard(own, plan.hearing.of_loggers(found))
        few = sum(day.number for day in found.values()) <= most_points
        needed = frozenset(found) if few else whole(plan.stays, found, plan.limits)
        return ColdFacts(loggers | found | _heard(await self.days.read(needed, points=True), counts))

    async def judged(self, history: History) -> tuple[ColdChain, tuple[CurvePoint, ...]]:
        """The verdict, and the curve it is shown with."""
        now_ms = self.now_ms()
        facts = await self.facts(history, most_points=MOST_DRAWN)
        found = cold_chain(cold_plan(history, self.registry, now_ms), facts.days, now_ms)
        return found, curve((leg.stay for leg in found.legs), facts.days)


def _heard(told: Mapping[Day, ToldDay], counts: Counts) -> dict[Day, AssetDay]:
    return {day: found.heard(counts) for day, found in told.items()}
