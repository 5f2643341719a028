"""End to end: the highest rate from a call to the store, who is busiest at it, and how fresh reads are at half of it.

Fresh is the time from ACCEPTED at the client until `serve`, asked with the receipt, answers that it has the event.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from typing import Any

import grpc
from pymongo import MongoClient

from bench.calls import CAPTURE_HARVEST, FIND_STORED, Call, accepted, calling, find_stored, opened, requests
from bench.cpu import Instant, Span, between
from bench.orchards import Deliveries
from bench.stand import Engines, Stand, stand
from bench.table import Table
from stream.receipts import Receipt, TopicPartition

AIM_P99_MS = 330
CALL_OF = 50
AT_ONCE = 4
MOST_BEHIND = 4_000
"""Events accepted and not yet stored: above it the client waits, so that the slowest part sets the pace."""
FRESH_CALL_OF = 20
LOOK_EVERY_S = 0.1
WARMED_S = 2.0
"""Not counted. The Rust store walks through the whole collection at the first look-up after its start."""


class Flood:
    """Calls as fast as they are answered and stored. Counts what was accepted by record, to know what is stored."""

    def __init__(self, standing: Stand, call: Call, written: Iterator[bytes]) -> None:
        self.stored = 0
        self._call = call
        self._written = written
        self._waiting: dict[TopicPartition, Counter[int]] = {}
        self._accepted = 0
        self._ended = False
        self._client: MongoClient[dict[str, Any]] = MongoClient(standing.engines.store_url)
        self._progress = self._client.get_database(standing.database).get_collection("progress")

    async def run(self, meter: Any, seconds: float) -> tuple[Span, int]:
        """What passed while it was warm, and how many events were stored meanwhile."""
        senders = [asyncio.create_task(self._send()) for _ in range(AT_ONCE)]
        await self._look_for(WARMED_S)
        start, before = meter.now(), self.stored
        await self._look_for(seconds)
        end, after = meter.now(), self.stored
        self._ended = True
        await asyncio.gather(*senders)
        while self.stored < self._accepted:
            await self._look()
        self._client.close()
        return between(start, end), after - before

    async def _send(self) -> None:
        while not self._ended:
            if self._accepted - self.stored > MOST_BEHIND:
                await asyncio.sleep(LOOK_EVERY_S / 4)
                continue
            for _, receipt in accepted(await self._call(next(self._written))):
                self._waiting.setdefault(receipt.topic_partition, Counter())[receipt.offset] += 1
                self._accepted += 1

    async def _look_for(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            await self._look()

    async def _look(self) -> None:
        for document in await asyncio.to_thread(lambda: list(self._progress.find({}))):
            topic, _, number = document["_id"].rpartition("/")
            self._on_progress(TopicPartition(topic, int(number)), document["next"])
        await asyncio.sleep(LOOK_EVERY_S)

    def _on_progress(self, of: TopicPartition, next_offset: int) -> None:
        waiting = self._waiting.get(of, Counter[int]())
        for offset in [offset for offset in waiting if offset < next_offset]:
            self.stored += waiting.pop(offset)


class Freshness:
    """Calls at a steady rate, at random moments; of each, one event is looked for until it can be seen."""

    def __init__(self, capture: Call, look: Call, written: Iterator[bytes]) -> None:
        self.seen_after_ms: list[float] = []
        self.late = 0
        self._capture = capture
        self._look = look
        self._written = written

    async def run(self, events_a_second: float, seconds: float) -> None:
        chance, tasks = random.Random(1), []
        started = due = time.monotonic()
        while due < started + seconds:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            tasks.append(asyncio.create_task(self._one(next(self._written))))
            due += chance.expovariate(events_a_second / FRESH_CALL_OF)
        await asyncio.gather(*tasks)

    async def _one(self, request: bytes) -> None:
        record_id, receipt = accepted(await self._capture(request))[-1]
        accepted_at = time.perf_counter()
        await self._until_seen(record_id, receipt)
        self.seen_after_ms.append((time.perf_counter() - accepted_at) * 1e3)

    async def _until_seen(self, record_id: str, receipt: Receipt) -> None:
        """`serve` itself waits for up to 2 s; then it is asked again."""
        while True:
            try:
                await self._look(find_stored(record_id, receipt))
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.UNAVAILABLE:
                    raise
                self.late += 1
            else:
                return


def end_to_end(engines: Engines, folder: Path, reported: Deliveries, seconds: float) -> list[Table]:
    with stand(engines, folder) as standing:
        standing.register(reported.records)
        token = standing.token(reported.keeper, "station")
        targets = standing.capture("harvest"), standing.serve()
        standing.project(ready=True)
        return asyncio.run(_measured(standing, targets, token, reported, seconds))


async def _measured(
    standing: Stand, targets: tuple[str, str], token: str, reported: Deliveries, seconds: float
) -> list[Table]:
    most = len(reported.bodies) * 4 // 5
    flooding = cycle(requests(reported.bodies[:most], CALL_OF))  # were it to end, repeats are no less work
    steady = cycle(requests(reported.bodies[most:], FRESH_CALL_OF))
    async with opened(targets[0], token) as harvest, opened(targets[1]) as serve:
        capture, look = calling(harvest, CAPTURE_HARVEST), calling(serve, FIND_STORED)
        span, stored = await Flood(standing, capture, flooding).run(standing.meter(), seconds)
        rate = stored / span.wall_s
        await Freshness(capture, look, steady).run(rate / 2, WARMED_S)
        fresh = Freshness(capture, look, steady)
        meter = standing.meter()
        start: Instant = meter.now()
        await fresh.run(rate / 2, seconds)
        return [_busy(standing, span, stored), _fresh(standing, fresh, rate / 2, meter.since(start))]


def _busy(standing: Stand, span: Span, stored: int) -> Table:
    table = Table(
        f"End to end on the {standing.engines.store_name} store: {stored / span.wall_s:,.0f} events/s",
        ("process", "cores", "CPU µs/event"),
    )
    for name in sorted(span.cpu_s, key=span.cores, reverse=True):
        table.add(name, span.cores(name), span.cpu_us(name, stored))
    table.notes.append(f"{span.core_seconds / span.wall_s:.1f} cores in use; the first row is what saturates first")
    return table


def _fresh(standing: Stand, fresh: Freshness, rate: float, span: Span) -> Table:
    table = Table(
        f"Freshness on the {standing.engines.store_name} store, ACCEPTED until visible, at half of that",
        ("events/s", "looked for", "p50 ms", "p99 ms", "cores in use"),
    )
    p50, p99 = percentiles(fresh.seen_after_ms)
    table.add(f"{rate:,.0f}", len(fresh.seen_after_ms), p50, p99, span.core_seconds / span.wall_s)
    table.notes.append(f"aim: p99 ≤ {AIM_P99_MS} ms; {fresh.late} took longer than 2 s")
    return table


def percentiles(values: Sequence[float]) -> tuple[float, float]:
    """p50 and p99."""
    cuts = quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[98]
