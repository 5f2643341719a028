"""The one file this service keeps: cards (by the hash of their code) and the public halves of signing keys."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.identity.domain import CardLife, Grant, GrowerCard, StillGood

_SCHEMA = """
CREATE TABLE IF NOT EXISTS card (
  digest TEXT PRIMARY KEY, party TEXT NOT NULL, roles TEXT NOT NULL, hours REAL NOT NULL,
  expires_s INTEGER NOT NULL, used_s INTEGER
);
CREATE TABLE IF NOT EXISTS grower_card (
  digest TEXT PRIMARY KEY, party TEXT NOT NULL, expires_s INTEGER NOT NULL, revoked_s INTEGER
);
CREATE INDEX IF NOT EXISTS grower_card_party ON grower_card (party);
CREATE TABLE IF NOT EXISTS key (key_id TEXT PRIMARY KEY, public TEXT NOT NULL, needed_until_s INTEGER NOT NULL);
"""
# Columns that a file of an earlier version has not.
_SINCE = {
    "made_by": "TEXT NOT NULL DEFAULT ''",
    "made_s": "INTEGER NOT NULL DEFAULT 0",
    "revoked_by": "TEXT NOT NULL DEFAULT ''",
    "trading": "INTEGER NOT NULL DEFAULT 0",
}
# Of a grower one card of an office is good, and one of traders: of several in a file of an earlier version, the last.
_ONE_IS_GOOD = """
UPDATE grower_card AS earlier SET (revoked_s, revoked_by) = (
  SELECT max(last.made_s, 1), last.made_by FROM grower_card AS last
  WHERE last.party = earlier.party AND last.trading = earlier.trading AND last.revoked_s IS NULL
  ORDER BY last.rowid DESC LIMIT 1
) WHERE revoked_s IS NULL AND EXISTS (
  SELECT 1 FROM grower_card AS later
  WHERE later.party = earlier.party AND later.trading = earlier.trading AND later.revoked_s IS NULL
    AND later.rowid > earlier.rowid
);
DROP INDEX IF EXISTS grower_card_good;
CREATE UNIQUE INDEX IF NOT EXISTS grower_card_good_of ON grower_card (party, trading) WHERE revoked_s IS NULL;
"""
_REVOKE = (
    "UPDATE grower_card SET revoked_s = min(:now_s, expires_s), "
    "revoked_by = CASE WHEN expires_s > :now_s THEN :by ELSE '' END "
    "WHERE party = :party AND trading >= :trading AND revoked_s IS NULL RETURNING expires_s > :now_s"
)
"""A trader's word (1) ends what traders made, an office's (0) all. What had run out by then ended itself."""
_GOOD = (
    "SELECT substr(digest, 1, 16) FROM grower_card "
    "WHERE party = ? AND trading >= ? AND revoked_s IS NULL AND expires_s > ?"
)


class SqliteStore:
    """`services.identity.ports.Cards` and `GrowerCards`, and the keys that tokens still out were signed with.

    Safe between threads.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._lock = threading.Lock()
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_SCHEMA)
        there = {row[1] for row in self._connection.execute("PRAGMA table_info(grower_card)")}
        for name, kind in _SINCE.items():
            if name not in there:
                self._connection.execute(f"ALTER TABLE grower_card ADD COLUMN {name} {kind}")
        self._connection.executescript(_ONE_IS_GOOD)

    def close(self) -> None:
        self._connection.close()

    def trouble(self) -> str | None:
        """None where cards and keys can be read, else why not."""
        try:
            self._run("SELECT EXISTS (SELECT 1 FROM card), EXISTS (SELECT 1 FROM key)")
        except sqlite3.Error as error:
            return f"the file of cards and keys cannot be read: {error}"
        return None

    def add(self, digest: str, grant: Grant, expires_s: int) -> None:
        row = (digest, grant.party, json.dumps(sorted(grant.roles)), grant.hours, expires_s)
        self._run("INSERT INTO card (digest, party, roles, hours, expires_s) VALUES (?, ?, ?, ?, ?)", *row)

    def take(self, digest: str, now_s: int) -> Grant | None:
        rows = self._run(
            "UPDATE card SET used_s = ? WHERE digest = ? AND used_s IS NULL AND expires_s > ? "
            "RETURNING party, roles, hours",
            *(now_s, digest, now_s),
        )
        return Grant(rows[0][0], frozenset(json.loads(rows[0][1])), rows[0][2]) if rows else None

    def used_s(self, digest: str) -> int:
        rows = self._run("SELECT used_s FROM card WHERE digest = ? AND used_s IS NOT NULL", digest)
        return int(rows[0][0]) if rows else 0

    def replace_grower_card(
        self, digest: str, card: GrowerCard, now_s: int, *, ends: Collection[str] | None = None
    ) -> None:
        with self._at_once():
            good = {row[0] for row in self._connection.execute(_GOOD, (card.party, card.trading, now_s))}
            if ends is not None and good.difference(ends):
                raise StillGood
            self._connection.execute(_REVOKE, _ending(card.party, card.made_by, now_s, trading=card.trading)).fetchall()
            self._connection.execute(
                "INSERT INTO grower_card (digest, party, expires_s, made_by, made_s, trading) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (digest, card.party, card.expires_s, card.made_by, now_s, card.trading),
            )

    def grower_card(self, digest: str, now_s: int) -> GrowerCard | None:
        rows = self._run(
            "SELECT party, expires_s, made_by, trading FROM grower_card "
            "WHERE digest = ? AND revoked_s IS NULL AND expires_s > ?",
            *(digest, now_s),
        )
        return _card(*rows[0]) if rows else None

    def revoke(self, party: str, by: str, now_s: int, *, trading: bool = False) -> int:
        with self._lock:
            ended = self._connection.execute(_REVOKE, _ending(party, by, now_s, trading=trading)).fetchall()
        return sum(was_good for (was_good,) in ended)

    def lives(self, party: str) -> list[CardLife]:
        rows = self._run(
            "SELECT substr(digest, 1, 16), made_by, made_s, expires_s, revoked_by, ifnull(revoked_s, 0), trading "
            "FROM grower_card WHERE party = ? ORDER BY made_s DESC, rowid DESC",
            party,
        )
        return [_life(*row) for row in rows]

    def need_key(self, key_id: str, public: Mapping[str, Any], until_s: int) -> None:
        """Keep `key_id` published until then, or longer where that was asked before."""
        self._run(
            "INSERT INTO key VALUES (?, ?, ?) ON CONFLICT (key_id) "
            "DO UPDATE SET needed_until_s = max(needed_until_s, excluded.needed_until_s)",
            *(key_id, json.dumps(dict(public)), until_s),
        )

    def keys_needed(self, now_s: int) -> list[dict[str, Any]]:
        rows = self._run("SELECT public FROM key WHERE needed_until_s >= ? ORDER BY key_id", now_s)
        return [json.loads(row[0]) for row in rows]

    def _run(self, statement: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """All that is written inside, or none of it; alone, also among processes."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield


def _card(party: str, expires_s: int, made_by: str, trading: int) -> GrowerCard:
    return GrowerCard(party, expires_s, made_by, bool(trading))


def _life(
    mark: str, made_by: str, made_s: int, expires_s: int, revoked_by: str, revoked_s: int, trading: int
) -> CardLife:
    return CardLife(mark, made_by, made_s, expires_s, revoked_by, revoked_s, bool(trading))


def _ending(party: str, by: str, now_s: int, *, trading: bool) -> Mapping[str, Any]:
    return {"party": party, "by": by, "now_s": now_s, "trading": trading}
