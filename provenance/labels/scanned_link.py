"""A label's link as it was scanned: messengers and browsers put query keys and a fragment of their own behind it.

Everything else must be, character for character, what `SigningKey.link` writes: a link that differs anywhere is not
ours, a second signature or a percent sign in it first of all. `label_check.js` of the portal reads links alike.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from epcis.identifiers import Gtin, IdentifierError
from provenance.label_link import KEY_ID_BYTES, SIGNATURE_KEY, LabelLink, NotALabel, signed_message

AROUND = " \t\r\n"
"""What may stand around a link that was typed or pasted."""

_SIGNED_BYTES = KEY_ID_BYTES + 64
_NUMBER = r"(?:[\w.~-]++|%[0-9A-F]{2})++"
_BASE64 = r"[\w-]{90}[AEIMQUYcgkosw048]|[\w-]{104}"  # 68 bytes without spare bits, or 78 with a roll's number
_ADDED = rf"(?:&(?!{SIGNATURE_KEY}=)[A-Za-z_][\w.-]*=[!$%'-;=?-~]*)*(?:#[\w.-]+)?"
_LABEL = re.compile(
    rf"/01/([0-9]{{14}})(?:/10/({_NUMBER}))?/21/({_NUMBER})\?{SIGNATURE_KEY}=({_BASE64}){_ADDED}", re.ASCII
)
_PATH = re.compile(r"/01/([0-9]{14})(?:/10/[^/]+)?/21/[^/]+")
_SIGNATURE = re.compile(rf"\?{SIGNATURE_KEY}=(?:{_BASE64})(?![\w%-])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a link says, not yet believed. `key_id` names the key its 64 bytes of signature are said to be by."""

    label: LabelLink
    key_id: bytes
    signature: bytes

    def check(self, *, issuer: str, keys: Mapping[bytes, Ed25519PublicKey]) -> LabelLink:
        """The label the signature speaks for. Raises NotALabel."""
        key = keys.get(self.key_id)
        if key is None:
            raise NotALabel("The signature is by a key this system does not know.", "签名所用的密钥不属于本系统。")
        try:
            key.verify(self.signature, signed_message(self.label, issuer))
        except InvalidSignature:
            raise NotALabel(
                "The signature does not belong to this product, lot and serial.", "签名与产品编码、批号和箱号对不上。"
            ) from None
        return self.label


def read_link(text: str, *, public_url: str) -> Scanned:
    """Of a link that leads below `public_url`. Raises NotALabel."""
    link, base = text.strip(AROUND), public_url.rstrip("/")
    found = _LABEL.fullmatch(link, len(base)) if link.startswith(base) else None
    if found is None:
        raise _refused(link)
    gtin, lot, number, signature = found.groups()
    raw = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    roll = raw[_SIGNED_BYTES:].decode("latin-1")
    if bool(lot) == bool(roll):
        raise NotALabel(
            "This is no label link: its signature speaks for neither its lot nor its roll.",
            "这不是标签的链接：签名既不对应批号，也不对应标签卷。",
        )
    label = LabelLink(gtin, _unescaped(lot) if lot else "", _unescaped(number), roll)
    return Scanned(label, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:_SIGNED_BYTES])


def read_scanned(text: str, *, public_url: str, issuer: str, keys: Mapping[bytes, Ed25519PublicKey]) -> LabelLink:
    """The label that a link is signed for. Raises NotALabel."""
    return read_link(text, public_url=public_url).check(issuer=issuer, keys=keys)


def _unescaped(number: str) -> str:
    if "%" not in number:
        return number
    plain = unquote(number)
    if quote(plain, safe="") != number:
        raise _written_otherwise()
    return plain


def _refused(link: str) -> NotALabel:
    """Why a link is not read, the plainest reason there is."""
    path = link.partition("?")[0]
    found = _PATH.search(path)
    if not found or found.end() != len(path):
        return NotALabel(
            "This is no label link: it needs a product (01), a lot (10) and a serial (21).",
            "这不是标签的链接：要有产品编码(01)、批号(10)和箱号(21)。",
        )
    try:
        Gtin(found[1])
    except IdentifierError as error:
        return NotALabel(str(error), "产品编码有一位不对，请核对。")
    if not _SIGNATURE.search(link):
        return NotALabel("The link's signature is missing or damaged.", "链接里的签名缺失或有字符不对，请重新扫码。")
    return _written_otherwise()


def _written_otherwise() -> NotALabel:
    return NotALabel(
        "This link is not written the way this system writes its labels.", "链接的写法与本系统标签上的不同。"
    )
