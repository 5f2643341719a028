"""Progress over a topic that keeps its records for a time only: what was deleted unread is passed over, not missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog

from stream.progress import BEGINNING, Advance, Progress, ProgressStore
from stream.receipts import TopicPartition

log = structlog.stdlib.get_logger(__name__)


class AgingProgress:
    """A `ProgressStore` around another; `first_offset` asks the broker for the oldest record it keeps."""

    def __init__(self, kept: ProgressStore, *, first_offset: Callable[[TopicPartition], Awaitable[int]]) -> None:
        self._kept = kept
        self._first_offset = first_offset

    async def read(self, of: TopicPartition) -> Progress | None:
        stored, first = await self._kept.read(of), await self._first_offset(of)
        if first <= (stored or BEGINNING).next_offset:
            return stored
        log.warning(
            "records aged out unread", partition=str(of), read_to=(stored or BEGINNING).next_offset, first=first
        )
        await self._kept.compare_and_set([Advance(of, stored, Progress(first))])
        return await self._kept.read(of)

    async def compare_and_set(self, advances: Sequence[Advance]) -> bool:
        return await self._kept.compare_and_set(advances)
