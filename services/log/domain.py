"""How far the log has come, and what a step takes it on by. The fold is pure: whoever redoes it finds the same log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from provenance.log.notes import Note, NoteError, SignerKey, VerifierKey
from provenance.log.tiles import Tile, subtrees
from provenance.merkle import HASH_BYTES, Frontier, Subtree, hash_leaf

Prove = Callable[[Subtree], list[bytes]]


class Forked(RuntimeError):
    """The store holds another log than the topic says, or than our keys are of. Nothing more is written and nothing
    signed."""


@dataclass(frozen=True, slots=True)
class LogKeys:
    """`signing`, newest first: two while the log's key is rotated, all of one name. `retired` sign nothing any more,
    and vouch for what they signed."""

    signing: Sequence[SignerKey]
    retired: Sequence[VerifierKey] = ()

    @property
    def origin(self) -> str:
        return self.signing[0].name

    @property
    def published(self) -> list[str]:
        """Verifier keys, newest first."""
        return list(dict.fromkeys(map(str, [*(key.verifier for key in self.signing), *self.retired])))

    def signed(self, text: str) -> Note:
        return Note(text, tuple(key.signature(text) for key in self.signing))

    def check_own(self, checkpoint: Note) -> None:
        """Raises Forked where none of these keys signed it: a lost key folder, or a mistyped one, was made anew."""
        try:
            checkpoint.signed_by([*(key.verifier for key in self.signing), *self.retired])
        except NoteError as error:
            raise Forked(f"the log's keys are not those it was signed with, put them back: {error}") from error


@dataclass(frozen=True, slots=True)
class Committed:
    """A record on the log topic."""

    offset: int
    entries: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Head:
    """Every record below `next_offset` of the log topic is in the tree."""

    next_offset: int = 0
    frontier: Frontier = field(default_factory=Frontier)

    @property
    def size(self) -> int:
        return self.frontier.size

    @property
    def root(self) -> bytes:
        return self.frontier.root

    def after(self, records: Sequence[Committed], fresh: Iterable[bytes]) -> Head:
        """Once these records, of whose entries `fresh` are no repeats, are in the tree too. Raises Forked at a hole."""
        for offset, record in enumerate(records, self.next_offset):
            if record.offset != offset:
                raise Forked(f"the log topic gave record {record.offset} where {offset} is the next")
        return replace(
            self,
            next_offset=self.next_offset + len(records),
            frontier=reduce(Frontier.grown, map(hash_leaf, fresh), self.frontier),
        )


def tiles_read(prove: Prove, size: int) -> list[Tile]:
    """Which tiles of a log of `size` entries a proof is made of."""
    wanted: dict[Tile, None] = {}

    def note(tile: Tile) -> bytes:
        wanted[tile] = None
        return bytes(tile.width * HASH_BYTES)

    prove(subtrees(size, note))
    return list(wanted)
