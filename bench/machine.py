"""What it was measured on: figures without their hardware, versions, settings and load say nothing."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from statistics import median

import orjson

from epcis.canonical_json import canonical_bytes
from services.traceability.mongo.events import INDEXES
from stream.runs import MOST_BYTES, MOST_RECORDS
from stream.worker_settings import WorkerSettings
from wire.envelope import MAX_BYTES, MAX_EVENTS

PACKAGES = ("kafka-python", "faust-streaming", "motor", "pymongo", "grpcio", "orjson", "secantusdb")


def hardware() -> Mapping[str, str | float]:
    return {
        "processor": _line("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory": _line("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
    }


def software() -> Mapping[str, str]:
    found = {name: version(name) for name in PACKAGES}
    return {"python": platform.python_version(), "commit": _commit(), **found}


def settings() -> Mapping[str, str]:
    defaults = {name: field.default for name, field in WorkerSettings.__dataclass_fields__.items()}
    return {
        "store": "w=majority, j=True, read concern majority; the store runs with --sync-on-commit",
        "indexes": "; ".join(" + ".join(name for name, _ in index) for index in INDEXES),
        "log": "one broker, acks=all, idempotent, linger_ms=0, zstd",
        "envelope": f"at most {MAX_EVENTS} events and {MAX_BYTES} bytes, unless the row says otherwise",
        "projector": f"one; fetches {defaults['fetch_bytes']} bytes, buffers {defaults['buffered_records']} records, "
        f"writes at most {MOST_RECORDS} of them or {MOST_BYTES} bytes at once",
    }


def load() -> Mapping[str, str | float]:
    one, five, fifteen = os.getloadavg()
    now = time.strftime("%Y-%m-%d %H:%M:%S %z")
    return {
        "at": now,
        "load_1_min": round(one, 1),
        "load_5_min": round(five, 1),
        "load_15_min": round(fifteen, 1),
        "yardstick_us": round(yardstick_us(), 1),
    }


def yardstick_us() -> float:
    """CPU µs of one fixed piece of work at this moment, the middle of many: neighbours on the machine make it dearer,
    and every other figure with it."""
    spent = []
    for _ in range(_TURNS):
        start = time.thread_time()
        for _ in range(_EACH):
            canonical_bytes(orjson.loads(_WORK))
        spent.append((time.thread_time() - start) / _EACH * 1e6)
    return median(spent)


_TURNS, _EACH = 200, 50
_WORK = orjson.dumps({f"field{n}": {"quantity": n + 0.5, "epcClass": f"urn:example:{n}"} for n in range(10)})


def _line(file: str, name: str) -> str:
    lines = Path(file).read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "unknown")


def _commit() -> str:
    folder = Path(__file__).parent
    said = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=folder, capture_output=True, text=True)
    return said.stdout.strip() or "unknown"
