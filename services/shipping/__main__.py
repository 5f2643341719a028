"""Wires the shipping service and runs it: `python -m services.shipping`."""

from __future__ import annotations

import asyncio
import os

from runtime import config, logs, process
from runtime.auth import Verifier
from runtime.grpc_server import serve
from runtime.health import probed
from runtime.metrics import PENDING_BYTES
from runtime.publishing_config import PublishingConfig
from services.shipping import domain, rpc
from stream.capture_opening import opened_door
from wire.topics import SHIPPING


async def run(settings: PublishingConfig, stop: asyncio.Event) -> None:
    """Until `stop` is set. Raises BrokerAway where no broker answers at the start."""
    kafka, prefix, folder = settings.kafka, settings.topic_prefix, settings.state_folder
    verifier = Verifier(settings.jwks_url, issuer=settings.token_issuer, audience=settings.token_audience)
    async with (
        probed(settings.http_port, "connecting to the broker") as started,
        opened_door(SHIPPING, checks=domain.checks, bootstrap=kafka, prefix=prefix, folder=folder) as (door, producer),
    ):
        PENDING_BYTES.labels(producer.topic_name).set_function(lambda: producer.pending_bytes)
        started()
        servicers = [rpc.servicer(door)]
        await serve(servicers, port=settings.grpc_port, verifier=verifier, stop=stop, hurry=producer.give_up)


if __name__ == "__main__":
    logs.configure("shipping")
    process.run(lambda stop: run(config.read(PublishingConfig, os.environ), stop))
