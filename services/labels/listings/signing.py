"""How an answer and a message are signed: a compact JWS, and Standard Webhooks' `v1a`, by this role's own key."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass

from provenance.base64url import encoded
from services.labels.keys import Keyring

ALGORITHM = "Ed25519"
"""RFC 9864: EdDSA that says which curve."""

TYPE = "listing+jwt"
"""So that no answer passes for a token (RFC 8725, 3.11)."""


@dataclass(frozen=True, slots=True)
class Signer:
    keys: Keyring
    issuer: str

    def jws(self, said: bytes) -> str:
        """RFC 7515, 3.1."""
        key = self.keys.signer
        head = {"alg": ALGORITHM, "kid": key.key_id.hex(), "typ": TYPE}
        signed = f"{encoded(json.dumps(head).encode())}.{encoded(said)}"
        return f"{signed}.{encoded(key.private.sign(signed.encode()))}"

    def webhook(self, id: str, time_s: int, body: bytes) -> str:
        """The value of `webhook-signature` (Standard Webhooks, asymmetric): over id, time and body."""
        return "v1a," + b64encode(self.keys.signer.private.sign(f"{id}.{time_s}.".encode() + body)).decode()

    @property
    def jwks(self) -> str:
        return self.keys.jwk_set(issuer=self.issuer, url=self.issuer)
