"""Labels looked up: by a program one at a time, by a platform a thousand at a time, by a crowd with a page each.

100,000 distinct labels, the more popular the more often (Zipf). Beside them pages of stock pieces on the same server,
asked in the same run by the same client.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import httpx

from bench.cpu import Span
from bench.end_to_end import percentiles
from bench.http_load import Answered, get, load
from bench.label_library import library
from bench.label_stand import Labelled, LabelStand, label_stand, plant
from bench.sizes import Size
from bench.stand import Engines
from bench.table import Table
from bench.zipf import Zipf
from provenance.label_link import LabelLink

CONNECTIONS = (32, 256)
CODES_A_CALL, CALLS = 1_000, 5
SINGLE_AIM, BULK_AIM_US = 0.8, 200
ROUNDS = 5
PLATFORM = "https://id.gs1.org/417/9520001009990"

NextRequest = Callable[[], bytes]


def labels(engines: Engines, folder: Path, size: Size) -> Sequence[Table]:
    tables = [library(size.links)]
    grown = Labelled.grown(size.labels)
    with label_stand(engines, folder) as standing:
        token = standing.token(PLATFORM, "importer")
        known = plant(standing, grown)
        standing.start()
        crowd = _Crowd(standing, standing.stock(), known)
        tables.append(_single(crowd, size.label_seconds))
        tables.append(_bulk(crowd, token))
        tables.append(_pages(crowd, size.label_seconds))
    return tables


class _Crowd:
    """Who asks, about which label, from which address."""

    def __init__(self, standing: LabelStand, stock: int, known: Sequence[LabelLink]) -> None:
        self.standing, self.stock, self.known = standing, stock, known
        self._zipf, self._links = Zipf(known), dict[LabelLink, str]()
        self._addresses = random.Random(1)  # repeatable, and nothing secret

    def link(self, label: LabelLink) -> str:
        if label not in self._links:
            self._links[label] = self.standing.link(label)
        return self._links[label]

    def page(self) -> bytes:
        return self._asked(self.link(self._zipf.draw()).removeprefix(self.standing.site.portal_url), "text/html")

    def verify(self) -> bytes:
        code = httpx.QueryParams({"code": self.link(self._zipf.draw())})
        return self._asked(f"/api/labels?{code}", "application/json")

    def of_stock(self, page: str) -> bytes:
        return self._asked(f"/{page}/{self._zipf.draw().serial}", "*/*")

    def bare(self) -> bytes:
        return self._asked("/bare", "*/*")

    def run(self, port: int, request: NextRequest, connections: int, seconds: float) -> tuple[Answered, Span]:
        running = self.standing.meter()
        start = running.now()
        answered = asyncio.run(load(port, request, connections=connections, seconds=seconds))
        return answered, running.since(start)

    def _asked(self, path: str, accept: str) -> bytes:
        address = ".".join(str(self._addresses.randrange(1, 255)) for _ in range(4))
        return get(path, accept=accept, caller=address)


def _single(crowd: _Crowd, seconds: float) -> Table:
    """In turn, so that what the neighbours of this machine do falls on both."""
    table = Table(
        f"Labels: one link a call, {crowd.standing.engines.store_name} store, {CONNECTIONS[0]} connections",
        ("what", "a second", "p50 ms", "p99 ms", "of stock", "CPU µs", "stock's CPU of it"),
    )
    rows: Mapping[str, tuple[int, NextRequest]] = {
        "stock: one gRPC call and one find_one": (crowd.stock, partial(crowd.of_stock, "called")),
        "a link checked, as JSON": (crowd.standing.portal, crowd.verify),
    }
    found: dict[str, list[tuple[Answered, Span]]] = {what: [] for what in rows}
    for _ in range(ROUNDS):
        for what, (port, request) in rows.items():
            found[what].append(crowd.run(port, request, CONNECTIONS[0], seconds / ROUNDS))
    rates = {what: median(answered.per_second for answered, _ in runs) for what, runs in found.items()}
    costs = {what: median(_cpu_us(*run) for run in runs) for what, runs in found.items()}
    stock = next(iter(rows))
    for what, runs in found.items():
        spent = [ms for answered, _ in runs for ms in answered.spent_ms]
        beside = (None, None) if what == stock else (rates[what] / rates[stock], costs[stock] / costs[what])
        table.add(what, rates[what], *percentiles(spent), beside[0], costs[what], beside[1])
    table.notes.append("ours asks for the label, its look-ups, and whether its goods are recalled, whatever did that")
    table.notes.append(f"aim: ≥ {SINGLE_AIM} of stock; middle of {ROUNDS} rounds; CPU without the store's")
    return table


def _cpu_us(answered: Answered, span: Span) -> float:
    """Of one answer, in the processes that made it: of all but who asked, the store and the log."""
    made = sum(cpu for name, cpu in span.cpu_s.items() if name not in ("bench", "store", "kafka", "identity"))
    return made / len(answered.spent_ms) * 1e6


def _bulk(crowd: _Crowd, token: str) -> Table:
    table = Table(
        f"Labels: {CODES_A_CALL:,} a call, {crowd.standing.engines.store_name} store",
        ("what", "µs a label", "portal CPU µs", "labels CPU µs", "serve CPU µs", "store CPU µs"),
    )
    chosen = random.Random(2).sample(crowd.known, min(len(crowd.known), CODES_A_CALL * (CALLS + 1)))
    codes = [crowd.link(label) for label in chosen]
    parts = [codes[at : at + CODES_A_CALL] for at in range(0, len(codes), CODES_A_CALL)]
    with httpx.Client(base_url=crowd.standing.site.portal_url, timeout=120, trust_env=False) as platform:
        platform.headers["authorization"] = f"Bearer {token}"
        for what, some in (("first call", parts[:1]), (f"{len(parts[1:])} calls, one after another", parts[1:])):
            if not some:
                continue
            running = crowd.standing.meter()
            start = running.now()
            for part in some:
                answer = platform.post("/api/labels/verify", json={"codes": part}).raise_for_status().json()["answers"]
                if len(answer) != len(part) or any(one["verdict"] != "issued" for one in answer):
                    raise ValueError("a label of ours was not answered as issued")
            span, asked = running.since(start), sum(map(len, some))
            names = ("portal", "labels", "traceability-serve", "store")
            table.add(what, span.wall_s / asked * 1e6, *(span.cpu_us(name, asked) for name in names))
    table.notes.append(f"aim: ≤ {BULK_AIM_US} µs a label; labels nobody asked for before")
    return table


def _pages(crowd: _Crowd, seconds: float) -> Table:
    table = Table(
        f"Labels: the page a label opens, {crowd.standing.engines.store_name} store",
        ("what", "connections", "a second", "p50 ms", "p99 ms", "hit rate", "CPU µs", "of it portal", "of it serve"),
    )
    portal = crowd.standing.portal
    rows: Sequence[tuple[str, int, NextRequest]] = (
        ("stock: the bare server", crowd.stock, crowd.bare),
        ("stock: Starlette and one find_one", crowd.stock, partial(crowd.of_stock, "found")),
        ("the label's page", portal, crowd.page),
    )
    for connections in CONNECTIONS:
        for what, port, request in rows:
            before = _reads(crowd.standing)
            answered, span = crowd.run(port, request, connections, seconds)
            hit = _hit_rate(before, _reads(crowd.standing)) if port == portal else None
            costs = [span.cpu_us(name, len(answered.spent_ms)) for name in ("portal", "traceability-serve")]
            parts: list[float | None] = [*costs] if port == portal else [None, None]
            spent = percentiles(answered.spent_ms)
            table.add(what, float(connections), answered.per_second, *spent, hit, _cpu_us(answered, span), *parts)
    table.notes.append(f"{len(crowd.known):,} labels, Zipf; {seconds:g} s a row; hit rate: histories answered as kept")
    return table


def _reads(standing: LabelStand) -> dict[str, float]:
    """Histories answered, by where from."""
    text = httpx.get(f"http://127.0.0.1:{standing.probes}/metrics", timeout=10, trust_env=False).text
    lines = (line for line in text.splitlines() if line.startswith("suyuan_history_reads_total{"))
    return {line.split('"')[1]: float(line.rsplit(" ", 1)[1]) for line in lines}


def _hit_rate(before: dict[str, float], after: dict[str, float]) -> float | None:
    passed = {source: count - before.get(source, 0) for source, count in after.items()}
    return passed.get("cache", 0) / total if (total := sum(passed.values())) else None
