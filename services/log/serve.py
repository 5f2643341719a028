"""Role `serve`: promises, proofs, head and tiles. `python -m services.log.serve`."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from functools import partial

from runtime import config, logs, process
from runtime.auth import Verifier
from runtime.grpc_server import serve
from runtime.health import Health, HealthServer, not_yet
from services.log import handlers, keyring
from services.log import keys as key_files
from services.log.config import ServeConfig
from services.log.domain import Forked, LogKeys
from services.log.mongo import MongoLog
from services.log.rpc import LogServicer, served
from services.log.topology import EventTopics
from wire.errors import Transient

RETRY_S = 1.0


async def main(stop: asyncio.Event) -> None:
    settings = config.read(ServeConfig, os.environ)
    logs.configure("log-serve")
    await run(settings, stop)


async def run(settings: ServeConfig, stop: asyncio.Event) -> None:
    """Ready once store and topics were reached; later it stays so while one is away, for the other can be asked.

    Raises Forked where our keys are not the log's: nothing would be promised that anybody could check.
    """
    health = Health()
    health.ready["log"], ready = not_yet("the log was not reached yet")
    probes = HealthServer(health, port=settings.http_port)
    await probes.start()
    store = MongoLog(settings.mongo_url, settings.database)
    recorded = EventTopics(settings.kafka, settings.topic_prefix)
    keys = keyring.load(settings.key_folder, origin=settings.origin)
    salt_key = key_files.salt_key(settings.key_folder)
    promises = partial(handlers.promises, recorded=recorded, keys=keys, salt_key=salt_key, now_ms=_now_ms)
    proof = partial(handlers.proof, store=store, origin=keys.origin, salt_key=salt_key)
    servicer = LogServicer(store=store, promises=promises, proof=proof, origin=keys.origin, keys=keys.published)
    verifier = Verifier(settings.jwks_url, issuer=settings.token_issuer, audience=settings.token_audience)

    async def reach() -> None:
        try:
            await _reach(store, recorded, keys, salt_key)
        except Forked:
            stop.set()
            raise
        ready()

    reaching = asyncio.create_task(reach())
    await serve([served(servicer)], port=settings.grpc_port, verifier=verifier, stop=stop)
    reaching.cancel()
    recorded.close()
    store.close()
    await probes.close()
    with suppress(asyncio.CancelledError):
        await reaching


async def _reach(store: MongoLog, recorded: EventTopics, keys: LogKeys, salt_key: bytes) -> None:
    """A promise is waited for 0.3 s only: connections are made before the first is asked for."""
    while True:
        with suppress(Transient):
            if signed := await store.checkpoint():
                keys.check_own(signed)
            await store.check_salts(salt_key)
            await recorded.reach()
            return
        await asyncio.sleep(RETRY_S)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    process.run(main)
