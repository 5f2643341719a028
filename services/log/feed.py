"""Role `feed`: every accepted event and every lot's labels onto the log topic. `python -m services.log.feed`."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from functools import partial

from runtime import config, logs, process
from runtime.health import Health, HealthServer
from services.log import handlers, keys
from services.log.config import FeedConfig
from services.log.mongo import MongoLog
from services.log.observed import FeedMetrics
from services.log.topology import CommitmentsOut, entries_of, fed_topics
from stream.keyed_producer import KeyedProducer
from stream.worker import Worker
from stream.worker_settings import WorkerSettings
from wire.errors import Transient

RETRY_S = 1.0

log = logs.get(__name__)


async def main(stop: asyncio.Event) -> None:
    settings = config.read(FeedConfig, os.environ)
    logs.configure("log-feed")
    await run(settings, stop)


async def run(settings: FeedConfig, stop: asyncio.Event) -> None:
    """What the topic has acknowledged is fed: progress advances after that, so a crash only repeats. Raises Forked."""
    store = MongoLog(settings.mongo_url, settings.database)
    producer = KeyedProducer(bootstrap=settings.kafka, client_id=f"{settings.consumer_id}-log")
    await producer.start()
    salt_key = keys.salt_key(settings.key_folder)
    entries = partial(entries_of, prefix=settings.topic_prefix, salt_key=salt_key)
    worker = Worker(
        WorkerSettings(
            bootstrap=settings.kafka,
            group=settings.group,
            consumer_id=settings.consumer_id,
            topics=fed_topics(settings.topic_prefix),
            state_folder=settings.state_folder,
        ),
        apply=partial(handlers.feed, entries_of=entries, end=CommitmentsOut(producer, settings.topic_prefix)),
        progress=store,
        observer=FeedMetrics(),
    )
    health = Health()
    health.ready["feed"] = worker.not_ready
    probes = HealthServer(health, port=settings.http_port)
    await probes.start()
    try:
        await _check_salts(store, salt_key, stop)
        await worker.run(stop)
    finally:
        await producer.close()
        store.close()
        await probes.close()


async def _check_salts(store: MongoLog, salt_key: bytes, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await store.check_salts(salt_key)
        except Transient as error:
            log.warning("feeding waited", error=str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), RETRY_S)
        else:
            return


if __name__ == "__main__":
    process.run(main)
