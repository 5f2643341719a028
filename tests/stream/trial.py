"""What the tests of the worker say: a topic of their own, worker processes on it, and waiting with a deadline."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer, Message
from stream.receipts import Receipt, TopicPartition
from tests.stream.trial_worker import TrialProgress, open_store
from wire.topics import Topic

ROOT = Path(__file__).parents[2]


async def eventually(
    holds: Callable[[], Any] | Callable[[], Awaitable[Any]], what: str, *, within_s: float = 30
) -> None:
    """Return when `holds` is true; fail with `what` when it is not in time."""
    deadline = time.monotonic() + within_s
    while True:
        outcome = holds()
        if await outcome if isinstance(outcome, Awaitable) else outcome:
            return
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        await asyncio.sleep(0.05)


class World:
    """One topic and one store; workers come and go."""

    def __init__(self, folder: Path, bootstrap: str, prefix: str, partitions: int = 1) -> None:
        self.folder = folder
        self.bootstrap = bootstrap
        self.topic = Topic("trial", partitions)
        self.topic_name = self.topic.name(prefix)
        self.group = f"{prefix}-group"
        self.store = open_store(folder)
        self.progress = TrialProgress(self.store)
        self.workers: list[TrialWorker] = []
        ensure_topics(bootstrap, prefix=prefix, topics=[self.topic])

    async def send(self, *values: str, partition: int = 0) -> tuple[Receipt, ...]:
        producer = KeyedProducer(bootstrap=self.bootstrap, client_id="trial")
        await producer.start()
        messages = [Message(self.topic_name, None, value.encode(), partition=partition) for value in values]
        receipts = await producer.send_all(messages)
        await producer.close()
        return receipts

    def work(self, consumer_id: str = "worker-0", **settings: Any) -> "TrialWorker":
        worker = TrialWorker(self, consumer_id, settings)
        self.workers.append(worker)
        return worker

    def let(self, name: str) -> None:
        (self.folder / name).touch()

    def forbid(self, name: str) -> None:
        (self.folder / name).unlink()

    def longest_run(self) -> int:
        return int(self.store.execute("SELECT MAX(records) FROM runs").fetchone()[0])

    def written(self) -> list[str]:
        return [value for (value,) in self.store.execute("SELECT value FROM written ORDER BY rowid")]

    def begun(self, value: str) -> int:
        return int(self.store.execute("SELECT COUNT(*) FROM begun WHERE value = ?", (value,)).fetchone()[0])

    async def next_offset(self, partition: int = 0) -> int:
        progress = await self.progress.read(TopicPartition(self.topic_name, partition))
        return progress.next_offset if progress else 0

    async def until_written(self, *values: str) -> None:
        await eventually(lambda: set(values) <= set(self.written()), f"{values} written, had {self.written()}")

    async def until_begun(self, value: str, times: int = 1) -> None:
        await eventually(lambda: self.begun(value) >= times, f"{value} begun {times} times")

    async def until_progress(self, offset: int, partition: int = 0) -> None:
        async def there() -> bool:
            return await self.next_offset(partition) >= offset

        await eventually(there, f"progress at {offset}")

    def close(self) -> None:
        for worker in self.workers:
            worker.kill()
        self.store.close()


class TrialWorker:
    """A process; its log is beside the store."""

    def __init__(self, world: World, consumer_id: str, settings: dict[str, Any]) -> None:
        self._world = world
        self._id = consumer_id
        given = {
            "bootstrap": world.bootstrap,
            "group": world.group,
            "consumer_id": consumer_id,
            "topics": [world.topic_name],
            "folder": str(world.folder),
            **settings,
        }
        (world.folder / f"{consumer_id}.ready").unlink(missing_ok=True)
        with (world.folder / f"{consumer_id}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.stream.trial_worker", json.dumps(given)],
                cwd=ROOT,
                env={"PYTHONPATH": f"{ROOT}:{ROOT / 'build/generated'}", "PATH": "/usr/bin:/bin"},
                stdout=log,
                stderr=log,
            )

    @property
    def readiness(self) -> str:
        with suppress(FileNotFoundError):
            return (self._world.folder / f"{self._id}.ready").read_text()
        return "not started"

    async def until_ready(self) -> None:
        await eventually(lambda: self.readiness == "ready", f"{self._id} ready")

    async def ended(self, within_s: float = 30) -> int:
        """Its exit status."""
        await eventually(lambda: self.process.poll() is not None, f"{self._id} ended", within_s=within_s)
        return self.process.wait()

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
