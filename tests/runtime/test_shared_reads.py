"""Many who wait are read for together, each is answered its own, and nobody what was read before it asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from runtime.shared_reads import SharedReads
from wire.errors import Transient


@dataclass
class Store:
    """Each read lasts until `answers` is set once more."""

    reads: list[list[int]] = field(default_factory=list)
    version: int = 0
    away: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, asked: Sequence[int]) -> Sequence[tuple[int, int]]:
        self.reads.append(list(asked))
        version = self.version
        await self.gate.wait()
        if self.away:
            raise Transient("away")
        return [(one, version) for one in asked]


async def started(shared: SharedReads[int, tuple[int, int]], *asked: int) -> list[asyncio.Task[tuple[int, int]]]:
    tasks = [asyncio.ensure_future(shared.one(one)) for one in asked]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def test_who_asks_while_a_read_is_under_way_goes_with_the_next() -> None:
    store = Store()
    shared = SharedReads(store.read, most=50)
    first = await started(shared, 1)
    store.version = 1
    later = await started(shared, *range(2, 40))
    store.gate.set()
    assert await asyncio.gather(*first, *later) == [(1, 0), *((one, 1) for one in range(2, 40))]
    assert store.reads == [[1], list(range(2, 40))]


async def test_no_read_is_of_more_than_is_allowed() -> None:
    store = Store()
    store.gate.set()
    shared = SharedReads(store.read, most=10)
    assert [one for one, _ in await asyncio.gather(*map(shared.one, range(25)))] == list(range(25))
    assert [len(read) for read in store.reads] == [10, 10, 5]


async def test_an_error_is_raised_to_those_who_went_with_the_read_and_to_nobody_after() -> None:
    store = Store(away=True)
    store.gate.set()
    shared = SharedReads(store.read, most=50)
    for failed in await asyncio.gather(shared.one(1), shared.one(2), return_exceptions=True):
        assert isinstance(failed, Transient)
    store.away = False
    assert await shared.one(3) == (3, 0)


async def test_who_has_gone_is_not_read_for_and_holds_up_nobody() -> None:
    store = Store()
    shared = SharedReads(store.read, most=50)
    first = await started(shared, 1)
    gone, stays = await started(shared, 2, 3)
    gone.cancel()
    first[0].cancel()
    store.gate.set()
    assert await stays == (3, 0)
    assert store.reads == [[1], [3]]
    with pytest.raises(asyncio.CancelledError):
        await gone


@pytest.mark.parametrize("odd", [asyncio.CancelledError(), KeyError("no error of ours")])
async def test_whatever_ends_a_read_who_asks_after_is_read_for(odd: BaseException) -> None:
    reads = 0

    async def read(asked: Sequence[int]) -> Sequence[int]:
        nonlocal reads
        reads += 1
        if reads == 1:
            raise odd
        return asked

    shared = SharedReads(read, most=1)
    for failed in await asyncio.gather(shared.one(1), return_exceptions=True):
        assert isinstance(failed, type(odd))
    assert await asyncio.wait_for(shared.one(3), timeout=10) == 3


async def test_an_answer_for_fewer_than_were_asked_for_is_an_error_of_each() -> None:
    async def read(asked: Sequence[int]) -> Sequence[int]:
        return asked[1:] if len(asked) > 1 else asked

    shared = SharedReads(read, most=50)
    found = await asyncio.gather(shared.one(1), shared.one(2), return_exceptions=True)
    assert all(isinstance(one, ValueError) for one in found)
    assert await asyncio.wait_for(shared.one(3), timeout=10) == 3
