"""The signing keys on disk: one file a key, readable by this service alone. The newest that is not revoked signs.

A key is revoked by a file beside it that says from when on. What was made before stays good: the ledger knows it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from provenance.base64url import encoded
from provenance.label_link import SigningKey
from provenance.log.notes import Kind, VerifierKey

_SUFFIX, _REVOKED = ".ed25519", ".revoked"


@dataclass(frozen=True, slots=True)
class OwnKey:
    """`revoked_ms`: somebody else may hold it since then; None for a key that is ours alone."""

    signing: SigningKey
    revoked_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Keyring:
    """All keys that ever signed, oldest first, one of them at least not revoked."""

    keys: Sequence[OwnKey]

    @property
    def signer(self) -> SigningKey:
        return [key for key in self.keys if key.revoked_ms is None][-1].signing

    @property
    def verifying(self) -> Mapping[bytes, Ed25519PublicKey]:
        return {key.signing.key_id: key.signing.private.public_key() for key in self.keys}

    @property
    def revoked_ms(self) -> Mapping[bytes, int]:
        return {key.signing.key_id: key.revoked_ms for key in self.keys if key.revoked_ms is not None}

    def jwk_set(self, *, issuer: str, url: str) -> str:
        """RFC 7517, with each key's four-byte id in hex as `kid`, whose labels they sign and where these lead."""
        return json.dumps({"keys": [_jwk(key) for key in self.keys], "issuer": issuer, "url": url})

    def verifier_keys(self, *, name: str) -> list[str]:
        """Those not revoked, as verifier keys of C2SP signed-note."""
        valid = [key.signing.private.public_key() for key in self.keys if key.revoked_ms is None]
        return [str(VerifierKey(name, Kind.LOG, key)) for key in valid]


def load(folder: Path, *, stamp: str) -> Keyring:
    """Makes a key, named by `stamp`, where none is left that is not revoked."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = _read(folder)
    if all(key.revoked_ms is not None for key in keys):
        rotate(folder, stamp=stamp)
        keys = _read(folder)
    return Keyring(keys)


def scratch_key(folder: Path) -> bytes:
    """The key of the secrets under scratch-off fields, made where there is none. It is never rotated."""
    file = folder / "scratch.key"
    if not file.exists():
        _write(file, os.urandom(32))
    return file.read_bytes()


def rotate(folder: Path, *, stamp: str) -> bytes:
    """Makes the key that signs from the next start on; the others go on verifying. Its id.

    Raises FileExistsError where there is one of this stamp.
    """
    private = Ed25519PrivateKey.generate()
    _write(folder / f"{stamp}{_SUFFIX}", private.private_bytes_raw())
    return SigningKey(private).key_id


def revoke(folder: Path, key_id: bytes, *, from_ms: int) -> None:
    """From then on nothing new of this key is trusted. Raises KeyError where there is no such key.

    Revoked twice, the earlier moment stands.
    """
    for file, key in _files(folder):
        if key.signing.key_id == key_id:
            return _mark(file.with_suffix(_REVOKED), from_ms, key.revoked_ms)
    raise KeyError(key_id.hex())


def _mark(file: Path, from_ms: int, before_ms: int | None) -> None:
    if before_ms is None or from_ms < before_ms:
        file.unlink(missing_ok=True)
        _write(file, str(from_ms).encode())


def _read(folder: Path) -> list[OwnKey]:
    return [key for _, key in _files(folder)]


def _files(folder: Path) -> list[tuple[Path, OwnKey]]:
    return [(file, _own(file)) for file in sorted(folder.glob(f"*{_SUFFIX}"))]


def _own(file: Path) -> OwnKey:
    mark = file.with_suffix(_REVOKED)
    revoked_ms = int(mark.read_bytes()) if mark.exists() else None
    return OwnKey(SigningKey(Ed25519PrivateKey.from_private_bytes(file.read_bytes())), revoked_ms)


def _jwk(key: OwnKey) -> dict[str, object]:
    public = key.signing.private.public_key()
    written = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": key.signing.key_id.hex()}
    # OpenID Federation 1.0, 8.7.2: seconds since 1970.
    revoked = {} if key.revoked_ms is None else {"revoked": {"revoked_at": key.revoked_ms // 1000}}
    return {**written, "x": encoded(public.public_bytes_raw()), **revoked}


def _write(file: Path, content: bytes) -> None:
    """Raises FileExistsError: a key is never written over."""
    # Made complete under another name first: a crash leaves no half file under a name that counts.
    draft = file.with_name(f"{file.name}.draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    os.link(draft, file)
    draft.unlink()
