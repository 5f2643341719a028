"""The hash tree of a transparency log: roots, proofs, and the checks of proofs (RFC 9162, 2.1, with SHA-256). Pure.

Hashes are 32 bytes. A leaf hash is never a node's: each kind is hashed behind a byte of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Subtree = Callable[[int, int], bytes]
"""(level, place) to the hash over the 2**level leaves from place * 2**level on, all of which are there."""


def hash_leaf(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that a log must remember to grow: `peaks` are its complete subtrees, largest first, one a bit of `size`."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def grown(self, leaf_hash: bytes) -> Frontier:
        """One leaf later. Each complete pair it ends becomes one subtree."""
        peaks, size = [*self.peaks, leaf_hash], self.size
        while size & 1:
            right, left = peaks.pop(), peaks.pop()
            peaks.append(hash_node(left, right))
            size >>= 1
        return Frontier(self.size + 1, tuple(peaks))

    @property
    def root(self) -> bytes:
        return _joined(self.peaks)


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    return reduce(Frontier.grown, leaf_hashes, Frontier()).root


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """PATH of RFC 9162, 2.1.3.1, the leaf's sibling first. Raises ValueError where there is no such leaf."""
    if not 0 <= index < size:
        raise ValueError(f"a log of {size} entries has no entry {index}")
    return list(_path(index, 0, size, subtree))


def consistency_proof(old_size: int, new_size: int, subtree: Subtree) -> list[bytes]:
    """PROOF of RFC 9162, 2.1.4.1; empty between equal sizes and from nothing. Raises ValueError where it shrank."""
    if not 0 <= old_size <= new_size:
        raise ValueError(f"a log of {new_size} entries was never one of {old_size}")
    if old_size in (0, new_size):
        return []
    return list(_consistency(old_size, 0, new_size, subtree, whole=True))


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf stands at `index` in the log of `size` entries with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes(leaf_hash, root, *proof):
        return False
    place, last, found = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = hash_node(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = hash_node(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the log of `new_size` entries begins with all of the log of `old_size` (RFC 9162, 2.1.4.2).

    A log without entries has one root, and everything begins with it: its proof is empty.
    """
    if not 0 <= old_size <= new_size or not _are_hashes(old_root, new_root, *proof):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root and (old_size > 0 or old_root == EMPTY_ROOT)
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    return _leads_to(old_size, new_size, proof, old_root, new_root)


def _leads_to(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Between two sizes of which the first is the smaller. The same walk rebuilds both roots."""
    # A log that was one complete subtree is its own first hash, and is left out of the proof.
    hashes = [old_root, *proof] if old_size & (old_size - 1) == 0 else proof
    if not hashes:
        return False
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_found = new_found = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_found, new_found = hash_node(sibling, old_found), hash_node(sibling, new_found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new_found = hash_node(new_found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old_found == old_root and new_found == new_root


def _path(index: int, begin: int, end: int, subtree: Subtree) -> Iterator[bytes]:
    if end - begin == 1:
        return
    middle = begin + _split(end - begin)
    if index < middle:
        yield from _path(index, begin, middle, subtree)
        yield _range(middle, end, subtree)
    else:
        yield from _path(index, middle, end, subtree)
        yield _range(begin, middle, subtree)


def _consistency(size: int, begin: int, end: int, subtree: Subtree, *, whole: bool) -> Iterator[bytes]:
    """`whole` while what was seen is all of the old log, whose root the reader has."""
    if size == end:
        if not whole:
            yield _range(begin, end, subtree)
        return
    middle = begin + _split(end - begin)
    if size <= middle:
        yield from _consistency(size, begin, middle, subtree, whole=whole)
        yield _range(middle, end, subtree)
    else:
        yield from _consistency(size, middle, end, subtree, whole=False)
        yield _range(begin, middle, subtree)


def _range(begin: int, end: int, subtree: Subtree) -> bytes:
    """The hash over a side of a split: its complete subtrees from the largest on."""
    peaks = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        peaks.append(subtree(level, begin >> level))
        begin += 1 << level
    return _joined(peaks)


def _joined(peaks: Sequence[bytes]) -> bytes:
    return reduce(lambda right, left: hash_node(left, right), reversed(peaks)) if peaks else EMPTY_ROOT


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(one) == HASH_BYTES for one in hashes)
