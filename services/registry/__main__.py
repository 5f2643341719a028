"""Wires the registry service and runs it: `python -m services.registry`."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime

from provenance.days import CHINA
from runtime import config, logs, process
from runtime.auth import Verifier
from runtime.grpc_server import serve
from runtime.health import Health, HealthServer, not_yet
from runtime.publishing_config import PublishingConfig
from services.registry import rpc
from stream.keyed_producer import KeyedProducer
from stream.registry_view import RegistryView
from wire.registry_codec import decode
from wire.topics import REGISTRY


async def run(settings: PublishingConfig, stop: asyncio.Event) -> None:
    """Until `stop` is set, or another process takes the writing over. Raises BrokerAway, or Transient."""
    health = Health()
    health.ready["start"], started = not_yet("reading the registry's topic")
    health_server = HealthServer(health, port=settings.http_port)
    await health_server.start()
    topic = REGISTRY.name(settings.topic_prefix)
    producer = KeyedProducer(bootstrap=settings.kafka, client_id="registry", transactional_id=f"{topic}.writer")
    await producer.start()  # from here on no other process writes: what is read next is all there is
    view = RegistryView(settings.state_folder / "view.sqlite", bootstrap=settings.kafka, topic=topic, decode=decode)
    view.start()
    await view.caught_up(60)
    writer = rpc.FencedWriter(producer, topic, on_fenced=stop.set)
    started()
    served = rpc.servicer(view=rpc.TopicView(view, topic), writer=writer, today=lambda: datetime.now(CHINA).date())
    verifier = Verifier(settings.jwks_url, issuer=settings.token_issuer, audience=settings.token_audience)
    await serve([served], port=settings.grpc_port, verifier=verifier, stop=stop)
    await producer.close()
    view.close()
    await health_server.close()


if __name__ == "__main__":
    logs.configure("registry")
    process.run(lambda stop: run(config.read(PublishingConfig, os.environ), stop))
