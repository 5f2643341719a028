"""Promises: written, read, refused."""

import pytest

from provenance.log.checkpoints import Checkpoint
from provenance.log.leaves import LeafKind, salted
from provenance.log.notes import NoteError
from provenance.log.promises import HEAD, Promise

PROMISE = Promise(
    salted(LeafKind.EVENT, bytes(range(32)), salt_key=b"key"), "produce.harvest.v1", 3, 70, 1_790_000_000_000
)


def test_a_written_promise_is_read_again() -> None:
    assert Promise.read(str(PROMISE)) == PROMISE


def test_no_promise_is_a_checkpoint_even_of_a_log_of_that_name() -> None:
    with pytest.raises(NoteError):
        Checkpoint.read(str(PROMISE), origin=HEAD)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("v1", "v2"),
        (" 70\n", " 070\n"),
        ("time ", "time -"),
        ("salt ", "salt !"),
        ("event 00", "event 0"),
        ("\n", "\r\n"),
    ],
)
def test_what_is_no_promise_is_refused_with_a_sentence(was: str, becomes: str) -> None:
    with pytest.raises(NoteError, match="five lines"):
        Promise.read(str(PROMISE).replace(was, becomes, 1))
