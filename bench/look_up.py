"""Look-up: a history ten lots deep, built and kept, beside one `find_one` of a document of the same size.

In process first: the service's own method is called, names and reading rights included; then the same over the wire,
whose difference is the hop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from bench.calls import GET_HISTORY, calling, history_back, opened
from bench.end_to_end import percentiles
from bench.orchards import START, recorded
from bench.served import served
from bench.stand import Engines, Stand, stand
from bench.table import Table
from provenance.reports import Json
from provenance.standing import First
from services.traceability.mongo.connection import connect
from services.traceability.mongo.events import MongoEventStore
from services.traceability.mongo.generations import MongoPointer
from services.traceability.ports import Generations, StoredEvent
from services.traceability.rpc import TraceabilityServicer
from simulator.world import World

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Orchard:
    """Lots that were poured into another nine times, and all that was reported about them."""

    lots: Sequence[str]
    bodies: Sequence[Json]


def orchard(chains: int) -> Orchard:
    world = World(seed=3, start=START)
    grower, station = world.grow(), world.site("station")
    lots: list[str] = []
    bodies: list[Json] = []
    for _ in range(chains):
        lot = world.pick(grower, 100, station=station)
        for _ in range(DEPTH - 1):
            lot = world.pool([lot], site=station)
        lots.append(lot)
        bodies += world.events
        world.forget()
        world.now = START
    return Orchard(lots, bodies)


def look_up(engines: Engines, folder: Path, chains: int) -> Table:
    """`chains` histories, each built once and then asked for again."""
    with stand(engines, folder) as standing:
        standing.token("https://example.org/anybody", "grower")  # for the issuer whose keys serve wants
        return asyncio.run(_measured(standing, orchard(chains), folder))


async def _measured(standing: Stand, planted: Orchard, folder: Path) -> Table:
    client = connect(standing.engines.store_url)
    await MongoPointer(client, standing.prefix).replace(Generations(), Generations())
    store = MongoEventStore(client, standing.database)
    await store.prepare()
    events = stored(planted.bodies)
    for start in range(0, len(events), 50):
        await store.record(events[start : start + 50])
    table = Table(
        f"Look-up on the {standing.engines.store_name} store: a history {DEPTH} lots deep, traced back",
        ("what", "p50 µs", "p99 µs", "of find_one"),
    )
    client.close()
    async with served(standing, folder) as ours:
        size = await _told(ours.servicer, standing, planted, table)
    await _over_the_wire(standing, planted, table)
    table.notes.append(f"the answer has {size:,} bytes; a hop is the difference between the wire and the process")
    return table


def stored(bodies: Sequence[Json]) -> list[StoredEvent]:
    events = (event for of_topic in recorded(bodies, capturer="").values() for event in of_topic)
    first = ("produce.shipping.v1", 0, 0)
    return [StoredEvent.of(e.event, e.content_hash, First(e.record_time_ms, *first, e.capturer)) for e in events]


async def _told(servicer: TraceabilityServicer, standing: Stand, planted: Orchard, table: Table) -> int:
    async def answer(lot: str) -> Any:
        return await servicer.GetHistory(history_back(lot), None)

    told = await answer(planted.lots[0])
    if len(told.history.steps) != DEPTH:
        raise ValueError(f"{len(told.history.steps)} steps where {DEPTH} were expected")
    size = len(told.SerializeToString())
    found = _found_one(standing, size, len(planted.lots))
    one = _add(table, f"stock: one find_one of {size:,} bytes (pymongo)", found, None)
    _add(table, "history built, in process", await _timed(answer, planted.lots[1:]), one)
    _add(table, "history kept, in process", await _timed(answer, [*planted.lots] * 5), one)
    return size


def _found_one(standing: Stand, size: int, times: int) -> list[float]:
    """The synchronous driver, by `_id`."""
    with MongoClient[dict[str, Any]](standing.engines.store_url) as client:
        collection = client.get_database(standing.prefix).get_collection("same_size")
        collection.insert_many([{"_id": n, "bytes": bytes(size)} for n in range(times)])
        spent = []
        for n in range(times):
            start = time.perf_counter()
            collection.find_one({"_id": n})
            spent.append((time.perf_counter() - start) * 1e6)
    return spent


async def _over_the_wire(standing: Stand, planted: Orchard, table: Table) -> None:
    async with opened(standing.serve()) as channel:
        call = calling(channel, GET_HISTORY)

        async def answer(lot: str) -> Any:
            return await call(history_back(lot).SerializeToString())

        _add(table, "history built, over gRPC", await _timed(answer, planted.lots), None)
        _add(table, "history kept, over gRPC", await _timed(answer, [*planted.lots] * 5), None)


async def _timed(answer: Callable[[str], Awaitable[Any]], lots: Sequence[str]) -> list[float]:
    """Microseconds of each, one at a time."""
    spent = []
    for lot in lots:
        start = time.perf_counter()
        await answer(lot)
        spent.append((time.perf_counter() - start) * 1e6)
    return spent


def _add(table: Table, what: str, spent: Sequence[float], one: float | None) -> float:
    p50, p99 = percentiles(spent)
    table.add(what, p50, p99, None if one is None else p50 / one)
    return p50
