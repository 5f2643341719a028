"""A season of any size written to the log as the capture services write it, in envelopes; what was written is not
written again after an interruption."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import orjson

from epcis.canonical_json import canonical_bytes
from epcis.event_id import content_hash
from provenance.reports import Json
from simulator.lot_graph import LotGraph
from stream.client import close_producer, new_producer
from stream.envelope_filling import OpenEnvelope, size_of
from wire.envelope import RecordedEvent, encode
from wire.routing import topic_of
from wire.topics import EVENT_TOPICS, Topic

CAPTURER = "https://id.gs1.org/417/9520001000015"
RECORDED_MS = 1_756_700_000_000
NOTED_EVERY = 20_000
"""Events between two notes of how far it is."""
UNDER_WAY = 200
"""Envelopes sent and not acknowledged yet."""


def recorded(body: Json) -> RecordedEvent:
    return RecordedEvent(canonical_bytes(body), content_hash(body), RECORDED_MS, CAPTURER)


def write(bootstrap: str, prefix: str, graph: LotGraph, note: Path) -> tuple[int, float]:
    """Events written now, and in how many seconds; `note` is a file that remembers how many are written in all."""
    done = int(read_note(note).get("events", 0))
    reports = graph.reports()
    while graph.events < done and list(islice(reports, min(NOTED_EVERY, done - graph.events))):
        say(f"  the log: {graph.events:,} of {done:,} events made again, so that the rest is the same")
    sending = _Sending(bootstrap, prefix)
    start, written = time.monotonic(), 0
    while some := list(islice(reports, NOTED_EVERY)):
        sending.send(some)
        written += len(some)
        keep_note(note, {"events": done + written})
        say(f"  the log: {done + written:,} events, {written / (time.monotonic() - start):,.0f}/s")
    sending.close()
    return written, time.monotonic() - start


def read_note(note: Path) -> dict[str, Any]:
    return dict(orjson.loads(note.read_bytes())) if note.exists() else {}


def keep_note(note: Path, found: Mapping[str, Any]) -> None:
    """Whole or not at all, whenever it is stopped."""
    fresh = note.with_suffix(".new")
    fresh.write_bytes(orjson.dumps(found))
    fresh.replace(note)


def say(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)


class _Sending:
    """Round robin over each topic's partitions, as the capture services do it."""

    def __init__(self, bootstrap: str, prefix: str) -> None:
        self._producer = new_producer(bootstrap, "bench-season")
        self._prefix = prefix
        self._partitions = {topic: cycle(range(topic.partitions)) for topic in EVENT_TOPICS}
        self._waiting: deque[Any] = deque()

    def send(self, bodies: list[Json]) -> None:
        """Returns when all of it is acknowledged."""
        for topic, events in _in_envelopes(bodies):
            place = next(self._partitions[topic])
            self._waiting.append(self._producer.send(topic.name(self._prefix), encode(events), partition=place))
            if len(self._waiting) > UNDER_WAY:
                self._waiting.popleft().get(timeout=30)
        while self._waiting:
            self._waiting.popleft().get(timeout=30)

    def close(self) -> None:
        close_producer(self._producer, 30)


def _in_envelopes(bodies: list[Json]) -> Iterator[tuple[Topic, list[RecordedEvent]]]:
    """Of one topic each, as full as the services make them."""
    filling: dict[Topic, OpenEnvelope[None]] = {}
    for body in bodies:
        topic, event = topic_of(body), recorded(body)
        if topic in filling and not filling[topic].takes(size_of(event)):
            yield topic, filling.pop(topic).events
        filling.setdefault(topic, OpenEnvelope(None)).add(event, size_of(event))
    yield from ((topic, envelope.events) for topic, envelope in filling.items())
