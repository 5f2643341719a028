"""Remembers across restarts at which record the process died: the third time at the same place it is set aside.

A note is on disk before the process ends. A place that was passed is forgotten.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Protocol

from stream.receipts import Receipt, TopicPartition

CRASHES_BEFORE_QUARANTINE = 3


class CrashNotes(Protocol):
    def crashes_at(self, place: Receipt) -> int: ...

    def note(self, place: Receipt) -> int:
        """One crash more; the number of them, durably."""
        ...

    def passed(self, place: Receipt) -> None:
        """The record is done with."""
        ...


class FileCrashNotes:
    """One small JSON file: the last place a crash was noted at, for each partition, and how often."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._notes: dict[TopicPartition, tuple[int, int]] = _read(path)

    def crashes_at(self, place: Receipt) -> int:
        offset, crashes = self._notes.get(place.topic_partition, (-1, 0))
        return crashes if offset == place.offset else 0

    def note(self, place: Receipt) -> int:
        crashes = self.crashes_at(place) + 1
        self._notes[place.topic_partition] = (place.offset, crashes)
        self._write()
        return crashes

    def passed(self, place: Receipt) -> None:
        if self.crashes_at(place):
            del self._notes[place.topic_partition]
            self._write()

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        rows = [[topic, partition, *note] for (topic, partition), note in self._notes.items()]
        with draft.open("w") as file:
            json.dump(rows, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)


def _read(path: Path) -> dict[TopicPartition, tuple[int, int]]:
    """A file that cannot be read counts as none: the worst that follows is a few restarts more."""
    try:
        rows = json.loads(path.read_text())
        return {TopicPartition(topic, partition): (offset, crashes) for topic, partition, offset, crashes in rows}
    except (OSError, ValueError, TypeError):
        return {}
