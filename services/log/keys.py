"""The log's key and the key of its salts, each a file of its own that this service alone can read.

Whoever starts first makes them; all others, also those that start at the same moment, read what stands there. How the
log's key is rotated is `keyring`'s.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provenance.log.notes import Kind, SignerKey

KEY = "log.ed25519"
_SECRET_BYTES = 32


def signing_key(folder: Path, *, origin: str) -> SignerKey:
    """What signs checkpoints and promises, under the name of the log."""
    return signer(_secret(folder / KEY), origin=origin)


def signer(secret: bytes, *, origin: str) -> SignerKey:
    return SignerKey(origin, Kind.LOG, Ed25519PrivateKey.from_private_bytes(secret))


def salt_key(folder: Path) -> bytes:
    """With it everybody's entries could be told apart: it is never published, and without it no proof can be opened."""
    return _secret(folder / "salt.key")


def _secret(file: Path) -> bytes:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(file, os.urandom(_SECRET_BYTES))
    return file.read_bytes()


def drafted(file: Path, content: bytes) -> Path:
    """Complete under another name, to be put in its place: a crash leaves no half file under a name that counts."""
    draft = file.with_suffix(f".{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    return draft


def _make(file: Path, secret: bytes) -> None:
    """The second to come changes nothing."""
    draft = drafted(file, secret)
    try:
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink()
