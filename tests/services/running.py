"""Services run inside the tests' own process, on the real broker, with tokens of the real issuer."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import grpc
import httpx

from provenance.registry.records import Record
from runtime.grpc_client import channel
from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer, Message
from wire.registry_codec import encode, key
from wire.topics import HARVEST, PAYMENTS, QUALITY, REGISTRY, SHIPPING

Run = Callable[[Any, asyncio.Event], Awaitable[None]]


class Config(Protocol):
    """What the config classes of services that publish have in common."""

    def __call__(
        self, kafka: str, grpc_port: int, http_port: int, jwks_url: str, state_folder: Path, topic_prefix: str
    ) -> Any: ...


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until_answering(url: str, service: "asyncio.Task[Any]", deadline_s: float = 30) -> None:
    """Until GET answers 200. Raises what `service` ended with if it ends instead."""

    async def answers() -> bool:
        if service.done():
            service.result()
        try:
            async with httpx.AsyncClient() as client:
                return (await client.get(url)).status_code == 200
        except httpx.HTTPError:
            return False

    await eventually(answers, deadline_s)


async def eventually(true: Callable[[], Awaitable[bool]], deadline_s: float = 10) -> None:
    """Until `true` is; fails after the deadline."""
    ends = time.monotonic() + deadline_s
    while not await true():
        assert time.monotonic() < ends, "it did not come true in time"
        await asyncio.sleep(0.05)


@asynccontextmanager
async def running(run: Run, settings: Any, url: str) -> AsyncIterator["asyncio.Task[None]"]:
    """`run` as a task, from when `url` answers until the block ends."""
    stop = asyncio.Event()
    service = asyncio.ensure_future(run(settings, stop))
    try:
        await until_answering(url, service)
        yield service
    finally:
        stop.set()
        await service


@dataclass(frozen=True)
class Site:
    """Where services run: a broker, a prefix of their own, a folder, and an issuer."""

    bootstrap: str
    prefix: str
    folder: Path
    issuer: str

    async def create_topics(self) -> None:
        topics = (REGISTRY, HARVEST, QUALITY, SHIPPING, PAYMENTS)
        await asyncio.to_thread(ensure_topics, self.bootstrap, prefix=self.prefix, topics=topics)

    @asynccontextmanager
    async def serving(self, name: str, run: Run, config: Config) -> AsyncIterator[str]:
        """Runs a service and gives the host:port of its calls."""
        port, http_port = free_port(), free_port()
        jwks_url = f"{self.issuer}/.well-known/jwks.json"
        settings = config(self.bootstrap, port, http_port, jwks_url, self.folder / name, self.prefix)
        async with running(run, settings, f"http://127.0.0.1:{http_port}/ready"):
            yield f"127.0.0.1:{port}"

    async def token(self, party: str, *roles: str) -> str:
        secret = (self.folder / "identity" / "admin.secret").read_text()
        asked = {"admin": secret, "party": party, "roles": list(roles)}
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.issuer}/token", json=asked)
        return str(answer.json()["token"])

    async def register(self, records: Iterable[Record]) -> None:
        """Straight onto the topic, as the registry service would have put them."""
        producer = KeyedProducer(bootstrap=self.bootstrap, client_id="test-registry")
        await producer.start()
        topic = REGISTRY.name(self.prefix)
        await producer.send_all([Message(topic, key(record), encode(record)) for record in records])
        await producer.close()


@asynccontextmanager
async def calling(target: str, token: str = "") -> AsyncIterator[grpc.aio.Channel]:
    """A channel whose calls carry `token`."""
    async with channel(target, token=lambda: token) as opened:
        yield opened
