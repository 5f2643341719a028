"""`python -m services.traceability.rebuild`: builds the read model again from the log and switches to it.

Prints one JSON object a line, the last of them the result; `suyuan rebuild` shows them.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import orjson

from runtime import config, logs, process
from services.traceability.config import LogConfig
from services.traceability.mongo.connection import connect
from services.traceability.mongo.fitness import check_fit
from services.traceability.mongo.generations import MongoGenerations
from services.traceability.upkeep.rebuilding import Rebuild, RebuildError
from stream.log_reader import end_offsets


async def main(_stop: asyncio.Event) -> None:
    settings = config.read(LogConfig, os.environ)
    logs.configure("traceability-rebuild", level="WARNING")
    client = connect(settings.mongo_url)
    await check_fit(client)
    rebuild = Rebuild(
        generations=MongoGenerations(client, settings.database),
        ends=partial(asyncio.to_thread, end_offsets, settings.kafka, settings.topics),
        report=_print,
        now_ms=lambda: time.time_ns() // 1_000_000,
    )
    try:
        outcome = await rebuild.run()
    except RebuildError as error:
        _print({"switched": False, "problem": str(error)})
        sys.exit(1)
    finally:
        client.close()
    _print(
        {
            "switched": outcome.switched,
            "generation": outcome.generation,
            "events": outcome.digests[1].events,
            "differing": outcome.differing,
        }
    )
    if not outcome.switched:
        sys.exit(1)


def _print(message: Mapping[str, Any]) -> None:
    print(orjson.dumps(message).decode(), flush=True)


if __name__ == "__main__":
    process.run(main)
