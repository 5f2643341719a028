"""`python -m services.traceability.audit [--deep]`: prints what is missing as JSON; `suyuan audit` shows it."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import asdict
from typing import Any

import orjson

from runtime import config, logs, process
from services.traceability.config import LogConfig
from services.traceability.mongo.connection import connect
from services.traceability.mongo.generations import MongoGenerations
from services.traceability.store.shelves import shelf_of
from services.traceability.upkeep.auditing import Findings, audit


async def main(_stop: asyncio.Event) -> None:
    settings = config.read(LogConfig, os.environ)
    logs.configure("traceability-audit", level="WARNING")
    client = connect(settings.mongo_url)
    generations = MongoGenerations(client, settings.database)
    current = generations.side((await generations.pointer.read()).current)
    findings = await audit(
        kafka=settings.kafka,
        topics=settings.topics,
        shelf_of=shelf_of(current.store, current.payments),
        progress=current.progress,
        deep="--deep" in sys.argv[1:],
    )
    client.close()
    print(orjson.dumps(_result(findings)).decode(), flush=True)
    if not findings.complete:
        sys.exit(1)


def _result(findings: Findings) -> dict[str, Any]:
    """What was not counted is not said to be none."""
    told = {name: value for name, value in asdict(findings).items() if value is not None}
    return {"complete": findings.complete, **told}


if __name__ == "__main__":
    process.run(main)
