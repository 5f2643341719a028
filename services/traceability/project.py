"""Role `project`: the log into the store. `python -m services.traceability.project`."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from functools import partial

from runtime import config, logs, process
from runtime.health import Health, HealthServer, not_yet
from services.traceability.config import ProjectConfig, group
from services.traceability.handlers import project
from services.traceability.mongo.connection import connect
from services.traceability.mongo.events import MongoEventStore
from services.traceability.mongo.fitness import check_fit
from services.traceability.mongo.generations import generation_database
from services.traceability.mongo.payments import MongoPaymentStore
from services.traceability.mongo.progress import MongoProgress
from services.traceability.observed import ProjectorMetrics
from services.traceability.patience import patiently
from services.traceability.store.shelves import shelf_of
from services.traceability.upkeep import keeper
from stream.worker import Worker
from stream.worker_settings import WorkerSettings

KEEPER_GONE_EXIT = 75


async def main(stop: asyncio.Event) -> None:
    settings = config.read(ProjectConfig, os.environ)
    logs.configure("traceability-project")
    if settings.kept:
        end_with_keeper()
    await (run_worker(settings, stop) if settings.generation else keeper.run(settings, stop, environ=os.environ))


async def run_worker(settings: ProjectConfig, stop: asyncio.Event) -> None:
    """Projects one generation until told to stop."""
    health = Health()
    health.ready["store"], store_ready = not_yet("the store was not reached yet")
    await HealthServer(health, port=settings.http_port).start()

    client = connect(settings.mongo_url)
    database = generation_database(settings.database, settings.generation)
    store = MongoEventStore(client, database)
    await patiently(partial(check_fit, client), stop)
    payments = MongoPaymentStore(client, database)
    await patiently(store.prepare, stop)
    await patiently(payments.prepare, stop)
    store_ready()

    metrics = ProjectorMetrics()
    worker = Worker(
        worker_settings(settings),
        apply=partial(project, shelf_of=shelf_of(store, payments), projected=metrics.projected),
        progress=MongoProgress(client, database),
        observer=metrics,
    )
    health.ready["projector"] = worker.not_ready
    await worker.run(stop)
    client.close()


def end_with_keeper() -> None:
    """The keeper holds the other end of our standard input: when it dies, however it dies, so do we."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):  # the raw descriptor: a buffered reader's lock outlives this thread
            pass
        os._exit(KEEPER_GONE_EXIT)

    threading.Thread(target=wait, name="keeper-watch", daemon=True).start()


def worker_settings(settings: ProjectConfig) -> WorkerSettings:
    return WorkerSettings(
        bootstrap=settings.kafka,
        group=group(settings.topic_prefix, settings.generation),
        consumer_id=settings.consumer_id,
        topics=settings.topics,
        state_folder=settings.state_folder,
    )


if __name__ == "__main__":
    process.run(main)
