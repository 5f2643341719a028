"""Proofs that an entry stands in a log, checked without the log (C2SP tlog-proof): place, path and checkpoint."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from provenance.base64_padded import decoded, encoded
from provenance.log.checkpoints import Checkpoint
from provenance.log.notes import Note, NoteError, VerifierKey
from provenance.merkle import HASH_BYTES, hash_leaf, verify_inclusion

HEAD = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")
_MOST_HASHES = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """`extra` says what helps to know the entry; it is not vouched for. `path` begins with the leaf's sibling."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes = b""

    def __str__(self) -> str:
        extra = [f"extra {encoded(self.extra)}"] if self.extra else []
        hashes = map(encoded, self.path)
        return "\n".join([HEAD, *extra, f"index {self.index}", *hashes, "", str(self.checkpoint)])

    def check(self, entry: bytes, *, origin: str, keys: Collection[VerifierKey]) -> Checkpoint:
        """The checkpoint under which this entry stands in the log. Raises NoteError where that is not shown."""
        self.checkpoint.signed_by(keys)
        checkpoint = Checkpoint.read(self.checkpoint.text, origin=origin)
        if not verify_inclusion(hash_leaf(entry), self.index, checkpoint.size, self.path, checkpoint.root):
            raise NoteError(f"entry {self.index} of the log of {checkpoint.size} is not this one")
        return checkpoint

    @classmethod
    def read(cls, text: str) -> Proof:
        """Raises NoteError."""
        head, separator, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        if first != HEAD or not separator:
            raise NoteError(f"a proof begins with {HEAD} and has a checkpoint after an empty line")
        extra = _decoded(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else b""
        index = _INDEX.fullmatch(lines.pop(0)) if lines else None
        if index is None:
            raise NoteError("a proof says which entry it is of: a line 'index N'")
        path = tuple(map(_decoded, lines))
        if len(path) > _MOST_HASHES or any(len(one) != HASH_BYTES for one in path):
            raise NoteError("the path of a proof is at most 63 hashes of 32 bytes")
        return cls(int(index[1]), path, Note.read(note), extra)


def _decoded(text: str) -> bytes:
    raw = decoded(text)
    if not raw:
        raise NoteError(f"a line of the proof is not base64: {text[:60]!r}")
    return raw
