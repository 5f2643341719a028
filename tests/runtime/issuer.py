"""A token issuer for tests: a key, its JWKS, and tokens with whatever is asked for."""

from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

NOW = 1_800_000_000


class Issuer:
    def __init__(self, key_id: str = "2026-1") -> None:
        self.key = OKPKey.generate_key("Ed25519", {"kid": key_id})
        self.fetches = 0
        self.away: Exception | None = None

    async def jwks(self, url: str) -> Mapping[str, Any]:
        self.fetches += 1
        if self.away is not None:
            raise self.away
        return {"keys": [self.key.as_dict(private=False)]}

    def token(self, **claims: Any) -> str:
        given = {"sub": "https://id.gs1.org/417/9520001000015", "roles": ["station"], "exp": NOW + 3600} | claims
        present = {name: value for name, value in given.items() if value is not None}
        return jwt.encode({"alg": "Ed25519", "kid": self.key.kid}, present, self.key, algorithms=["Ed25519"])
