"""Runs a service's `main(stop)` until it ends or the process is told to: `stop` is set on SIGTERM and SIGINT."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

from runtime.config import ConfigError

CONFIG_EXIT = 78
"""EX_CONFIG of sysexits.h: a supervisor should not try again."""


class Stopped(Exception):
    """`main` was told to stop before it had begun, and may let this pass."""


SELDOM = 20_000, 10, 50
"""Objects more than there were before the collector looks at what is new, and how often before it looks further (`gc`).
What a judgement leaves is freed at once, for nothing in it holds itself, so there is little to find (docs/adr/0110)."""


def settle_collector() -> None:
    """What was imported stays: the collector need not walk through it again and again, and looks seldom at the rest."""
    gc.freeze()
    gc.set_threshold(*SELDOM)


def run(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Returns when `main` has; a ConfigError ends with its one sentence and status 78."""
    settle_collector()
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
    with suppress(Stopped):
        await main(stop)
