"""Checkpoints: how long a log is and what its tree's root is then, as the text of a note (C2SP tlog-checkpoint)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from provenance.base64_padded import decoded, encoded
from provenance.log.notes import NoteError
from provenance.merkle import HASH_BYTES

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`origin` names the log: a URL without its scheme. `root` is 32 bytes."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin or self.size < 0 or len(self.root) != HASH_BYTES:
            raise NoteError("a checkpoint has an origin of one line, a size from 0 and a root of 32 bytes in base64")

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"

    @classmethod
    def read(cls, text: str, *, origin: str) -> Checkpoint:
        """Of the log named `origin`. Lines after the third are others' extensions. Raises NoteError."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise NoteError("a checkpoint is three lines, none empty: origin, size and root")
        if lines[0] != origin:
            raise NoteError(f"the checkpoint is of the log {lines[0]!r}, not of {origin!r}")
        if not _SIZE.fullmatch(lines[1]):
            raise NoteError(f"the size of a checkpoint is a number without leading noughts, not {lines[1][:30]!r}")
        return cls(lines[0], int(lines[1]), decoded(lines[2]) or b"")
