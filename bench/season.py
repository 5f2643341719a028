"""A season of lots mixed and divided, loaded through the log: written as captured, projected, built again by `suyuan
rebuild`, and compared; beside it the same documents by bare `insert_many`. Then it is asked about.

Everything is kept in a folder and goes on where it was stopped: the log by a note of what was written, the read models
by their own progress.
"""

from __future__ import annotations

import asyncio
import subprocess
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

import orjson
from pymongo import MongoClient, WriteConcern

from bench.season_depths import at_depths
from bench.season_log import CAPTURER, RECORDED_MS, keep_note, read_note, recorded, say, write
from bench.season_onward import onward
from bench.season_stream import zipf_stream
from bench.served import Served, served
from bench.stand import Engines, Stand, stand
from bench.table import Table
from provenance.standing import First
from services.traceability.mongo.events import INDEXES
from services.traceability.ports import StoredEvent
from services.traceability.store.documents import document_of
from simulator.lot_graph import LotGraph, Shape

RAW_AT_ONCE, RAW_SAID_EVERY = 50, 20_000
LOOK_EVERY_S, SAY_EVERY_S = 0.25, 5.0
QUIET_S = 300.0
"""Without any progress, before it is given up."""
COMPARED_S = 3_600.0
"""For what says nothing while it compares a whole season: an audit, and the end of a rebuild."""
COLUMNS = ("what", "events", "seconds", "events/s", "of insert_many")


def season(
    engines: Engines, folder: Path, lots: int, prefix: str = "", show: Callable[[Table], None] = lambda _: None
) -> list[Table]:
    """`prefix` is given for one that may be stopped and goes on; `show` is told of each table at once."""
    tables: list[Table] = []
    for table in _measured(engines, folder, lots, prefix):
        show(table)
        tables.append(table)
    return tables


def _measured(engines: Engines, folder: Path, lots: int, prefix: str) -> Iterator[Table]:
    graph = LotGraph(shape=Shape.of(lots))
    note = folder / f"{prefix or 'season'}-{engines.store_name}.json"
    note.parent.mkdir(parents=True, exist_ok=True)
    if not prefix:
        note.unlink(missing_ok=True)
    with stand(engines, folder, prefix) as standing:
        standing.token("https://example.org/anybody", "grower")  # for the issuer whose keys serve wants
        standing.keep()
        yield _loaded_once(standing, graph, note)
        _woken(standing)
        for measure in (at_depths, onward, zipf_stream):
            say(f"  {measure.__name__} ...")
            yield asyncio.run(_asked(measure, standing, graph, folder))


def _loaded_once(standing: Stand, graph: LotGraph, note: Path) -> Table:
    """As it was measured, where that was before it was stopped; the log is complete and the read model in step."""
    kept = read_note(note).get("loaded")
    if kept is None:
        table = _loaded(standing, graph, note)
        keep_note(note, {"events": graph.events, "loaded": table.as_json()})
        return table
    write(standing.engines.bootstrap, standing.prefix, graph, note)
    _drained(standing)
    table = Table(kept["title"], COLUMNS, notes=[*kept["notes"], "measured before this run, which went on from there"])
    for row in kept["rows"]:
        table.add(*(row[column] for column in COLUMNS))
    return table


def _loaded(standing: Stand, graph: LotGraph, note: Path) -> Table:
    table = Table(
        f"A season of {graph.shape.lots:,} lots on the {standing.engines.store_name} store, through the log",
        COLUMNS,
    )
    start = time.monotonic()
    written, write_s = write(standing.engines.bootstrap, standing.prefix, graph, note)
    live_s = _drained(standing) - start
    built = _rebuilt(standing)
    raw = _inserted(standing, graph.shape, built["events"] or graph.events)
    rate = raw[0] / raw[1]
    table.add(f"stock: insert_many of as many, {RAW_AT_ONCE} at a time", raw[0], raw[1], rate, 1.0)
    if written:
        table.add("written to the log", written, write_s, written / write_s, None)
        table.add("live read model, while it is written", written, live_s, written / live_s, written / live_s / rate)
    if built["seconds"]:
        ours = built["events"] / built["seconds"]
        table.add("built again from the log (suyuan rebuild)", built["events"], built["seconds"], ours, ours / rate)
    table.notes.append(
        f"{graph.lots:,} lots, {graph.links:,} links, {graph.events:,} events, to depth {_deepest(graph)}"
    )
    table.notes.append("rebuild: from its first word to the last record, with the start of a projector (some 3 s)")
    same = "equal" if built["switched"] else f"NOT EQUAL: {built}"
    table.notes.append(f"digests of the live and the rebuilt read model: {same}")
    return table


