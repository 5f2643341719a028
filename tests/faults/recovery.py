"""A blow, and how long work took to go on after it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tests.faults.crowding import Clock
from tests.faults.schedule import Blow, Kind
from tests.faults.striking import STRIKES, leave
from tests.faults.system import System

RESUMES_WITHIN_S = 5.0
CROWDED = 0.5


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds. `engine_s` from the kill of an engine until it answered again; `resumed_s` from the restart of the last
    process that was struck (of an engine: from its answer) until new events of every door were accepted and stored.
    `others` is the share of the machine that was not ours meanwhile."""

    blow: Blow
    engine_s: float
    resumed_s: float
    others: float

    @property
    def judged(self) -> bool:
        """Where others had most of the machine, a time says nothing of us."""
        return self.others < CROWDED

    @property
    def late(self) -> bool:
        """Past the bound, less the time that others had the machine."""
        return self.judged and self.resumed_s * (1 - self.others) > RESUMES_WITHIN_S

    def __str__(self) -> str:
        away = f", engine away {self.engine_s:.1f} s" if self.engine_s else ""
        others = f" ({self.others:.0%} of the machine was others')" if self.others > 0.1 else ""
        return f"{self.blow.kind.value}: resumed in {self.resumed_s:.1f} s{others}{away}"


async def strike(system: System, blow: Blow) -> Recovery:
    await asyncio.sleep(blow.after_s)
    struck = await STRIKES[blow.kind](system, blow)
    before = Clock.read()
    went_on_s = await system.resumed(struck.since)
    waited_s = max([0.0, *(process.started_at - struck.since for process in struck.waiting)])
    others = Clock.read().others_since(before)
    if blow.kind is Kind.REBALANCE_IN_WRITE:
        await leave(system, blow)
    return Recovery(blow, struck.engine_s, went_on_s - waited_s, others)
