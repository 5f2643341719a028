"""What is true at the end of a run: nothing acknowledged is lost or doubled, and the store is what the log says."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import TypeVar

import orjson

from services.traceability.store.envelopes import events_of
from services.traceability.upkeep.digest import Digest, digest_of
from stream.log_reader import end_offsets, read_log
from stream.receipts import Receipt
from tests.faults.kept import ROOT, outside
from tests.faults.system import PROJECTOR, System
from tests.faults.waiting import LOOK_EVERY_S, PATIENCE_S
from wire.errors import Transient

Answer = TypeVar("Answer")

UNMOVED_S = 8.0
"""What is not stored when nothing was for so long, with reports at an end, is taken to be lost."""


@dataclass(frozen=True)
class Verdict:
    """Record ids of events, and sentences."""

    acknowledged: frozenset[str]
    stored: frozenset[str]
    times_stored: int
    sent: frozenset[str]
    untrue_receipts: tuple[Receipt, ...]
    audit: tuple[str, ...]
    digest: Digest
    rebuilt: Digest
    lost: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lost", self.acknowledged - self.stored)

    def faults(self) -> Iterator[str]:
        """Nothing where all is well."""
        if self.lost:
            yield f"{len(self.lost)} acknowledged event(s) are not stored, such as {min(self.lost)}"
        if self.times_stored != len(self.stored):
            yield f"{self.times_stored - len(self.stored)} event(s) are stored twice"
        if invented := self.stored - self.sent:
            yield f"{len(invented)} stored event(s) were never sent, such as {min(invented)}"
        if self.untrue_receipts:
            yield f"{len(self.untrue_receipts)} receipt(s) name a place without the event: {self.untrue_receipts[0]}"
        yield from (f"audit: {problem}" for problem in self.audit)
        if self.digest != self.rebuilt:
            yield f"the store has {self.digest}, and a fresh rebuild {self.rebuilt}"


async def check(system: System) -> Verdict:
    """Ends the reports, waits for what is on its way, and looks."""
    await system.stop_reporting()
    acknowledged = frozenset(chain.from_iterable(reporter.acknowledged for reporter in system.reporters))
    ids = await _settled(system, acknowledged)
    return Verdict(
        acknowledged=acknowledged,
        stored=frozenset(ids),
        times_stored=len(ids),
        sent=frozenset(chain.from_iterable(reporter.sent for reporter in system.reporters)),
        untrue_receipts=await asyncio.to_thread(_untrue_receipts, system),
        audit=await _audit(system),
        digest=await answered(lambda: digest_of(system.events().scan())),
        rebuilt=await _rebuilt(system),
    )


async def _settled(system: System, wanted: Collection[str]) -> list[str]:
    """The record ids in the store, when all that are wanted are there or nothing moves any more."""
    ids: list[str] = []
    moved_at = time.monotonic()
    while time.monotonic() - moved_at < UNMOVED_S:
        before, ids = ids, await answered(partial(_stored, system))
        if set(wanted) <= set(ids):
            break
        if ids != before:
            moved_at = time.monotonic()
        await asyncio.sleep(1)
    return ids


async def _stored(system: System) -> list[str]:
    return [event.record_id async for event in system.events().scan()]


async def answered(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """What the store says when it is back from the last fault. Raises Transient if it does not come back."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return await ask()
        except Transient:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(LOOK_EVERY_S)


def _untrue_receipts(system: System) -> tuple[Receipt, ...]:
    bootstrap = system.engines.kafka.bootstrap
    log = read_log(bootstrap, end_offsets(bootstrap, system.topics))
    there = {record.place: frozenset(event.record_id for event in events_of(record)) for record in log}
    told = (item for reporter in system.reporters for item in reporter.acknowledged.items())
    return tuple(place for event, places in told for place in places if event not in there.get(place, ()))


async def _audit(system: System) -> tuple[str, ...]:
    """What `audit --deep` misses."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.traceability.audit", "--deep"),
        cwd=ROOT,
        env=outside() | system.log | {"SUYUAN_MONGO_URL": system.engines.store.url, "SUYUAN_DATABASE": system.name},
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    result = orjson.loads(printed.splitlines()[-1])
    missing = tuple(f"{lack['topic']}/{lack['partition']}: {lack['problem']}" for lack in result["missing"])
    return missing if result["complete"] == (process.returncode == 0) else (*missing, f"exit {process.returncode}")


async def _rebuilt(system: System) -> Digest:
    """Of a second generation, projected from the beginning of the log by the projector as it should be."""
    projector = await system.start_projector(generation=2, module=PROJECTOR)
    await system.caught_up(generation=2)
    await system.end_projector(projector)
    return await answered(lambda: digest_of(system.events(generation=2).scan()))
