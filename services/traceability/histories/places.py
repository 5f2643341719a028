"""How many answers are built at once, in the order of asking: eighty that take turns would all be ready when nobody
waits any more. A short one waits for no long one, and for no slow store (docs/adr/0119).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from provenance.graph.gathering import Wanted
from services.traceability.histories.building import MOST_ON_THE_LOOP, Naming, in_turn
from services.traceability.ports import StoredEvent

Fact = TypeVar("Fact")

SHORT_AT_ONCE = 8
LONG_AT_ONCE = 8
"""That have read more than MOST_ON_THE_LOOP events: these are held in memory, so each goes on to its end."""

PROMPT_S = 0.1
"""A store that takes longer keeps no place of a short one."""


class Places:
    def __init__(self) -> None:
        self._short = asyncio.Semaphore(SHORT_AT_ONCE)
        self._long = asyncio.Semaphore(LONG_AT_ONCE)

    @contextmanager
    def one(self) -> Iterator[Place]:
        """Of one build, taken when it works first."""
        place = Place(self._short, self._long)
        try:
            yield place
        finally:
            place.leave()


class Place:
    def __init__(self, short: asyncio.Semaphore, long: asyncio.Semaphore) -> None:
        self._short = short
        self._long = long
        self._held: asyncio.Semaphore | None = None

    async def in_turn(self, work: Callable[[], Fact], events: int) -> Fact:
        """`building.in_turn`, once there is room for what is on so many events."""
        await self._take(self._long if events > MOST_ON_THE_LOOP else self._short)
        return await in_turn(work, events)

    def reading(self, naming: Naming) -> Naming:
        return partial(self._read, naming)

    def leave(self) -> None:
        if self._held is not None:
            self._held.release()
            self._held = None

    async def _read(self, naming: Naming, wanted: Wanted) -> Sequence[StoredEvent]:
        slow = asyncio.get_running_loop().call_later(PROMPT_S, self._leave_short)
        try:
            return await naming(wanted)
        finally:
            slow.cancel()

    def _leave_short(self) -> None:
        if self._held is self._short:
            self.leave()

    async def _take(self, wanted: asyncio.Semaphore) -> None:
        if self._held is not wanted:
            self.leave()
            await wanted.acquire()
            self._held = wanted
