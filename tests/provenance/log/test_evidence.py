"""Promises and proofs checked by whoever has them in hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.log.evidence import NotEvidence, Promised, Proven, check, keys_of, read_keys
from provenance.log.leaves import LeafKind
from provenance.log.notes import Note, NoteError
from provenance.log.promises import Promise
from tests.provenance.log.grown_log import KEY, ORIGIN, WITNESS, GrownLog, key, leaf

LOG = GrownLog.of(range(300))
PROOF = str(LOG.proof(leaf(77)))
PROMISE_TEXT = str(Promise(leaf(77), "produce.harvest.v1", 3, 70, 1_790_000_000_000))
PROMISE = str(Note(PROMISE_TEXT, (KEY.signature(PROMISE_TEXT),)))
KEYS = [KEY.verifier]


def test_a_proof_says_which_record_stands_where_in_which_log() -> None:
    assert check(PROOF, keys=KEYS) == Proven(ORIGIN, leaf(77), 77, 300)


def test_a_promise_says_what_was_promised_and_shows_no_more() -> None:
    found = check(PROMISE, keys=KEYS)
    assert isinstance(found, Promised)
    assert (found.log, found.leaf, found.promise.offset) == (ORIGIN, leaf(77), 70)


@pytest.mark.parametrize("text", [PROOF, PROMISE], ids=["proof", "promise"])
@pytest.mark.parametrize(
    "read", [str.strip, lambda text: text.replace("\n", "\r\n"), lambda text: f"\ufeff \n{text}\n\n"]
)
def test_what_a_phone_does_to_the_ends_of_lines_changes_nothing(text: str, read: object) -> None:
    assert check(read(text), keys=KEYS) == check(text, keys=KEYS)  # type: ignore[operator]


def test_what_is_done_with_labels_is_told_from_a_report() -> None:
    log = GrownLog()
    log.append([leaf(1).entry, leaf(1, kind=LeafKind.LABELS).entry])
    found = check(str(log.proof(leaf(1, kind=LeafKind.LABELS))), keys=KEYS)
    assert (found.leaf.kind, found.leaf.record_id) == (LeafKind.LABELS, leaf(1).record_id)


@pytest.mark.parametrize("text", [PROOF, PROMISE], ids=["proof", "promise"])
@pytest.mark.parametrize("other", [key(3), key(1, name="other.example/log")], ids=["key", "name"])
def test_nothing_is_believed_that_another_key_signed_or_the_same_key_for_another_log(text: str, other: object) -> None:
    with pytest.raises(NoteError, match="not signed by any key that is known here"):
        check(text, keys=[other.verifier])  # type: ignore[attr-defined]


def test_an_old_key_of_the_log_still_vouches_for_what_it_signed() -> None:
    newer = key(4)
    assert check(PROOF, keys=[newer.verifier, KEY.verifier]) == check(PROOF, keys=KEYS)


def test_a_proof_for_another_record_shows_nothing() -> None:
    proof = LOG.proof(leaf(77))
    other = type(proof)(proof.index, proof.path, proof.checkpoint, extra=leaf(78).opened)
    with pytest.raises(NoteError, match="entry 77 of the log of 300 is not this one"):
        check(str(other), keys=KEYS)


@pytest.mark.parametrize("extra", [b"", b"salt", b"\x05" + bytes(64)])
def test_a_proof_that_does_not_say_of_which_record_it_is_is_none(extra: bytes) -> None:
    proof = LOG.proof(leaf(77))
    with pytest.raises(NotEvidence, match="of which record"):
        check(str(type(proof)(proof.index, proof.path, proof.checkpoint, extra=extra)), keys=KEYS)


@pytest.mark.parametrize("text", ["", "hello", PROOF.splitlines()[0], PROMISE.replace("salt", "sold"), PROMISE[:150]])
def test_what_is_neither_is_said_to_be_neither(text: str) -> None:
    with pytest.raises(NotEvidence):
        check(text, keys=KEYS)


def test_a_witness_who_is_required_must_have_seen_the_checkpoint() -> None:
    with pytest.raises(NoteError, match=r"witness.example/w1 has not signed"):
        check(PROOF, keys=KEYS, witnesses=[WITNESS.verifier])
    note = LOG.checkpoint()
    seen = note.with_signature(WITNESS.signature(note.text, at_s=1_790_000_000))
    found = check(str(LOG.proof(leaf(77), seen)), keys=KEYS, witnesses=[WITNESS.verifier])
    assert isinstance(found, Proven)
    assert found.seen == (("witness.example/w1", 1_790_000_000),)


def test_a_witness_vouches_for_no_other_checkpoint_and_for_no_promise() -> None:
    older = GrownLog.of(range(299)).checkpoint()
    forged = LOG.checkpoint().with_signature(WITNESS.signature(older.text, at_s=1))
    for text, wrong in (str(LOG.proof(leaf(77), forged)), "does not belong"), (PROMISE, "no checkpoint"):
        with pytest.raises(NoteError, match=wrong):
            check(text, keys=KEYS, witnesses=[WITNESS.verifier])
    with pytest.raises(NoteError, match="not a witness's"):
        check(PROOF, keys=KEYS, witnesses=KEYS)


def test_the_first_key_names_the_log_unless_one_is_asked_for() -> None:
    labels = key(5, name="suyuan/labels")
    text = f"# keys\n{KEY.verifier}\n{key(4).verifier}\n{labels.verifier}\n{WITNESS.verifier}\n"
    keys = read_keys(text)
    assert [one.public for one in keys_of(keys)] == [KEY.verifier.public, key(4).verifier.public]
    assert [one.name for one in keys_of(keys, "suyuan/labels")] == ["suyuan/labels"]
    with pytest.raises(NoteError, match=r"no key of the log 'witness.example/w1'"):
        keys_of(keys, WITNESS.name)
    with pytest.raises(NoteError, match="there is no key"):
        read_keys("# none\n")


@settings(deadline=None)
@given(st.sampled_from([PROOF, PROMISE]), st.data())
def test_no_character_can_be_changed_so_that_something_else_is_shown(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    changed = text[:at] + data.draw(st.characters()) + text[at + 1 :]
    try:
        found = check(changed, keys=KEYS)
    except (NoteError, NotEvidence):
        return
    assert found == check(text, keys=KEYS)
