"""Look-ups in a large season at several depths: built and kept, beside the stock ways to ask the same store."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from statistics import median
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from bench.calls import history_back
from bench.one_query_an_event import PEERS, Asking, ancestors_by_queries
from bench.season_log import say
from bench.served import Served
from bench.stand import Stand
from bench.table import Table
from services.traceability.histories.cache import HistoryCache
from simulator.lot_graph import LotGraph
from wire.errors import Transient

DEPTHS = (5, 20, 50)
EACH = 20
PEER_LOTS = 3
AIM_CPU_MS = 25
LINKED = 150_000
"""Lots whose links are put into a collection of their own, which is what `$graphLookup` wants."""

Answer = Callable[[str], Awaitable[Any]]


async def at_depths(standing: Stand, ours: Served, graph: LotGraph) -> Table:
    table = Table(
        f"Look-up in a season of {graph.shape.lots:,} lots, {standing.engines.store_name} store, in process",
        ("what", "p50 ms", "our CPU ms", "store CPU ms", "of find_one"),
    )

    async def answer(lot: str) -> Any:
        return await ours.servicer.GetHistory(history_back(lot), None)

    links = _Links(standing, graph)
    for depth in DEPTHS:
        lots = [lot for lot in graph.by_depth.get(depth, ()) if links.has(lot)][-EACH:]
        if lots:
            await _at(depth, lots, answer, standing, ours, links, table)
    links.close()
    table.notes.append(f"aim: kept ≤ 1 find_one; built at depth 20 ≤ {AIM_CPU_MS} ms of our CPU and the store's time")
    table.notes.append("the stock ways find lots only: no kilograms, shares, corrections, containers or names")
    return table


async def _at(
    depth: int, lots: Sequence[str], answer: Answer, standing: Stand, ours: Served, links: _Links, table: Table
) -> None:
    said = await answer(lots[0])
    size, steps = len(said.SerializeToString()), len(said.history.steps)
    one = _found_one(standing, size)
    name = f"depth {depth}: {steps} events, {size // 1024:,} KiB"
    table.add(f"{name}; stock: one find_one of that size", one, None, None, 1.0)
    for what, forgetting in (("built", _everything), ("built again after a change", _history), ("kept", _nothing)):
        table.add(f"  {what}", *(await _spent(answer, lots, standing, partial(forgetting, ours))), None)
        table.rows[-1] = (*table.rows[-1][:4], _number(table.rows[-1][1]) / one)
    for what, asking in PEERS.items():
        try:
            queries = await _spent(_ancestors(ours, asking), lots[:PEER_LOTS], standing)
            table.add(f"  {what}", *queries, queries[0] / one)
        except (TimeoutError, Transient) as error:
            table.add(f"  {what}", None, None, None, None)
            table.notes.append(f"depth {depth}, {what}: stopped: {error}")
    found = links.looked_up(lots[:10])
    table.add("  stock: $graphLookup over links alone", found, None, None, None if found is None else found / one)


def _everything(ours: Served, lot: str) -> None:
    """So that nothing is known but what the store says: lots share most of their ancestors."""
    ours.model.names.feed_breaks()
    ours.model.names.feed_begins()
    _history(ours, lot)


def _history(ours: Served, lot: str) -> None:
    """As an event about it does."""
    ours.model.names.changed([lot])
    histories = ours.model.histories
    assert isinstance(histories, HistoryCache)
    histories.changed([lot])


def _nothing(_ours: Served, _lot: str) -> None: ...


def _ancestors(ours: Served, asking: Asking) -> Answer:
    return lambda lot: ancestors_by_queries(ours.model.store, lot, asking)


def _number(cell: Any) -> float:
    return float(cell)


async def _spent(
    answer: Answer, lots: Sequence[str], standing: Stand, before_each: Callable[[str], None] = lambda _: None
) -> tuple[float, float, float]:
    """Milliseconds: p50 of each on the wall; our CPU and the store's, an average."""
    walls: list[float] = []
    meter = standing.meter()
    before, cpu = meter.now(), time.process_time()
    for lot in lots:
        before_each(lot)
        start = time.perf_counter()
        await answer(lot)
        walls.append((time.perf_counter() - start) * 1e3)
    ours = (time.process_time() - cpu) / len(lots) * 1e3
    return median(walls), ours, meter.since(before).cpu_us("store", len(lots)) / 1e3


def _found_one(standing: Stand, size: int) -> float:
    """p50 ms of the synchronous driver, by `_id`."""
    with MongoClient[dict[str, Any]](standing.engines.store_url) as client:
        collection = client.get_database(standing.prefix).get_collection(f"same_size_{time.time_ns()}")
        collection.insert_many([{"_id": n, "bytes": bytes(size)} for n in range(EACH)])
        spent = []
        for n in range(EACH):
            start = time.perf_counter()
            collection.find_one({"_id": n})
            spent.append((time.perf_counter() - start) * 1e3)
        return median(spent)


class _Links:
    """What each lot was made of, as a collection of links; the first LINKED lots of the season."""

    def __init__(self, standing: Stand, graph: LotGraph) -> None:
        self._client: MongoClient[dict[str, Any]] = MongoClient(standing.engines.store_url)
        self._links = self._client.get_database(f"{standing.prefix}_links").get_collection(f"made_{graph.shape.lots}")
        self._has = {document["_id"] for document in self._links.find({}, {"_id": 1})}
        if not self._has:
            self._fill(graph)

    def has(self, lot: str) -> bool:
        return lot in self._has

    def close(self) -> None:
        self._client.close()

    def looked_up(self, lots: Sequence[str]) -> float | None:
        """p50 ms; None where the store cannot do it, which is said."""
        spent = []
        for lot in lots:
            start = time.perf_counter()
            try:
                found = list(self._links.aggregate([{"$match": {"_id": lot}}, _graph_lookup(self._links.name)]))
            except PyMongoError as error:
                say(f"  $graphLookup: the store refuses it: {error}")
                return None
            spent.append((time.perf_counter() - start) * 1e3)
            if not found or not found[0]["all"]:
                say(f"  $graphLookup: the store found nothing above {lot}")
                return None
        return median(spent)

    def _fill(self, graph: LotGraph) -> None:
        documents: list[dict[str, Any]] = []
        for event in LotGraph(shape=graph.shape).reports():
            sources = [used["epcClass"] for used in event.get("inputQuantityList", ())]
            for made in (*event.get("quantityList", ()), *event.get("outputQuantityList", ())):
                documents.append({"_id": made["epcClass"], "made_of": sources})
            if len(self._has) + len(documents) >= LINKED:
                break
            if len(documents) >= 1_000:
                self._insert(documents)
        self._insert(documents)

    def _insert(self, documents: list[dict[str, Any]]) -> None:
        if documents:
            self._links.insert_many(documents, ordered=False)
        self._has.update(str(document["_id"]) for document in documents)
        documents.clear()


def _graph_lookup(collection: str) -> dict[str, Any]:
    lookup = {"from": collection, "startWith": "$made_of", "as": "all"}
    return {"$graphLookup": {**lookup, "connectFromField": "made_of", "connectToField": "_id"}}
