"""The signing keys on disk: one file a key, readable by this service alone. The newest signs, all of them verify."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.util import urlsafe_b64encode

from provenance.label_link import SigningKey

_SUFFIX = ".ed25519"


def load(folder: Path, *, stamp: str) -> list[SigningKey]:
    """The keys, oldest first; makes the first one, named by `stamp`, where there is none."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not any(folder.glob(f"*{_SUFFIX}")):
        _write(folder / f"{stamp}{_SUFFIX}", Ed25519PrivateKey.generate().private_bytes_raw())
    files = sorted(folder.glob(f"*{_SUFFIX}"))
    return [SigningKey(Ed25519PrivateKey.from_private_bytes(file.read_bytes())) for file in files]


def verifying(keys: list[SigningKey]) -> Mapping[bytes, Ed25519PublicKey]:
    return {key.key_id: key.private.public_key() for key in keys}


def jwk_set(keys: Mapping[bytes, Ed25519PublicKey]) -> dict[str, object]:
    """RFC 7517, with each key's four-byte id in hex as `kid`."""
    return {"keys": [_jwk(id_, key) for id_, key in keys.items()]}


def _jwk(id_: bytes, key: Ed25519PublicKey) -> dict[str, str]:
    x = urlsafe_b64encode(key.public_bytes_raw()).decode()
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": id_.hex(), "x": x}


def _write(file: Path, secret: bytes) -> None:
    # Made complete under another name first: a crash leaves no half key under a name that counts.
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secret)
        os.fsync(handle)
    finally:
        os.close(handle)
    draft.rename(file)
