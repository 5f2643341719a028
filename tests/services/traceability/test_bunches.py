"""A blocking stream is read in a thread and comes over in order, whole, and no further than is asked for."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from services.traceability.store.bunches import MOST_AHEAD, in_bunches


class Numbers:
    """Counts up to `last`, then says nothing, then ends or breaks; `asked` is how often it was asked."""

    def __init__(self, last: int, error: Exception | None = None) -> None:
        self.alive = True
        self.asked = 0
        self._numbers: Iterator[int] = iter(range(last))
        self._error = error

    def try_next(self) -> int | None:
        self.asked += 1
        number = next(self._numbers, None)
        if number is None:
            if self._error is not None:
                raise self._error
            self.alive = False
        return number


async def test_everything_comes_once_and_in_order() -> None:
    found: list[int] = []
    async with in_bunches(Numbers(5 * MOST_AHEAD)) as bunches, asyncio.timeout(30):
        async for bunch in bunches:
            found += bunch
    assert found == list(range(5 * MOST_AHEAD))


async def test_what_came_before_the_stream_broke_comes_first() -> None:
    found: list[int] = []
    with pytest.raises(ConnectionError):
        async with in_bunches(Numbers(10, ConnectionError())) as bunches, asyncio.timeout(30):
            async for bunch in bunches:
                found += bunch
    assert found == list(range(10))


async def test_a_reader_who_takes_nothing_is_not_drowned_and_may_leave() -> None:
    numbers = Numbers(10 * MOST_AHEAD)
    async with in_bunches(numbers), asyncio.timeout(30):
        while numbers.asked < MOST_AHEAD:  # noqa: ASYNC110 - it is a thread that asks
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert numbers.asked <= MOST_AHEAD + 1
    assert "change-feed" not in {thread.name for thread in threading.enumerate()}
    assert numbers.alive
