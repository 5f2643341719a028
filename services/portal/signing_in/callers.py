"""Who is calling: a program by its bearer token, a person by the session cookie, everybody else the public."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request

from services.portal.ports import Tokens
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.sessions import COOKIE, SessionSigner
from wire.errors import Unauthenticated

PUBLIC_TOKEN = ""


class Callers:
    def __init__(self, *, tokens: Tokens, signer: SessionSigner, now_s: Callable[[], float]) -> None:
        self._tokens = tokens
        self._signer = signer
        self._now_s = now_s

    async def program(self, request: Request) -> Caller:
        """By the Authorization header alone: a cookie must not let a foreign page in. Raises Unauthenticated."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme and scheme.lower() != "bearer":
            raise Unauthenticated("Send the token as `Authorization: Bearer …`.")
        return Caller(await self._tokens.principal(token.strip()), token.strip())

    async def known_program(self, request: Request) -> Caller:
        caller = await self.program(request)
        if not caller.is_known:
            raise Unauthenticated("This needs a token: send it as `Authorization: Bearer …`.")
        return caller

    async def person(self, request: Request) -> Caller:
        """By the session cookie; the public where there is none, or its token is no longer valid."""
        session = self._signer.read(request.cookies.get(COOKIE, ""), self._now_s())
        if session is None:
            return await self._public()
        try:
            return Caller(await self._tokens.principal(session.token), session.token, session)
        except Unauthenticated:
            return await self._public()

    async def reader(self, request: Request) -> Caller:
        """Either; for pages that programs read too."""
        known_by_token = "authorization" in request.headers
        return await (self.program(request) if known_by_token else self.person(request))

    async def _public(self) -> Caller:
        return Caller(await self._tokens.principal(PUBLIC_TOKEN), PUBLIC_TOKEN)
