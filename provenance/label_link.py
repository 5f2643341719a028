"""The link on a label: a GS1 Digital Link with a signature anyone can check, and the serials that go into it.

Owns the bytes that are signed, the alphabet of serials and their check character; a link is read back in
`provenance.labels.scanned_link`. Whether a label was really issued is the ledger's to say (`services.labels`); a copy
of a true link is a true link. Why the signature travels in a query key of our own instead of AI 8030: `docs/adr/0070`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from binascii import b2a_base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from operator import mul
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from provenance.merkle import hash_leaf, root_of

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters no eye confuses; without U, so that no word offends."""

SIGNATURE_KEY = "sig"
SERIAL_LENGTH = 12
ROLL_LENGTH = 10
_BODY_LENGTH = SERIAL_LENGTH - 1
_PRIME = 31  # the least prime above the alphabet's size: every single and every swapped character shows
KEY_ID_BYTES = 4
_PLACES = {character: place for place, character in enumerate(ALPHABET)}
_PAIRS = tuple(first + second for second in ALPHABET for first in ALPHABET)
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_WEIGHTS = range(2, SERIAL_LENGTH + 1)


class NotALabel(ValueError):
    """The text is not a label link of this issuer with a valid signature; the message says why, in two languages."""

    def __init__(self, sentence_en: str, sentence_zh: str = "") -> None:
        super().__init__(sentence_en)
        self.sentence_zh = sentence_zh


@dataclass(frozen=True, slots=True)
class LabelLink:
    """What a signature speaks for. `lot` and `serial` are GS1 lot and serial numbers, at most 20 characters.

    A label printed before its lot is known names its `roll` instead, and `lot` is empty; never both.
    """

    gtin: str
    lot: str
    serial: str
    roll: str = ""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key pair of this issuer. `key_id` is derived from the public half, so it cannot be set wrongly."""

    private: Ed25519PrivateKey
    key_id: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key_id", key_id(self.private.public_key()))

    def link(self, label: LabelLink, *, public_url: str, issuer: str) -> str:
        """The signed link for a QR code."""
        signed = self.key_id + self.private.sign(signed_message(label, issuer)) + label.roll.encode()
        written = b2a_base64(signed, newline=False).rstrip(b"=").translate(_URL_SAFE).decode()
        return f"{unsigned_link(label, public_url)}?{SIGNATURE_KEY}={written}"


def key_id(key: Ed25519PublicKey) -> bytes:
    """Four bytes that name a public key in a link."""
    return hashlib.sha256(key.public_bytes_raw()).digest()[:KEY_ID_BYTES]


def unsigned_link(label: LabelLink, public_url: str) -> str:
    lot = f"/10/{_escaped(label.lot)}" if label.lot else ""
    number = label.serial
    # Serials of ours need no escaping, and are no two alike: they would only push lots out of the cache.
    return f"{public_url.rstrip('/')}/01/{label.gtin}{lot}/21/{number if number.isalnum() else _escaped(number)}"


@lru_cache(maxsize=1024)
def _escaped(text: str) -> str:
    return quote(text, safe="")


def signed_message(label: LabelLink, issuer: str) -> bytes:
    """The bytes that are signed. A zero byte can stand in none of the parts, so no two labels share a message."""
    if label.roll:
        return f"suyuan-roll-label-v1\0{issuer}\0{label.gtin}\0{label.roll}\0{label.serial}".encode()
    return f"suyuan-label-v1\0{issuer}\0{label.gtin}\0{label.lot}\0{label.serial}".encode()


def serial(seed: bytes, index: int) -> str:
    """The serial at `index` of a series: unguessable without the seed, the same again with it."""
    digest = hmac.digest(seed, index.to_bytes(8, "big"), "sha256")
    body = in_alphabet(digest, _BODY_LENGTH)
    check = check_character(body)
    # One body in 31 has no check character in the alphabet; the next digest serves instead.
    return body + check if check else serial(digest, index)


def in_alphabet(digest: bytes, length: int) -> str:
    """The first characters of a digest's number, in the alphabet of serials."""
    # Two characters at a time, and of the number only as much as they say: a series has thousands.
    number, text = int.from_bytes(digest, "big") % len(ALPHABET) ** (length + length % 2), ""
    for _ in range(0, length, 2):
        number, place = divmod(number, len(_PAIRS))
        text += _PAIRS[place]
    return text[:length]


def roll_number(request_id: str) -> str:
    """The number of the roll that a request asks for: the same on every retry."""
    return in_alphabet(hashlib.sha256(f"suyuan-roll-v1\0{request_id}".encode()).digest(), ROLL_LENGTH)


def serials_root(serials: Iterable[str]) -> bytes:
    """What labels made together commit to: the Merkle root over their serials, in the order they were made."""
    return root_of(hash_leaf(one.encode()) for one in serials)


def check_character(body: str) -> str | None:
    """Weighted sum modulo 31; None where it falls on the one value the alphabet has no character for."""
    total = sum(map(mul, _WEIGHTS, map(_PLACES.__getitem__, body))) % _PRIME
    return ALPHABET[total] if total < len(ALPHABET) else None


def read_short_code(text: str) -> str:
    """A serial as people type it: any case, blanks and hyphens ignored. Raises NotALabel with what is wrong."""
    code = re.sub(r"[\s\-–—_.]", "", text).upper()
    if len(code) != SERIAL_LENGTH:
        raise NotALabel(
            f"A code on a box has {SERIAL_LENGTH} characters; this one has {len(code)}.",
            f"箱上的编码有 {SERIAL_LENGTH} 位，这个有 {len(code)} 位。",
        )
    wrong = next((c for c in code if c not in ALPHABET), None)
    if wrong:
        raise NotALabel(f"A code on a box never contains {wrong!r}.", f"箱上的编码里没有“{wrong}”这个字符。")
    if check_character(code[:-1]) != code[-1]:
        raise NotALabel("The code does not check: one of its characters is mistyped.", "编码有一位不对，请核对。")
    return code


def short_code_for_people(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
