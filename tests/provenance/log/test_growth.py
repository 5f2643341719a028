"""A log that grows step by step writes the tiles of the log that was written at once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.log.growth import grown, open_tiles
from provenance.log.tiles import Tile, subtrees, tiles_of
from provenance.merkle import Frontier, hash_leaf, inclusion_proof, root_of, verify_inclusion

ENTRIES = [number.to_bytes(4, "big") for number in range(70_000)]


def _written(sizes: list[int]) -> dict[str, bytes]:
    """By the path of the full tile, as a store that only lets tiles grow has them after these sizes."""
    stored: dict[str, bytes] = {}
    before = 0
    for size in sizes:
        opened = {tile: stored[_whole(tile)] for tile in open_tiles(before)}
        stored |= {_whole(tile): raw for tile, raw in grown(before, opened, ENTRIES[before:size]).items()}
        before = size
    return stored


def _whole(tile: Tile) -> str:
    return str(Tile(tile.level, tile.place))


@settings(deadline=None)
@given(st.lists(st.integers(0, 1_200), min_size=1, max_size=8).map(sorted))
def test_the_steps_in_which_a_log_grew_are_not_seen_in_its_tiles(sizes: list[int]) -> None:
    assert _written(sizes) == _written(sizes[-1:])


def test_every_entry_of_a_log_of_three_levels_is_proved_from_its_tiles() -> None:
    size = len(ENTRIES)
    stored = _written([65_535, 65_536, 65_537, size])
    assert {_whole(tile) for tile in tiles_of(size)} <= stored.keys()
    root = root_of(map(hash_leaf, ENTRIES))
    subtree = subtrees(size, lambda tile: stored[_whole(tile)][: tile.width * 32])
    for index in (0, 255, 256, 65_535, 65_536, size - 1):
        path = inclusion_proof(index, size, subtree)
        assert verify_inclusion(hash_leaf(ENTRIES[index]), index, size, path, root)


def test_nothing_added_writes_nothing() -> None:
    assert grown(Frontier().size, {}, []) == {}
