"""What a witness of a log asks before it signs: is all that it has seen still there (C2SP tlog-witness).

A log that shows less, or something else where there was something, is not signed again.
"""

from __future__ import annotations

from collections.abc import Sequence

from provenance.base64_padded import encoded
from provenance.log.checkpoints import Checkpoint
from provenance.log.notes import Note, VerifierKey
from provenance.merkle import Subtree, consistency_proof, verify_consistency


class Rewritten(ValueError):
    """The log does not begin with what was seen of it; the message names both heads."""


def read_head(note: Note, *, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Of the log whose keys these are, signed by one of them. Raises NoteError."""
    note.signed_by(keys)
    return Checkpoint.read(note.text, origin=keys[0].name)


def check_grown(seen: Checkpoint, shown: Checkpoint, subtree: Subtree) -> None:
    """`subtree` gives hashes of the log as it is shown. Raises Rewritten."""
    if shown.size < seen.size:
        raise Rewritten(f"the log shrank: {_heads(seen, shown)}")
    if shown.size == seen.size and shown.root != seen.root:
        raise Rewritten(f"the log has two heads of one size: {_heads(seen, shown)}")
    path = consistency_proof(seen.size, shown.size, subtree)
    if not verify_consistency(seen.size, shown.size, path, seen.root, shown.root):
        raise Rewritten(f"the log was rewritten: {_heads(seen, shown)}")


def _heads(seen: Checkpoint, shown: Checkpoint) -> str:
    return (
        f"seen {seen.size} entries with root {encoded(seen.root)}, shown {shown.size} with root {encoded(shown.root)}"
    )
