"""Names for events: the CBV 2.0 event hash id, and the name of a stored record.

Owns the two names and the bytes an event is recorded as. They differ on purpose: the hash id is the same for every
spelling of an event and leaves out its id and error declaration; the record id is that of the exact bytes.
Leaves validity to `epcis.validation`; an event that passed it always has an id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from epcis.canonical_json import canonical_bytes
from epcis.event_hash import pre_hash

__all__ = ["VERSION", "content_hash", "event_hash_id", "pre_hash", "record_id", "recorded_bytes"]

VERSION = "CBV2.0"


def event_hash_id(event_body: Mapping[str, Any], *, context: object = None, ignored: Iterable[str] = ()) -> str:
    """``ni:///sha-256;<hex>?ver=CBV2.0`` (RFC 6920) of an event; arguments as for `pre_hash`."""
    digest = content_hash(event_body, context=context, ignored=ignored).hex()
    return f"ni:///sha-256;{digest}?ver={VERSION}"


def content_hash(event_body: Mapping[str, Any], *, context: object = None, ignored: Iterable[str] = ()) -> bytes:
    """The 32 bytes inside the hash id."""
    return hashlib.sha256(pre_hash(event_body, context=context, ignored=ignored).encode()).digest()


def record_id(event_bytes: bytes) -> str:
    """The ``_id`` of a recorded event: SHA-256 of its bytes, in hexadecimal (architecture.md, rule 3)."""
    return hashlib.sha256(event_bytes).hexdigest()


def recorded_bytes(event_body: Mapping[str, Any]) -> bytes:
    """The RFC 8785 bytes of a self-contained event as accepted: with an id (its hash id if it came without), without
    record time. Raises `epcis.canonical_json.NotCanonicalError` for values JSON cannot say."""
    body = {key: value for key, value in event_body.items() if key != "recordTime"}
    if body.get("eventID") is None:
        body["eventID"] = event_hash_id(body)
    return canonical_bytes(body)
