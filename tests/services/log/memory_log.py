"""The log's store and topic in memory, one step at a time: what a real store does row by row is several steps here.

`Step` is where somebody else may come in between, or the process may die.
"""

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from provenance.log.growth import Tiles
from provenance.log.notes import Note
from provenance.log.tiles import Tile
from services.log.domain import Committed, Forked, Head


class Step:
    """Awaited between any two things that are done."""

    def __await__(self) -> Generator[None]:
        yield


@dataclass
class MemoryLog:
    """`services.log.ports.LogStore`. `signed` is every checkpoint that anybody was ever given, also for nothing."""

    entries: dict[bytes, int] = field(default_factory=dict)
    grown: dict[str, bytes] = field(default_factory=dict)
    heads: list[Head] = field(default_factory=lambda: [Head()])
    signed: list[tuple[int, Note]] = field(default_factory=list)

    async def head(self) -> Head:
        await Step()
        return self.heads[-1]

    async def advance(self, old: Head, new: Head) -> bool:
        await Step()
        if self.heads[-1] != old:
            return False
        self.heads.append(new)
        await Step()
        return True

    async def numbers(self, entries: Collection[bytes]) -> Mapping[bytes, int]:
        await Step()
        return {entry: self.entries[entry] for entry in entries if entry in self.entries}

    async def number(self, entries: Sequence[bytes], first: int) -> None:
        for n, entry in enumerate(entries, first):
            await Step()
            if self.entries.setdefault(entry, n) != n:
                raise Forked(f"entry {entry.hex()} is {n} by the topic, {self.entries[entry]} here")

    async def tiles(self, wanted: Iterable[Tile]) -> Tiles:
        await Step()
        return {tile: self._cut(tile) for tile in wanted}

    async def keep(self, tiles: Tiles) -> None:
        for tile, raw in tiles.items():
            await Step()
            if len(self.grown.get(_id(tile), b"")) < len(raw):
                self.grown[_id(tile)] = raw

    async def checkpoint(self) -> Note | None:
        await Step()
        return max(self.signed, key=lambda one: one[0])[1] if self.signed else None

    async def keep_checkpoint(self, size: int, checkpoint: Note) -> None:
        self.signed.append((size, checkpoint))
        await Step()

    def _cut(self, tile: Tile) -> bytes:
        length = tile.width * (35 if tile.level is None else 32)
        if len(raw := self.grown.get(_id(tile), b"")) < length:
            raise Forked(f"tile {tile} has {len(raw)} bytes here, and {length} by the head")
        return raw[:length]


@dataclass
class MemoryTopic:
    """`services.log.ports.LogTopic` that gives `at_once` records, of as many as were appended."""

    records: list[tuple[bytes, ...]] = field(default_factory=list)
    at_once: int = 3

    async def append(self, entries: Sequence[bytes]) -> None:
        self.records.append(tuple(entries))

    async def read(self, offset: int) -> Sequence[Committed]:
        await Step()
        return [Committed(at, self.records[at]) for at in range(offset, len(self.records))][: self.at_once]


def _id(tile: Tile) -> str:
    return str(Tile(tile.level, tile.place))
