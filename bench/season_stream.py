"""A Zipf stream of look-ups: how often an answer was kept, and what a flood of events does to that and to its time.

All of it is bounded by time: a flood adds to the very histories that are looked up, so that a stream of so many
look-ups would be the longer the slower it is, and on a slow store would not end.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from bench.calls import history_back
from bench.end_to_end import percentiles
from bench.season_log import recorded
from bench.served import Served
from bench.stand import Stand
from bench.table import Table
from bench.zipf import Zipf
from provenance import reports
from provenance.reports import Json
from runtime.metrics import CACHED_HISTORIES
from simulator.lot_graph import LotGraph
from simulator.numbers import Numbers
from simulator.world import CHINA
from stream.client import close_producer, new_producer
from stream.receipts import Receipt
from wire.envelope import encode
from wire.errors import Transient
from wire.topics import SHIPPING

LEAST_S, MOST_S, LOTS_A_SECOND = 1.0, 20.0, 1_000
"""How long each stream lasts: the longer the larger the season, within these."""
FLOOD_A_SECOND, AN_ENVELOPE = 500, 50
POPULAR_OF = 10
"""In the second flood one event of so many is about a lot of the stream, drawn by the same law."""
LOOK_UP_S, ACKNOWLEDGED_S, APPLIED_S = 60.0, 15.0, 180.0
"""After these it is given up."""


async def zipf_stream(standing: Stand, ours: Served, graph: LotGraph) -> Table:
    """Over all lots that are remembered, the more popular the more often (Zipf, exponent 1)."""
    table = Table(
        f"A Zipf stream of look-ups, {standing.engines.store_name} store, in process, one after another",
        ("what", "look-ups", "look-ups/s", "hit rate", "p50 ms", "p99 ms", "flood, events/s"),
    )
    lots = Zipf([lot for listed in graph.by_depth.values() for lot in listed])
    seconds = min(max(graph.shape.lots / LOTS_A_SECOND, LEAST_S), MOST_S)
    for what in ("no flood, nothing kept yet", "no flood"):
        table.add(what, *(await _looked_up(ours, lots, seconds)), None)
    floods = (("flood about other lots", 0), (f"flood, 1 of {POPULAR_OF} about lots looked up", POPULAR_OF))
    for what, popular_of in floods:
        ending = asyncio.Event()
        flood = asyncio.create_task(_flooded(standing, ours, _shipments(lots, popular_of), ending))
        found = await _looked_up(ours, lots, seconds)
        ending.set()
        rate, behind_s = await flood
        table.add(what, *found, rate)
        table.notes.append(f"{what}: the read model had all of it {behind_s:.1f} s afterwards")
    table.notes.append(f"of {len(lots):,} lots; {seconds:.0f} s each; a look-up follows the last one at once")
    table.notes.append("each row begins with what those before it left kept; the flood drops what it names")
    return table


async def _looked_up(ours: Served, lots: Zipf[str], seconds: float) -> tuple[int, float, float, float, float]:
    """How many, how many a second, the share that was kept, p50 and p99 ms."""
    before, spent, begun = _kept(), list[float](), time.perf_counter()
    while len(spent) < 2 or time.perf_counter() - begun < seconds:
        start = time.perf_counter()
        await _one(ours, lots.draw())
        spent.append((time.perf_counter() - start) * 1e3)
        await asyncio.sleep(0)  # the feed has its turn
    rate = len(spent) / (time.perf_counter() - begun)
    return len(spent), rate, (_kept() - before) / len(spent), *percentiles(spent)


async def _one(ours: Served, lot: str) -> None:
    try:
        async with asyncio.timeout(LOOK_UP_S):
            await ours.servicer.GetHistory(history_back(lot), None)
    except TimeoutError:
        raise TimeoutError(f"a look-up of {lot} was not answered within {LOOK_UP_S:.0f} s") from None


def _kept() -> float:
    return sum(
        sample.value
        for metric in CACHED_HISTORIES.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and "cache" in sample.labels.values()
    )


async def _flooded(standing: Stand, ours: Served, events: Iterator[Json], ending: asyncio.Event) -> tuple[float, float]:
    """Events a second that were written to the log, and seconds until the read model had the last of them."""
    producer = await asyncio.to_thread(new_producer, standing.engines.bootstrap, "bench-flood")
    topic, start, sent = SHIPPING.name(standing.prefix), time.monotonic(), 0
    last: dict[int, Receipt] = {}
    try:
        while not ending.is_set():
            envelope = encode(recorded(next(events)) for _ in range(AN_ENVELOPE))
            partition = sent // AN_ENVELOPE % SHIPPING.partitions
            sending = producer.send(topic, envelope, partition=partition)
            told = await asyncio.to_thread(sending.get, timeout=ACKNOWLEDGED_S)
            last[partition] = Receipt(topic, partition, told.offset)
            sent += AN_ENVELOPE
            await asyncio.sleep(max(0.0, start + sent / FLOOD_A_SECOND - time.monotonic()))
    finally:
        await asyncio.to_thread(close_producer, producer, 5)
    ended = time.monotonic()
    await _applied(ours, list(last.values()))
    return sent / (ended - start), time.monotonic() - ended


async def _applied(ours: Served, last: list[Receipt]) -> None:
    until = time.monotonic() + APPLIED_S
    while time.monotonic() < until:
        try:
            await ours.model.following.until_applied(last)
        except Transient:
            continue  # it has waited for two seconds
        return
    raise TimeoutError(f"the read model did not have the flood's events within {APPLIED_S:.0f} s of its end")


def _shipments(lots: Zipf[str], popular_of: int) -> Iterator[Json]:
    """Of one lot each that nobody looks up, but one of so many; 0 is none. No event comes twice in a kept season."""
    numbers = Numbers(Random(time.time_ns()))
    here, there, product = numbers.place(), numbers.place(), numbers.gtin()
    at = datetime(2025, 12, 1, tzinfo=CHINA)
    for number in count():
        popular = popular_of and number % popular_of == 0
        amounts: dict[str, Decimal | None] = {lots.draw() if popular else numbers.lot(product): Decimal(1)}
        event_id, at = numbers.event_id(), at + timedelta(seconds=1)
        yield reports.shipment(event_id=event_id, at=at, lots=amounts, from_site=here, to_site=there)
