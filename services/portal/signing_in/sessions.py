"""Sessions of signed-in people: a signed cookie that holds the token, and the secret word that forms must send back.

Owns the cookie's bytes and both checks. Nothing is kept on the server, so any portal serves any session. What the
token allows is decided by whoever checks the token.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

import orjson

from provenance.base64url import decoded, encoded

COOKIE = "suyuan_session"
MAX_AGE_S = 12 * 60 * 60
MAX_REMEMBERED = 12
MAX_REMEMBERED_TEXT = 120


@dataclass(frozen=True, slots=True)
class Session:
    """`id` is random; `remembered` are the last values of sticky fields, offered again."""

    id: str
    token: str = field(repr=False)
    expires_s: int
    remembered: Mapping[str, str] = field(default_factory=dict)

    def remembering(self, values: Mapping[str, str]) -> Session:
        """With `values` remembered, the oldest beyond the bound forgotten."""
        short = {name: text for name, text in values.items() if text and len(text) <= MAX_REMEMBERED_TEXT}
        kept = {name: text for name, text in self.remembered.items() if name not in short} | short
        return replace(self, remembered=dict(list(kept.items())[-MAX_REMEMBERED:]))


class SessionSigner:
    """Signs with HMAC-SHA-256 under keys derived from one secret of at least 32 bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            raise ValueError("the session key must have at least 32 bytes")
        self._cookie_key = hmac.digest(key, b"cookie", "sha256")
        self._csrf_key = hmac.digest(key, b"csrf", "sha256")

    def write(self, session: Session) -> str:
        body = orjson.dumps([session.id, session.token, session.expires_s, dict(session.remembered)])
        return encoded(hmac.digest(self._cookie_key, body, "sha256") + body)

    def read(self, cookie: str, now_s: float) -> Session | None:
        """The session a cookie of ours holds; None for anything else and when its time is over."""
        raw = decoded(cookie)
        if raw is None:
            return None
        signature, body = raw[:32], raw[32:]
        if not hmac.compare_digest(signature, hmac.digest(self._cookie_key, body, "sha256")):
            return None
        session = Session(*orjson.loads(body))
        return session if session.expires_s > now_s else None

    def csrf_token(self, session_id: str) -> str:
        """What a page of this session carries in every form."""
        return encoded(hmac.digest(self._csrf_key, session_id.encode(), sha256)[:18])

    def is_csrf_token(self, session_id: str, given: str) -> bool:
        return hmac.compare_digest(self.csrf_token(session_id).encode(), given.encode())
