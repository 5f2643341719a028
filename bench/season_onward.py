"""Forward from lots that led to many: the first page, and all pages beside one query an event and one find a thing."""

from __future__ import annotations

import time
from statistics import median

from produce.v1 import traceability_pb2 as pb

from bench.one_query_an_event import PEERS, products_by_queries
from bench.served import Served
from bench.stand import Stand
from bench.table import Table
from simulator.lot_graph import LotGraph
from wire.errors import Transient

PAGE = 200
MOST = 10_000
"""Things reached."""
QUERIES = 200
"""After so many a peer is stopped: its rate does not change."""
ROOTS = 12
AIM_FIRST_MS, AIM_RATIO = 300, 5


async def onward(standing: Stand, ours: Served, graph: LotGraph) -> Table:
    table = Table(
        f"Forward in a season of {graph.shape.lots:,} lots, {standing.engines.store_name} store, pages of {PAGE}",
        ("what", "things", "ms", "things/s", "ours beside it", "our CPU µs a thing"),
    )
    firsts, widest, most = [], graph.silos[0], 0
    for root in graph.silos[:: max(1, len(graph.silos) // ROOTS)][:ROOTS]:
        start = time.perf_counter()
        page = await _page(ours, root, "")
        firsts.append((time.perf_counter() - start) * 1e3)
        if page.page.followed + page.page.ahead > most:
            widest, most = root, page.page.followed + page.page.ahead
    table.add(f"first page, p50 of {len(firsts)}", PAGE, median(firsts), None, None, None)
    table.add("first page, slowest", PAGE, max(firsts), None, None, None)
    start, cpu = time.perf_counter(), time.process_time()
    followed, pages = await _all(ours, widest)
    spent, cpu_us = time.perf_counter() - start, (time.process_time() - cpu) / followed * 1e6
    if later := pages[1:-1]:
        table.add(f"a later page, p50 of {len(later)}", PAGE, median(later), None, None, None)
        table.add("a later page, slowest", PAGE, max(later), None, None, None)
    table.add("all pages", followed, spent * 1e3, followed / spent, 1.0, cpu_us)
    for what, asking in PEERS.items():
        start = time.perf_counter()
        try:
            asked = await products_by_queries(ours.model.store, widest, min(QUERIES, followed), asking)
        except Transient as error:
            table.notes.append(f"{what}: stopped: {error}")
            continue
        peer_s = time.perf_counter() - start
        table.add(what, asked, peer_s * 1e3, asked / peer_s, followed / spent / (asked / peer_s), None)
    table.notes.append(f"aim: first page ≤ {AIM_FIRST_MS} ms; {MOST:,} reached at ≥ {AIM_RATIO} × one query an event")
    table.notes.append("ours with kilograms, holders and names; the peers find lots only")
    return table


async def _page(ours: Served, code: str, token: str) -> pb.GetHistoryResponse:
    request = pb.GetHistoryRequest(code=code, direction=pb.DIRECTION_FORWARD, page_size=PAGE, page_token=token)
    return await ours.servicer.GetHistory(request, None)


async def _all(ours: Served, code: str) -> tuple[int, list[float]]:
    """Things followed, MOST at most; and milliseconds for each page."""
    token, spent = "", list[float]()
    while True:
        start = time.perf_counter()
        answer = await _page(ours, code, token)
        spent.append((time.perf_counter() - start) * 1e3)
        token = answer.page.next_page_token
        if not token or answer.page.followed >= MOST:
            return int(answer.page.followed), spent
