"""Role `scans`: look-ups of labels from their topic into the labels' store. `python -m services.labels.scans`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from functools import partial

from runtime import config, logs, process
from runtime.health import Health, HealthServer
from services.labels.config import ScansConfig
from services.labels.mongo import MongoLedger
from services.labels.mongo_scans import MongoScans
from services.labels.scans_ports import Scans
from stream.aging import AgingProgress
from stream.log_reader import first_offset
from stream.receipts import Record
from stream.worker import Worker
from stream.worker_settings import WorkerSettings
from wire.errors import Rejected
from wire.scan_codec import ScanError, decode
from wire.topics import SCANS


async def main(stop: asyncio.Event) -> None:
    settings = config.read(ScansConfig, os.environ)
    logs.configure("labels-scans")
    await run(settings, stop)


async def run(settings: ScansConfig, stop: asyncio.Event) -> None:
    """Progress advances after the rows are written, so a crash only repeats."""
    store = MongoLedger(settings.mongo_url, settings.database)
    scans = MongoScans(store.scans, store.scan_progress)
    worker = Worker(
        WorkerSettings(
            bootstrap=settings.kafka,
            group=settings.group,
            consumer_id=settings.consumer_id,
            topics=(SCANS.name(settings.topic_prefix),),
            state_folder=settings.state_folder,
        ),
        apply=partial(keep, scans=scans),
        progress=AgingProgress(scans, first_offset=lambda of: asyncio.to_thread(first_offset, settings.kafka, of)),
    )
    health = Health()
    health.ready["scans"] = worker.not_ready
    probes = HealthServer(health, port=settings.http_port)
    await probes.start()
    await scans.prepare()
    await worker.run(stop)
    store.close()
    await probes.close()


async def keep(records: Sequence[Record], *, scans: Scans) -> None:
    """Raises Rejected where a record is none of scans."""
    try:
        found = [scan for record in records for scan in decode(record.value or b"")]
    except ScanError as error:
        raise Rejected(str(error)) from error
    await scans.keep(found)


if __name__ == "__main__":
    process.run(main)
