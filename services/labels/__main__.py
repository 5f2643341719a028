"""Wires the labels service and runs it: `python -m services.labels`."""

from __future__ import annotations

import asyncio
import os
import time
from functools import partial

from runtime import config, logs, process
from runtime.auth import Verifier
from runtime.grpc_client import channel
from runtime.grpc_server import serve
from runtime.health import Health, HealthServer, not_yet
from services.labels import handlers, keys
from services.labels.config import LabelsConfig
from services.labels.mongo import MongoLedger
from services.labels.rpc import LabelServicer, Signing, TopicPublisher, TraceabilityClaims, served
from stream.keyed_producer import KeyedProducer
from wire.topics import LABELS


async def main(stop: asyncio.Event) -> None:
    settings = config.read(LabelsConfig, os.environ)
    logs.configure("labels")
    health = Health()
    health.ready["start"], started = not_yet("finishing what an earlier process reserved")
    await HealthServer(health, port=settings.http_port).start()

    owned = keys.load(settings.state_folder / "keys", stamp=time.strftime("%Y%m%dT%H%M%S", time.gmtime()))
    signing = Signing(owned[-1], keys.verifying(owned), settings.public_url, settings.issuer)
    ledger = MongoLedger(settings.mongo_url, settings.database)
    producer = KeyedProducer(bootstrap=settings.kafka, client_id="labels")
    await ledger.prepare()
    await producer.start()
    publisher = TopicPublisher(producer, LABELS.name(settings.topic_prefix), owned[-1].key_id)
    finished = await handlers.finish_interrupted(ledger=ledger, publisher=publisher)
    logs.get("labels").info("interrupted orders finished", orders=finished)

    claims = TraceabilityClaims(channel(settings.traceability))
    ordered = partial(handlers.ordered, ledger=ledger, publisher=publisher, claims=claims)
    issue = partial(
        handlers.issue,
        ledger=ledger,
        publisher=publisher,
        claims=claims,
        new_seed=partial(os.urandom, 32),
        now_ms=_now_ms,
    )
    servicer = served(LabelServicer(issue=issue, ordered=ordered, ledger=ledger, signing=signing))
    started()
    verifier = Verifier(settings.jwks_url, issuer=settings.token_issuer, audience=settings.token_audience)
    await serve([servicer], port=settings.grpc_port, verifier=verifier, stop=stop)
    await producer.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    process.run(main)
