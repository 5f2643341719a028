"""Leaves: what an entry commits to, and which entries become leaves."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.log.leaves import ENTRY_BYTES, Leaf, LeafKind, first_occurrences, labels_id, salted

RECORD = sha256(b"an event").digest()


def test_an_entry_is_its_kind_and_a_salted_hash() -> None:
    leaf = Leaf(LeafKind.EVENT, RECORD, bytes(32))
    assert leaf.entry == b"\x00" + sha256(b"suyuan-leaf-v1\0" + bytes(32) + RECORD).digest()
    assert len(leaf.entry) == ENTRY_BYTES
    assert Leaf(LeafKind.LABELS, RECORD, bytes(32)).entry == b"\x01" + leaf.entry[1:]


def test_a_retry_has_the_same_salt_and_another_log_another() -> None:
    leaf = salted(LeafKind.EVENT, RECORD, salt_key=b"key")
    assert leaf == salted(LeafKind.EVENT, RECORD, salt_key=b"key")
    assert leaf.salt != salted(LeafKind.EVENT, RECORD, salt_key=b"other").salt
    assert leaf.salt != salted(LeafKind.EVENT, sha256(b"another").digest(), salt_key=b"key").salt


@pytest.mark.parametrize(("record", "salt"), [(RECORD[1:], bytes(32)), (RECORD, b"")])
def test_a_leaf_without_its_bytes_is_none(record: bytes, salt: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Leaf(LeafKind.EVENT, record, salt)


def test_labels_are_others_where_anything_said_of_them_is_other() -> None:
    said = ("issued", "request-1", "09520001000010", "L1", "")
    others = [
        labels_id(said, 3, bytes(32)),
        labels_id(said, 2, bytes(32)),
        labels_id(said, 3, RECORD),
        labels_id(("bound", *said[1:]), 3, bytes(32)),
        labels_id((*said[:3], "", "L1"), 3, bytes(32)),
        labels_id(said[:4], 3, bytes(32)),
    ]
    assert len(set(others)) == len(others)
    assert labels_id(said, 3, bytes(32)) == others[0]


@given(st.lists(st.binary(min_size=1, max_size=1)), st.lists(st.binary(min_size=1, max_size=1)))
def test_entries_in_two_steps_become_the_same_leaves_as_in_one(first: list[bytes], second: list[bytes]) -> None:
    leaves = first_occurrences(first, ())
    assert leaves + first_occurrences(second, frozenset(leaves)) == first_occurrences(first + second, ())
