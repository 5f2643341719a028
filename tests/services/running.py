"""Starting services inside the tests' own process: free ports, and waiting with a deadline."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until_answering(url: str, service: "asyncio.Task[Any]", deadline_s: float = 30) -> None:
    """Until GET answers 200. Raises what `service` ended with if it ends instead."""

    async def answers() -> bool:
        if service.done():
            service.result()
        try:
            async with httpx.AsyncClient() as client:
                return (await client.get(url)).status_code == 200
        except httpx.HTTPError:
            return False

    await eventually(answers, deadline_s)


async def eventually(true: Callable[[], Awaitable[bool]], deadline_s: float = 10) -> None:
    """Until `true` is; fails after the deadline."""
    ends = time.monotonic() + deadline_s
    while not await true():
        assert time.monotonic() < ends, "it did not come true in time"
        await asyncio.sleep(0.05)
