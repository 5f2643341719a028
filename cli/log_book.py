"""What an auditor has read of a log, in a file: it goes on where it was stopped, and no log need fit in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cli.failures import Failure
from cli.language import headed, say
from provenance.log.tiles import WIDTH
from provenance.merkle import HASH_BYTES, Frontier, hash_leaf, root_of

_TABLES = """
create table if not exists walk (one integer primary key check (one = 1), log text, size integer, peaks blob);
create table if not exists leaves (entry blob primary key, n integer) without rowid;
create table if not exists repeats (n integer primary key, first integer);
create table if not exists bundles (place integer primary key, hash blob);
create table if not exists wrong (tile text primary key) without rowid;
create table if not exists recorded (entry blob primary key, what text) without rowid;
"""
_MISSING = "select what from recorded where entry not in (select entry from leaves) order by what"
_UNKNOWN = "select n, entry from leaves where entry not in (select entry from recorded) order by n"


class LogBook:
    """Of one log. `log` is its name. Raises Failure where the file is another log's, or none of ours."""

    def __init__(self, file: Path, log: str) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._kept = sqlite3.connect(file)
            self._kept.executescript(_TABLES)
            self._kept.execute("insert or ignore into walk values (1, ?, 0, x'')", [log])
            self._kept.commit()
            name, size, peaks = self._kept.execute("select log, size, peaks from walk").fetchone()
        except (sqlite3.Error, OSError) as error:
            raise Failure(headed(str(file), str(error))) from error
        if name != log:
            raise Failure(say("{file} is what was read of the log {log}: give another --state", file=file, log=name))
        hashes = [peaks[at : at + HASH_BYTES] for at in range(0, len(peaks), HASH_BYTES)]
        self.frontier = Frontier(size, tuple(hashes))

    def add(self, entries: Sequence[bytes]) -> None:
        """Those that follow what was read. Not on the disk before `save`."""
        for n, entry in enumerate(entries, self.frontier.size):
            self._kept.execute("insert or ignore into leaves values (?, ?)", [entry, n])
            ((first,),) = self._kept.execute("select n from leaves where entry = ?", [entry])
            if first != n:
                self._kept.execute("insert or ignore into repeats values (?, ?)", [n, first])
            self.frontier = self.frontier.grown(hash_leaf(entry))

    def add_bundle(self, place: int, hashes: Sequence[bytes]) -> None:
        """The leaf hashes of a bundle, whole or not yet; the tiles above are made of the whole ones."""
        if len(hashes) == WIDTH:
            self._kept.execute("insert or ignore into bundles values (?, ?)", [place, root_of(hashes)])

    def bundle_hashes(self) -> Iterator[bytes]:
        return (hash_ for (hash_,) in self._kept.execute("select hash from bundles order by place"))

    def note_wrong(self, tile: str) -> None:
        self._kept.execute("insert or ignore into wrong values (?)", [tile])

    def save(self) -> None:
        """All that was added, and how far it goes, at once."""
        peaks = b"".join(self.frontier.peaks)
        self._kept.execute("update walk set size = ?, peaks = ?", [self.frontier.size, peaks])
        self._kept.commit()

    def record(self, recorded: Iterable[tuple[bytes, str]]) -> None:
        """The entries there should be, each with what it is of, in place of what was recorded before."""
        self._kept.execute("delete from recorded")
        self._kept.executemany("insert or ignore into recorded values (?, ?)", recorded)
        self._kept.commit()

    @property
    def repeats(self) -> list[tuple[int, int]]:
        return list(self._kept.execute("select n, first from repeats order by n"))

    @property
    def wrong_tiles(self) -> list[str]:
        return [tile for (tile,) in self._kept.execute("select tile from wrong order by tile")]

    @property
    def missing(self) -> list[str]:
        """What is recorded and has no leaf."""
        return [what for (what,) in self._kept.execute(_MISSING)]

    @property
    def unknown(self) -> list[tuple[int, bytes]]:
        """Leaves of which nothing is recorded."""
        return list(self._kept.execute(_UNKNOWN))

    def close(self) -> None:
        self._kept.close()
