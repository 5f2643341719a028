"""Waiting with a deadline for what another process does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

PATIENCE_S = 90.0
"""Far beyond anything expected, and short of for ever."""

LOOK_EVERY_S = 0.05
"""Sooner would slow down what is waited for: the one-machine store answers a few hundred questions a second."""


async def until(holds: Callable[[], Awaitable[bool]], what: str, within_s: float = PATIENCE_S) -> None:
    """Returns when it holds; fails with `what` when it does not in time."""
    deadline = time.monotonic() + within_s
    while not await holds():
        assert time.monotonic() < deadline, f"not within {within_s:.0f} s: {what}"
        await asyncio.sleep(LOOK_EVERY_S)
