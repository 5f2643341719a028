"""A gate on the wire between one projector and the store: it can hold a write half way, so that a blow meets it there.

Everything else passes at once. What is held of a projector that dies meanwhile is forgotten, as with a lost packet.
"""

from __future__ import annotations

import asyncio
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Literal

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Half way through a write to `collection`: its request held is a write not begun, its reply held one not known."""

    collection: Literal["events", "progress"]
    held: Literal["request", "reply"]

    def is_in(self, message: bytes) -> bool:
        """The command stands at the head of a message of the store's protocol: its name and then the collection's."""
        pattern = rb"\x02(?:insert|update)\x00.{4}" + self.collection.encode() + rb"\x00"
        return re.search(pattern, message[:512], re.DOTALL) is not None


BEFORE_THE_EVENTS = Place("events", "request")
PLACES = (BEFORE_THE_EVENTS, Place("events", "reply"), Place("progress", "request"), Place("progress", "reply"))


class Gate:
    """Listens on `port`, and passes to `upstream`."""

    def __init__(self, *, port: int, upstream: int) -> None:
        self.port = port
        self._upstream = upstream
        self._place: Place | None = None
        self._open = asyncio.Event()
        self._open.set()
        self._held = asyncio.Event()
        self._links: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._link, "127.0.0.1", self.port)

    async def close(self) -> None:
        self._server.close()
        self._open.set()
        for link in self._links:
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    @asynccontextmanager
    async def holding(self, place: Place, *, within_s: float = 30) -> AsyncIterator[None]:
        """Entered when a write is held at `place`; what is held goes on at the end."""
        self._place = place
        self._open.clear()
        self._held.clear()
        try:
            async with asyncio.timeout(within_s):
                await self._held.wait()
            yield
        finally:
            self._place = None
            self._open.set()

    async def _link(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection of the projector, until either end closes it."""
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        with suppress(OSError, asyncio.CancelledError):
            await self._passed(reader, writer)
        self._links.discard(task)
        await _closed(writer)

    async def _passed(self, reader: StreamReader, writer: StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._upstream)
        reply_may_go = asyncio.Event()
        reply_may_go.set()
        ways = [
            asyncio.create_task(self._requests(reader, up_writer, reply_may_go)),
            asyncio.create_task(self._replies(up_reader, writer, reply_may_go)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            await _closed(up_writer)

    async def _requests(self, reader: StreamReader, writer: StreamWriter, reply_may_go: asyncio.Event) -> None:
        while request := await reader.read(CHUNK_BYTES):
            reply_may_go.set()
            if self._place is not None and self._place.is_in(request):
                if self._place.held == "reply":
                    reply_may_go.clear()
                elif not (request := await self._held_back(request, reader)):
                    return
            writer.write(request)
            await writer.drain()

    async def _replies(self, reader: StreamReader, writer: StreamWriter, reply_may_go: asyncio.Event) -> None:
        while reply := await reader.read(CHUNK_BYTES):
            if not reply_may_go.is_set():
                await self._hold()
            writer.write(reply)
            await writer.drain()

    async def _held_back(self, request: bytes, reader: StreamReader) -> bytes:
        """What was sent until the gate opened; nothing when its sender died meanwhile.

        All of it is read: the end of a sender whose write is longer than one chunk is only seen behind the last.
        """
        opening = asyncio.create_task(self._hold())
        try:
            while True:
                more = asyncio.create_task(reader.read(CHUNK_BYTES))
                await asyncio.wait((opening, more), return_when=asyncio.FIRST_COMPLETED)
                if not more.done():
                    more.cancel()
                    return request
                if not more.result():
                    return b""
                request += more.result()
        finally:
            opening.cancel()

    async def _hold(self) -> None:
        self._held.set()
        await self._open.wait()


async def _closed(writer: StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
