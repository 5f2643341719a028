"""Tiles: their paths, what they hold, and proofs made of them alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance import merkle
from provenance.log import tiles
from provenance.log.tiles import Tile, TileError

LEAVES = [merkle.hash_leaf(number.to_bytes(4, "big")) for number in range(1_000)]
ENTRIES = [f"entry {number}".encode() for number in range(300)]


def _tile(tile: Tile) -> bytes:
    """C2SP tlog-tiles, Merkle Tree: the formula, word for word."""
    assert tile.level is not None
    span = 256**tile.level
    starts = [(tile.place * 256 + i) * span for i in range(tile.width)]
    return b"".join(merkle.root_of(LEAVES[start : start + span]) for start in starts)


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("0/000", Tile(0, 0)),
        ("0/x001/x234/067", Tile(0, 1_234_067)),
        ("1/x001/000.p/17", Tile(1, 1_000, 17)),
        ("entries/273.p/112", Tile(None, 273, 112)),
        ("63/999", Tile(63, 999)),
    ],
)
def test_a_path_names_one_tile_and_a_tile_has_one_path(path: str, tile: Tile) -> None:
    assert (Tile.read(path), str(tile)) == (tile, path)


@pytest.mark.parametrize(
    "path",
    ["", "0", "0/0", "00/000", "64/000", "0/x000/001", "0/001/002", "0/000.p/0", "0/000.p/256", "0/000.p/01", "-1/000",
     "0/000/", "entries/x1/000", "0/" + "x001/" * 30 + "000", "0/000.p/17\n", "0/٠٠٠"],
)  # fmt: skip
def test_other_spellings_are_no_tile(path: str) -> None:
    with pytest.raises(TileError, match="is no path of a tile"):
        Tile.read(path)


def test_the_tiles_of_a_log_are_those_of_the_standards_example() -> None:
    assert set(tiles.tiles_of(70_000)) == {Tile(None, 273, 112), Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)}
    assert set(tiles.tiles_of(256)) == {Tile(None, 0), Tile(0, 0), Tile(1, 0, 1)}
    assert not set(tiles.tiles_of(0))


def test_a_log_has_the_tiles_it_has_grown_to() -> None:
    assert tiles.has(70_000, Tile(0, 272)) and tiles.has(70_000, Tile(0, 273, 112)) and tiles.has(70_000, Tile(1, 1, 9))
    assert not tiles.has(70_000, Tile(0, 273, 113)) and not tiles.has(70_000, Tile(0, 273))
    assert not tiles.has(70_000, Tile(3, 0, 1)) and not tiles.has(0, Tile(0, 0, 1))


@given(st.integers(1, 1_000), st.data())
def test_every_proof_is_made_of_tiles_that_the_log_has(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))

    def read(tile: Tile) -> bytes:
        assert tiles.has(size, tile), tile
        return _tile(tile)

    subtree, root = tiles.subtrees(size, read), merkle.root_of(LEAVES[:size])
    path = merkle.inclusion_proof(index, size, subtree)
    assert merkle.verify_inclusion(LEAVES[index], index, size, path, root)
    grown = merkle.consistency_proof(old, size, subtree)
    assert merkle.verify_consistency(old, size, grown, merkle.root_of(LEAVES[:old]), root)


def test_entries_come_out_of_a_bundle_as_they_went_in() -> None:
    tile = Tile(None, 0, 3)
    entries = [b"", b"one", b"x" * 65_535]
    assert tiles.unbundled(tile, tiles.bundled(entries)) == entries
    with pytest.raises(TileError, match="at most 65535 bytes"):
        tiles.bundled([b"x" * 65_536])


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_bundle_cut_off_is_refused(cut: int) -> None:
    raw = tiles.bundled(ENTRIES[:256])
    with pytest.raises(TileError, match="cut off"):
        tiles.unbundled(Tile(None, 0), raw[:-cut])
    with pytest.raises(TileError, match="does not hold 255 entries"):
        tiles.unbundled(Tile(None, 0, 255), raw)
    with pytest.raises(TileError, match="has 31 bytes, not 32"):
        tiles.split(Tile(0, 0, 1), bytes(31))
