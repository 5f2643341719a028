"""The keys of labels as they are published, for whoever checks labels without us: a JWK set or lines of verifier keys.

A JWK set (RFC 7517) may say with "issuer" and "url" whose labels its keys sign and where their links lead, and of a key
with "revoked": {"revoked_at": seconds} (OpenID Federation 1.0, 8.7.2) that it is withdrawn. Verifier keys (C2SP
signed-note) stand one a line; a line that begins with # is a remark.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from provenance.base64url import decoded
from provenance.label_link import key_id
from provenance.log.notes import NoteError, VerifierKey

_PUBLIC_BYTES = 32


class KeysUnreadable(ValueError):
    """The text holds no keys of labels; the message says why not."""


@dataclass(frozen=True, slots=True)
class PublishedKeys:
    """Public keys by the id a link names them with; `withdrawn` are those that somebody else may hold too. `issuer`
    and `url` are empty where the text does not say them."""

    trusted: Mapping[bytes, Ed25519PublicKey]
    withdrawn: Mapping[bytes, Ed25519PublicKey] = field(default_factory=dict)
    issuer: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if not self.trusted and not self.withdrawn:
            raise KeysUnreadable("there is no Ed25519 key in it")


def read_keys(text: str) -> PublishedKeys:
    """Raises KeysUnreadable."""
    return _jwk_set(text) if text.lstrip().startswith("{") else _verifier_keys(text)


def _jwk_set(text: str) -> PublishedKeys:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise KeysUnreadable("this is not JSON") from None
    listed = body.get("keys")
    if not isinstance(listed, list):
        raise KeysUnreadable('a JWK set has a list of "keys"')
    # Keys of other kinds are passed over (RFC 7517, 5).
    ours = [one for one in listed if isinstance(one, dict) and (one.get("kty"), one.get("crv")) == ("OKP", "Ed25519")]
    return PublishedKeys(
        _by_id(_public(one) for one in ours if not one.get("revoked")),
        _by_id(_public(one) for one in ours if one.get("revoked")),
        _text(body, "issuer"),
        _text(body, "url"),
    )


def _public(jwk: Mapping[str, Any]) -> Ed25519PublicKey:
    raw = decoded(_text(jwk, "x"))
    if raw is None or len(raw) != _PUBLIC_BYTES:
        raise KeysUnreadable(f"the key {_text(jwk, 'kid')!r} has no 32 bytes of base64url in its x")
    return Ed25519PublicKey.from_public_bytes(raw)


def _verifier_keys(text: str) -> PublishedKeys:
    lines = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
    try:
        return PublishedKeys(_by_id(VerifierKey.read(line).public for line in lines))
    except NoteError as error:
        raise KeysUnreadable(str(error)) from error


def _by_id(keys: Iterable[Ed25519PublicKey]) -> Mapping[bytes, Ed25519PublicKey]:
    return {key_id(key): key for key in keys}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name, "")
    return value if isinstance(value, str) else ""
