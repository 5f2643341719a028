"""Many who look pages up at once, each on a connection of its own, one request after another.

A client library for HTTP costs more than what it would measure here: this writes requests and reads answers, no more.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_LENGTH = b"content-length:"
ANSWERED_S = 60.0
"""After this an answer is given up."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Milliseconds of each request, and seconds of all of them."""

    spent_ms: Sequence[float]
    wall_s: float

    @property
    def per_second(self) -> float:
        return len(self.spent_ms) / self.wall_s


async def load(port: int, next_request: Callable[[], bytes], *, connections: int, seconds: float) -> Answered:
    """Begins when all are connected; each asks once at least. Raises ValueError for an answer other than 200: the
    figures would mean nothing."""
    opened = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in range(connections)))
    spent: list[float] = []
    start = time.perf_counter()

    async def one_after_another(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begun = start
        while begun == start or begun - start < seconds:
            request = next_request()
            writer.write(request)
            await asyncio.wait_for(_answer(reader, request), ANSWERED_S)
            spent.append((time.perf_counter() - begun) * 1e3)
            begun = time.perf_counter()

    try:
        await asyncio.gather(*(one_after_another(*streams) for streams in opened))
        return Answered(spent, time.perf_counter() - start)
    finally:
        for _, writer in opened:
            writer.close()


def get(path: str, *, accept: str, caller: str) -> bytes:
    """As a proxy passes it on, with the address of who asks: a crowd is not one caller."""
    lines = (f"GET {path} HTTP/1.1", "Host: 127.0.0.1", f"Accept: {accept}", f"X-Forwarded-For: {caller}", "", "")
    return "\r\n".join(lines).encode()


async def _answer(reader: asyncio.StreamReader, request: bytes) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(_LENGTH, 1)[1].split(b"\r\n", 1)[0])
    body = await reader.readexactly(length)
    if head.split(b" ", 2)[1] != b"200":
        raise ValueError(f"{request.splitlines()[0]!r} was answered {head.splitlines()[0]!r}: {body[:300]!r}")
    return body
