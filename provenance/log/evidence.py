"""What somebody has in hand of the log, checked without the log: a promise, or a proof once a checkpoint covers it.

A promise is a signature and no more: that the record will stand in the log. A proof shows that it does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from provenance.log.leaves import Leaf
from provenance.log.notes import Kind, Note, NoteError, VerifierKey
from provenance.log.promises import HEAD as PROMISE
from provenance.log.promises import Promise
from provenance.log.proofs import HEAD as PROOF
from provenance.log.proofs import Proof


class NotEvidence(ValueError):
    """The text is neither a proof nor a promise; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Promised:
    """Signed by the log, and in no checkpoint yet."""

    log: str
    promise: Promise

    @property
    def leaf(self) -> Leaf:
        return self.promise.leaf


@dataclass(frozen=True, slots=True)
class Proven:
    """Entry `index` of the log when it had `size` entries. `seen`: witnesses, and when each saw this checkpoint, in
    seconds since 1970."""

    log: str
    leaf: Leaf
    index: int
    size: int
    seen: Sequence[tuple[str, int]] = ()


def read_keys(text: str) -> list[VerifierKey]:
    """One a line; what begins with # is a remark. Raises NoteError where one is no key, or there is none."""
    lines = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
    if not lines:
        raise NoteError("there is no key in it")
    return [VerifierKey.read(line) for line in lines]


def keys_of(keys: Sequence[VerifierKey], log: str = "") -> list[VerifierKey]:
    """Those a log of this name signs with, all of them that it ever had; without a name, the log is whose key comes
    first. Raises NoteError where there is none."""
    name = log or keys[0].name
    found = [key for key in keys if key.kind is Kind.LOG and key.name == name]
    if not found:
        raise NoteError(f"there is no key of the log {name!r}")
    return found


def check(text: str, *, keys: Sequence[VerifierKey], witnesses: Collection[VerifierKey] = ()) -> Promised | Proven:
    """By the keys of one log; every witness named must have seen the checkpoint.

    Raises NotEvidence for a text that is neither proof nor promise, and NoteError where it does not hold.
    """
    read = _read(_tidied(text))
    if isinstance(read, Proof):
        return _proven(read, keys, witnesses)
    read.signed_by(keys)
    if witnesses:
        raise NoteError("a promise has no checkpoint that a witness could have seen: ask for the proof")
    return Promised(keys[0].name, Promise.read(read.text))


def _read(text: str) -> Proof | Note:
    try:
        if text.startswith(f"{PROOF}\n"):
            return Proof.read(text)
        if text.startswith(f"{PROMISE}\n"):
            Promise.read((note := Note.read(text)).text)
            return note
    except NoteError as error:
        raise NotEvidence(str(error)) from error
    raise NotEvidence(f"a proof begins with the line {PROOF}, and a promise with {PROMISE}")


def _proven(proof: Proof, keys: Sequence[VerifierKey], witnesses: Collection[VerifierKey]) -> Proven:
    log = keys[0].name
    leaf = _opened(proof)
    checkpoint = proof.check(leaf.entry, origin=log, keys=keys)
    seen = tuple(_seen(proof.checkpoint, one) for one in witnesses)
    return Proven(log, leaf, proof.index, checkpoint.size, seen)


def _opened(proof: Proof) -> Leaf:
    try:
        return Leaf.read(proof.extra)
    except ValueError as error:
        raise NotEvidence(f"the proof does not say of which record it is: {error}") from error


def _seen(checkpoint: Note, witness: VerifierKey) -> tuple[str, int]:
    """Raises NoteError."""
    if witness.kind is not Kind.WITNESS:
        raise NoteError(f"the key {witness.name!r} is a log's, not a witness's")
    line = next((line for line in checkpoint.signatures if line.is_by(witness)), None)
    if line is None:
        raise NoteError(f"the witness {witness.name} has not signed this checkpoint")
    line.check(witness, checkpoint.text)
    return witness.name, line.at_s


def _tidied(text: str) -> str:
    """As it was written: who reads a QR or copies a page loses the last newline, or gets those of another machine."""
    return "\n".join(line.rstrip() for line in text.replace("\ufeff", "").strip().splitlines()) + "\n"
