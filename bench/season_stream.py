"""A Zipf stream of look-ups: how often an answer was kept, and what a flood of events does to that and to its time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random

from bench.calls import history_back
from bench.end_to_end import percentiles
from bench.season_log import recorded
from bench.served import Served
from bench.stand import Stand
from bench.table import Table
from provenance import reports
from provenance.reports import Json
from runtime.metrics import CACHED_HISTORIES
from simulator.lot_graph import LotGraph
from simulator.numbers import Numbers
from simulator.world import CHINA
from stream.client import new_producer
from wire.envelope import encode
from wire.topics import SHIPPING

LEAST, MOST = 60, 3_000
"""Look-ups of a stream: one for each hundred lots, within these."""
FLOOD_A_SECOND = 500
"""Events; ten envelopes of fifty."""


async def zipf_stream(standing: Stand, ours: Served, graph: LotGraph) -> Table:
    """Over all lots that are remembered, the more popular the more often (Zipf, exponent 1)."""
    table = Table(
        f"A Zipf stream of look-ups, {standing.engines.store_name} store, in process",
        ("what", "look-ups", "hit rate", "p50 ms", "p99 ms", "events/s"),
    )
    lots = _Popular(graph)
    number = min(max(graph.shape.lots // 100, LEAST), MOST)
    for what in ("quiet, nothing kept yet", "quiet"):
        table.add(what, number, *(await _looked_up(ours, lots, number)), None)
    ending = asyncio.Event()
    flood = asyncio.create_task(_flooded(standing, lots, ending))
    table.add("in a flood of events about the same lots", number, *(await _looked_up(ours, lots, number)), None)
    ending.set()
    rate = await flood
    table.rows[-1] = (*table.rows[-1][:-1], rate)
    table.notes.append(f"of {len(lots.keys):,} lots; the flood's events draw from them by the same law")
    return table


class _Popular:
    def __init__(self, graph: LotGraph) -> None:
        self.random = Random(7)
        self.keys = [lot for listed in graph.by_depth.values() for lot in listed]
        self.random.shuffle(self.keys)
        self._weights = list(accumulate(1 / rank for rank in range(1, len(self.keys) + 1)))

    def draw(self) -> str:
        return self.random.choices(self.keys, cum_weights=self._weights)[0]


async def _looked_up(ours: Served, lots: _Popular, number: int) -> tuple[float, float, float]:
    """Share that was kept, p50 and p99 ms."""
    before, spent = _kept(), []
    for _ in range(number):
        lot = lots.draw()
        start = time.perf_counter()
        await ours.servicer.GetHistory(history_back(lot), None)
        spent.append((time.perf_counter() - start) * 1e3)
        await asyncio.sleep(0)  # the feed has its turn
    return (_kept() - before) / number, *percentiles(spent)


def _kept() -> float:
    return sum(
        sample.value
        for metric in CACHED_HISTORIES.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and "cache" in sample.labels.values()
    )


async def _flooded(standing: Stand, lots: _Popular, ending: asyncio.Event) -> float:
    """Events a second that were written to the log."""
    producer = await asyncio.to_thread(new_producer, standing.engines.bootstrap, "bench-flood")
    events, start, sent = _shipments(lots), time.monotonic(), 0
    topic = SHIPPING.name(standing.prefix)
    while not ending.is_set():
        envelope = encode(recorded(next(events)) for _ in range(50))
        acknowledged = producer.send(topic, envelope, partition=sent // 50 % SHIPPING.partitions)
        await asyncio.to_thread(acknowledged.get, timeout=30)
        sent += 50
        await asyncio.sleep(max(0.0, start + sent / FLOOD_A_SECOND - time.monotonic()))
    await asyncio.to_thread(producer.close, timeout=5)
    return sent / (time.monotonic() - start)


def _shipments(lots: _Popular) -> Iterator[Json]:
    numbers = Numbers(Random(8))
    here, there = numbers.place(), numbers.place()
    at = datetime(2025, 12, 1, tzinfo=CHINA)
    while True:
        at += timedelta(seconds=1)
        amounts: dict[str, Decimal | None] = {lots.draw(): Decimal(1)}
        yield reports.shipment(event_id=numbers.event_id(), at=at, lots=amounts, from_site=here, to_site=there)
