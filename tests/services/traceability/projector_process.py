"""A real projector process on the real engines, and a writer of envelopes, for tests."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from epcis.event_id import content_hash, recorded_bytes
from services.traceability.config import event_topics
from services.traceability.mongo.connection import connect
from services.traceability.mongo.events import MongoEventStore
from services.traceability.mongo.generations import generation_database
from services.traceability.mongo.progress import MongoProgress
from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer, Message
from stream.log_reader import end_offsets
from stream.receipts import Receipt
from wire.envelope import RecordedEvent, encode
from wire.routing import topic_of
from wire.topics import PROJECTED_TOPICS

ROOT = Path(__file__).parents[3]
DEADLINE_S = 40.0
CAPTURER = "https://id.gs1.org/417/9521234000006"


def teller(body: Mapping[str, Any]) -> str:
    """A certificate is its issuer's to report."""
    return str(body.get("suyuan:issuer") or CAPTURER)


@dataclass(frozen=True)
class Deployment:
    """Topics and databases of one test's own."""

    kafka: str
    mongo_url: str
    prefix: str
    database: str
    folder: Path

    @classmethod
    def create(cls, kafka: str, mongo_url: str, unique: str, folder: Path) -> Deployment:
        ensure_topics(kafka, prefix=unique, topics=PROJECTED_TOPICS)
        return cls(kafka, mongo_url, unique, unique, folder)

    @property
    def topics(self) -> tuple[str, ...]:
        return event_topics(self.prefix)

    @property
    def settings(self) -> Mapping[str, str]:
        return {
            "SUYUAN_KAFKA": self.kafka,
            "SUYUAN_MONGO_URL": self.mongo_url,
            "SUYUAN_DATABASE": self.database,
            "SUYUAN_TOPIC_PREFIX": self.prefix,
            "SUYUAN_STATE_FOLDER": str(self.folder),
        }

    @contextmanager
    def projector(self, generation: int = 1) -> Iterator[subprocess.Popen[bytes]]:
        """`generation` 0 is a keeper. Ended when the test leaves, if it still runs."""
        process = self.start_projector(generation)
        try:
            yield process
        finally:
            end(process)

    def start_projector(self, generation: int = 1) -> subprocess.Popen[bytes]:
        projecting = {"GENERATION": str(generation), "CONSUMER_ID": "project-0", "HTTP_PORT": "0"}
        environment = dict(self.settings) | {f"SUYUAN_{name}": value for name, value in projecting.items()}
        with (self.folder / "projector.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "services.traceability.project"],
                cwd=ROOT,
                env=outside() | environment,
                stderr=log,
                stdout=log,
            )

    @contextmanager
    def stores(self, generation: int = 1) -> Iterator[tuple[MongoEventStore, MongoProgress]]:
        client = connect(self.mongo_url)
        database = generation_database(self.database, generation)
        try:
            yield MongoEventStore(client, database), MongoProgress(client, database)
        finally:
            client.close()

    async def publish(self, bodies: Sequence[Mapping[str, Any]], *, an_envelope: int = 10) -> tuple[Receipt, ...]:
        """Spread over topics and partitions as capture would; receipts in no order."""
        producer = KeyedProducer(bootstrap=self.kafka, client_id=self.prefix)
        await producer.start()
        by_topic: dict[str, list[RecordedEvent]] = {}
        for number, body in enumerate(bodies):
            event = RecordedEvent(recorded_bytes(body), content_hash(body), 1_700_000_000_000 + number, teller(body))
            by_topic.setdefault(topic_of(body).name(self.prefix), []).append(event)
        messages = [
            Message(topic, None, encode(events[start : start + an_envelope]), partition=start // an_envelope % 12)
            for topic, events in by_topic.items()
            for start in range(0, len(events), an_envelope)
        ]
        receipts = await producer.send_all(messages)
        await producer.close()
        return receipts

    async def caught_up(self, generation: int = 1) -> None:
        """Until progress is at the present end of every partition."""
        ends = await asyncio.to_thread(end_offsets, self.kafka, self.topics)
        with self.stores(generation) as (_, progress):

            async def done() -> bool:
                reached = await progress.read_all()
                return all(end == 0 or (of in reached and reached[of].next_offset >= end) for of, end in ends.items())

            await eventually(done)


async def eventually(condition: Callable[[], Awaitable[bool]], deadline_s: float = DEADLINE_S) -> None:
    deadline = time.monotonic() + deadline_s
    while not await condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.05)


def end(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM) -> int:
    """Signals and waits; a test never leaves a process behind."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        return process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def outside() -> dict[str, str]:
    """What a process needs of ours: the path to its imports, and nothing that looks like a setting."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUYUAN_")}
    return kept | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'build/generated'}"}
