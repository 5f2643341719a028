"""Ends a worker that stands still while records wait: Faust and its client are known to stall without an error.

A thread of its own with a client of its own compares what the group committed with where the partitions end, because
a stalled event loop cannot watch itself. Patient while a record is being retried in place.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from kafka.errors import KafkaError

from stream.client import native, new_reader, partitions_of
from stream.receipts import TopicPartition
from wire.errors import Transient

ALL_STALLED_S = 30.0
ONE_STALLED_S = 600.0
"""A single partition may wait its turn for minutes while a worker catches up on many."""

LOOK_EVERY_S = 3.0

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Extent:
    """Committed offset and end of a partition."""

    committed: int
    end: int

    @property
    def lag(self) -> int:
        return max(0, self.end - self.committed)


@dataclass(slots=True)
class StallRule:
    """Pure: told what is seen and when, says whether the worker has stalled."""

    all_s: float = ALL_STALLED_S
    one_s: float = ONE_STALLED_S
    _moved_at: dict[TopicPartition, float] = field(default_factory=dict)
    _seen: dict[TopicPartition, int] = field(default_factory=dict)

    def stalled(self, extents: Mapping[TopicPartition, Extent], now: float, *, patient: bool) -> bool:
        """`now` in seconds of any steady clock; `patient` starts every partition's time anew."""
        for partition, extent in extents.items():
            if patient or not extent.lag or self._seen.get(partition) != extent.committed:
                self._moved_at[partition] = now
            self._seen[partition] = extent.committed
        self._forget(extents.keys())
        return self._past_bounds([now - self._moved_at[of] for of, extent in extents.items() if extent.lag])

    def _past_bounds(self, still_s: list[float]) -> bool:
        return bool(still_s) and (min(still_s) >= self.all_s or max(still_s) >= self.one_s)

    def _forget(self, present: Collection[TopicPartition]) -> None:
        for partition in set(self._seen) - set(present):
            del self._seen[partition], self._moved_at[partition]


class Watchdog:
    """`assigned` None means not known (joining, rebalancing): then the whole group must move."""

    def __init__(
        self,
        *,
        bootstrap: str,
        group: str,
        topics: Iterable[str],
        assigned: Callable[[], Collection[TopicPartition] | None],
        patient: Callable[[], bool],
        on_stall: Callable[[], object],
        on_lag: Callable[[int], None],
        rule: StallRule | None = None,
    ) -> None:
        self._bootstrap = bootstrap
        self._group = group
        self._topics = tuple(topics)
        self._assigned = assigned
        self._patient = patient
        self._on_stall = on_stall
        self._on_lag = on_lag
        self._rule = rule or StallRule()
        self._stop = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="stall-watchdog", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        """A broker that cannot be asked says nothing about a stall; the client is made anew."""
        while not self._stop.is_set():
            try:
                self._look_with(new_reader(self._bootstrap, "stall-watchdog", group_id=self._group))
            except (KafkaError, Transient) as error:
                log.warning("watchdog lost the broker", error=str(error))
                self._stop.wait(LOOK_EVERY_S)

    def _look_with(self, consumer: Any) -> None:
        try:
            while not self._stop.wait(LOOK_EVERY_S):
                extents = self._extents(consumer)
                self._on_lag(sum(extent.lag for extent in extents.values()))
                if self._rule.stalled(extents, time.monotonic(), patient=self._patient()):
                    log.critical("worker stalled", lag={str(of): e.lag for of, e in extents.items() if e.lag})
                    self._on_stall()
        finally:
            consumer.close(autocommit=False)

    def _extents(self, consumer: Any) -> dict[TopicPartition, Extent]:
        assigned = self._assigned()
        if assigned is None:
            assigned = [partition for topic in self._topics for partition in partitions_of(consumer, topic)]
        ends = consumer.end_offsets([native(of) for of in assigned]) if assigned else {}
        return {
            TopicPartition(*of): Extent(consumer.committed(of, timeout_ms=5000) or 0, end) for of, end in ends.items()
        }
