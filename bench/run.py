"""The whole benchmark: which measures there are, on which stores, in which order; and what is written of it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

from bench import machine
from bench.capture import WARMED_BY, capture
from bench.cold_room import cold_room
from bench.drain import drain
from bench.end_to_end import end_to_end
from bench.labels import labels
from bench.log_append import log_append
from bench.look_up import look_up
from bench.orchards import deliveries, mixed, recorded
from bench.season import season
from bench.sizes import Size
from bench.stand import Engines
from bench.table import Table
from deploy.local.engines import start_kafka, start_store
from deploy.local.jars import engines_cache
from deploy.local.store import FAST

CAPTURER = "https://id.gs1.org/417/9520001000015"

Measure = Callable[[Engines, Path, Size], Sequence[Table]]


def _capture(engines: Engines, folder: Path, size: Size) -> Sequence[Table]:
    return [capture(engines, folder, deliveries(max(size.calls.values()) + WARMED_BY), size.calls)]


def _drain(engines: Engines, folder: Path, size: Size) -> Sequence[Table]:
    events = recorded(mixed(size.drained[engines.store_name]), capturer=CAPTURER)
    return [drain(engines, folder, events, recorded(mixed(size.naive, seed=4), capturer=CAPTURER))]


def _end_to_end(engines: Engines, folder: Path, size: Size) -> Sequence[Table]:
    return end_to_end(engines, folder, deliveries(round(size.seconds * 10_000), seed=5), size.seconds)


def _look_up(engines: Engines, folder: Path, size: Size) -> Sequence[Table]:
    return [look_up(engines, folder, size.chains)]


def _cold_room(engines: Engines, folder: Path, size: Size) -> Sequence[Table]:
    return [cold_room(engines, folder, size.readings)]


def _season(engines: Engines, folder: Path, size: Size) -> Sequence[Table]:
    return season(engines, folder, size.season)


MEASURES: Mapping[str, Measure] = {
    "capture": _capture,
    "drain": _drain,
    "end-to-end": _end_to_end,
    "look-up": _look_up,
    "season": _season,
    "cold-room": _cold_room,
    "labels": labels,
    "log": log_append,
}
WITHOUT_STORE = frozenset({"capture"})
"""Measured once, whatever the stores."""


def run(engines: Sequence[Engines], folder: Path, size: Size, wanted: Sequence[str]) -> list[Table]:
    """Prints each table as it is measured."""
    tables: list[Table] = []
    for name in wanted:
        for one in engines[:1] if name in WITHOUT_STORE else engines:
            said = name if name in WITHOUT_STORE else f"{name}, {one.store_name} store"
            print(f"measuring {said} ...", file=sys.stderr, flush=True)
            for table in MEASURES[name](one, folder, size):
                _shown(table)
                tables.append(table)
    return tables


def written(file: Path, tables: Sequence[Table], *, size: str, before: Mapping[str, object]) -> None:
    """The same as JSON."""
    found = {
        "hardware": machine.hardware(),
        "software": machine.software(),
        "settings": machine.settings(),
        "size": size,
        "load": {"before": before, "after": machine.load()},
        "tables": [table.as_json() for table in tables],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))


@contextmanager
def own_engines(folder: Path) -> Iterator[tuple[list[Engines], Path]]:
    """A broker and the stores, and a folder for what they and we keep; all of it gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="run-") as name, engines_in(Path(name)) as running:
        yield running, Path(name)


@contextmanager
def engines_in(kept: Path) -> Iterator[list[Engines]]:
    """A broker, the Python store, and the Rust store where it was built, on what they kept there before."""
    kafka = start_kafka(kept / "kafka")
    running = [("Python", start_store(kept / "store-python"))]
    if (engines_cache() / "bin" / FAST).exists():
        running.append(("Rust", start_store(kept / "store-rust", fast=True)))
    pids = {"kafka": kafka.brokers[0].pid}
    try:
        yield [Engines(kafka.bootstrap, s.url, n, {**pids, "store": s.server.pid}) for n, s in running]
    finally:
        for _, store in running:
            store.stop()
        kafka.stop()


def run_season(folder: Path, lots: int, store: str) -> list[Table]:
    """One of its own size, which goes on where it was stopped: all of it stays in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    tables: list[Table] = []
    with engines_in(folder) as engines:
        for one in engines:
            if store in (one.store_name.lower(), "all"):
                print(f"measuring a season on the {one.store_name} store ...", file=sys.stderr, flush=True)
                tables += season(one, folder, lots, f"season{one.store_name.lower()}", _shown)
    return tables


def _shown(table: Table) -> None:
    print(f"\n{table.text()}\n", flush=True)
