"""Faust used the obvious way, as its guide shows it: an agent that decodes and inserts, and raises on trouble.

It is here to lose events, so that the harness is known to see it. It takes the settings of the projector it stands in
for: `python -m tests.faults.stock_faust`.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import faust

from runtime import config
from services.traceability.config import ProjectConfig, group
from services.traceability.mongo.connection import connect
from services.traceability.mongo.events import MongoEventStore
from services.traceability.mongo.generations import generation_database
from services.traceability.store.envelopes import events_of
from stream.receipts import Record


def main() -> None:
    settings = config.read(ProjectConfig, os.environ)
    app = faust.App(
        group(settings.topic_prefix, settings.generation),
        broker=[f"kafka://{server}" for server in settings.kafka.split(",")],
        value_serializer="raw",
        web_enabled=False,
        datadir=str(settings.state_folder),
        topic_disable_leader=True,
    )
    database = generation_database(settings.database, settings.generation)

    async def store_events(stream: Any) -> None:
        store = MongoEventStore(connect(settings.mongo_url), database)
        async for event in stream.events():
            message = event.message
            place = (message.topic, message.partition, message.offset)
            await store.record(events_of(Record(*place, 0, None, message.value)))

    for topic in settings.topics:
        app.agent(app.topic(topic, value_type=bytes), name=topic)(store_events)
    sys.argv[1:] = ["worker", "--loglevel", "warn"]
    app.main()


if __name__ == "__main__":
    main()
