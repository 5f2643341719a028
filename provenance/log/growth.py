"""A log that grows: which tiles are new or longer once entries follow those it had. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from provenance.log.tiles import WIDTH, Tile, bundled, split, tiles_of
from provenance.merkle import hash_leaf, root_of

_HASHES_UP = 8
Tiles = Mapping[Tile, bytes]


def open_tiles(size: int) -> list[Tile]:
    """Those that a log of `size` entries will go on writing into."""
    return [tile for tile in tiles_of(size) if tile.width < WIDTH]


def grown(size: int, opened: Tiles, entries: Sequence[bytes]) -> dict[Tile, bytes]:
    """What a log of `size` entries, whose open tiles have these bytes, must write for `entries` to follow."""
    written = dict(_filled(None, size, opened, [bundled([entry]) for entry in entries]))
    level, pieces = 0, [hash_leaf(entry) for entry in entries]
    while pieces:
        filled = dict(_filled(level, size >> _HASHES_UP * level, opened, pieces))
        written |= filled
        pieces = [root_of(split(tile, raw)) for tile, raw in filled.items() if tile.width == WIDTH]
        level += 1
    return written


def _filled(level: int | None, there: int, opened: Tiles, pieces: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
    """The tiles of one level, on which `there` stand already, with these behind."""
    at = 0
    while at < len(pieces):
        place, width = divmod(there + at, WIDTH)
        added = pieces[at : at + WIDTH - width]
        before = opened[Tile(level, place, width)] if width else b""
        yield Tile(level, place, width + len(added)), before + b"".join(added)
        at += len(added)
