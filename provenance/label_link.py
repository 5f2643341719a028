"""The link on a label: a GS1 Digital Link with a signature anyone can check, and the serials that go into it.

Owns the bytes that are signed, the alphabet of serials and their check character. Whether a label was really issued is
the ledger's to say (`services.labels`); a copy of a true link is a true link. Why the signature travels in a query key
of our own instead of AI 8030: `docs/adr/0070`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from epcis.identifiers import Gtin, IdentifierError
from provenance.base64url import decoded, encoded

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters no eye confuses; without U, so that no word offends."""

SIGNATURE_KEY = "sig"
SERIAL_LENGTH = 12
_BODY_LENGTH = SERIAL_LENGTH - 1
_PRIME = 31  # the least prime above the alphabet's size: every single and every swapped character shows
_KEY_ID_BYTES = 4
_SIGNED_BYTES = _KEY_ID_BYTES + 64
_PATH = re.compile(r"/01/([0-9]{14})/10/([^/]+)/21/([^/]+)")


class NotALabel(ValueError):
    """The text is not a label link of this issuer with a valid signature; the message says why, in two languages."""

    def __init__(self, sentence_en: str, sentence_zh: str = "") -> None:
        super().__init__(sentence_en)
        self.sentence_zh = sentence_zh


@dataclass(frozen=True, slots=True)
class LabelLink:
    """What a signature speaks for. `lot` and `serial` are GS1 lot and serial numbers, at most 20 characters."""

    gtin: str
    lot: str
    serial: str


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key pair of this issuer. `key_id` is derived from the public half, so it cannot be set wrongly."""

    private: Ed25519PrivateKey

    @property
    def key_id(self) -> bytes:
        return key_id(self.private.public_key())

    def link(self, label: LabelLink, *, public_url: str, issuer: str) -> str:
        """The signed link for a QR code."""
        signed = self.key_id + self.private.sign(_message(label, issuer))
        return f"{unsigned_link(label, public_url)}?{SIGNATURE_KEY}={encoded(signed)}"


def key_id(key: Ed25519PublicKey) -> bytes:
    """Four bytes that name a public key in a link."""
    return hashlib.sha256(key.public_bytes_raw()).digest()[:_KEY_ID_BYTES]


def unsigned_link(label: LabelLink, public_url: str) -> str:
    path = f"/01/{label.gtin}/10/{quote(label.lot, safe='')}/21/{quote(label.serial, safe='')}"
    return public_url.rstrip("/") + path


def read_link(text: str, *, public_url: str, issuer: str, keys: Mapping[bytes, Ed25519PublicKey]) -> LabelLink:
    """The label a signed link speaks for.

    Other query keys are ignored (messengers add their own). Everything else must be, character for character, what
    `SigningKey.link` writes: a link that differs anywhere is not ours. Raises NotALabel.
    """
    try:
        link = urlsplit(text)
    except ValueError:
        raise NotALabel("This is no link at all.", "这不是链接。") from None
    label = _label(link.path)
    if not text.startswith(unsigned_link(label, public_url) + "?"):
        raise NotALabel(
            "This link is not written the way this system writes its labels.", "链接的写法与本系统标签上的不同。"
        )
    signed = _signed_bytes(dict(parse_qsl(link.query)).get(SIGNATURE_KEY, ""))
    key = keys.get(signed[:_KEY_ID_BYTES])
    if key is None:
        raise NotALabel("The signature is by a key this system does not know.", "签名所用的密钥不属于本系统。")
    try:
        key.verify(signed[_KEY_ID_BYTES:], _message(label, issuer))
    except InvalidSignature:
        raise NotALabel(
            "The signature does not belong to this product, lot and serial.", "签名与产品编码、批号和箱号对不上。"
        ) from None
    return label


def serial(seed: bytes, index: int) -> str:
    """The serial at `index` of a series: unguessable without the seed, the same again with it."""
    digest = hmac.digest(seed, index.to_bytes(8, "big"), "sha256")
    number, body = int.from_bytes(digest, "big"), ""
    for _ in range(_BODY_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        body += ALPHABET[place]
    check = check_character(body)
    # One body in 31 has no check character in the alphabet; the next digest serves instead.
    return body + check if check else serial(digest, index)


def check_character(body: str) -> str | None:
    """Weighted sum modulo 31; None where it falls on the one value the alphabet has no character for."""
    total = sum(weight * ALPHABET.index(c) for weight, c in enumerate(body, start=2)) % _PRIME
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


def _label(path: str) -> LabelLink:
    # The path may lie below a prefix (https://host/id/01/…), which the comparison with public_url then checks.
    found = _PATH.search(path)
    if not found or found.end() != len(path):
        raise NotALabel(
            "This is no label link: it needs a product (01), a lot (10) and a serial (21).",
            "这不是标签的链接：要有产品编码(01)、批号(10)和箱号(21)。",
        )
    try:
        gtin = Gtin(found[1]).value
    except IdentifierError as error:
        raise NotALabel(str(error), "产品编码有一位不对，请核对。") from None
    return LabelLink(gtin, unquote(found[2]), unquote(found[3]))


def _signed_bytes(text: str) -> bytes:
    signed = decoded(text)
    if signed is None or len(signed) != _SIGNED_BYTES:
        raise NotALabel("The link's signature is missing or damaged.", "链接里的签名缺失或有字符不对，请重新扫码。")
    return signed


def _message(label: LabelLink, issuer: str) -> bytes:
    # A zero byte can stand in none of the parts, so no two labels share a message.
    return b"\0".join(part.encode() for part in ("suyuan-label-v1", issuer, label.gtin, label.lot, label.serial))
