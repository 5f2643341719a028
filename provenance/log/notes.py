"""Signed notes: a text and the signatures under it (C2SP signed-note), with keys of Ed25519.

A key signs as a log (type 0x01) or as a witness of logs (type 0x04, C2SP tlog-cosignature): the same text, and for a
witness the time at which it was seen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from provenance.base64_padded import decoded, encoded

MOST_BYTES = 1_000_000
MOST_SIGNATURES = 100
_DASH, _SECRET = "— ", "PRIVATE+KEY+"
_KEY_ID_BYTES, _TIME_BYTES, _PUBLIC_BYTES = 4, 8, 32
_NAME = re.compile(r"[^\s+]+")
_NEVER = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")


class NoteError(ValueError):
    """The text is no note, no key, or not signed by whom it must be; the message says which."""


class Kind(IntEnum):
    """Assigned by C2SP signed-note."""

    LOG = 0x01
    WITNESS = 0x04


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """`name` is a URL without its scheme, by custom. Text form: `name+hex(key id)+base64(kind || public key)`."""

    name: str
    kind: Kind
    public: Ed25519PublicKey

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise NoteError(f"the key name {self.name!r} is empty or has a blank or a plus in it")

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + self._typed).digest()[:_KEY_ID_BYTES]

    @property
    def _typed(self) -> bytes:
        return bytes([self.kind]) + self.public.public_bytes_raw()

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encoded(self._typed)}"

    @classmethod
    def read(cls, text: str) -> VerifierKey:
        """Raises NoteError."""
        name, _, rest = text.strip().partition("+")
        key_id, _, base64 = rest.partition("+")
        typed = _decoded(base64, f"the key {name!r}")
        if len(typed) != 1 + _PUBLIC_BYTES or typed[0] not in list(Kind):
            raise NoteError(f"the key {name!r} is not of Ed25519: it needs a type of 01 or 04 and 32 bytes")
        key = cls(name, Kind(typed[0]), Ed25519PublicKey.from_public_bytes(typed[1:]))
        if key.key_id.hex() != key_id:
            raise NoteError(f"the key {name!r} does not check: its id should be {key.key_id.hex()}, not {key_id}")
        return key


@dataclass(frozen=True, slots=True)
class SignerKey:
    """The private half, under the name it signs with."""

    name: str
    kind: Kind
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.kind, self.private.public_key())

    @property
    def secret(self) -> str:
        """The text to keep it as, in the form of Go's `note` package: whoever reads it can sign."""
        typed = bytes([self.kind]) + self.private.private_bytes_raw()
        return f"{_SECRET}{self.name}+{self.verifier.key_id.hex()}+{encoded(typed)}"

    @classmethod
    def read(cls, secret: str) -> SignerKey:
        """Raises NoteError, which does not quote the secret."""
        name, _, rest = secret.strip().removeprefix(_SECRET).partition("+")
        key_id, _, base64 = rest.partition("+")
        typed = _decoded(base64, f"the private key {name!r}")
        if not secret.startswith(_SECRET) or len(typed) != 1 + _PUBLIC_BYTES or typed[0] not in list(Kind):
            raise NoteError(f"a private key is written {_SECRET}NAME+ID+BASE64, with a type of 01 or 04 and 32 bytes")
        key = cls(name, Kind(typed[0]), Ed25519PrivateKey.from_private_bytes(typed[1:]))
        if key.verifier.key_id.hex() != key_id:
            raise NoteError(f"the private key {name!r} does not check")
        return key

    def signature(self, text: str, *, at_s: int = 0) -> Signature:
        """Under this text; `at_s` (seconds since 1970) is when a witness saw it, and nothing to a log."""
        time = at_s.to_bytes(_TIME_BYTES, "big") if self.kind is Kind.WITNESS else b""
        return Signature(self.name, self.verifier.key_id, time + self.private.sign(_signed(self.kind, time, text)))


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note."""

    name: str
    key_id: bytes
    signed: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {encoded(self.key_id + self.signed)}\n"

    @property
    def at_s(self) -> int:
        """When a witness says it saw the text, in seconds since 1970."""
        return int.from_bytes(self.signed[:_TIME_BYTES], "big")

    def is_by(self, key: VerifierKey) -> bool:
        return (self.name, self.key_id) == (key.name, key.key_id)

    def check(self, key: VerifierKey, text: str) -> None:
        """Raises NoteError where this key did not sign this text."""
        length = _TIME_BYTES if key.kind is Kind.WITNESS else 0
        time, signed = self.signed[:length], self.signed[length:]
        try:
            key.public.verify(signed, _signed(key.kind, time, text))
        except InvalidSignature:
            raise NoteError(f"the signature of {key.name} does not belong to this text") from None


@dataclass(frozen=True, slots=True)
class Note:
    """`text` ends with a newline."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    def with_signature(self, signature: Signature) -> Note:
        """The same once more changes nothing; a later one of the same key takes the place of its earlier one."""
        others = [one for one in self.signatures if (one.name, one.key_id) != (signature.name, signature.key_id)]
        return Note(self.text, (*others, signature))

    def signed_by(self, keys: Collection[VerifierKey]) -> list[tuple[VerifierKey, Signature]]:
        """Those of these keys that signed, each with its line; lines by others are passed over.

        Raises NoteError where none did, or a line says it is by one of these and is not.
        """
        found = [(key, line) for line in self.signatures for key in keys if line.is_by(key)]
        for key, line in found:
            line.check(key, self.text)
        if not found:
            names = ", ".join(sorted(key.name for key in keys)) or "nobody"
            raise NoteError(f"the note is not signed by any key that is known here ({names})")
        return found

    @classmethod
    def read(cls, text: str) -> Note:
        """Raises NoteError."""
        if len(text) > MOST_BYTES or _NEVER.search(text):
            raise NoteError("a note is at most 1 MB long of UTF-8 and has no control characters but newlines")
        body, separator, lines = text.rpartition("\n\n")
        if not separator or not body or not lines.endswith("\n"):
            raise NoteError("a note is a text, an empty line, and lines with signatures, each ended by a newline")
        signatures = tuple(_read_lines(lines))
        if len(signatures) > MOST_SIGNATURES:
            raise NoteError(f"a note bears at most {MOST_SIGNATURES} signatures, and this one {len(signatures)}")
        return cls(body + "\n", signatures)


def _read_lines(lines: str) -> Iterator[Signature]:
    for line in lines.removesuffix("\n").split("\n"):
        name, blank, base64 = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not blank or not _NAME.fullmatch(name):
            raise NoteError(f"a signature is written '— NAME BASE64', not {line[:60]!r}")
        raw = _decoded(base64, f"the signature of {name}")
        if len(raw) <= _KEY_ID_BYTES:
            raise NoteError(f"the signature of {name} is cut off")
        yield Signature(name, raw[:_KEY_ID_BYTES], raw[_KEY_ID_BYTES:])


def _signed(kind: Kind, time: bytes, text: str) -> bytes:
    if kind is Kind.WITNESS:
        return f"cosignature/v1\ntime {int.from_bytes(time, 'big')}\n{text}".encode()
    return text.encode()


def _decoded(text: str, what: str) -> bytes:
    raw = decoded(text)
    if not raw:
        raise NoteError(f"{what} is not base64")
    return raw
