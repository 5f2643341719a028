"""Capture: what an event costs the real harvest service, beside a bare gRPC server and the bare client of the log.

A station reports deliveries under its growers' mandates: every event is validated, hashed, looked up in the registry's
view, written in canonical form and acknowledged by the broker before its call is answered.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from bench.calls import CAPTURE_HARVEST, accepted, call_all, calling, opened, requests
from bench.cpu import Meter, Span
from bench.filling import send
from bench.orchards import Deliveries, in_envelopes, recorded
from bench.stand import ROOT, Engines, outside, stand
from bench.table import Table
from deploy.local.ports import free_port
from deploy.local.server import Server, listens
from provenance.reports import Json
from stream.admin import ensure_topics
from wire.envelope import MAX_BYTES, encode
from wire.topics import HARVEST

AIM_CPU_US = 200
AT_ONCE: Mapping[int, int] = {1: 8, 10: 8, 50: 4, 200: 4}
"""How many calls are under way, by the events in each."""
WARMED_BY = 500

Calls = Mapping[int, int]
"""How many events are sent, by the events in each call."""


def capture(engines: Engines, folder: Path, reported: Deliveries, calls: Calls) -> Table:
    """`reported` has as many events as the largest of `calls`, and WARMED_BY more."""
    table = Table("Capture", ("what", "events/s", "CPU µs/event", "broker CPU µs/event", "core-seconds"))
    warm, measured = reported.bodies[:WARMED_BY], reported.bodies[WARMED_BY:]
    with stand(engines, folder) as standing:
        standing.register(reported.records)
        token = standing.token(reported.keeper, "station")
        target = standing.capture("harvest")
        asyncio.run(_sent(target, token, warm, 50, standing.meter, accepted))
        for size, count in calls.items():
            span = asyncio.run(_sent(target, token, measured[:count], size, standing.meter, accepted))
            _add(table, f"harvest service, calls of {size}", span, "harvest", count)
    _beside(engines, folder, measured, calls, table)
    table.notes.append(f"aim: ≤ {AIM_CPU_US} µs an event of at most 4 identifiers in calls of 50 and more")
    return table


def _add(table: Table, what: str, span: Span, process: str, events: int) -> None:
    table.add(what, events / span.wall_s, span.cpu_us(process, events), span.cpu_us("kafka", events), span.core_seconds)


async def _sent(
    target: str,
    token: str,
    bodies: Sequence[Json],
    size: int,
    meter: Callable[[], Meter],
    answered: Callable[[bytes], object],
) -> Span:
    written = requests(bodies, size)
    async with opened(target, token) as channel:
        running = meter()
        start = running.now()
        await call_all(calling(channel, CAPTURE_HARVEST), written, at_once=AT_ONCE.get(size, 4), answered=answered)
        return running.since(start)


def _beside(engines: Engines, folder: Path, bodies: Sequence[Json], calls: Calls, table: Table) -> None:
    """The stock pieces: the same calls to a server that does nothing, the same envelopes without a service."""
    port = free_port()
    command = [sys.executable, "-m", "bench.bare_grpc", str(port)]
    log, answers = folder / "bare-grpc.log", partial(listens, port)
    server = Server("bare gRPC", command, folder=ROOT, log=log, answers=answers, environment=outside())
    try:
        for size, count in calls.items():
            meter = partial(Meter, {**engines.pids, "bare": server.pid})
            span = asyncio.run(_sent(f"127.0.0.1:{port}", "", bodies[:count], size, meter, len))
            _add(table, f"bare grpc.aio, calls of {size}", span, "bare", count)
    finally:
        server.stop()
    _add(table, "bare kafka-python, the same envelopes", _produced(engines, bodies), "bench", len(bodies))


def _produced(engines: Engines, bodies: Sequence[Json]) -> Span:
    prefix, events = f"b{secrets.token_hex(4)}", recorded(bodies, capturer="")
    ensure_topics(engines.bootstrap, prefix=prefix, topics=[HARVEST])
    length = sum(len(event.event) + 64 for event in events[HARVEST]) // len(bodies)
    envelopes = in_envelopes(events, min(50, MAX_BYTES // length))
    written = [(topic.name(prefix), encode(some)) for topic, some in envelopes]
    meter = Meter(engines.pids)
    start = meter.now()
    send(engines.bootstrap, written, partitions=HARVEST.partitions)
    return meter.since(start)
