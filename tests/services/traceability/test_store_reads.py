"""What is asked of the store for somebody waits in the store's own threads, and nobody else waits with it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.monitoring import CommandListener, CommandStartedEvent

from provenance.graph.gathering import During, Wanted
from runtime.health import Health, HealthServer
from services.traceability.events.query import EventQuery
from services.traceability.histories.building import MOST_ON_THE_LOOP, in_turn
from services.traceability.mongo.events import MongoEventStore
from services.traceability.mongo.payments import MongoPaymentStore
from services.traceability.ports import EventStore, KeptDay, PaymentStore
from tests.services.traceability.events import LOT

DAY = "urn:x:room#2026-09-12"
WANTED = Wanted(frozenset({LOT}), few=frozenset({LOT}), during=frozenset({During(LOT, 0, 1)}))

Read = Callable[[Any], Coroutine[Any, Any, object]]

EVENTS: Mapping[str, Read] = {
    "naming": lambda store: store.naming([LOT, DAY]),
    "reports": lambda store: store.reports(["urn:uuid:1"], with_corrected=True),
    "gathered": lambda store: store.gathered(WANTED),
    "measured": lambda store: store.measured(DAY),
    "days": lambda store: store.days([DAY], points=True),
    "doubted_days": lambda store: store.doubted_days(5),
    "declared_of": lambda store: store.declared_of(["urn:uuid:1"]),
    "keep_day": lambda store: store.keep_day(DAY, KeptDay("token")),
    "doubt_day": lambda store: store.doubt_day(DAY),
    "making": lambda store: store.making("#1", 5),
    "outlines": lambda store: store.outlines(["urn:uuid:1"]),
    "named_by_others": lambda store: store.named_by_others([LOT], "urn:uuid:1"),
    "read": lambda store: store.read(["00"]),
    "stored": lambda store: store.stored(["00"]),
    "query": lambda store: store.query(EventQuery()),
}
PAYMENTS: Mapping[str, Read] = {
    "naming": lambda store: store.naming([LOT]),
    "read": lambda store: store.read(["00"]),
}
OF_THE_PROJECTOR_AND_OF_COMMANDS = {"record", "scan"}


@pytest.mark.parametrize(("port", "reads"), [(EventStore, EVENTS), (PaymentStore, PAYMENTS)])
def test_every_question_to_a_store_is_tried_here(port: type, reads: Mapping[str, Read]) -> None:
    asked = {name for name in vars(port) if not name.startswith("_")}
    assert asked - OF_THE_PROJECTOR_AND_OF_COMMANDS == set(reads)


class Listener(CommandListener):
    """Names of the threads that asked."""

    def __init__(self) -> None:
        self.threads: set[str] = set()

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in ("find", "update"):
            self.threads.add(threading.current_thread().name.split("_")[0])

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: Any) -> None: ...


async def test_every_question_is_asked_in_a_thread_of_the_stores_own(mongo_url: str, database: str) -> None:
    listener = Listener()
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_url, event_listeners=[listener])
    for store, reads in ((MongoEventStore(client, database), EVENTS), (MongoPaymentStore(client, database), PAYMENTS)):
        for name, read in reads.items():
            listener.threads.clear()
            await read(store)
            assert listener.threads == {"store"}, name
    client.close()


class Relay:
    """To the real store and back; while it is `held`, nothing comes through."""

    def __init__(self, url: str) -> None:
        self._host, _, port = url.removeprefix("mongodb://").rstrip("/").partition(":")
        self._port = int(port)
        self.open = asyncio.Event()
        self.open.set()
        self._serving: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        yield f"mongodb://127.0.0.1:{server.sockets[0].getsockname()[1]}/?directConnection=true"
        server.close()
        await asyncio.wait_for(asyncio.gather(*self._serving), 10)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving.append(asyncio.create_task(self._relay(reader, writer)))

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._port)
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while some := await reader.read(1 << 16):
                await self.open.wait()
                writer.write(some)
        writer.close()


async def test_while_the_store_stalls_for_fifty_callers_probes_and_what_asks_nothing_of_it_are_answered(
    mongo_url: str, database: str
) -> None:
    relay = Relay(mongo_url)
    probes = HealthServer(Health(), port=0, host="127.0.0.1")
    await probes.start()
    async with relay.listening() as url:
        client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(url, socketTimeoutMS=60_000)
        events, payments = MongoEventStore(client, database), MongoPaymentStore(client, database)
        await asyncio.gather(events.stored(["00"]), payments.read(["00"]))
        relay.open.clear()
        every = [(events, read) for read in EVENTS.values()] + [(payments, read) for read in PAYMENTS.values()]
        callers = [asyncio.create_task(read(store)) for store, read in (every * 4)[:50]]
        try:
            await asyncio.sleep(0)
            assert b"200 OK" in await asyncio.wait_for(asked(probes.port, "/ready"), 10)
            assert await asyncio.wait_for(in_turn(lambda: "kept", MOST_ON_THE_LOOP + 1), 10) == "kept"
            assert not any(caller.done() for caller in callers)
        finally:
            relay.open.set()
        await asyncio.wait_for(asyncio.gather(*callers), 60)
        await asyncio.to_thread(client.close)  # it says good-bye through the relay, which this loop serves
    await probes.close()


async def asked(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer
