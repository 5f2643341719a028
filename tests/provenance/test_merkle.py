"""Laws of the tree: what is in it is shown at every size, and nothing else is."""

from hypothesis import given
from hypothesis import strategies as st

from provenance import merkle

_SIZES = st.integers(1, 300)


def _leaf(number: int) -> bytes:
    return merkle.hash_leaf(number.to_bytes(4, "big"))


def _root(begin: int, end: int) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word."""
    if end - begin < 2:
        return _leaf(begin) if end > begin else merkle.EMPTY_ROOT
    split = 1
    while split * 2 < end - begin:
        split *= 2
    return merkle.hash_node(_root(begin, begin + split), _root(begin + split, end))


def _subtree(level: int, place: int) -> bytes:
    return _root(place << level, (place + 1) << level)


@given(st.integers(0, 300))
def test_a_log_that_grew_leaf_by_leaf_has_the_root_of_the_standard(size: int) -> None:
    assert merkle.root_of(map(_leaf, range(size))) == _root(0, size)


@given(_SIZES, st.data())
def test_every_entry_is_shown_at_its_own_place_and_at_no_other(size: int, data: st.DataObject) -> None:
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, _subtree)
    assert merkle.verify_inclusion(_leaf(index), index, size, proof, _root(0, size))
    assert merkle.verify_inclusion(_leaf(index), other, size, proof, _root(0, size)) is (other == index)
    assert merkle.verify_inclusion(_leaf(other), index, size, proof, _root(0, size)) is (other == index)


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_log_goes_on_from_each_of_its_earlier_sizes(one: int, other: int) -> None:
    old, new = sorted((one, other))
    proof = merkle.consistency_proof(old, new, _subtree)
    assert merkle.verify_consistency(old, new, proof, _root(0, old), _root(0, new))


@given(_SIZES, _SIZES, st.data())
def test_a_log_in_which_one_old_entry_was_exchanged_does_not_go_on(one: int, other: int, data: st.DataObject) -> None:
    old, new = sorted((one, other))
    exchanged = data.draw(st.integers(0, old - 1))
    rewritten = merkle.root_of(_leaf(7_000 if number == exchanged else number) for number in range(new))
    proof = merkle.consistency_proof(old, new, _subtree)
    assert not merkle.verify_consistency(old, new, proof, _root(0, old), rewritten)


@given(_SIZES, st.data())
def test_a_proof_with_one_bit_changed_or_one_hash_more_or_less_shows_nothing(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, _subtree)
    damaged = [[*proof, bytes(32)], [bytes(32), *proof], [*proof, b""]]
    if proof:
        at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
        flipped = (int.from_bytes(proof[at], "big") ^ 1 << bit).to_bytes(32, "big")
        damaged += [[*proof[:at], flipped, *proof[at + 1 :]], proof[:-1], proof[1:]]
    assert not any(merkle.verify_inclusion(_leaf(index), index, size, one, _root(0, size)) for one in damaged)


def test_sizes_and_places_that_cannot_be_show_nothing_and_raise_nothing() -> None:
    root = _root(0, 5)
    assert not merkle.verify_inclusion(_leaf(0), -1, 5, [], root)
    assert not merkle.verify_inclusion(_leaf(0), 5, 5, [], root)
    assert not merkle.verify_inclusion(_leaf(0), 0, 0, [], merkle.EMPTY_ROOT)
    assert not merkle.verify_inclusion(b"short", 0, 1, [], b"short")
    assert not merkle.verify_consistency(5, 3, [], root, _root(0, 3))
    assert not merkle.verify_consistency(-1, 5, [], root, root)
    assert not merkle.verify_consistency(0, 5, [], root, root)
    assert merkle.verify_consistency(0, 5, [], merkle.EMPTY_ROOT, root)


def test_the_reference_trees_have_their_published_roots() -> None:
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    leaves = [merkle.hash_leaf(bytes.fromhex(entry)) for entry in entries]
    assert {size: merkle.root_of(leaves[:size]).hex() for size in roots} == roots
