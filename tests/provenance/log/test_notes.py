"""Notes: signed, read and refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from provenance.log.notes import Kind, Note, NoteError, SignerKey, VerifierKey

LOG = SignerKey("suyuan.example/log", Kind.LOG, Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
WITNESS = SignerKey("witness.example/w1", Kind.WITNESS, Ed25519PrivateKey.from_private_bytes(bytes([2] * 32)))
TEXT = "suyuan.example/log\n3\n\nlast line\n"

# Of the documentation of Go's package golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def _note() -> Note:
    return Note(TEXT, (LOG.signature(TEXT), WITNESS.signature(TEXT, at_s=1_790_000_000)))


def test_a_note_of_another_maker_is_read_and_its_signature_holds() -> None:
    key, note = VerifierKey.read(GO_KEY), Note.read(GO_NOTE)
    assert [by.name for by, _ in note.signed_by([key])] == ["PeterNeumann"]
    assert (str(key), str(note)) == (GO_KEY, GO_NOTE)


def test_what_is_written_is_read_again_and_tells_who_saw_it_when() -> None:
    note = Note.read(str(_note()))
    assert note == _note()
    (log, _), (witness, seen) = note.signed_by([LOG.verifier, VerifierKey.read(str(WITNESS.verifier))])
    assert (log, witness.kind, seen.at_s) == (LOG.verifier, Kind.WITNESS, 1_790_000_000)


def test_signatures_by_others_are_passed_over_and_a_note_without_a_known_one_is_refused() -> None:
    stranger = SignerKey("stranger.example", Kind.LOG, Ed25519PrivateKey.from_private_bytes(bytes([3] * 32)))
    note = _note().with_signature(stranger.signature("something else\n"))
    assert [key.name for key, _ in note.signed_by([LOG.verifier])] == [LOG.name]
    with pytest.raises(NoteError, match="not signed by any key that is known here"):
        note.signed_by([SignerKey(LOG.name, Kind.LOG, stranger.private).verifier])


@pytest.mark.parametrize("signer", [LOG, WITNESS], ids=lambda signer: signer.kind.name)
def test_a_line_that_says_it_is_by_a_known_key_and_is_not_spoils_the_note(signer: SignerKey) -> None:
    forged = Note(TEXT.replace("3", "4"), _note().signatures)
    with pytest.raises(NoteError, match=f"the signature of {signer.name} does not belong to this text"):
        forged.signed_by([signer.verifier])


def test_a_witness_that_signs_again_has_one_line() -> None:
    again = _note().with_signature(WITNESS.signature(TEXT, at_s=1_790_000_060))
    assert [line.name for line in again.signatures] == [LOG.name, WITNESS.name]
    assert again.signatures[-1].at_s == 1_790_000_060


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("no signatures\n", "an empty line"),
        (f"{TEXT}\n{LOG.signature(TEXT)}".rstrip("\n"), "an empty line"),
        (f"{TEXT}\n- log {'A' * 96}\n", "a signature is written"),
        (f"{TEXT}\n— log not-base64\n", "not base64"),
        (f"{TEXT}\n— log AAAAAA==\n", "cut off"),
        (f"{TEXT}\n— a+b AAAAAAAA\n", "a signature is written"),
        (f"{TEXT}\t\n{LOG.signature(TEXT)}", "control characters"),
        (f"{TEXT}\n{str(LOG.signature(TEXT)) * 101}", "at most 100 signatures"),
    ],
)
def test_what_is_no_note_is_refused_with_a_sentence(text: str, wrong: str) -> None:
    with pytest.raises(NoteError, match=wrong):
        Note.read(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "not base64"),
        ("a b+00000000+AAAA", "not of Ed25519"),
        (GO_KEY.replace("c74f20a3", "c74f20a4"), "should be c74f20a3"),
        (GO_KEY.replace("PeterNeumann", "PeterNewmann"), "does not check"),
        (GO_KEY.replace("ARpc", "BRpc"), "not of Ed25519"),
    ],
)
def test_what_is_no_key_is_refused_with_a_sentence(text: str, wrong: str) -> None:
    with pytest.raises(NoteError, match=wrong):
        VerifierKey.read(text)


@given(st.integers(0, len(str(_note())) - 1), st.characters())
def test_no_note_with_one_character_changed_is_taken_for_signed_by_both(at: int, other: str) -> None:
    before = str(_note())
    changed = before[:at] + other + before[at + 1 :]
    try:
        signed = Note.read(changed).signed_by([LOG.verifier, WITNESS.verifier])
    except NoteError:
        return
    assert len(signed) < 2 or changed == before
