"""The tree once more, written from the definitions of RFC 9162 (2.1.1, 2.1.3.1, 2.1.4.1) and nothing else: its proofs
and ours are the same."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance import merkle

ENTRIES = [bytes([number]) * (number % 5) for number in range(70)]


def _root(entries: list[bytes]) -> bytes:
    """MTH."""
    if len(entries) < 2:
        return sha256(b"\0" + entries[0]).digest() if entries else sha256().digest()
    k = _k(len(entries))
    return sha256(b"\1" + _root(entries[:k]) + _root(entries[k:])).digest()


def _path(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH."""
    if len(entries) == 1:
        return []
    k = _k(len(entries))
    if m < k:
        return [*_path(m, entries[:k]), _root(entries[k:])]
    return [*_path(m - k, entries[k:]), _root(entries[:k])]


def _subproof(m: int, entries: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF."""
    if m == len(entries):
        return [] if whole else [_root(entries)]
    k = _k(len(entries))
    if m <= k:
        return [*_subproof(m, entries[:k], whole), _root(entries[k:])]
    return [*_subproof(m - k, entries[k:], False), _root(entries[:k])]


def _k(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def _subtree(level: int, place: int) -> bytes:
    return _root(ENTRIES[place << level : (place + 1) << level])


@pytest.mark.parametrize("size", [*range(1, 34), 63, 64, 65, 70])
def test_both_make_the_same_proofs_and_ours_take_the_others(size: int) -> None:
    entries, root = ENTRIES[:size], _root(ENTRIES[:size])
    assert merkle.root_of(map(merkle.hash_leaf, entries)) == root
    for index, entry in enumerate(entries):
        path = _path(index, entries)
        assert path == merkle.inclusion_proof(index, size, _subtree)
        assert merkle.verify_inclusion(merkle.hash_leaf(entry), index, size, path, root)
    for old in range(1, size + 1):
        proof = _subproof(old, entries, True)
        assert proof == merkle.consistency_proof(old, size, _subtree)
        assert merkle.verify_consistency(old, size, proof, _root(entries[:old]), root)


@given(st.integers(1, 40), st.data())
@settings(deadline=None)
def test_a_proof_of_the_other_shows_nothing_for_another_place_size_or_root(size: int, data: st.DataObject) -> None:
    entries, index = ENTRIES[:size], data.draw(st.integers(0, size - 1))
    claimed = data.draw(st.tuples(st.integers(0, 45), st.integers(0, 45), st.integers(0, 45)))
    place, long, rooted = claimed
    leaf, path = merkle.hash_leaf(entries[index]), _path(index, entries)
    shown = merkle.verify_inclusion(leaf, place, long, path, _root(ENTRIES[:rooted]))
    is_so = (
        place < long and rooted == long and ENTRIES[place] == entries[index] and _path(place, ENTRIES[:long]) == path
    )
    # Another size may have the same path only where it has the same root.
    assert not shown or is_so or _root(ENTRIES[:rooted]) == _root(entries)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 45), st.integers(0, 45))
@settings(deadline=None)
def test_consistency_by_the_other_shows_nothing_for_other_roots(one: int, two: int, old: int, new: int) -> None:
    first, second = sorted((one, two))
    proof = _subproof(first, ENTRIES[:second], True)
    shown = merkle.verify_consistency(first, second, proof, _root(ENTRIES[:old]), _root(ENTRIES[:new]))
    # Between equal sizes there is nothing but the roots to compare.
    assert shown == ((old, new) == (first, second) or (first == second and old == new))
