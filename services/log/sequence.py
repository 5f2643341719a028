"""Role `sequence`: the log topic into the tree, and the head signed. `python -m services.log.sequence`."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress

from runtime import config, logs, process
from runtime.health import Health, HealthServer
from services.log import handlers, keyring
from services.log.config import SequenceConfig
from services.log.domain import LogKeys
from services.log.mongo import MongoLog
from services.log.observed import Signing
from services.log.topology import CommitmentsIn
from wire.errors import Transient

LOOK_EVERY_S = 0.2
RETRY_S = 1.0

log = logs.get(__name__)


async def main(stop: asyncio.Event) -> None:
    settings = config.read(SequenceConfig, os.environ)
    logs.configure("log-sequence")
    await run(settings, stop)


async def run(settings: SequenceConfig, stop: asyncio.Event) -> None:
    """Until `stop` is set. Raises Forked, and then nothing more is signed: a person must look."""
    health, signing = Health(), Signing(time.monotonic)
    health.ready["sequence"] = signing.not_ready
    probes = HealthServer(health, port=settings.http_port)
    await probes.start()
    store = MongoLog(settings.mongo_url, settings.database)
    topic = CommitmentsIn(settings.kafka, settings.topic_prefix)
    keys = keyring.load(settings.key_folder, origin=settings.origin)
    try:
        while not stop.is_set():
            try:
                await store.prepare()
                await topic.check_reaches((await store.head()).next_offset)
                await follow(topic, store, keys, stop, sign_every_s=settings.sign_every_s, signing=signing)
            except Transient as error:
                signing.hindered(str(error))
                log.warning("sequencing waited", error=str(error))
                await _pause(stop, RETRY_S)
    finally:
        topic.close()
        store.close()
        await probes.close()


async def follow(
    topic: CommitmentsIn,
    store: MongoLog,
    keys: LogKeys,
    stop: asyncio.Event,
    *,
    sign_every_s: float,
    signing: Signing,
) -> None:
    """Until `stop` is set. Raises Transient: what was begun is done again."""
    signed_at = float("-inf")
    while not stop.is_set():
        moved = await handlers.sequence(topic=topic, store=store)
        if time.monotonic() - signed_at >= sign_every_s:
            signing.signed(await handlers.sign(store=store, keys=keys))
            signed_at = time.monotonic()
        if not moved:
            await _pause(stop, LOOK_EVERY_S)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


if __name__ == "__main__":
    process.run(main)
