"""Follows the store's change feed: keeps the cache true, and knows how far the feed has seen the log applied.

What is kept is answered while the feed has told of all that is known to be applied, so no answer is older than one that
was given, nor older than a second, though the feed hang (docs/adr/0164).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import Protocol

from runtime import logs
from services.traceability.ports import Advanced, Change, ChangeFeed, ProgressTable
from stream.progress import Progress
from stream.receipts import Receipt, TopicPartition
from wire.errors import Transient

WAIT_S = 2.0
LOOK_EVERY_S = 0.05
REOPEN_AFTER_S = 0.2
LAG_S = 0.4
"""How often the store is asked how far it is, and how long the feed then has to tell of it: kept answers are older by
twice that, and by what the asking takes, at the most."""

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
        lag_s: float = LAG_S,
    ) -> None:
        self._feed = feed
        self._progress = progress
        self._cache = cache
        self.topics = frozenset(topics)
        self._wait_s = wait_s
        self._lag_s = lag_s
        self._seen: dict[TopicPartition, int] = {}
        self._applied: dict[TopicPartition, int] = {}
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
        """Whether what is kept is true: the feed has seen `after` applied, and all else that is known to be. False when
        the store has it and the feed has not.

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
                        self._know(wanted)
                        break
        except TimeoutError:
            raise Transient("what you name in `after` is recorded and not applied yet; ask again in a moment") from None
        return _covers(self._seen, self._applied)

    def _next_offsets(self, after: Iterable[Receipt]) -> dict[TopicPartition, int]:
        wanted: dict[TopicPartition, int] = {}
        for receipt in after:
            of = receipt.topic_partition
            wanted[of] = max(wanted.get(of, 0), receipt.offset + 1)
        return wanted

    async def _is_applied(self, wanted: dict[TopicPartition, int]) -> bool:
        return _covers(_offsets(await self._looked()), wanted)

    def _know(self, applied: Mapping[TopicPartition, int]) -> None:
        """From now on nothing is answered that was kept before."""
        for of, next_offset in applied.items():
            self._applied[of] = max(self._applied.get(of, 0), next_offset)

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
            self._seen = _offsets(await self._progress.read_all())
            self._cache.feed_begins()
            self.is_open = True
            self._move()
            looking_out = asyncio.create_task(self._look_out())
            try:
                async for change in changes:
                    self._tell(change)
            finally:
                looking_out.cancel()

    def _tell(self, change: Change) -> None:
        if isinstance(change, Advanced):
            self._seen[change.partition] = max(self._seen.get(change.partition, 0), change.next_offset)
            self._move()
        else:
            self._cache.changed(change.keys)

    async def _look_out(self) -> None:
        """For ever: a feed that hangs says nothing, and one that falls behind does not say so."""
        reached: Mapping[TopicPartition, int] = {}
        while True:
            await asyncio.sleep(self._lag_s)
            self._know(reached)
            with suppress(Transient):
                reached = _offsets(await self._read_progress())

    def _end(self) -> None:
        self.is_open = False
        self._seen = {}
        self._cache.feed_breaks()

    def _move(self) -> None:
        """Wakes all who wait; each looks for itself."""
        self._moved.set()
        self._moved = asyncio.Event()


def _offsets(reached: Mapping[TopicPartition, Progress]) -> dict[TopicPartition, int]:
    return {of: progress.next_offset for of, progress in reached.items()}


def _covers(reached: dict[TopicPartition, int], wanted: dict[TopicPartition, int]) -> bool:
    return all(reached.get(of, 0) >= next_offset for of, next_offset in wanted.items())
