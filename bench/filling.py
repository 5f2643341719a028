"""Topics filled beforehand, with envelopes of exactly so many events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import cycle

from bench.orchards import in_envelopes
from stream.client import new_producer
from wire.envelope import RecordedEvent, encode
from wire.topics import Topic


def fill(bootstrap: str, prefix: str, events: Mapping[Topic, Sequence[RecordedEvent]], size: int) -> None:
    """Round robin over each topic's partitions, as the capture services do it. Returns when all is acknowledged."""
    values = ((topic.name(prefix), encode(some)) for topic, some in in_envelopes(events, size))
    send(bootstrap, values, partitions=min(topic.partitions for topic in events))


def send(bootstrap: str, values: Iterable[tuple[str, bytes]], *, partitions: int) -> None:
    """Through the client library, with our settings for it and nothing else of ours."""
    producer = new_producer(bootstrap, "bench-filling")
    sent = [producer.send(topic, value, partition=n) for (topic, value), n in zip(values, cycle(range(partitions)))]
    for one in sent:
        one.get(timeout=30)
    producer.close()
