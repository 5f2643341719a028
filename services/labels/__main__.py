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
from runtime.health import probed
from services.labels import keys
from services.labels.config import LabelsConfig
from services.labels.mongo import MongoLedger
from services.labels.mongo_rolls import MongoRolls
from services.labels.mongo_scans import MongoScans
from services.labels.mongo_voids import MongoVoids
from services.labels.registry import ViewedRegister
from services.labels.rpc import LabelServicer, Signing, TraceabilityClaims, served
from services.labels.topic import TopicPublisher
from services.labels.wiring import Ports
from stream.capture_opening import followed_registry
from stream.keyed_producer import KeyedProducer
from wire.topics import LABELS


async def main(stop: asyncio.Event) -> None:
    logs.configure("labels")
    await run(config.read(LabelsConfig, os.environ), stop)


async def run(settings: LabelsConfig, stop: asyncio.Event) -> None:
    """Until `stop` is set. Raises BrokerAway where no broker answers at the start."""
    async with probed(settings.http_port, "finishing what an earlier process reserved") as started:
        owned = keys.load(settings.state_folder / "keys", stamp=time.strftime("%Y%m%dT%H%M%S", time.gmtime()))
        signing = Signing(owned, settings.public_url, settings.issuer, keys.scratch_key(settings.state_folder / "keys"))
        ledger = MongoLedger(settings.mongo_url, settings.database)
        rolls, voids = MongoRolls(ledger.rolls), MongoVoids(ledger.voids)
        scans = MongoScans(ledger.scans, ledger.scan_progress)
        producer = KeyedProducer(bootstrap=settings.kafka, client_id="labels")
        for store in (ledger, rolls, voids, scans):
            await store.prepare()
        await producer.start()
        publisher = TopicPublisher(producer, LABELS.name(settings.topic_prefix), owned.signer.key_id)
        where = {"bootstrap": settings.kafka, "prefix": settings.topic_prefix}
        followed = followed_registry(**where, folder=settings.state_folder)
        async with channel(settings.traceability) as traceability, followed as view:
            claims, register = TraceabilityClaims(traceability), ViewedRegister(view, now_ms=_now_ms)
            ports = Ports(
                ledger=ledger,
                rolls=rolls,
                voids=voids,
                scans=scans,
                publisher=publisher,
                claims=claims,
                register=register,
            )
            logs.get("labels").info("interrupted orders finished", orders=await ports.finish_interrupted())
            calls = ports.calls(signing, new_seed=partial(os.urandom, 32), now_ms=_now_ms)
            servicer = served(LabelServicer(calls=calls, signing=signing))
            started()
            verifier = Verifier(settings.jwks_url, issuer=settings.token_issuer, audience=settings.token_audience)
            async with ports.finishing(now_ms=_now_ms):
                await serve([servicer], port=settings.grpc_port, verifier=verifier, stop=stop)
        await producer.close()
        ledger.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    process.run(main)
