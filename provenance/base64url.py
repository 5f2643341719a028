"""Bytes as base64url without padding (RFC 4648, 5), each value in one spelling only."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes | None:
    """What `encoded` made this text of; None for any other text."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError):
        return None
    # Base64 would also take + for -, and spare bits in the last character.
    return raw if encoded(raw) == text else None
