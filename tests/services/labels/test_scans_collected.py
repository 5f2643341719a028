"""From a page that was opened to what the next reader is told, on the real broker and the real store."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from provenance.registry.records import Point
from provenance.scans.cells import Cell
from provenance.scans.scan import Look, Scan
from runtime.config import PREFIX
from services.labels import scans as role
from services.labels.config import ScansConfig
from services.labels.mongo import MongoLedger
from services.labels.mongo_scans import MongoScans
from services.portal.scanning.recorder import ScanRecorder
from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer
from tests.services.running import Site, eventually, free_port, running
from wire.topics import SCANS

NOW = 490_000
XI = Cell.at(Point(36.7, 110.9))


def _scan(phone: int, label: str = "23456789ABCM") -> Scan:
    return Scan(label, NOW - phone % 24, phone.to_bytes(12, "big"), XI if phone % 2 else None)


@pytest.fixture
async def settings(site: Site, mongo_url: str, unique: str) -> ScansConfig:
    await asyncio.to_thread(ensure_topics, site.bootstrap, prefix=unique, topics=(SCANS,))
    return ScansConfig(
        kafka=site.bootstrap,
        mongo_url=mongo_url,
        database=unique,
        consumer_id="labels-scans-0",
        http_port=free_port(),
        state_folder=site.folder / unique,
        topic_prefix=unique,
    )


@pytest.fixture
async def kept(settings: ScansConfig) -> AsyncIterator[MongoScans]:
    ledger = MongoLedger(settings.mongo_url, settings.database)
    yield MongoScans(ledger.scans, ledger.scan_progress)
    ledger.close()


@pytest.fixture
async def recorder(settings: ScansConfig) -> AsyncIterator[ScanRecorder]:
    producer = KeyedProducer(bootstrap=settings.kafka, client_id="test-scans")
    await producer.start()
    made = ScanRecorder(producer, SCANS.name(settings.topic_prefix))
    run = asyncio.create_task(made.run())
    yield made
    run.cancel()
    await producer.close()


async def test_what_pages_record_is_what_the_next_reader_is_told(
    settings: ScansConfig, recorder: ScanRecorder, kept: MongoScans
) -> None:
    for phone in (1, 2, 2, 1):
        recorder.record(_scan(phone))
    recorder.record(_scan(3, label="AAAAAAAAAAAA"))

    async def told() -> bool:
        return len((await kept.looked("23456789ABCM", now_hour=NOW)).looks) == 2

    async with running(role.run, settings, f"http://127.0.0.1:{settings.http_port}/ready"):
        await eventually(told, 30)
    looked = await kept.looked("23456789ABCM", now_hour=NOW)
    assert looked.looks == (Look(NOW - 2), Look(NOW - 1, XI))


async def test_a_collector_that_is_killed_and_begins_again_counts_every_phone_once(
    settings: ScansConfig, recorder: ScanRecorder, kept: MongoScans
) -> None:
    phones = 400

    async def count() -> int:
        return len((await kept.looked("23456789ABCM", now_hour=NOW)).looks)

    async def some() -> bool:
        return await count() > 0

    async def every() -> bool:
        return await count() == phones

    for phone in range(phones // 2):
        recorder.record(_scan(phone))
    collector = await _started(settings)
    await eventually(some, 60)
    for phone in range(phones):  # those of before once more
        recorder.record(_scan(phone))
    collector.send_signal(signal.SIGKILL)
    await collector.wait()
    again = await _started(settings)
    await eventually(every, 60)
    again.terminate()
    await again.wait()


async def _started(settings: ScansConfig) -> asyncio.subprocess.Process:
    named = {PREFIX + name.upper(): str(getattr(settings, name)) for name in ScansConfig.__dataclass_fields__}
    root = Path(__file__).parents[3]
    environ = {**named, "PYTHONPATH": f"{root}:{root / 'build/generated'}", "PATH": os.environ["PATH"]}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.labels.scans", env=environ, cwd=root, stdout=asyncio.subprocess.DEVNULL
    )
