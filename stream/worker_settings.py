"""What a guarded worker is told at its start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stream.watchdog import ALL_STALLED_S


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """Times in seconds. `consumer_id` is one for each process of a group and stays over restarts."""

    bootstrap: str
    group: str
    consumer_id: str
    topics: tuple[str, ...]
    state_folder: Path
    session_timeout_s: float = 10.0
    heartbeat_s: float = 2.0
    commit_every_s: float = 1.0
    fetch_bytes: int = 1024 * 1024
    buffered_records: int = 64
    look_for_quarantines_every_s: float = 10.0
    stalled_after_s: float = ALL_STALLED_S
