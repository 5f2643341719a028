"""Wires the harvest service and runs it: `python -m services.harvest`."""

from __future__ import annotations

import asyncio
import os

from runtime import config, logs, process
from runtime.auth import Verifier
from runtime.grpc_server import serve
from runtime.health import probed
from runtime.metrics import PENDING_BYTES
from runtime.publishing_config import PublishingConfig
from services.harvest import domain, rpc
from stream.capture import EventDesk
from stream.capture_opening import door_for, followed_registry
from stream.payment_desk import PaymentDesk
from stream.producer import EnvelopeProducer
from wire.topics import HARVEST, PAYMENTS


async def run(settings: PublishingConfig, stop: asyncio.Event) -> None:
    """Until `stop` is set. Raises BrokerAway where no broker answers at the start."""
    kafka, prefix, folder = settings.kafka, settings.topic_prefix, settings.state_folder
    verifier = Verifier(settings.jwks_url, issuer=settings.token_issuer, audience=settings.token_audience)
    desk = EventDesk(HARVEST, domain.checks)
    async with (
        probed(settings.http_port, "connecting to the broker") as started,
        followed_registry(bootstrap=kafka, prefix=prefix, folder=folder) as registry,
        door_for(HARVEST, desk, registry=registry, bootstrap=kafka, prefix=prefix) as (door, picking),
        door_for(PAYMENTS, PaymentDesk(), registry=registry, bootstrap=kafka, prefix=prefix) as (payments, paying),
    ):
        for producer in (picking, paying):
            _measure(producer)
        started()
        servicers = [rpc.servicer(door, payments)]
        await serve(
            servicers, port=settings.grpc_port, verifier=verifier, stop=stop, hurry=lambda: _hurry(picking, paying)
        )


def _measure(producer: EnvelopeProducer) -> None:
    PENDING_BYTES.labels(producer.topic_name).set_function(lambda: producer.pending_bytes)


def _hurry(*producers: EnvelopeProducer) -> None:
    for producer in producers:
        producer.give_up()


if __name__ == "__main__":
    logs.configure("harvest")
    process.run(lambda stop: run(config.read(PublishingConfig, os.environ), stop))
