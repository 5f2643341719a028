"""Threads in which a store is asked for somebody who waits. They are the store's own: while it stalls, whoever asks for
nothing of it waits for none of them.

All that a caller may cause goes through them (`mongo_reading.Reads`). The driver's asyncio face is for what a process
does of itself, one thing at a time: the projector's writes, scans, the feed, progress and the pointer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

from wire.errors import Overloaded

Found = TypeVar("Found")

READS_AT_ONCE = 16
"""They wait for the network, and not for a core."""
MOST_READS = 256
"""Under way and waiting; an answer of the store takes milliseconds, and with so many before it a read comes too late
for whoever asked."""


class StoreThreads:
    """Whoever gives up leaves the queue; what he began goes on until the store answers or its time is over."""

    def __init__(self, *, at_once: int = READS_AT_ONCE, most: int = MOST_READS) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="store")
        self._places = BoundedSemaphore(most)

    async def run(self, read: Callable[[], Found]) -> Found:
        """Raises Overloaded where too many wait already."""
        if not self._places.acquire(blocking=False):
            raise Overloaded("the store is slow to answer and many are waiting; try again in a moment")
        reading = self._threads.submit(read)
        reading.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(reading)