def _deepest(graph: LotGraph) -> int:
    return max(graph.by_depth)


def _drained(standing: Stand) -> float:
    """Until the read model that answers has all there is, by the audit's own question; the moment it moved last."""
    command, environment = standing.command("services.traceability.audit")
    last, since, said = -1, time.monotonic(), 0.0
    with MongoClient[dict[str, Any]](standing.engines.store_url) as client:
        while True:
            done = _next_offsets(client, standing)
            now = time.monotonic()
            if done != last:
                last, since = done, now
            elif now - since > 4 * LOOK_EVERY_S and _audited(command, environment):
                return since
            if now - said > SAY_EVERY_S:
                said = now
                say(f"  the read model: {done:,} records")
            if now - since > QUIET_S:
                raise TimeoutError(f"the projector has not moved for {QUIET_S:.0f} s, and the audit misses records")
            time.sleep(LOOK_EVERY_S)


def _audited(command: list[str], environment: dict[str, str]) -> bool:
    try:
        ended = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=COMPARED_S)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"the audit has not answered for {COMPARED_S:.0f} s") from None
    return ended.returncode == 0


def _woken(standing: Stand) -> None:
    """The Rust store walks through everything at its first question after a start, longer than a reader waits."""
    with MongoClient[dict[str, Any]](standing.engines.store_url) as client:
        events = client.get_database(f"{standing.prefix}_{_generation(client, standing)}").get_collection("events")
        events.find_one({"keys.k": "nobody"})


def _generation(client: MongoClient[dict[str, Any]], standing: Stand) -> int:
    pointer = client.get_database(standing.prefix).get_collection("pointer").find_one({"_id": "generations"})
    return int((pointer or {}).get("current", 1))


def _next_offsets(client: MongoClient[dict[str, Any]], standing: Stand) -> int:
    current = _generation(client, standing)
    progress = client.get_database(f"{standing.prefix}_{current}").get_collection("progress")
    return sum(document["next"] for document in progress.find({}))


def _rebuilt(standing: Stand) -> dict[str, Any]:
    """The command's last line, and the seconds until the new read model had all there was; its progress is shown."""
    command, environment = standing.command("services.traceability.rebuild")
    start, loaded_s, found = 0.0, 0.0, dict[str, Any]()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as running:
        for line in _lines(running):
            start = start or time.monotonic()
            found = orjson.loads(line)
            say(f"  rebuild: {line.decode().strip()}")
            if not loaded_s and found.get("phase") in ("comparing", "compared"):
                loaded_s = time.monotonic() - start
    return {"events": 0, "switched": False, **found, "seconds": loaded_s}


def _lines(running: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """It gives up itself where no projector moves; nothing bounds its comparing but this."""
    silent = threading.Timer(COMPARED_S, running.kill)
    silent.start()
    for line in running.stdout or ():
        silent.cancel()
        silent = threading.Timer(COMPARED_S, running.kill)
        silent.start()
        yield line
    silent.cancel()
    if running.wait() < 0:
        raise TimeoutError(f"suyuan rebuild was ended after {COMPARED_S:.0f} s without a word")


def _inserted(standing: Stand, shape: Shape, number: int) -> tuple[int, float]:
    """The synchronous driver, documents ready in memory, same indexes, same concern; as many as ours had to insert."""
    with MongoClient[dict[str, Any]](standing.engines.store_url) as client:
        database = client.get_database(f"{standing.prefix}_raw_{time.time_ns()}")
        collection = database.get_collection("events", write_concern=WriteConcern(w="majority", j=True))
        for index in INDEXES:
            collection.create_index(index)
        events, spent = 0, 0.0
        # in a kept season those are more than its lots gave: the floods are in the log, too
        seeds = (LotGraph(seed=seed, shape=shape).reports() for seed in count())
        reports = islice(chain.from_iterable(seeds), number)
        while some := [_document(recorded(body)) for body in islice(reports, RAW_AT_ONCE)]:
            start = time.perf_counter()
            collection.insert_many(some, ordered=False)
            spent += time.perf_counter() - start
            events += len(some)
            if events % RAW_SAID_EVERY < RAW_AT_ONCE:
                say(f"  insert_many: {events:,} of {number:,}")
        return events, spent


def _document(event: Any) -> dict[str, Any]:
    first = First(RECORDED_MS, "produce.shipping.v1", 0, 0, CAPTURER)
    return document_of(StoredEvent.of(event.event, event.content_hash, first))


Measure = Callable[[Stand, Served, LotGraph], Awaitable[Table]]


async def _asked(measure: Measure, standing: Stand, graph: LotGraph, folder: Path) -> Table:
    async with served(standing, folder) as ours:
        return await measure(standing, ours, graph)
