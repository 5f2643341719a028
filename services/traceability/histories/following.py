"""Follows the store's change feed: keeps the cache true, and knows how far the feed has seen the log applied."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import Protocol

from runtime import logs
from services.traceability.ports import Advanced, ChangeFeed, ProgressTable
from stream.progress import Progress
from stream.receipts import Receipt, TopicPartition
from wire.errors import Transient

WAIT_S = 2.0
LOOK_EVERY_S = 0.05
REOPEN_AFTER_S = 0.2

log = logs.get(__name__)


class Cache(Protocol):
    def feed_begins(self) -> None: ...

    def feed_breaks(self) -> None: ...

    def changed(self, keys: Collection[str]) -> None: ...


class Following:
    """One for a read model. `run` is its task; `until_applied` answers reads with `after`."""

    def __init__(
        self,
        *,
        feed: ChangeFeed,
        progress: ProgressTable,
        cache: Cache,
        topics: Collection[str],
        wait_s: float = WAIT_S,
    ) -> None:
        self._feed = feed
        self._progress = progress
        self._cache = cache
        self.topics = frozenset(topics)
        self._wait_s = wait_s
        self._seen: dict[TopicPartition, int] = {}
        self._moved = asyncio.Event()
        self._look: asyncio.Task[Mapping[TopicPartition, Progress]] | None = None
        self._looked_at = 0.0
        self.is_open = False

    async def run(self) -> None:
        """For ever: a broken feed empties the cache and is opened anew."""
        while True:
            try:
                await self._follow()
            except Transient as error:
                log.warning("change feed broke", error=str(error))
            finally:
                self._end()
            await asyncio.sleep(REOPEN_AFTER_S)

    async def until_applied(self, after: Iterable[Receipt]) -> bool:
        """True when the feed has seen `after` applied: what is kept is true; False when the store has and the feed not.

        Raises Transient after two seconds.
        """
        wanted = self._next_offsets(after)
        try:
            async with asyncio.timeout(self._wait_s):
                while not _covers(self._seen, wanted):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._moved.wait(), LOOK_EVERY_S)
                        continue
                    if await self._is_applied(wanted):
                        return False
        except TimeoutError:
            raise Transient("what you name in `after` is recorded and not applied yet; ask again in a moment") from None
        return True

    def _next_offsets(self, after: Iterable[Receipt]) -> dict[TopicPartition, int]:
        wanted: dict[TopicPartition, int] = {}
        for receipt in after:
            of = receipt.topic_partition
            wanted[of] = max(wanted.get(of, 0), receipt.offset + 1)
        return wanted

    async def _is_applied(self, wanted: dict[TopicPartition, int]) -> bool:
        reached = {of: progress.next_offset for of, progress in (await self._looked()).items()}
        return _covers(reached, wanted)

    async def _looked(self) -> Mapping[TopicPartition, Progress]:
        """One look serves all who wait: of a slow store, each asking for itself makes it slower."""
        now = asyncio.get_running_loop().time()
        if self._look is None or (self._look.done() and now - self._looked_at >= LOOK_EVERY_S):
            self._looked_at = now
            self._look = asyncio.create_task(self._read_progress())
        return await asyncio.shield(self._look)

    async def _read_progress(self) -> Mapping[TopicPartition, Progress]:
        return await self._progress.read_all()

    async def _follow(self) -> None:
        async with self._feed.follow() as changes:
            # Read after the feed was opened: what was applied before is in the store for every build from now on,
            # what is applied later comes through the feed.
            reached = await self._progress.read_all()
            self._seen = {of: progress.next_offset for of, progress in reached.items()}
            self._cache.feed_begins()
            self.is_open = True
            self._move()
            async for change in changes:
                if isinstance(change, Advanced):
                    known = self._seen.get(change.partition, 0)
                    self._seen[change.partition] = max(known, change.next_offset)
                    self._move()
                else:
                    self._cache.changed(change.keys)

    def _end(self) -> None:
        self.is_open = False
        self._seen = {}
        self._cache.feed_breaks()

    def _move(self) -> None:
        """Wakes all who wait; each looks for itself."""
        self._moved.set()
        self._moved = asyncio.Event()


def _covers(reached: dict[TopicPartition, int], wanted: dict[TopicPartition, int]) -> bool:
    return all(reached.get(of, 0) >= next_offset for of, next_offset in wanted.items())
