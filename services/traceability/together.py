"""Several questions under way together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")


async def together(ask: Callable[[Item], Awaitable[Found]], items: Iterable[Item], *, at_once: int) -> list[Found]:
    """What is found for each, in their order. The first error is raised as it is, and nothing more is asked then."""
    every = list(items)
    if len(every) == 1:
        return [await ask(every[0])]
    places = asyncio.Semaphore(at_once)

    async def one(item: Item) -> Found:
        async with places:
            return await ask(item)

    try:
        async with asyncio.TaskGroup() as group:
            asking = [group.create_task(one(item)) for item in every]
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
    return [task.result() for task in asking]
