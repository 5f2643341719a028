"""Drain: topics filled beforehand are stored by the real projector, beside a bare `insert_many` of the same documents.

The bare insert is the stock way at its best: the synchronous driver, the documents ready in memory, the same indexes,
the same write concern, as many at a time as an envelope has. It does no Kafka, no parsing and keeps no progress.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pymongo import MongoClient, WriteConcern

from bench.cpu import Instant, Meter, Span, between
from bench.filling import fill
from bench.naive import upserted_one_by_one
from bench.orchards import in_envelopes
from bench.stand import Engines, Stand, stand
from bench.table import Table
from provenance.standing import First
from services.traceability.mongo.events import INDEXES
from services.traceability.ports import StoredEvent
from services.traceability.store.documents import document_of
from wire.envelope import RecordedEvent
from wire.topics import Topic

AIM_RATIO, AIM_CPU_US = 0.8, 50
SIZES = (50, 200)
LOOK_EVERY_S = 0.1
PATIENCE_S = 300.0

Events = Mapping[Topic, Sequence[RecordedEvent]]


def drain(engines: Engines, folder: Path, events: Events, naive: Events) -> Table:
    table = Table(
        f"Drain into the {engines.store_name} store",
        ("what", "events/s", "ratio", "our CPU µs/event", "store CPU µs/event", "core-seconds"),
    )
    for size in SIZES:
        raw = _inserted(engines, events, size)
        ours, projected = _projected(engines, folder, events, size)
        rate = _number(events) / raw.wall_s
        table.add(f"bare insert_many, {size} at a time", rate, 1.0, None, *_costs(raw, _number(events)))
        ratio, cpu_us = projected / ours.wall_s / rate, ours.cpu_us("project", projected)
        table.add(f"projector, {size} an envelope", projected / ours.wall_s, ratio, cpu_us, *_costs(ours, projected))
    span = upserted_one_by_one(engines, naive)
    number = _number(naive)
    cpu_us = span.cpu_us("bench", number)
    table.add("naive: one event, one record, one upsert", number / span.wall_s, None, cpu_us, *_costs(span, number))
    table.notes.append(f"aim: ratio ≥ {AIM_RATIO} at 50 and at 200, our CPU ≤ {AIM_CPU_US} µs an event")
    return table


def _costs(span: Span, events: int) -> tuple[float, float]:
    return span.cpu_us("store", events), span.core_seconds


def _number(events: Events) -> int:
    return sum(map(len, events.values()))


def _inserted(engines: Engines, events: Events, size: int) -> Span:
    """Bare `insert_many`."""
    lots = [_documents(topic, some) for topic, some in in_envelopes(events, size)]
    with MongoClient[dict[str, Any]](engines.store_url) as client:
        database = client.get_database(f"bench_raw_{time.time_ns()}")
        concern = WriteConcern(w="majority", j=True)
        collection = database.get_collection("events", write_concern=concern)
        for index in INDEXES:
            collection.create_index(index)
        meter = Meter(engines.pids)
        start = meter.now()
        for documents in lots:
            collection.insert_many(documents, ordered=False)
        return meter.since(start)


def _documents(topic: Topic, events: Sequence[RecordedEvent]) -> list[dict[str, Any]]:
    first = (topic.name(), 0, 0)
    stored = (StoredEvent.of(e.event, e.content_hash, First(e.record_time_ms, *first, e.capturer)) for e in events)
    return [document_of(one) for one in stored]


def _projected(engines: Engines, folder: Path, events: Events, size: int) -> tuple[Span, int]:
    """The real process, from the first record it has written to the last; and how many events that were."""
    with stand(engines, folder) as standing:
        fill(engines.bootstrap, standing.prefix, events, size)
        envelopes = sum(1 for _ in in_envelopes(events, size))
        standing.project(ready=False)
        return _watched(standing, envelopes, _number(events) / envelopes)


def _watched(standing: Stand, envelopes: int, events_each: float) -> tuple[Span, int]:
    """Looks at the progress documents, ten times a second."""
    meter = standing.meter()
    before, deadline = meter.now(), time.monotonic() + PATIENCE_S
    began: tuple[Instant, int] | None = None
    with MongoClient[dict[str, Any]](standing.engines.store_url) as client:
        progress = client.get_database(standing.database).get_collection("progress")
        while time.monotonic() < deadline:
            done = sum(document["next"] for document in progress.find({}))
            now = meter.now()
            if began is None and done:
                began = (now, done) if done < envelopes else (before, 0)  # so few that one look saw them all
            before = now
            if began is not None and done >= envelopes:
                return between(began[0], now), round((done - began[1]) * events_each)
            time.sleep(LOOK_EVERY_S)
    raise TimeoutError(f"the projector did not store {envelopes} envelopes in {PATIENCE_S:.0f} s")
