"""Bytes as base64 with padding (RFC 4648, 4), each value in one spelling only."""

from __future__ import annotations

from base64 import b64decode, b64encode


def encoded(raw: bytes) -> str:
    return b64encode(raw).decode()


def decoded(text: str) -> bytes | None:
    """What `encoded` made this text of; None for any other text."""
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        return None
    # Spare bits in the last character would give one value several spellings.
    return raw if encoded(raw) == text else None
