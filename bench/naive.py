"""The obvious way, for comparison: one event a record, one upsert an event, one commit a record."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from kafka import KafkaConsumer
from pymongo import MongoClient, WriteConcern

from bench.cpu import Meter, Span
from bench.filling import fill
from bench.stand import Engines
from provenance.standing import First
from services.traceability.mongo.events import INDEXES
from services.traceability.ports import StoredEvent
from services.traceability.store.documents import document_of
from stream.admin import ensure_topics
from wire.envelope import RecordedEvent, decode
from wire.topics import EVENT_TOPICS, Topic


def upserted_one_by_one(engines: Engines, events: Mapping[Topic, Sequence[RecordedEvent]]) -> Span:
    prefix, number = f"b{secrets.token_hex(4)}", sum(map(len, events.values()))
    ensure_topics(engines.bootstrap, prefix=prefix, topics=EVENT_TOPICS)
    fill(engines.bootstrap, prefix, events, 1)
    consumer = KafkaConsumer(
        *(topic.name(prefix) for topic in events),
        bootstrap_servers=engines.bootstrap.split(","),
        group_id=prefix,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    with MongoClient[dict[str, Any]](engines.store_url) as client:
        concern = WriteConcern(w="majority", j=True)
        collection = client.get_database(prefix).get_collection("events", write_concern=concern)
        for index in INDEXES:
            collection.create_index(index)
        records = iter(consumer)
        _store(next(records), collection)  # the group has formed
        meter = Meter(engines.pids)
        start = meter.now()
        for _ in range(number - 1):
            _store(next(records), collection)
            consumer.commit()
        span = meter.since(start)
    consumer.close()
    return span


def _store(record: Any, collection: Any) -> None:
    (event,) = decode(record.value)
    first = First(event.record_time_ms, record.topic, record.partition, record.offset, event.capturer)
    document = document_of(StoredEvent.of(event.event, event.content_hash, first))
    collection.update_one({"_id": document["_id"]}, {"$setOnInsert": document}, upsert=True)
