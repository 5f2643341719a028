"""The next generation of the read model: wanted, watched until it has caught up, compared, switched to.

Keepers start its projector when the pointer names it; this only writes the pointer, reads progress and compares.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from provenance.standing import First
from services.traceability.ports import (
    EventStore,
    Generations,
    PaymentStore,
    Pointer,
    ProgressTable,
    RecordStore,
    StoredRecord,
)
from services.traceability.upkeep.digest import Cut, Digest, digest_of, within
from stream.receipts import TopicPartition

RETIRE_AFTER_MS = 60 * 60 * 1000
LOOK_EVERY_S = 0.5
NO_PROGRESS_S = 60.0

Report = Callable[[Mapping[str, Any]], None]
Ends = Callable[[], Awaitable[Mapping[TopicPartition, int]]]


class RebuildError(RuntimeError):
    """The rebuild ended without a switch; the message says why and what to do."""


class Side(Protocol):
    """One generation."""

    @property
    def store(self) -> EventStore: ...

    @property
    def payments(self) -> PaymentStore: ...

    @property
    def progress(self) -> ProgressTable: ...


class GenerationsStore(Protocol):
    @property
    def pointer(self) -> Pointer: ...

    def side(self, generation: int) -> Side: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """`differing` are record ids of which the two sides still disagree."""

    generation: int
    switched: bool
    digests: tuple[Digest, Digest]
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rebuild:
    """All that a rebuild needs of the world."""

    generations: GenerationsStore
    ends: Ends
    report: Report
    now_ms: Callable[[], int]
    no_progress_s: float = NO_PROGRESS_S
    look_every_s: float = LOOK_EVERY_S
    _clock: Callable[[], float] = field(default=time.monotonic)

    async def run(self) -> Outcome:
        """Raises RebuildError; the generation under way stays in the pointer, and running again goes on with it."""
        now, building = await self._begin()
        old, new = self.generations.side(now.current), self.generations.side(building)
        await self._both_past(await self.ends(), old, new, phase="replaying")
        outcome = await self._compare(building, old, new)
        after = self._switched(now, building) if outcome.switched else replace(now, building=None)
        if not await self.generations.pointer.replace(now, after):
            raise RebuildError("somebody else changed the pointer meanwhile; look at `suyuan status` and run again")
        return outcome

    async def _begin(self) -> tuple[Generations, int]:
        now = await self.generations.pointer.read()
        if now.building is not None:
            self.report({"phase": "resumed", "generation": now.building})
            return now, now.building
        begun = replace(now, building=now.last + 1, last=now.last + 1)
        if not await self.generations.pointer.replace(now, begun):
            raise RebuildError("another rebuild began at the same moment; run again when it is done")
        self.report({"phase": "started", "generation": begun.last})
        return begun, begun.last

    def _switched(self, now: Generations, building: int) -> Generations:
        retire_at_ms = self.now_ms() + RETIRE_AFTER_MS
        return replace(now, current=building, building=None, retiring=now.current, retire_at_ms=retire_at_ms)

    async def _both_past(self, ends: Cut, old: Side, new: Side, *, phase: str) -> None:
        """Raises RebuildError where neither moves for a while before both have passed `ends`."""
        last, since = (-1, -1), self._clock()
        while True:
            missing = (await _missing(ends, old), await _missing(ends, new))
            if missing == (0, 0):
                return
            if missing != last:
                last, since = missing, self._clock()
                self.report({"phase": phase, "records_to_go": missing[1], "records_to_go_present": missing[0]})
            if self._clock() - since > self.no_progress_s:
                raise RebuildError(_stuck(missing))
            await asyncio.sleep(self.look_every_s)

    async def _compare(self, building: int, old: Side, new: Side) -> Outcome:
        """At one cut; what differs there is read again once both have passed the ends of that later moment."""
        cut = await self.ends()
        await self._both_past(cut, old, new, phase="comparing")
        digests = (await digest_of(_all_of(old), cut), await digest_of(_all_of(new), cut))
        self.report({"phase": "compared", "digests": [digest.text for digest in digests]})
        if digests[0] == digests[1]:
            return Outcome(building, True, digests)
        kinds = list(zip(_stores(old), _stores(new), strict=True))
        suspects = [await _differing(_within(here, cut), _within(there, cut)) for here, there in kinds]
        await self._both_past(await self.ends(), old, new, phase="comparing again")
        kept = zip(kinds, suspects, strict=True)
        still = tuple([id_ for stores, ids in kept for id_ in sorted(ids) if await _differ(id_, *stores)])
        return Outcome(building, not still, digests, still)


def _stuck(missing: tuple[int, int]) -> str:
    present, next_ = missing
    who = "the present projector" if present and not next_ else "no projector of the new generation"
    return f"{who} moves; are the projectors running? `suyuan status` says. Run again to go on from here."


async def _missing(ends: Cut, side: Side) -> int:
    """Records below the ends that the side has not written."""
    reached = await side.progress.read_all()
    to_go = (end - (reached[of].next_offset if of in reached else 0) for of, end in ends.items())
    return sum(max(0, records) for records in to_go)


def _stores(side: Side) -> tuple[RecordStore[Any], ...]:
    return side.store, side.payments


async def _all_of(side: Side) -> AsyncIterator[StoredRecord]:
    for store in _stores(side):
        async for record in store.scan():
            yield record


async def _within(store: RecordStore[Any], cut: Cut) -> AsyncIterator[StoredRecord]:
    async for event in store.scan():
        if within(event, cut):
            yield event


async def _differing(one: AsyncIterator[StoredRecord], other: AsyncIterator[StoredRecord]) -> set[str]:
    """Record ids of which the sides have not the same event, first reported alike; both scans are ordered by them, so
    one pass is enough."""
    found: set[str] = set()
    left, right = await anext(one, None), await anext(other, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left.record_id < right.record_id):
            found.add(left.record_id)  # type: ignore[union-attr]
            left = await anext(one, None)
        elif left is None or right.record_id < left.record_id:
            found.add(right.record_id)
            right = await anext(other, None)
        else:
            if _said(left) != _said(right):
                found.add(left.record_id)
            left, right = await anext(one, None), await anext(other, None)
    return found


async def _differ(record_id: str, old: RecordStore[Any], new: RecordStore[Any]) -> bool:
    here, there = await old.read([record_id]), await new.read([record_id])
    return {id_: _said(e) for id_, e in here.items()} != {id_: _said(e) for id_, e in there.items()}


def _said(record: StoredRecord) -> tuple[bytes, First]:
    return record.event, record.first
