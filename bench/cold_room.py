"""Readings beside goods: a look-up of what was in a room or a truck with and without its thousands of readings, what
it takes to add them up beforehand, and what the first and the next cold chain cost then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from produce.v1 import traceability_pb2

from bench.calls import history_back
from bench.end_to_end import percentiles
from bench.orchards import START, recorded
from bench.served import Served, served
from bench.stand import Engines, Stand, stand
from bench.table import Table
from epcis.readings import asset_and_day
from provenance.cold_chain.loggers import unregistered
from provenance.registry.records import Product, ProductionStandard, Record
from provenance.reports import Json
from provenance.reports.packing_house import palletising
from provenance.reports.transport import reading
from provenance.standing import First, nobody
from services.traceability.cold_chain.days import ColdDays
from services.traceability.cold_chain.sweep import MOST_WAITING
from services.traceability.mongo.connection import connect
from services.traceability.mongo.events import MongoEventStore
from services.traceability.mongo.generations import MongoPointer
from services.traceability.ports import Generations, StoredEvent
from simulator.world import World

ON_THE_TRUCK = 10_000
PALLETS = 40
LOGGERS = ("https://id.gs1.org/8004/9520001BENCHLOG1", "https://id.gs1.org/8004/9520001BENCHLOG2")
"""The room's and the truck's: one that is told of both at one time vouches for neither (docs/adr/0111)."""
TRUCKS = {
    "truck": "https://id.gs1.org/8004/9520001BENCHTRUCK1",
    "quiet truck": "https://id.gs1.org/8004/9520001BENCHTRUCK2",
}
ROOM = "https://example.org/room/"
HOUSE = "https://example.org/house"
"""Who reports all of it: what nobody signs measures nothing for anybody."""
STANDARD = "https://example.org/standard"
EVERY = timedelta(seconds=30)


def cold_room(engines: Engines, folder: Path, readings: int) -> Table:
    """`readings` on one room, as many as ON_THE_TRUCK of them on one truck, and none on another room."""
    with stand(engines, folder) as standing:
        standing.token("https://example.org/anybody", "grower")  # for the issuer whose keys serve wants
        world = World(seed=7, start=START)
        boxes = {name: list(_pallets(world, name)) for name in ("quiet", "room", "quiet truck", "truck")}
        standing.register(_ranged(world))
        return asyncio.run(_measured(standing, readings, folder, world.events, boxes))


async def _measured(
    standing: Stand, readings: int, folder: Path, reports: Sequence[Json], boxes: Mapping[str, Sequence[str]]
) -> Table:
    client = connect(standing.engines.store_url)
    await MongoPointer(client, standing.prefix).replace(Generations(), Generations())
    store = MongoEventStore(client, standing.database)
    await store.prepare()
    await _record(store, _stored(reports))
    table = Table(
        f"Readings on the {standing.engines.store_name} store: {readings:,} on a room, {ON_THE_TRUCK:,} on a truck",
        ("what", "p50 ms", "p99 ms", "of none"),
    )
    on_truck = _measuring(min(ON_THE_TRUCK, readings), LOGGERS[1], goods=[TRUCKS["truck"]])
    spent = await _record(store, [*_measuring(readings, LOGGERS[0], site=ROOM + "room"), *on_truck])
    count = readings + len(on_truck)
    rate, cpu_us = count / spent[0], spent[1] / count * 1e6
    table.notes.append(f"{rate:,.0f} readings a second were stored, at {cpu_us:.0f} µs of our CPU each")
    await _swept(store, table)
    client.close()
    async with served(standing, folder) as ours:
        none = await _looked_up(ours, boxes["quiet"], table, "built, of a quiet room", None)
        await _looked_up(ours, boxes["room"], table, f"built, of a room with {readings:,} readings", none)
        none = await _looked_up(ours, boxes["quiet truck"], table, "built, of a quiet truck", None)
        await _looked_up(ours, boxes["truck"], table, f"built, of a truck with {len(on_truck):,} readings", none)
        for what, box in (("first", 0), ("next", 1), ("same again", 1)):
            await _judged(ours, boxes["room"][box], table, f"cold chain of a box in that room, the {what}")
    return table


async def _swept(store: MongoEventStore, table: Table) -> None:
    """As the service does of itself where its feed begins; who asked within that time would wait for the days of his
    room."""
    days = ColdDays(store, unregistered, nobody)
    named = [found for name in await store.doubted_days(MOST_WAITING) if (found := asset_and_day(name))]
    of_room = [day for day in named if day[0] == ROOM + "room"]
    start, cpu = time.perf_counter(), time.process_time()
    await days.read(of_room, points=False)
    spent, cpu_ms = (time.perf_counter() - start) * 1e3, (time.process_time() - cpu) * 1e3
    table.add(f"the {len(of_room)} days of that room added up, asked by nobody", spent, None, None)
    table.notes.append(f"to add up the days of the room took {cpu_ms:,.0f} ms of our CPU; the rest is the store's time")
    await days.read(set(named).difference(of_room), points=False)


def _pallets(world: World, name: str) -> Iterator[str]:
    """Boxes on pallets, stored in a room, some also joined to a truck."""
    world.now = START
    grower, house = world.grow(), world.site("packing_house")
    product = world.product("礼盒", net_weight_kg=5)
    for _ in range(PALLETS):
        lot = world.pick(grower, 40, station=house)
        box = world.pack(lot, 2, product=product, site=house)[0]
        pallet = world.palletise([box], site=house)
        if name in TRUCKS:
            world.report(palletising, pallet=TRUCKS[name], items=[pallet], lots={}, site=house)
        else:
            world.store([pallet], room=ROOM + name)
        yield box


def _measuring(count: int, device: str, **asset: Any) -> list[StoredEvent]:
    first: datetime = START
    bodies = [
        reading(
            event_id=f"urn:uuid:bench-{n}-{len(asset.get('goods', ()))}",
            start=first + n * EVERY,
            end=first + n * EVERY,
            device=device,
            mean_c=Decimal(n % 20) / 10,
            **asset,
        )
        for n in range(count)
    ]
    return _stored(bodies)


def _ranged(world: World) -> Sequence[Record]:
    standard = ProductionStandard(id=STANDARD, name_zh="标准", storage_min_c=Decimal(0), storage_max_c=Decimal(2))
    products = [record for record in world.records if isinstance(record, Product)]
    return [standard, *(replace(product, production_standard=STANDARD) for product in products)]


def _stored(bodies: Sequence[Json]) -> list[StoredEvent]:
    events = (event for of_topic in recorded(bodies, capturer=HOUSE).values() for event in of_topic)
    place = ("produce.shipping.v1", 0, 0)
    return [StoredEvent.of(e.event, e.content_hash, First(e.record_time_ms, *place, e.capturer)) for e in events]


async def _record(store: MongoEventStore, events: Sequence[StoredEvent]) -> tuple[float, float]:
    """Seconds, and seconds of our CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(events), 200):
        await store.record(events[start : start + 200])
    return time.perf_counter() - wall, time.process_time() - cpu


async def _looked_up(ours: Served, boxes: Sequence[str], table: Table, what: str, none: float | None) -> float:
    spent = []
    for box in boxes:
        start = time.perf_counter()
        await ours.servicer.GetHistory(history_back(box), None)
        spent.append((time.perf_counter() - start) * 1e3)
    p50, p99 = percentiles(spent)
    table.add(what, p50, p99, p50 / none if none else None)
    return p50


async def _judged(ours: Served, box: str, table: Table, what: str) -> None:
    start = time.perf_counter()
    answer = await ours.servicer.GetColdChain(traceability_pb2.GetColdChainRequest(code=box), None)
    spent = (time.perf_counter() - start) * 1e3
    if not answer.cold_chain.readings:
        raise ValueError(f"nothing was measured of {box}")
    table.add(what, spent, None, None)
