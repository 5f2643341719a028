"""A blocking stream, read in a thread of its own and handed over to asyncio in bunches.

The driver's own asyncio face goes to another thread and back for every single change, which cost more than the
projection of the event it tells of (docs/performance.md).
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Generic, Protocol, TypeVar

Thing = TypeVar("Thing")
Thing_co = TypeVar("Thing_co", covariant=True)

MOST_AHEAD = 1000
"""Things read and not yet taken; then the thread waits."""


class Blocking(Protocol[Thing_co]):
    @property
    def alive(self) -> bool: ...

    def try_next(self) -> Thing_co | None:
        """None when there was nothing for a while, so that the thread can be told to end."""
        ...


@asynccontextmanager
async def in_bunches(stream: Blocking[Thing]) -> AsyncIterator[AsyncIterator[list[Thing]]]:
    """Bunches in the stream's order, raising what it raises and ending when it does. On leaving, nothing reads it."""
    reading = _Reading(stream, asyncio.get_running_loop())
    reading.thread.start()
    try:
        yield reading.bunches()
    finally:
        reading.stopped.set()
        await asyncio.to_thread(reading.thread.join)


class _Reading(Generic[Thing]):
    def __init__(self, stream: Blocking[Thing], loop: asyncio.AbstractEventLoop) -> None:
        self.thread = threading.Thread(target=self._read, name="change-feed", daemon=True)
        self.stopped = threading.Event()
        self._stream = stream
        self._loop = loop
        self._held: deque[Thing] = deque()
        self._taken = threading.Event()
        self._arrived = asyncio.Event()
        self._ended = False
        self._error: Exception | None = None

    async def bunches(self) -> AsyncIterator[list[Thing]]:
        while self._held or not self._ended:
            await self._arrived.wait()
            self._arrived.clear()
            if some := [self._held.popleft() for _ in range(len(self._held))]:
                self._taken.set()
                yield some
            if self._held or self._ended:
                self._arrived.set()
        if self._error is not None:
            raise self._error

    def _read(self) -> None:
        try:
            while self._stream.alive and not self.stopped.is_set():
                if (thing := self._stream.try_next()) is not None:
                    self._hand_over(thing)
        except Exception as error:
            self._error = error
        with suppress(RuntimeError):  # the loop is closed, and nobody waits
            self._loop.call_soon_threadsafe(self._end)

    def _hand_over(self, thing: Thing) -> None:
        while len(self._held) >= MOST_AHEAD and not self.stopped.is_set():
            self._taken.clear()
            if len(self._held) >= MOST_AHEAD:
                self._taken.wait(0.5)
        self._held.append(thing)
        if len(self._held) == 1:
            self._loop.call_soon_threadsafe(self._arrived.set)

    def _end(self) -> None:
        self._ended = True
        self._arrived.set()
