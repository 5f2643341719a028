"""Waiting for the store at the start of a process, when there is no call to answer yet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from runtime import logs
from wire.errors import Transient

RETRY_S = 0.5

T = TypeVar("T")

log = logs.get(__name__)


async def patiently(attempt: Callable[[], Awaitable[T]]) -> T:
    """Tries until it is not Transient trouble that stops it."""
    while True:
        try:
            return await attempt()
        except Transient as error:
            log.warning("start waited for the store", error=str(error))
            await asyncio.sleep(RETRY_S)
