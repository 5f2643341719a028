"""Role `listings`: answers about listings, and platforms told of changes. `python -m services.labels.listings`."""

from __future__ import annotations

import asyncio
import os

from runtime import config, logs, process
from runtime.auth import Verifier
from runtime.grpc_server import serve
from runtime.health import Health, HealthServer
from services.labels.listings.config import ListingsConfig
from services.labels.listings.wiring import connected


async def main(stop: asyncio.Event) -> None:
    logs.configure("labels-listings")
    await run(config.read(ListingsConfig, os.environ), stop)


async def run(settings: ListingsConfig, stop: asyncio.Event) -> None:
    """Until `stop` is set. Raises what ends the telling of platforms before."""
    health = Health()
    probes = HealthServer(health, port=settings.http_port)
    await probes.start()
    async with connected(settings, health) as role:
        role.telling.add_done_callback(lambda _: stop.set())
        verifier = Verifier(settings.jwks_url, issuer=settings.token_issuer, audience=settings.token_audience)
        await serve([role.servicer], port=settings.grpc_port, verifier=verifier, stop=stop)
    await probes.close()


if __name__ == "__main__":
    process.run(main)
