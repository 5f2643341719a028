"""Serving HTTP until the process is told to stop."""

from __future__ import annotations

import asyncio
from typing import Any

from granian.constants import Interfaces
from granian.server.embed import Server


async def serve_http(app: Any, *, host: str, port: int, stop: asyncio.Event) -> None:
    """`app` speaks ASGI. Requests under way are answered."""
    server = Server(app, host, port, interface=Interfaces.ASGI, log_enabled=False)
    serving, stopping = asyncio.create_task(server.serve()), asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.stop()  # type: ignore[no-untyped-call]
    await serving
