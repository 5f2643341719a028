"""A small service around the guarded worker, run as a process of its own: values say what applying them does.

Its store is one SQLite file, `written`, so that what happens over kills and restarts can be read from outside.
"""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from runtime import logs, process
from stream.consumer import build_app
from stream.progress import Advance, Progress
from stream.receipts import Record, TopicPartition
from stream.worker import Worker
from stream.worker_settings import WorkerSettings
from wire.errors import Rejected, Transient

HOLD = "hold"
SCHEMA = """
CREATE TABLE IF NOT EXISTS written (topic TEXT, partition INT, offset INT, value TEXT, worker TEXT);
CREATE TABLE IF NOT EXISTS begun (topic TEXT, partition INT, offset INT, value TEXT, worker TEXT);
CREATE TABLE IF NOT EXISTS runs (records INT);
CREATE TABLE IF NOT EXISTS progress (topic TEXT, partition INT, next INT, digest BLOB, PRIMARY KEY (topic, partition));
"""


def open_store(folder: Path) -> sqlite3.Connection:
    store = sqlite3.connect(folder / "store.sqlite", isolation_level=None, timeout=20)
    store.execute("PRAGMA journal_mode=WAL")
    store.executescript(SCHEMA)
    return store


class TrialProgress:
    """A ProgressStore that survives the process. Where `held` exists, it advances by one record at a time only."""

    def __init__(self, store: sqlite3.Connection, held: Path | None = None) -> None:
        self._store = store
        self._held = held

    async def read(self, of: TopicPartition) -> Progress | None:
        row = self._store.execute(
            "SELECT next, digest FROM progress WHERE topic = ? AND partition = ?", tuple(of)
        ).fetchone()
        return Progress(*row) if row else None

    async def compare_and_set(self, advances: Sequence[Advance]) -> bool:
        while self._held and any(_records(one) > 1 for one in advances) and self._held.exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        advanced = [self._advanced(one) for one in advances]  # each, also behind one that was not
        return all(advanced)

    def _advanced(self, one: Advance) -> bool:
        if one.expected is None:
            command = "INSERT OR IGNORE INTO progress (next, digest, topic, partition) VALUES (?, ?, ?, ?)"
            return self._done(command, one.new.next_offset, one.new.digest, *one.of)
        command = "UPDATE progress SET next = ?, digest = ? WHERE topic = ? AND partition = ? AND digest = ?"
        return self._done(command, one.new.next_offset, one.new.digest, *one.of, one.expected.digest)

    def _done(self, command: str, *values: object) -> bool:
        return self._store.execute(command, values).rowcount == 1


def _records(one: Advance) -> int:
    return one.new.next_offset - (one.expected.next_offset if one.expected else 0)


class Trial:
    def __init__(self, folder: Path, worker: str) -> None:
        self._folder = folder
        self._worker = worker
        self.store = open_store(folder)

    async def apply(self, records: Sequence[Record]) -> None:
        """All or nothing, as far as it can be seen in `written`."""
        self.store.execute("INSERT INTO runs VALUES (?)", (len(records),))
        for record in records:
            word = (record.value or b"").decode().partition(" ")[0]
            self._row("begun", record)
            if (behaviour := BEHAVIOURS.get(word)) is not None and not self._may("behave"):
                await behaviour(self)
        for record in records:
            self._row("written", record)

    async def wait(self) -> None:
        while not self._may("go"):  # noqa: ASYNC110  another process says when
            await asyncio.sleep(0.02)

    async def hang(self) -> None:
        await asyncio.Event().wait()

    async def transient(self) -> None:
        if not self._may("go"):
            raise Transient("the store is away")

    def _may(self, name: str) -> bool:
        """The tests let things happen by making a file."""
        return (self._folder / name).exists()

    def _row(self, table: str, record: Record) -> None:
        values = (record.topic, record.partition, record.offset, (record.value or b"").decode(), self._worker)
        self.store.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?)", values)


def _raising(error: Callable[[], BaseException]) -> Callable[[Trial], Awaitable[None]]:
    async def behaviour(_: Trial) -> None:
        raise error()

    return behaviour


BEHAVIOURS: dict[str, Callable[[Trial], Awaitable[None]]] = {
    "slow": Trial.wait,
    "hang": Trial.hang,
    "transient": Trial.transient,
    "bug": _raising(lambda: ZeroDivisionError("a bug")),
    "exit": _raising(lambda: SystemExit(0)),
    "cancelled": _raising(asyncio.CancelledError),
    "interrupted": _raising(KeyboardInterrupt),
    "stopped": _raising(StopAsyncIteration),
    "rejected": _raising(lambda: Rejected("no envelope")),
}


async def main(stop: asyncio.Event) -> None:
    given = json.loads(sys.argv[1])
    folder = Path(given.pop("folder"))
    crash_when = given.pop("crash_faust_when", None)
    settings = WorkerSettings(**{**given, "topics": tuple(given["topics"])}, state_folder=folder / given["consumer_id"])
    trial = Trial(folder, settings.consumer_id)
    building = partial(crashing_app, trial.store, crash_when) if crash_when else build_app
    worker = Worker(settings, apply=trial.apply, progress=TrialProgress(trial.store, folder / HOLD), build_app=building)
    reporting = asyncio.create_task(report(worker, folder / f"{settings.consumer_id}.ready"))
    await worker.run(stop)
    reporting.cancel()


def crashing_app(store: sqlite3.Connection, begun: str, *given: Any, **more: Any) -> Any:
    """Faust gives up, as on an error of its own, once a record of the value `begun` was begun."""
    app = build_app(*given, **more)

    async def crash() -> None:
        while not store.execute("SELECT 1 FROM begun WHERE value = ?", (begun,)).fetchone():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await app.crash(RuntimeError("Faust gives up"))

    app.crashing = asyncio.create_task(crash())
    return app


async def report(worker: Worker, path: Path) -> None:
    while True:
        path.write_text(worker.not_ready() or "ready")  # noqa: ASYNC240  a few bytes
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    logs.configure("trial")
    process.run(main)
