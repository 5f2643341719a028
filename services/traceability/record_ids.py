"""`python -m services.traceability.record_ids FILE`: the ids of all stored events, 32 bytes each, in order; for
`suyuan log audit`."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import orjson

from runtime import config, logs, process
from services.traceability.config import LogConfig
from services.traceability.mongo.connection import connect
from services.traceability.mongo.generations import MongoGenerations

_EVENTS_A_LINE = 100_000


async def main(_stop: asyncio.Event) -> None:
    settings = config.read(LogConfig, os.environ)
    logs.configure("traceability-record-ids", level="WARNING")
    client = connect(settings.mongo_url)
    generations = MongoGenerations(client, settings.database)
    store = generations.side((await generations.pointer.read()).current).store
    written = 0
    with await asyncio.to_thread(Path(sys.argv[1]).open, "wb") as file:
        async for record_id in store.record_ids():
            file.write(bytes.fromhex(record_id))
            written += 1
            if written % _EVENTS_A_LINE == 0:
                _say({"phase": "events", "listed": written})
    client.close()
    _say({"events": written})


def _say(said: dict[str, object]) -> None:
    print(orjson.dumps(said).decode(), flush=True)


if __name__ == "__main__":
    process.run(main)
