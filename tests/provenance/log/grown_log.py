"""A log in memory, made of its pure parts: leaves go in, checkpoints, tiles and proofs come out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provenance.log.checkpoints import Checkpoint
from provenance.log.growth import grown, open_tiles
from provenance.log.leaves import Leaf, LeafKind, salted
from provenance.log.notes import Kind, Note, SignerKey
from provenance.log.proofs import Proof
from provenance.log.tiles import Tile, TileError, subtrees, tiles_of
from provenance.merkle import Frontier, hash_leaf, inclusion_proof

ORIGIN = "suyuan.example/log"
SALT_KEY = bytes([9] * 32)


def key(number: int, *, name: str = ORIGIN, kind: Kind = Kind.LOG) -> SignerKey:
    return SignerKey(name, kind, Ed25519PrivateKey.from_private_bytes(bytes([number] * 32)))


KEY = key(1)
WITNESS = key(2, name="witness.example/w1", kind=Kind.WITNESS)


def leaf(number: int, *, kind: LeafKind = LeafKind.EVENT) -> Leaf:
    return salted(kind, sha256(b"record %d" % number).digest(), salt_key=SALT_KEY)


@dataclass
class GrownLog:
    """`keys` sign its checkpoints, in this order."""

    keys: Sequence[SignerKey] = (KEY,)
    entries: list[bytes] = field(default_factory=list)
    tiles: dict[Tile, bytes] = field(default_factory=dict)
    frontier: Frontier = field(default_factory=Frontier)

    @classmethod
    def of(cls, numbers: Iterable[int], *keys: SignerKey) -> "GrownLog":
        log = cls(keys or (KEY,))
        log.append(leaf(number).entry for number in numbers)
        return log

    def append(self, entries: Iterable[bytes]) -> None:
        added, size = list(entries), len(self.entries)
        self.tiles |= grown(size, {tile: self.tile(str(tile)) for tile in open_tiles(size)}, added)
        self.entries += added
        for entry in added:
            self.frontier = self.frontier.grown(hash_leaf(entry))

    @property
    def size(self) -> int:
        return len(self.entries)

    def checkpoint(self) -> Note:
        text = str(Checkpoint(self.keys[0].name, self.size, self.frontier.root))
        return Note(text, tuple(one.signature(text) for one in self.keys))

    def proof(self, of: Leaf, checkpoint: Note | None = None) -> Proof:
        index = self.entries.index(of.entry)
        path = inclusion_proof(index, self.size, subtrees(self.size, lambda tile: self.tile(str(tile))))
        return Proof(index, tuple(path), checkpoint or self.checkpoint(), extra=of.opened)

    def tile(self, path: str) -> bytes:
        """Raises TileError where there is no such tile."""
        wanted = Tile.read(path)
        longest = next((one for one in tiles_of(self.size) if one.level == wanted.level), None)
        if longest and wanted.place < longest.place:
            longest = Tile(wanted.level, wanted.place)
        if longest is None or longest.place != wanted.place or longest.width < wanted.width:
            raise TileError("not that long")
        raw = self.tiles[longest]
        return raw[: len(raw) // longest.width * wanted.width]
