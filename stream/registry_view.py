"""The registry as a process sees it: a background thread follows the compacted topic into a SQLite file.

It survives a restart (the offset is in the same transaction), forgets what a tombstone erases, and says how far it has
come: `caught_up` before a refusal (architecture, rule 2), `applied` to read one's own writes.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import structlog
from kafka.errors import KafkaError

from provenance.registry.reading import RegistryReading, Versions, targets_of
from provenance.registry.records import Record
from stream import registry_table
from stream.client import native, new_reader
from stream.receipts import Receipt, TopicPartition
from stream.registry_table import Change, RecordKey
from stream.topic_end import TopicEnd
from stream.version_cache import VersionCache
from wire.errors import Transient
from wire.registry_codec import parse_key

POLL_MS = 250
RETRY_S = 1.0
OLDEST_FILE_S = 20 * 24 * 60 * 60
"""The topic keeps tombstones for 30 days (`stream.admin`); a file left behind for longer might miss one."""
MOST_A_TRANSACTION = 2000

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Waiter:
    next_offset: int
    answer: asyncio.Future[None]
    loop: asyncio.AbstractEventLoop

    def resolve(self) -> None:
        self.loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        if not self.answer.done():
            self.answer.set_result(None)


class RegistryView(RegistryReading):
    """`decode` turns a record's value into its dataclass (`wire.registry_codec.decode`)."""

    def __init__(
        self,
        path: Path,
        *,
        bootstrap: str,
        topic: str,
        decode: Callable[[bytes], Record],
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(self.versions, self.linked)
        self._path = path
        self._bootstrap = bootstrap
        self._partition = TopicPartition(topic, 0)
        self._decode = decode
        self._now = now
        self._cache = VersionCache()
        self._waiters: list[_Waiter] = []
        self._waiting = threading.Lock()
        self._end = TopicEnd(bootstrap, self._partition)
        self._sound = False
        self._stop = threading.Event()
        self.next_offset = 0

    def start(self) -> None:
        """Opens the file and starts following. Does not wait: `caught_up` does."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._reading = registry_table.connect(self._path)
        self.next_offset = registry_table.next_offset(self._reading, self._partition.topic)
        self._thread = threading.Thread(target=self._follow, name="registry-view", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=2)  # it may wait for a broker; what it writes is written whole or not at all
        self._reading.close()
        self._end.close()

    async def caught_up(self, timeout_s: float = 2.0) -> None:
        """Until the topic's present end is applied. Raises Transient after `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._until(await self._end.now())
        except TimeoutError:
            raise Transient("the registry's view has not reached the present end of its topic") from None

    async def applied(self, receipt: Receipt, timeout_s: float = 2.0) -> None:
        """Until `receipt`'s record is applied. Raises Transient after `timeout_s`."""
        if receipt.topic != self._partition.topic:
            return
        try:
            async with asyncio.timeout(timeout_s):
                await self._until(receipt.offset + 1)
        except TimeoutError:
            raise Transient(f"the registry's view has not applied {receipt} yet") from None

    def versions(self, kind: str, id: str) -> Versions:
        """Every version that was put and not erased, the highest first."""
        return self._cache.get((kind, id), lambda: self._read_versions(kind, id))  # type: ignore[no-any-return]

    @property
    def revision(self) -> int:
        """Moves after every change: while it stands, every answer is the same."""
        return self._cache.epoch

    def linked(self, kind: str, target: str) -> tuple[str, ...]:
        """Ids of records of `kind` of which some version names `target`."""
        return self._cache.get(  # type: ignore[no-any-return]
            (kind, "linked", target), lambda: registry_table.linked(self._reading, kind, target)
        )

    def linked_after(self, kind: str, target: str, after_id: str, limit: int) -> tuple[str, ...]:
        """The same in id order, those after `after_id`, at most `limit`."""
        return registry_table.linked(self._reading, kind, target, after_id, limit)

    def ids_after(self, kind: str, after_id: str, limit: int) -> tuple[str, ...]:
        """Of all records of `kind`, in id order, those after `after_id`, at most `limit`."""
        return registry_table.ids_after(self._reading, kind, after_id, limit)

    def _read_versions(self, kind: str, id: str) -> Versions:
        return tuple(self._decode(value) for value in registry_table.versions(self._reading, kind, id))

    async def _until(self, next_offset: int) -> None:
        loop = asyncio.get_running_loop()
        waiter = _Waiter(next_offset, loop.create_future(), loop)
        with self._waiting:
            self._waiters.append(waiter)
        self._answer()  # it may have got there before it was asked
        try:
            await waiter.answer
        finally:
            with self._waiting:
                self._waiters.remove(waiter)

    def _follow(self) -> None:
        """The thread. It outlives every trouble: a view that stands still is late, and `caught_up` says so."""
        writing = registry_table.connect(self._path)
        while not self._stop.is_set():
            try:
                self._follow_with(new_reader(self._bootstrap, "registry-view", max_poll_records=500), writing)
            except (KafkaError, Transient) as error:
                log.warning("registry view lost the broker", error=str(error))
            except Exception:
                log.exception("registry view failed")
            self._stop.wait(RETRY_S)
        writing.close()

    def _follow_with(self, consumer: Any, writing: sqlite3.Connection) -> None:
        try:
            partition = native(self._partition)
            consumer.assign([partition])
            self._forget_if_unsound(consumer.end_offsets([partition])[partition], writing)
            consumer.seek(partition, self.next_offset)
            self._answer()
            while not self._stop.is_set():
                records = consumer.poll(timeout_ms=POLL_MS, max_records=MOST_A_TRANSACTION)
                position = consumer.position(partition)
                if position > self.next_offset:
                    self._apply(chain.from_iterable(records.values()), position, writing)
                    self._answer()
        finally:
            consumer.close()

    def _forget_if_unsound(self, end: int, writing: sqlite3.Connection) -> None:
        """A file of another topic's life, or one so old that tombstones it never saw may be gone, is begun anew."""
        read_at = registry_table.read_at(writing, self._partition.topic)
        if self.next_offset > end or self._now() - read_at > OLDEST_FILE_S:
            registry_table.forget(writing)
            self._cache.clear()
            self.next_offset = 0
        self._sound = True

    def _change(self, record: Any) -> Change | None:
        """None for a record that cannot be read: it is logged, and nothing else is lost for it."""
        try:
            key = RecordKey(*parse_key(record.key or b""))
            value = None if record.value is None else bytes(record.value)
            return Change(key, value, frozenset() if value is None else targets_of(self._decode(value)))
        except ValueError:
            log.exception("registry record not understood", offset=record.offset)
            return None

    def _apply(self, records: Iterable[Any], position: int, writing: sqlite3.Connection) -> None:
        understood = [change for record in records if (change := self._change(record)) is not None]
        stale = {stale for change in understood for stale in _resting_on(change)}
        registry_table.apply(writing, understood, self._partition.topic, position, self._now())
        if any(change.value is None for change in understood):
            registry_table.erase_write_ahead_log(writing)
        self._cache.drop(stale)
        self.next_offset = position

    def _answer(self) -> None:
        with self._waiting:
            arrived = [waiter for waiter in self._waiters if self._sound and waiter.next_offset <= self.next_offset]
        for waiter in arrived:
            waiter.resolve()


def _resting_on(change: Change) -> set[Hashable]:
    """Cache keys. An erased version may stay in a cached list of links: it is found to have no record."""
    return {(change.key.kind, change.key.id), *((change.key.kind, "linked", target) for target in change.targets)}
