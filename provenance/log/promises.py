"""Promises: what the log's key signs for who has reported, before any checkpoint covers it.

The text of a signed note, whose first line no checkpoint has: nobody can pass one off as the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from provenance.base64_padded import decoded, encoded
from provenance.log.leaves import Leaf, LeafKind
from provenance.log.notes import NoteError

HEAD = "suyuan promise v1"
_NUMBER = r"(0|[1-9][0-9]{0,18})"
_TEXT = re.compile(
    rf"{HEAD}\nevent ([0-9a-f]{{64}})\nsalt (\S{{44}})\nrecorded ([\w.-]+) {_NUMBER} {_NUMBER}\ntime {_NUMBER}\n"
)


@dataclass(frozen=True, slots=True)
class Promise:
    """That the event recorded at this place of a topic will stand in the log as `leaf`.

    `at_ms`, when it was promised, in milliseconds since 1970 UTC.
    """

    leaf: Leaf
    topic: str
    partition: int
    offset: int
    at_ms: int

    def __str__(self) -> str:
        return (
            f"{HEAD}\nevent {self.leaf.record_id.hex()}\nsalt {encoded(self.leaf.salt)}\n"
            f"recorded {self.topic} {self.partition} {self.offset}\ntime {self.at_ms}\n"
        )

    @classmethod
    def read(cls, text: str) -> Promise:
        """Of the text of a note whose signatures were checked. Raises NoteError."""
        found = _TEXT.fullmatch(text)
        salt = decoded(found[2]) if found else None
        if not found or not salt:
            raise NoteError(f"a promise is five lines: {HEAD!r}, event, salt, where it was recorded, and the time")
        leaf = Leaf(LeafKind.EVENT, bytes.fromhex(found[1]), salt)
        return cls(leaf, found[3], int(found[4]), int(found[5]), int(found[6]))
