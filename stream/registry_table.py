"""The registry's records in one SQLite file: versions by kind and id, the links look-ups need, and how far it read.

A change and the offset it came from are one transaction. Erased means overwritten on disk (`secure_delete`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
  kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY (kind, id, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (
  kind TEXT NOT NULL, target TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (kind, target, id, version)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS link_of_record ON link (kind, id, version);
CREATE TABLE IF NOT EXISTS progress (topic TEXT PRIMARY KEY, next_offset INTEGER NOT NULL, read_at REAL NOT NULL)
WITHOUT ROWID;
"""


class RecordKey(NamedTuple):
    """What the topic's key says (`wire.registry_codec.parse_key`)."""

    kind: str
    id: str
    version: int


@dataclass(frozen=True, slots=True)
class Change:
    """A version put (`value`, and the ids it is looked up by) or erased (`value` is None)."""

    key: RecordKey
    value: bytes | None
    targets: frozenset[str] = frozenset()


LINKS = 6
"""Counts up when `provenance.registry.reading.targets_of` names more: a file of other links is read anew."""


def connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA secure_delete=ON")
    connection.executescript(SCHEMA)
    if connection.execute("PRAGMA user_version").fetchone()[0] != LINKS:
        forget(connection)
        connection.execute(f"PRAGMA user_version = {LINKS}")
    return connection


def next_offset(connection: sqlite3.Connection, topic: str) -> int:
    row = connection.execute("SELECT next_offset FROM progress WHERE topic = ?", (topic,)).fetchone()
    return int(row[0]) if row else 0


def read_at(connection: sqlite3.Connection, topic: str) -> float:
    """When the topic was last read; 0 where never."""
    row = connection.execute("SELECT read_at FROM progress WHERE topic = ?", (topic,)).fetchone()
    return float(row[0]) if row else 0.0


def forget(connection: sqlite3.Connection) -> None:
    """Everything, so that the topic is read again from its beginning."""
    connection.executescript("BEGIN IMMEDIATE; DELETE FROM record; DELETE FROM link; DELETE FROM progress; COMMIT;")
    erase_write_ahead_log(connection)


def apply(connection: sqlite3.Connection, changes: Iterable[Change], topic: str, offset: int, read_at: float) -> None:
    """All changes and the next offset to read, or none of them. `read_at` is in seconds since 1970."""
    with closing(connection.cursor()) as cursor:
        cursor.execute("BEGIN IMMEDIATE")
        try:
            for change in changes:
                _apply_one(cursor, change)
            cursor.execute("INSERT OR REPLACE INTO progress VALUES (?, ?, ?)", (topic, offset, read_at))
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")


def erase_write_ahead_log(connection: sqlite3.Connection) -> None:
    """After a tombstone: the log beside the file must not keep what was erased."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def versions(connection: sqlite3.Connection, kind: str, id: str) -> tuple[bytes, ...]:
    """The highest version first."""
    rows = connection.execute("SELECT value FROM record WHERE kind = ? AND id = ? ORDER BY version DESC", (kind, id))
    return tuple(row[0] for row in rows)


def linked(
    connection: sqlite3.Connection, kind: str, target: str, after_id: str = "", limit: int = -1
) -> tuple[str, ...]:
    """In id order, those after `after_id`; -1 is all of them."""
    rows = connection.execute(
        "SELECT DISTINCT id FROM link WHERE kind = ? AND target = ? AND id > ? ORDER BY id LIMIT ?",
        (kind, target, after_id, limit),
    )
    return tuple(row[0] for row in rows)


def ids_after(connection: sqlite3.Connection, kind: str, after_id: str, limit: int) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT DISTINCT id FROM record WHERE kind = ? AND id > ? ORDER BY id LIMIT ?", (kind, after_id, limit)
    )
    return tuple(row[0] for row in rows)


def counts(connection: sqlite3.Connection) -> Mapping[str, int]:
    return dict(connection.execute("SELECT kind, COUNT(DISTINCT id) FROM record GROUP BY kind"))


def _apply_one(cursor: sqlite3.Cursor, change: Change) -> None:
    key = tuple(change.key)
    cursor.execute("DELETE FROM link WHERE kind = ? AND id = ? AND version = ?", key)
    if change.value is None:
        cursor.execute("DELETE FROM record WHERE kind = ? AND id = ? AND version = ?", key)
        return
    cursor.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)", (*key, change.value))
    for target in sorted(change.targets):
        cursor.execute(
            "INSERT INTO link VALUES (?, ?, ?, ?)", (change.key.kind, target, change.key.id, change.key.version)
        )
