"""Around every request: security headers, the pace of callers, the length of addresses, and errors as problems.

A bug is answered with an id that stands in the log, and with nothing of its own text.
"""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime import logs
from runtime.metrics import HTTP_SECONDS
from services.portal.http.addresses import Addresses
from services.portal.http.policy import STRICT
from services.portal.http.problems import HttpProblem, of_error
from services.portal.http.rate_limit import RateLimit
from services.portal.http.requests import MAX_URL, preferred
from services.portal.pages import ErrorPages
from services.portal.ports import Tokens
from wire.errors import Transient, Unauthenticated

HEADERS: Mapping[str, str] = {
    **STRICT,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # What says nothing of it, a cache may keep as long as it likes (RFC 9111, 4.2.2): a label would not answer anew.
    "Cache-Control": "no-store",
}
"""Of every answer that says nothing else itself."""
NEVER_LIMITED = ("/static/",)

log = logs.get(__name__)


class Guard:
    """ASGI middleware. `secure` adds Strict-Transport-Security, for portals reached over https."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        pace: RateLimit,
        tokens: Tokens,
        addresses: Addresses,
        error_pages: ErrorPages,
        secure: bool,
    ) -> None:
        self._app = app
        self._pace = pace
        self._tokens = tokens
        self._addresses = addresses
        self._error_pages = error_pages
        self._headers = dict(HEADERS)
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        watched = _Watched(send, self._headers)
        started = time.perf_counter()
        try:
            await self._refuse_early(scope)
            await self._app(scope, receive, watched)
        except Exception as error:
            response = self._answer(Request(scope, receive), error)
            if watched.status:
                raise
            await response(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            HTTP_SECONDS.labels(route, f"{watched.status // 100}xx").observe(time.perf_counter() - started)

    async def _refuse_early(self, scope: Scope) -> None:
        if len(scope["path"]) + len(scope["query_string"]) > MAX_URL:
            raise HttpProblem(414, "URITooLongException", f"An address has at most {MAX_URL} characters here.")
        if not scope["path"].startswith(NEVER_LIMITED):
            wait_s = self._pace.wait_s(await self._caller(scope))
            if wait_s:
                headers = {"Retry-After": str(math.ceil(wait_s))}
                raise HttpProblem(429, "ImplementationException", "Too many requests; wait a moment.", headers=headers)

    async def _caller(self, scope: Scope) -> str:
        """The party of a token that is valid, so that a county office behind one address is not one caller; else the
        address: what anybody can make up would be a new caller each time."""
        scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            with suppress(Unauthenticated, Transient):
                principal = await self._tokens.principal(token.strip())
                return principal.party or self._addresses.of(scope)
        return self._addresses.of(scope)

    def _answer(self, request: Request, error: Exception) -> Response:
        problem = error if isinstance(error, HttpProblem) else of_error(error)
        if problem is None:
            bug = uuid.uuid4().hex[:12]
            log.error("request failed", bug=bug, path=request.url.path, exc_info=error)
            problem = HttpProblem(500, "ImplementationException", f"Something went wrong here. Its number is {bug}.")
        if _is_page(request):
            return self._error_pages.page(request, problem)
        if problem is not error and request.url.path.startswith("/api/"):
            problem.detail = self._error_pages.detail(request, problem)
        return problem.response()


class _Watched:
    """Sends on, with our headers, and remembers the status."""

    def __init__(self, send: Send, headers: Mapping[str, str]) -> None:
        self._send = send
        self._headers = headers
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)


def _is_page(request: Request) -> bool:
    """Pages answer in HTML; programs, which ask for JSON or for anything, get the problem."""
    if request.url.path.startswith(("/api/", "/epcis")):
        return False
    return preferred(request, ("application/json", "text/html")) == "text/html"
