"""Threads in which a store is asked for somebody who waits. They are the store's own: while it stalls, whoever asks for
nothing of it waits for none of them.

All that a caller may cause goes through them (`mongo.reads.Reads`). The driver's asyncio face is for what a process
does of itself, one thing at a time: the projector's writes, scans, the feed, progress and the pointer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from wire.errors import Overloaded

Found = TypeVar("Found")

READS_AT_ONCE = 16
"""They wait for the network, and not for a core."""
LONGEST_WAIT_S = 5.0
"""For a thread, as long as for the store's answer itself. How many wait is bounded by the calls that are answered at
once, and by what each asks at once."""


class StoreThreads:
    """First come, first served. Whoever gives up leaves the queue; a read that he began has its thread until it ends:
    one find until the store answers or its time is over (`mongo.PATIENCE`), and nothing more for him."""

    def __init__(self, *, at_once: int = READS_AT_ONCE, longest_wait_s: float = LONGEST_WAIT_S) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="store")
        self._free = asyncio.Semaphore(at_once)
        self._longest_wait_s = longest_wait_s

    async def run(self, read: Callable[[], Found]) -> Found:
        """Raises Overloaded where no thread was free for so long."""
        try:
            async with asyncio.timeout(self._longest_wait_s):
                await self._free.acquire()
        except TimeoutError:
            raise Overloaded("the store is slow to answer and many are waiting; try again in a moment") from None
        reading = asyncio.get_running_loop().run_in_executor(self._threads, read)
        reading.add_done_callback(self._ended)
        return await asyncio.shield(reading)

    def _ended(self, reading: asyncio.Future[Found]) -> None:
        self._free.release()
        if not reading.cancelled():
            reading.exception()  # whoever waited has seen it; nobody may have waited
