"""The signing key: an Ed25519 key in a file that only we can read, replaced at will.

A key that was replaced is destroyed at once; its public half stays published until the last token it signed is too old.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from runtime.config import ConfigError
from services.identity.sqlite import SqliteStore

ALGORITHM = "Ed25519"
CLOCK_LEEWAY_S = 300
"""Services whose clocks are this late still find the key of a token that has just run out."""


class SigningKey:
    """`services.identity.ports.Signer` over `folder`/signing.pem. Raises ConfigError where others can read it."""

    def __init__(self, folder: Path, store: SqliteStore, *, now_s: Callable[[], int]) -> None:
        self._file = folder / "signing.pem"
        self._store = store
        self._now_s = now_s
        if not self._file.exists():
            self._write(OKPKey.generate_key("Ed25519"))
        self._key = self._load()

    @property
    def key_id(self) -> str:
        return self._key.thumbprint()

    def sign(self, claims: Mapping[str, Any]) -> str:
        key = self._key  # one and the same, though another thread may be replacing it
        self._store.need_key(key.thumbprint(), _public(key), int(claims["exp"]) + CLOCK_LEEWAY_S)
        header = {"alg": ALGORITHM, "kid": key.thumbprint(), "typ": "JWT"}
        return jwt.encode(header, dict(claims), key, algorithms=[ALGORITHM])

    def rotate(self) -> None:
        """From now on another key signs."""
        self._write(OKPKey.generate_key("Ed25519"))
        self._key = self._load()

    def published(self) -> dict[str, Any]:
        """The JWK set (RFC 7517): the present key first, then those that tokens still out were signed with."""
        present = _public(self._key)
        older = [key for key in self._store.keys_needed(self._now_s()) if key["kid"] != present["kid"]]
        return {"keys": [present, *older]}

    def _load(self) -> OKPKey:
        refuse_if_others_can_read(self._file)
        return OKPKey.import_key(self._file.read_bytes())

    def _write(self, key: OKPKey) -> None:
        """First beside it, then in its place: a crash leaves the old key or the new one, never half of one."""
        beside = self._file.with_suffix(".new")
        beside.unlink(missing_ok=True)
        write_private(beside, key.as_pem(private=True))
        beside.replace(self._file)


def _public(key: OKPKey) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": key.thumbprint(), "alg": ALGORITHM, "use": "sig"}


def admin_secret(file: Path) -> str:
    """The secret that mints tokens and cards; made at the first start. Raises ConfigError as the key does."""
    if not file.exists():
        write_private(file, secrets.token_urlsafe(32).encode())
    refuse_if_others_can_read(file)
    return file.read_text().strip()


def write_private(file: Path, content: bytes) -> None:
    """A new file of mode 0600 from its first moment, on disk before this returns. Raises FileExistsError."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def refuse_if_others_can_read(file: Path) -> None:
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise ConfigError(f"{file} can be read by others; make it ours alone with: chmod 600 {file}")
