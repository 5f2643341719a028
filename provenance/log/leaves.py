"""What an entry of the log says, and which entries become leaves.

An entry is public, what was recorded is not: an entry is a commitment, salted so that nobody can find it by guessing.
"""

from __future__ import annotations

import hmac
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from provenance.merkle import HASH_BYTES

ENTRY_BYTES = 1 + HASH_BYTES
_ENTRY, _LABELS = b"suyuan-leaf-v1\0", b"suyuan-labels-v1\0"


class LeafKind(IntEnum):
    """The first byte of an entry."""

    EVENT = 0
    LABELS = 1


@dataclass(frozen=True, slots=True)
class Leaf:
    """`record_id` and `salt` are 32 bytes; who has both can tell which entry is theirs."""

    kind: LeafKind
    record_id: bytes
    salt: bytes

    def __post_init__(self) -> None:
        if len(self.record_id) != HASH_BYTES or len(self.salt) != HASH_BYTES:
            raise ValueError("a leaf is of a record id of 32 bytes and has a salt of 32 bytes")

    @property
    def entry(self) -> bytes:
        """Kind and SHA-256: 33 bytes."""
        return bytes([self.kind]) + sha256(_ENTRY + self.salt + self.record_id).digest()

    @property
    def opened(self) -> bytes:
        """What only its holder is given, with which anybody makes the entry: kind, salt and record id, 65 bytes."""
        return bytes([self.kind]) + self.salt + self.record_id

    @classmethod
    def read(cls, opened: bytes) -> Leaf:
        """Raises ValueError where this opens no entry."""
        if len(opened) != 1 + 2 * HASH_BYTES or opened[0] not in list(LeafKind):
            raise ValueError("an entry is opened by 65 bytes: its kind, its salt and its record id")
        return cls(LeafKind(opened[0]), opened[1 + HASH_BYTES :], opened[1 : 1 + HASH_BYTES])


def salted(kind: LeafKind, record_id: bytes, *, salt_key: bytes) -> Leaf:
    """The salt is an HMAC of the record id: the same on every retry."""
    return Leaf(kind, record_id, hmac.digest(salt_key, record_id, "sha256"))


def labels_id(said: Sequence[str], count: int, root: bytes) -> bytes:
    """The record id of what was done with labels at once: texts without zero bytes that say it, how many labels, and
    the Merkle root over their serials.

    So one of them is shown to be among them by its path to that root.
    """
    return sha256(_LABELS + "\0".join([*said, ""]).encode() + count.to_bytes(8, "big") + root).digest()


def first_occurrences(entries: Iterable[bytes], logged: Container[bytes]) -> list[bytes]:
    """Those that become leaves, in order: of equal ones the first, unless it is in the log."""
    return [entry for entry in dict.fromkeys(entries) if entry not in logged]
