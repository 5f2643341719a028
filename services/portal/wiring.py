"""Binds the ports to the technology: channels, the registry view, the job log, the token verifier."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from runtime.auth import Verifier
from runtime.grpc_client import channel
from services.portal.admission import RegistryAdmission
from services.portal.app import Upstream
from services.portal.config import PortalConfig
from services.portal.identity_client import HttpIdentity
from services.portal.job_log import KafkaJobLog
from services.portal.rpc import GrpcCapture, GrpcHistories, GrpcLabels, GrpcRecords
from stream.keyed_producer import KeyedProducer
from stream.registry_view import RegistryView
from stream.spot_reader import SpotReader
from wire.registry_codec import decode
from wire.topics import CAPTURES, REGISTRY


@asynccontextmanager
async def connected(settings: PortalConfig) -> AsyncIterator[Upstream]:
    """Raises BrokerAway where no broker answers at the start; everything else may come later."""
    captures = CAPTURES.name(settings.topic_prefix)
    producer = KeyedProducer(bootstrap=settings.kafka, client_id="portal")
    reader = SpotReader(bootstrap=settings.kafka, topic=captures, client_id="portal-jobs")
    view = RegistryView(
        settings.state_folder / "registry.sqlite",
        bootstrap=settings.kafka,
        topic=REGISTRY.name(settings.topic_prefix),
        decode=decode,
    )
    await producer.start()
    view.start()
    async with httpx.AsyncClient() as client:
        try:
            yield _upstream(settings, KafkaJobLog(producer=producer, reader=reader, topic=captures), view, client)
        finally:
            await producer.close()
            view.close()
            reader.close()


def _upstream(settings: PortalConfig, jobs: KafkaJobLog, view: RegistryView, client: httpx.AsyncClient) -> Upstream:
    return Upstream(
        capture=GrpcCapture(
            harvest=channel(settings.harvest), quality=channel(settings.quality), shipping=channel(settings.shipping)
        ),
        histories=GrpcHistories(channel(settings.traceability)),
        jobs=jobs,
        records=GrpcRecords(channel(settings.registry)),
        labels=GrpcLabels(channel(settings.labels)),
        identity=HttpIdentity(client=client, url=settings.identity),
        tokens=Verifier(settings.keys_url),
        admission=RegistryAdmission(registry=view, now_ms=lambda: time.time_ns() // 1_000_000),
    )
