"""Runs a service's `main(stop)` until it ends or the process is told to: `stop` is set on SIGTERM and SIGINT."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Awaitable, Callable

from runtime.config import ConfigError

CONFIG_EXIT = 78
"""EX_CONFIG of sysexits.h: a supervisor should not try again."""


def run(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Returns when `main` has; a ConfigError ends with its one sentence and status 78."""
    gc.freeze()  # what was imported stays: the collector need not walk through it again and again
    try:
        asyncio.run(_until_stopped(main))
    except ConfigError as error:
        print(error, file=sys.stderr)
        raise SystemExit(CONFIG_EXIT) from None


async def _until_stopped(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await main(stop)
