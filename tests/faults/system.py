"""The whole way from a report to the store, as real processes on engines of its own, while reports come in."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.engines import Kafka, Store
from deploy.local.ports import free_port
from services.traceability.config import event_topics, group
from services.traceability.mongo.connection import connect
from services.traceability.mongo.events import MongoEventStore
from services.traceability.mongo.generations import generation_database
from services.traceability.mongo.progress import MongoProgress
from simulator.accidents import Accidents
from stream.admin import ensure_topics
from stream.log_reader import end_offsets
from stream.progress import BEGINNING
from tests.faults.gate import Gate
from tests.faults.issuer import Issuer
from tests.faults.kept import Kept
from tests.faults.reporting import ACCIDENTS, DOORS, Reporter
from tests.faults.waiting import PATIENCE_S, until
from wire.topics import PROJECTED_TOPICS, REGISTRY

PROJECTOR = "services.traceability.project"


@dataclass(frozen=True)
class Engines:
    kafka: Kafka
    store: Store

    @property
    def store_port(self) -> int:
        return int(self.store.url.rstrip("/").rpartition(":")[2])


@dataclass(frozen=True)
class Projector:
    """A projector and the gate between it and the store."""

    process: Kept
    gate: Gate


class System:
    """Topics and databases of its own; `projector` is the module that projects generation 1, `accidents` what befalls
    the reports on their way in."""

    def __init__(
        self,
        engines: Engines,
        *,
        name: str,
        folder: Path,
        seed: int,
        projector: str = PROJECTOR,
        accidents: Accidents = ACCIDENTS,
    ) -> None:
        self.engines = engines
        self.name = name
        self.folder = folder
        self.doors: dict[str, Kept] = {}
        self.reporters: list[Reporter] = []
        self.projectors: list[Projector] = []
        self.ended: Counter[int] = Counter()
        self._projector_module = projector
        self._accidents = accidents
        self._seed = seed
        self._stop_reporting = asyncio.Event()
        self._client = connect(engines.store.url)
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def topics(self) -> tuple[str, ...]:
        return event_topics(self.name)

    @property
    def log(self) -> dict[str, str]:
        return {"SUYUAN_KAFKA": self.engines.kafka.bootstrap, "SUYUAN_TOPIC_PREFIX": self.name}

    @property
    def group(self) -> str:
        return group(self.name, 1)

    @property
    def projector(self) -> Projector:
        """The one that stays."""
        return self.projectors[0]

    def events(self, generation: int = 1) -> MongoEventStore:
        return MongoEventStore(self._client, generation_database(self.name, generation))

    def progress(self, generation: int = 1) -> MongoProgress:
        return MongoProgress(self._client, generation_database(self.name, generation))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything up and reports coming in, from when the first reports of every door are stored."""
        await asyncio.to_thread(
            ensure_topics, self.engines.kafka.bootstrap, prefix=self.name, topics=[REGISTRY, *PROJECTED_TOPICS]
        )
        self._issuer = Issuer(self.folder)
        token = await self._issuer.token()
        await self.start_projector()
        targets = {door.name: self._start_door(door.name) for door in DOORS}
        self.reporters = [
            Reporter(door, target=targets[door.name], token=token, seed=self._seed, accidents=self._accidents)
            for door in DOORS
        ]
        self._reporting = [asyncio.create_task(one.run(self._stop_reporting)) for one in self.reporters]
        try:
            await self.resumed(time.monotonic())
            yield
        finally:
            try:
                await self.stop_reporting()
            finally:
                await self._end()

    async def start_projector(self, number: int = 0, generation: int = 1, module: str | None = None) -> Projector:
        gate = Gate(port=free_port(), upstream=self.engines.store_port)
        await gate.start()
        settings = {
            **self.log,
            "SUYUAN_MONGO_URL": f"mongodb://127.0.0.1:{gate.port}/?directConnection=true",
            "SUYUAN_DATABASE": self.name,
            "SUYUAN_GENERATION": str(generation),
            "SUYUAN_CONSUMER_ID": f"project-{number}",
            "SUYUAN_HTTP_PORT": str(free_port()),
            "SUYUAN_STATE_FOLDER": str(self.folder / f"project-{generation}-{number}"),
        }
        name = f"project-{generation}-{number}"
        process = Kept(name, module or self._projector_module, settings, logs=self.folder)
        self.projectors.append(projector := Projector(process, gate))
        return projector

    async def end_projector(self, projector: Projector) -> None:
        """For good."""
        self.projectors.remove(projector)
        await projector.process.let_go()
        self.ended += projector.process.ends
        await projector.gate.close()

    async def stop_reporting(self) -> None:
        """What is under way is answered first. Raises what a reporter ended with."""
        self._stop_reporting.set()
        await asyncio.wait_for(asyncio.gather(*self._reporting), PATIENCE_S)

    async def _end(self) -> None:
        for projector in tuple(self.projectors):
            await self.end_projector(projector)
        await asyncio.gather(*(kept.let_go() for kept in (self._issuer.process, *self.doors.values())))
        self._client.close()

    async def resumed(self, since: float) -> float:
        """How long after `since` a new event by each door was accepted and stored. Fails after a long while."""

        async def accepted() -> bool:
            self._check_reporting()
            return all(reporter.last_new[0] > since for reporter in self.reporters)

        async def stored() -> bool:
            return fresh <= await self.events().stored(fresh)

        await until(accepted, "a new event accepted at every door")
        fresh = {reporter.last_new[1] for reporter in self.reporters}
        await until(stored, "what was accepted is stored")
        return time.monotonic() - since

    async def caught_up(self, generation: int = 1) -> None:
        """Until the projector of this generation has passed the present ends."""
        ends = await asyncio.to_thread(end_offsets, self.engines.kafka.bootstrap, self.topics)

        async def passed() -> bool:
            await asyncio.sleep(0.5)
            reached = await self.progress(generation).read_all()
            return all(reached.get(of, BEGINNING).next_offset >= end for of, end in ends.items())

        await until(passed, f"generation {generation} is at the end of the log", PATIENCE_S + sum(ends.values()) / 50)

    @property
    def refused(self) -> Counter[str]:
        """Why, and how many."""
        return sum((reporter.rejected for reporter in self.reporters), Counter())

    def _check_reporting(self) -> None:
        assert not self.refused, f"reports were refused: {self.refused}"
        for task in self._reporting:
            if task.done():
                task.result()

    def _start_door(self, name: str) -> str:
        port = free_port()
        settings = {
            **self.log,
            "SUYUAN_GRPC_PORT": str(port),
            "SUYUAN_HTTP_PORT": str(free_port()),
            "SUYUAN_JWKS_URL": f"{self._issuer.url}/.well-known/jwks.json",
            "SUYUAN_STATE_FOLDER": str(self.folder / name),
        }
        self.doors[name] = Kept(name, f"services.{name}", settings, logs=self.folder)
        return f"127.0.0.1:{port}"
