"""Where a partition ends at the moment of asking, asked of the broker no more often than one question at a time."""

from __future__ import annotations

import asyncio
from typing import Any

from kafka.errors import KafkaError

from stream.client import native, new_reader
from stream.receipts import TopicPartition
from wire.errors import Transient

ANSWER_WITHIN_MS = 2000


class TopicEnd:
    """Those who ask while a question is out share the next one: its answer is from after they asked."""

    def __init__(self, bootstrap: str, of: TopicPartition) -> None:
        self._bootstrap = bootstrap
        self._of = of
        self._client: Any = None
        self._out: asyncio.Task[int] | None = None
        self._next: asyncio.Task[int] | None = None

    async def now(self) -> int:
        """The offset after the last committed record. Raises Transient."""
        if self._out is None or self._out.done():
            self._out = _seen(asyncio.create_task(self._ask()))
            return await asyncio.shield(self._out)
        if self._next is None:
            self._next = _seen(asyncio.create_task(self._ask_after(self._out)))
        return await asyncio.shield(self._next)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    async def _ask_after(self, out: asyncio.Task[int]) -> int:
        await asyncio.wait([out])
        self._out, self._next = self._next, None
        return await self._ask()

    async def _ask(self) -> int:
        return await asyncio.to_thread(self._end_offset)

    def _end_offset(self) -> int:
        if self._client is None:
            self._client = new_reader(self._bootstrap, "suyuan-topic-end")
        partition = native(self._of)
        try:
            return int(self._client.end_offsets([partition], timeout_ms=ANSWER_WITHIN_MS)[partition])
        except KafkaError as error:
            raise Transient(f"the broker does not say where {self._of.topic} ends") from error


def _seen(task: asyncio.Task[int]) -> asyncio.Task[int]:
    """A failure is told to those who still wait; that nobody does is no fault."""
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task
