"""Binds the ports to the technology: channels, the registry view, the job log, the token verifier."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import httpx

from runtime.auth import Verifier
from runtime.grpc_client import channel
from runtime.health import Health, not_yet
from services.portal.admission import RegistryAdmission
from services.portal.app import Upstream
from services.portal.certificates.rpc import GrpcCertificates
from services.portal.config import PortalConfig
from services.portal.enrolment.rpc import GrpcRecords
from services.portal.epcis_door.job_log import KafkaJobLog
from services.portal.halls.rpc import GrpcListings
from services.portal.labels.rpc import GrpcLabels
from services.portal.log.rpc import GrpcLog
from services.portal.payments.rpc import GrpcPayments
from services.portal.reporting.rpc import GrpcCapture
from services.portal.rolls.rpc import GrpcRolls
from services.portal.scanning.recorder import ScanRecorder
from services.portal.signing_in.identity_client import HttpCards, HttpIdentity
from services.portal.telling.rpc import GrpcHistories
from stream.keyed_producer import KeyedProducer
from stream.registry_view import RegistryView
from stream.spot_reader import SpotReader
from wire.errors import Transient
from wire.registry_codec import decode
from wire.topics import CAPTURES, REGISTRY, SCANS

ASK_AGAIN_S = 0.5


@asynccontextmanager
async def connected(settings: PortalConfig, health: Health) -> AsyncIterator[Upstream]:
    """Raises BrokerAway where no broker answers at the start; everything else may come later.

    Ready once the registry was read to its end: before, this portal could refuse nothing and would answer 503. Later it
    stays ready while the log is away, for what is stored can still be read.
    """
    health.ready["registry"], registry_was_read = not_yet("the registry was not read yet")
    captures = CAPTURES.name(settings.topic_prefix)
    producer = KeyedProducer(bootstrap=settings.kafka, client_id="portal")
    reader = SpotReader(bootstrap=settings.kafka, topic=captures, client_id="portal-jobs")
    view = RegistryView(
        settings.state_folder / "registry.sqlite",
        bootstrap=settings.kafka,
        topic=REGISTRY.name(settings.topic_prefix),
        decode=decode,
    )
    scans = ScanRecorder(producer, SCANS.name(settings.topic_prefix))
    await producer.start()
    view.start()
    reading = asyncio.create_task(_once_read(view, registry_was_read))
    recording = asyncio.create_task(scans.run())
    async with httpx.AsyncClient() as client:
        try:
            jobs = KafkaJobLog(producer=producer, reader=reader, topic=captures)
            yield _upstream(settings, jobs, view, scans, client)
        finally:
            reading.cancel()
            recording.cancel()
            await producer.close()
            view.close()
            reader.close()


async def _once_read(view: RegistryView, then: Callable[[], None]) -> None:
    while True:
        with suppress(Transient):
            await view.caught_up()
            then()
            return
        await asyncio.sleep(ASK_AGAIN_S)


def _upstream(
    settings: PortalConfig, jobs: KafkaJobLog, view: RegistryView, scans: ScanRecorder, client: httpx.AsyncClient
) -> Upstream:
    traceability, harvest = channel(settings.traceability), channel(settings.harvest)
    return Upstream(
        capture=GrpcCapture(harvest=harvest, quality=channel(settings.quality), shipping=channel(settings.shipping)),
        histories=GrpcHistories(traceability),
        jobs=jobs,
        records=GrpcRecords(channel(settings.registry)),
        labels=GrpcLabels(channel(settings.labels)),
        rolls=GrpcRolls(channel(settings.labels)),
        listings=GrpcListings(channel(settings.listings)),
        log=GrpcLog(channel(settings.log)),
        identity=HttpIdentity(client=client, url=settings.identity),
        tokens=Verifier(settings.keys_url, issuer=settings.token_issuer, audience=settings.token_audience),
        certificates=GrpcCertificates(traceability),
        payments=GrpcPayments(harvest=harvest, traceability=traceability),
        cards=HttpCards(client=client, url=settings.identity, key=settings.cards_key.value),
        registry=view,
        scans=scans,
        admission=RegistryAdmission(registry=view, now_ms=lambda: time.time_ns() // 1_000_000),
    )
