"""`/live`, `/ready` and `/metrics` on a port of their own, so that a probe never waits behind a call.

A check is a name and a function that gives None while all is well, else one sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress

import orjson
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from runtime.metrics import REGISTRY

Check = Callable[[], str | None]
Answer = tuple[str, str, bytes]

MAX_REQUEST_LINES = 64
REQUEST_TIMEOUT_S = 5


class Health:
    """Checks by name. Live: is this process worth keeping; ready: should work be sent to it."""

    def __init__(self) -> None:
        self.live: dict[str, Check] = {}
        self.ready: dict[str, Check] = {}


def not_yet(sentence: str) -> tuple[Check, Callable[[], None]]:
    """A check that fails with `sentence` until the second function is called."""
    state: list[str] = [sentence]
    return (lambda: state[0] if state else None), state.clear


class HealthServer:
    """A few lines of HTTP/1.1 on asyncio: GET only, one request a connection."""

    def __init__(
        self,
        health: Health,
        *,
        port: int,
        host: str = "0.0.0.0",  # noqa: S104
        metrics: CollectorRegistry = REGISTRY,
    ) -> None:
        self._port = port
        self._host = host
        self._pages: Mapping[str, Callable[[], Answer]] = {
            "/live": lambda: report(health.live),
            "/ready": lambda: report(health.live | health.ready),
            "/metrics": lambda: ("200 OK", CONTENT_TYPE_LATEST, generate_latest(metrics)),
        }

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, self._host, self._port)

    @property
    def port(self) -> int:
        """The port listened on; differs from the one asked for when that was 0."""
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, TimeoutError, ValueError, asyncio.IncompleteReadError):
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                path = await _requested_path(reader)
                writer.write(_response(self._pages.get(path, _missing)()))
                await writer.drain()
        writer.close()


@asynccontextmanager
async def probed(port: int, waiting_for: str) -> AsyncIterator[Callable[[], None]]:
    """Probes answer during the block, not ready with `waiting_for` until the block calls what it is given."""
    health = Health()
    health.ready["start"], started = not_yet(waiting_for)
    server = HealthServer(health, port=port)
    await server.start()
    yield started
    await server.close()


def report(checks: Mapping[str, Check]) -> Answer:
    """200 with {} or 503 with a sentence for each failing check."""
    failing = {name: sentence for name, check in checks.items() if (sentence := check())}
    status = "503 Service Unavailable" if failing else "200 OK"
    return status, "application/json", orjson.dumps({"failing": failing})


async def _requested_path(reader: asyncio.StreamReader) -> str:
    method, target, _ = (await reader.readline()).decode("latin-1").split()
    for _ in range(MAX_REQUEST_LINES):
        if not (await reader.readline()).strip():
            break
    return target.partition("?")[0] if method == "GET" else ""


def _missing() -> Answer:
    return "404 Not Found", "text/plain", b"/live, /ready and /metrics are served here\n"


def _response(answer: Answer) -> bytes:
    status, kind, body = answer
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body
