"""Who is calling: a bearer JWT, verified against the issuer's published keys, becomes a `Principal`.

Which token an issuer gives is `identity`'s affair, what a principal may do is `provenance.access.authority`'s.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from provenance.access.authority import PUBLIC, Principal
from wire.errors import Transient, Unauthenticated

ALGORITHMS = ["EdDSA", "Ed25519", "RS256", "ES256"]
KEYS_FRESH_S = 300.0
REFETCH_AT_MOST_EVERY_S = 5.0
CLOCK_LEEWAY_S = 60
MOST_VERIFIED = 10_000
"""Tokens whose signature is remembered; a client sends the same one with every call."""

_principal: ContextVar[Principal] = ContextVar("principal", default=PUBLIC)
_token: ContextVar[str] = ContextVar("token", default="")


def current_principal() -> Principal:
    """Who the present call is from; the public outside a call."""
    return _principal.get()


def current_token() -> str:
    """The bearer token of the present call, to be passed on to the services it calls; empty for the public."""
    return _token.get()


def become(principal: Principal, token: str = "") -> None:
    """For edges (the gRPC interceptor, the portal's middleware): sets both for the present task."""
    _principal.set(principal)
    _token.set(token)


class TokenVerifier(Protocol):
    async def principal(self, token: str) -> Principal:
        """PUBLIC for an empty token. Raises Unauthenticated, or Transient while the issuer's keys are out of reach."""
        ...


async def fetch_keys(url: str) -> Mapping[str, Any]:
    """The JWKS document at `url`. Raises Transient."""
    try:
        async with httpx.AsyncClient(timeout=5) as client:
            answer = await client.get(url)
            answer.raise_for_status()
            return dict(answer.json())
    except (httpx.HTTPError, ValueError) as error:
        raise Transient(f"the token issuer's keys at {url} are out of reach") from error


@dataclass(frozen=True, slots=True)
class _Verified:
    """What a token was found to say; `expires_at` in seconds since 1970."""

    principal: Principal
    expires_at: float


class Verifier:
    """Keeps the issuer's keys for five minutes, longer while the issuer is away, and asks anew for an unknown key.

    `issuer` and `audience`, where given, must be in a token (RFC 7519, 4.1.1 and 4.1.3): one issuer's keys may sign
    for many applications, and a token for another of them is none for us.
    """

    def __init__(
        self,
        jwks_url: str,
        *,
        issuer: str = "",
        audience: str = "",
        fetch: Callable[[str], Any] = fetch_keys,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._url = jwks_url
        self._meant: dict[str, Any] = {
            name: {"essential": True, "value": value} for name, value in (("iss", issuer), ("aud", audience)) if value
        }
        self._fetch = fetch
        self._clock = clock
        self._now = now
        self._keys: KeySet | None = None
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._fetching = asyncio.Lock()
        self._verified: dict[str, _Verified] = {}

    async def principal(self, token: str) -> Principal:
        if not token:
            return PUBLIC
        keys = await self._fresh_keys()
        known = self._verified.get(token)
        if known is None or self._now() >= known.expires_at:
            if not _names_known_key(token, keys):
                keys = await self._fresh_keys(newer_than=self._clock())
            known = self._remembered(token, self._checked(_signed_claims(token, keys)))
        return known.principal

    def _checked(self, claims: Mapping[str, Any]) -> _Verified:
        """Good now, and for us. Of the claims only `exp` can cease to be right while the keys last."""
        rules = {"exp": {"essential": True}, **self._meant}
        try:
            jwt.JWTClaimsRegistry(now=int(self._now()), leeway=CLOCK_LEEWAY_S, **rules).validate(dict(claims))
        except (JoseError, ValueError) as error:
            raise _not_valid(error) from error
        return _Verified(principal_of(claims), float(claims["exp"]))

    def _remembered(self, token: str, verified: _Verified) -> _Verified:
        """Checking a signature costs more than checking a report; it holds for as long as the keys do."""
        if len(self._verified) >= MOST_VERIFIED:
            self._verified.clear()
        self._verified[token] = verified
        return verified

    async def _fresh_keys(self, newer_than: float = float("-inf")) -> KeySet:
        if self._fetching.locked() or self._wanted(newer_than):
            async with self._fetching:
                if self._wanted(newer_than):
                    await self._refetch()
        if self._keys is None:
            raise Transient(f"the token issuer's keys at {self._url} are out of reach")
        return self._keys

    def _wanted(self, newer_than: float) -> bool:
        now = self._clock()
        if self._keys is not None and now - self._tried_at < REFETCH_AT_MOST_EVERY_S:
            return False
        return self._keys is None or self._fetched_at < newer_than or now - self._fetched_at > KEYS_FRESH_S

    async def _refetch(self) -> None:
        self._tried_at = self._clock()
        try:
            self._keys = KeySet.import_key_set(await self._fetch(self._url))
        except (Transient, JoseError, ValueError, KeyError) as error:
            if self._keys is None:
                raise Transient(f"the token issuer's keys at {self._url} are out of reach") from error
            return
        self._verified.clear()
        self._fetched_at = self._clock()


def principal_of(claims: Mapping[str, Any]) -> Principal:
    """`sub` is the party, `roles` a list of words. Raises Unauthenticated."""
    party, roles = claims.get("sub"), claims.get("roles")
    if not isinstance(party, str) or not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise Unauthenticated("the token must name a party (sub) and its roles")
    return Principal(party, frozenset(roles), str(claims.get("card_by", "")))


def _names_known_key(token: str, keys: KeySet) -> bool:
    from joserfc.jws import extract_compact

    try:
        key_id = extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError) as error:
        raise Unauthenticated("the token is no JSON Web Token") from error
    return key_id is None or any(key.kid == key_id for key in keys.keys)


def _signed_claims(token: str, keys: KeySet) -> Mapping[str, Any]:
    try:
        return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError) as error:
        raise _not_valid(error) from error


def _not_valid(error: Exception) -> Unauthenticated:
    return Unauthenticated(f"the token is not valid: {error}")
