"""Checkpoints and proofs: written, read, checked without the log, and refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from provenance import merkle
from provenance.log.checkpoints import Checkpoint
from provenance.log.notes import Kind, Note, NoteError, SignerKey
from provenance.log.proofs import HEAD, Proof

ORIGIN = "suyuan.example/log"
KEY = SignerKey(ORIGIN, Kind.LOG, Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
ENTRIES = [f"entry {number}".encode() for number in range(13)]
LEAVES = [merkle.hash_leaf(entry) for entry in ENTRIES]


def _signed(text: str) -> Note:
    return Note(text, (KEY.signature(text),))


def _proof(index: int) -> Proof:
    path = merkle.inclusion_proof(index, 13, lambda level, place: _root(place << level, (place + 1) << level))
    return Proof(index, tuple(path), _signed(str(Checkpoint(ORIGIN, 13, _root(0, 13)))), extra=b"salt")


def _root(begin: int, end: int) -> bytes:
    return merkle.root_of(LEAVES[begin:end])


@pytest.mark.parametrize("index", range(13))
def test_a_written_proof_is_checked_by_who_has_the_entry_and_the_key(index: int) -> None:
    proof = Proof.read(str(_proof(index)))
    assert proof == _proof(index)
    assert proof.check(ENTRIES[index], origin=ORIGIN, keys=[KEY.verifier]).size == 13
    with pytest.raises(NoteError, match=f"entry {index} of the log of 13 is not this one"):
        proof.check(ENTRIES[index - 1], origin=ORIGIN, keys=[KEY.verifier])


def test_the_checkpoint_of_another_log_shows_nothing() -> None:
    with pytest.raises(NoteError, match=r"of the log 'suyuan.example/log', not of 'other.example'"):
        _proof(3).check(ENTRIES[3], origin="other.example", keys=[KEY.verifier])


@pytest.mark.parametrize(
    ("was", "becomes", "wrong"),
    [
        (HEAD, "c2sp.org/tlog-proof@v2", "begins with"),
        ("index 3", "index 03", "index N"),
        ("index 3\n", "", "index N"),
        ("extra ", "extra !", "not base64"),
        ("\n\n", "", "not base64"),
        (str(_proof(3)).split("\n\n", 1)[1], "", "an empty line"),
    ],
)
def test_what_is_no_proof_is_refused_with_a_sentence(was: str, becomes: str, wrong: str) -> None:
    with pytest.raises(NoteError, match=wrong):
        Proof.read(str(_proof(3)).replace(was, becomes, 1))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (f"{ORIGIN}\n13\n", "three lines"),
        (f"{ORIGIN}\n13\nAAAA\n", "32 bytes"),
        (f"{ORIGIN}\n013\n{'A' * 43}=\n", "leading noughts"),
        (f"{ORIGIN}\n-1\n{'A' * 43}=\n", "leading noughts"),
        (f"{ORIGIN}\n13\n{'A' * 42}B=\n", "32 bytes"),
        (f"{ORIGIN}\n13\n{'A' * 43}=\n\n", "none empty"),
    ],
)
def test_what_is_no_checkpoint_is_refused_with_a_sentence(text: str, wrong: str) -> None:
    with pytest.raises(NoteError, match=wrong):
        Checkpoint.read(text, origin=ORIGIN)


def test_an_extension_of_a_checkpoint_is_passed_over() -> None:
    text = str(Checkpoint(ORIGIN, 13, _root(0, 13)))
    assert Checkpoint.read(f"{text}an extension\n", origin=ORIGIN) == Checkpoint.read(text, origin=ORIGIN)


@given(st.integers(0, len(str(_proof(5))) - 1), st.characters())
def test_no_proof_with_one_character_changed_shows_the_entry(at: int, other: str) -> None:
    before = str(_proof(5))
    changed = before[:at] + other + before[at + 1 :]
    outside = before.index("extra "), before.index("\nindex")  # what is not vouched for
    try:
        Proof.read(changed).check(ENTRIES[5], origin=ORIGIN, keys=[KEY.verifier])
    except NoteError:
        return
    assert changed == before or outside[0] <= at < outside[1]
