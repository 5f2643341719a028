"""Waiting for the store at the start of a process, when there is no call to answer yet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from runtime import logs
from runtime.process import Stopped
from wire.errors import Transient

RETRY_S = 0.5

T = TypeVar("T")

log = logs.get(__name__)


async def patiently(attempt: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T:
    """Tries until it is not Transient trouble that stops it. Raises Stopped where the process is told to end first."""
    trying, told = asyncio.create_task(_tried(attempt)), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({trying, told}, return_when=asyncio.FIRST_COMPLETED)
        if not trying.done():
            raise Stopped
        return trying.result()
    finally:
        trying.cancel()
        told.cancel()


async def _tried(attempt: Callable[[], Awaitable[T]]) -> T:
    while True:
        try:
            return await attempt()
        except Transient as error:
            log.warning("start waited for the store", error=str(error))
            await asyncio.sleep(RETRY_S)
