"""The service's own methods in this process: what a look-up costs without the hop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.stand import Stand
from runtime.process import settle_collector
from services.traceability.config import ServeConfig
from services.traceability.model import Models, ReadModel
from services.traceability.mongo.connection import connect
from services.traceability.mongo.generations import MongoPointer
from services.traceability.rpc import TraceabilityServicer
from services.traceability.serve import now_ms, open_model
from stream.registry_view import RegistryView
from wire.registry_codec import decode
from wire.topics import REGISTRY

PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Served:
    servicer: TraceabilityServicer
    models: Models
    client: Any

    @property
    def model(self) -> ReadModel:
        return self.models.current


@asynccontextmanager
async def served(standing: Stand, folder: Path) -> AsyncIterator[Served]:
    """Once its feed is followed, so that what is built is kept."""
    settings = ServeConfig(
        kafka=standing.engines.bootstrap,
        mongo_url=standing.engines.store_url,
        grpc_port=0,
        http_port=0,
        jwks_url="",
        state_folder=folder,
        database=standing.prefix,
        topic_prefix=standing.prefix,
    )
    settle_collector()  # as every process of ours: it has not to walk through the season of the bench as well
    client = connect(settings.mongo_url)
    topic, file = REGISTRY.name(standing.prefix), folder / f"{standing.prefix}.sqlite"
    registry = RegistryView(file, bootstrap=settings.kafka, topic=topic, decode=decode)
    registry.start()
    models = Models(
        pointer=MongoPointer(client, standing.prefix),
        open_model=lambda generation: open_model(client, settings, registry, generation),
    )
    running = asyncio.create_task(models.run())
    try:
        await _followed(models)
        servicer = TraceabilityServicer(
            models=models,
            registry=registry,
            registry_applied=registry.applied,
            registry_caught_up=registry.caught_up,
            registry_revision=lambda: registry.revision,
            now_ms=now_ms,
        )
        yield Served(servicer, models, client)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(running, PATIENCE_S)  # nothing reads the feed when its client is closed
        registry.close()
        client.close()


async def _followed(models: Models) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            while models.not_ready() or not models.current.following.is_open:  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise TimeoutError(f"the store's change feed did not open within {PATIENCE_S:.0f} s") from None
