"""Looks, again and again, whether records lie in quarantine; readiness rests on the answer.

A look that fails is told and taken again. A watch that itself ends takes the process along: a worker that no longer
looks would go on saying what it saw last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

import structlog

from stream.dead_letter import SUFFIX, DeadLetter, Reason, open_letters
from stream.log_reader import end_offsets
from stream.receipts import TopicPartition
from wire.errors import Transient

log = structlog.stdlib.get_logger(__name__)


class QuarantineWatch:
    """`on_count` is told the number of open quarantines after each reading, `on_end` that the watch ended by itself."""

    def __init__(
        self,
        *,
        bootstrap: str,
        topics: Sequence[str],
        every_s: float,
        on_count: Callable[[int], None],
        on_end: Callable[[], None],
        ends: Callable[[str, Iterable[str]], Mapping[TopicPartition, int]] = end_offsets,
        letters: Callable[[str, Iterable[str]], Sequence[DeadLetter]] = open_letters,
    ) -> None:
        self._bootstrap = bootstrap
        self._topics = tuple(topics)
        self._every_s = every_s
        self._on_count = on_count
        self._on_end = on_end
        self._ends = ends
        self._letters = letters
        self._read_until: Mapping[TopicPartition, int] | None = None
        self._looking: asyncio.Task[None] | None = None
        self.open: int | None = None
        """None until the letters were read once."""

    def start(self) -> None:
        self._looking = asyncio.create_task(self._look())
        self._looking.add_done_callback(self._ended)

    def stop(self) -> None:
        if self._looking is not None:
            self._looking.cancel()

    def not_ready(self) -> str | None:
        if self.open is None:
            return "dead letters were not read yet"
        if self.open:
            return f"{self.open} record(s) quarantined as a bug; `suyuan dlq list` shows them"
        return None

    async def _look(self) -> None:
        while True:
            try:
                await self._count()
            except Transient as error:
                log.info("dead letters are out of reach; read again soon", error=str(error))
            except Exception:
                log.exception("dead letters could not be read; read again soon")
            await asyncio.sleep(self._every_s)

    async def _count(self) -> None:
        """The letters are read again only when their topics have grown."""
        ends = await asyncio.to_thread(self._ends, self._bootstrap, [topic + SUFFIX for topic in self._topics])
        if ends == self._read_until:
            return
        letters = await asyncio.to_thread(self._letters, self._bootstrap, self._topics)
        self.open = sum(letter.reason is Reason.BUG for letter in letters)
        self._read_until = ends
        self._on_count(self.open)

    def _ended(self, looking: asyncio.Task[None]) -> None:
        if not looking.cancelled():
            log.critical("the watch for quarantines ended", exc_info=looking.exception())
            self._on_end()
