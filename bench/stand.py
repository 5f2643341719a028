"""The stand that is measured: engines of its own, topics and a database of its own, and our services as processes."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.cpu import Meter
from deploy.local.ports import free_port
from deploy.local.server import Server
from provenance.registry.records import Record
from services.traceability.config import event_topics, group
from services.traceability.mongo.generations import generation_database
from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer, Message
from wire.registry_codec import encode, key
from wire.topics import PROJECTED_TOPICS, REGISTRY

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Engines:
    """A log and a store that run; `pids` by name, where they are ours to see."""

    bootstrap: str
    store_url: str
    store_name: str
    pids: Mapping[str, int]


class Stand:
    """Start what is wanted; `close` ends all of it. `prefix` is new each time, so that stands do not meet, unless one
    is to be found again."""

    def __init__(self, engines: Engines, folder: Path, prefix: str = "") -> None:
        self.engines = engines
        self.prefix = prefix or f"b{secrets.token_hex(4)}"
        self._folder = folder / self.prefix
        self._folder.mkdir(parents=True, exist_ok=True)
        self._servers: dict[str, Server] = {}
        self._issuer = ""
        ensure_topics(engines.bootstrap, prefix=self.prefix, topics=[REGISTRY, *PROJECTED_TOPICS])

    @property
    def database(self) -> str:
        return generation_database(self.prefix, 1)

    @property
    def topics(self) -> tuple[str, ...]:
        return event_topics(self.prefix)

    @property
    def group(self) -> str:
        return group(self.prefix, 1)

    def meter(self) -> Meter:
        return Meter({**self.engines.pids, **{name: server.pid for name, server in self._servers.items()}})

    def token(self, party: str, *roles: str) -> str:
        """Of an issuer that is started for it."""
        port, folder = free_port(), self._folder / "identity"
        self._issuer = f"http://127.0.0.1:{port}"
        settings = {"SUYUAN_HTTP_PORT": str(port), "SUYUAN_ISSUER": self._issuer, "SUYUAN_STATE_FOLDER": str(folder)}
        self._start("identity", "services.identity", settings, f"{self._issuer}/.well-known/jwks.json")
        asked = {"admin": (folder / "admin.secret").read_text(), "party": party, "roles": list(roles), "hours": 24}
        return str(httpx.post(f"{self._issuer}/token", json=asked).json()["token"])

    def register(self, records: Iterable[Record]) -> None:
        """Straight onto the topic, as the registry service would have put them."""
        asyncio.run(self._register([Message(REGISTRY.name(self.prefix), key(one), encode(one)) for one in records]))

    async def _register(self, messages: list[Message]) -> None:
        producer = KeyedProducer(bootstrap=self.engines.bootstrap, client_id="bench-registry")
        await producer.start()
        await producer.send_all(messages)
        await producer.close()

    def capture(self, name: str) -> str:
        """host:port of a capture service."""
        return self._serve(name, f"services.{name}", {})

    def serve(self) -> str:
        """host:port of the look-ups."""
        return self._serve("serve", "services.traceability.serve", self._store())

    def project(self, *, ready: bool) -> None:
        """A projector of generation 1, as soon as it lives or, if asked for, once it has its partitions."""
        settings = {"SUYUAN_GENERATION": "1", "SUYUAN_CONSUMER_ID": "project-0", **self._store()}
        http_port = free_port()
        settings |= self._log("project") | {"SUYUAN_HTTP_PORT": str(http_port)}
        self._start(
            "project",
            "services.traceability.project",
            settings,
            f"http://127.0.0.1:{http_port}/{'ready' if ready else 'live'}",
        )

    def keep(self) -> None:
        """The keeper of projectors: one for every generation there should be."""
        http_port = free_port()
        settings = {"SUYUAN_CONSUMER_ID": "project-0", **self._store(), **self._log("project")}
        settings["SUYUAN_HTTP_PORT"] = str(http_port)
        self._start("project", "services.traceability.project", settings, f"http://127.0.0.1:{http_port}/live")

    def command(self, module: str) -> tuple[list[str], dict[str, str]]:
        """A command of ours that compares the log with the store: what to run, and its environment."""
        return [sys.executable, "-m", module], outside() | self._store() | self._log(module)

    def end(self, name: str) -> None:
        self._servers.pop(name).stop()

    def close(self) -> None:
        for name in reversed(list(self._servers)):
            self.end(name)

    def _serve(self, name: str, module: str, further: Mapping[str, str]) -> str:
        port, http_port = free_port(), free_port()
        settings = {"SUYUAN_GRPC_PORT": str(port), "SUYUAN_HTTP_PORT": str(http_port)}
        settings |= {"SUYUAN_JWKS_URL": f"{self._issuer}/.well-known/jwks.json", **self._log(name), **further}
        self._start(name, module, settings, f"http://127.0.0.1:{http_port}/ready")
        return f"127.0.0.1:{port}"

    def _log(self, name: str) -> dict[str, str]:
        kafka = {"SUYUAN_KAFKA": self.engines.bootstrap, "SUYUAN_TOPIC_PREFIX": self.prefix}
        return kafka | {"SUYUAN_STATE_FOLDER": str(self._folder / name)}

    def _store(self) -> dict[str, str]:
        return {"SUYUAN_MONGO_URL": self.engines.store_url, "SUYUAN_DATABASE": self.prefix}

    def _start(self, name: str, module: str, settings: Mapping[str, str], answers_at: str) -> None:
        self._servers[name] = Server(
            name,
            [sys.executable, "-m", module],
            folder=self._folder,
            log=self._folder / f"{name}.log",
            answers=lambda: _answers(answers_at),
            environment=outside() | dict(settings),
            start_deadline_s=PATIENCE_S,
        )


def outside() -> dict[str, str]:
    """What a process needs of ours: the path to its imports, and nothing that looks like a setting."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUYUAN_")}
    return kept | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'build/generated'}"}


@contextmanager
def stand(engines: Engines, folder: Path, prefix: str = "") -> Iterator[Stand]:
    standing = Stand(engines, folder, prefix)
    try:
        yield standing
    finally:
        standing.close()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
