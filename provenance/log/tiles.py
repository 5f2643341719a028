"""The tree and the entries of a log in pieces of 256, which never change once they are full (C2SP tlog-tiles)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from provenance.merkle import HASH_BYTES, Subtree, hash_node

WIDTH = 256
_LEVELS = 8  # of the tree in one tile: 2 ** 8 = 256
MOST_LEVEL = 63
_LENGTH_BYTES = 2
LONGEST_ENTRY = 0xFFFF
_PATH = re.compile(
    r"(?P<level>entries|0|[1-9][0-9]?)/(?P<higher>(?:x[0-9]{3}/)*)(?P<lowest>[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class TileError(ValueError):
    """No such tile, or its bytes are not what they must be."""


@dataclass(frozen=True, slots=True)
class Tile:
    """`level` None is a bundle of entries. Its path: `0/x001/x234/067` or, not yet full, `0/x001/x234/067.p/17`."""

    level: int | None
    place: int
    width: int = WIDTH

    def __str__(self) -> str:
        level = "entries" if self.level is None else str(self.level)
        groups = [f"{self.place % 1000:03}"]
        while (rest := self.place // 1000 ** len(groups)) > 0:
            groups.append(f"x{rest % 1000:03}")
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"{level}/{'/'.join(reversed(groups))}{partial}"

    @property
    def first(self) -> int:
        """The place, on its level, of its first hash or entry."""
        return self.place * WIDTH

    @classmethod
    def read(cls, path: str) -> Tile:
        """One path a tile: others, though they could be understood, are no tile. Raises TileError."""
        found = _PATH.fullmatch(path)
        if not found or len(path) > 60:
            raise TileError(f"{path[:60]!r} is no path of a tile, such as 0/x001/234 or entries/000.p/17")
        level = None if found["level"] == "entries" else int(found["level"])
        place = int(re.sub(r"[x/]", "", found["higher"]) + found["lowest"])
        tile = cls(level, place, int(found["width"] or WIDTH))
        if str(tile) != path or (level or 0) > MOST_LEVEL:
            raise TileError(f"{path[:60]!r} is no path of a tile: levels go to {MOST_LEVEL}, widths to {WIDTH - 1}")
        return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """The last tile of every level in a log of `size` entries, bundles included, and whether it is full."""
    for level in (None, *range(MOST_LEVEL + 1)):
        width = size >> _LEVELS * (level or 0)
        if not width:
            return
        yield Tile(level, (width - 1) // WIDTH, (width - 1) % WIDTH + 1)


def has(size: int, tile: Tile) -> bool:
    """Whether a log of `size` entries has as much as this tile holds."""
    return tile.first + tile.width <= size >> _LEVELS * (tile.level or 0)


def subtrees(size: int, read: Callable[[Tile], bytes]) -> Subtree:
    """The hashes of a log of `size` entries from its tiles; `read` gives a tile's bytes."""

    def subtree(level: int, place: int) -> bytes:
        tile_level, height = divmod(level, _LEVELS)
        first = place << height
        there = size >> _LEVELS * tile_level
        tile = Tile(tile_level, first // WIDTH, min(WIDTH, there - first // WIDTH * WIDTH))
        hashes = split(tile, read(tile))[first % WIDTH : first % WIDTH + (1 << height)]
        while len(hashes) > 1:
            hashes = [hash_node(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    return subtree


def split(tile: Tile, raw: bytes) -> list[bytes]:
    """The hashes in a tile. Raises TileError where they are not as many as they must be."""
    if len(raw) != tile.width * HASH_BYTES:
        raise TileError(f"tile {tile} has {len(raw)} bytes, not {tile.width * HASH_BYTES}")
    return [raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)]


def bundled(entries: Iterable[bytes]) -> bytes:
    """A bundle of entries. Raises TileError for one longer than 65,535 bytes."""
    return b"".join(_prefixed(entry) for entry in entries)


def unbundled(tile: Tile, raw: bytes) -> Sequence[bytes]:
    """The entries in a bundle. Raises TileError where it is cut off or holds another number of them."""
    entries, at = [], 0
    while at < len(raw):
        begin = at + _LENGTH_BYTES
        at = begin + int.from_bytes(raw[at:begin], "big")
        entries.append(raw[begin:at])
    if at != len(raw) or len(entries) != tile.width:
        raise TileError(f"bundle {tile} is cut off or does not hold {tile.width} entries")
    return entries


def _prefixed(entry: bytes) -> bytes:
    if len(entry) > LONGEST_ENTRY:
        raise TileError(f"an entry has at most {LONGEST_ENTRY} bytes, and this one {len(entry)}")
    return len(entry).to_bytes(_LENGTH_BYTES, "big") + entry
