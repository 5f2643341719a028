"""Wires the shipping service and runs it: `python -m services.shipping`."""

from __future__ import annotations

import asyncio
import os
import time

from runtime import config, logs, process
from runtime.auth import Verifier
from runtime.grpc_server import serve
from runtime.health import Health, HealthServer, not_yet
from runtime.metrics import PENDING_BYTES
from services.shipping import domain, rpc
from services.shipping.config import ShippingConfig
from stream.capture import CaptureDoor
from stream.producer import EnvelopeProducer
from stream.registry_view import RegistryView
from wire.registry_codec import decode
from wire.topics import REGISTRY, SHIPPING


async def run(settings: ShippingConfig, stop: asyncio.Event) -> None:
    """Until `stop` is set. Raises BrokerAway where no broker answers at the start."""
    health = Health()
    health.ready["start"], started = not_yet("connecting to the broker")
    health_server = HealthServer(health, port=settings.http_port)
    await health_server.start()
    kafka, prefix, file = settings.kafka, settings.topic_prefix, settings.state_folder / "registry.sqlite"
    producer = EnvelopeProducer(bootstrap=kafka, topic_name=SHIPPING.name(prefix), client_id="shipping")
    view = RegistryView(file, bootstrap=kafka, topic=REGISTRY.name(prefix), decode=decode)
    await producer.start()
    PENDING_BYTES.labels(producer.topic_name).set_function(lambda: producer.pending_bytes)
    view.start()
    door = CaptureDoor(topic=SHIPPING, checks=domain.checks, log=producer, registry=view, now_ms=_now_ms)
    started()
    verifier = Verifier(settings.jwks_url, issuer=settings.token_issuer, audience=settings.token_audience)
    await serve([rpc.servicer(door)], port=settings.grpc_port, verifier=verifier, stop=stop)
    await producer.close()
    view.close()
    await health_server.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    logs.configure("shipping")
    process.run(lambda stop: run(config.read(ShippingConfig, os.environ), stop))
