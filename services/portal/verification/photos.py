"""`POST /photo`: the code in a photo, for a phone whose browser reads no squares, or runs no scripts."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator
from urllib.parse import quote

import orjson
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.portal.home import HOME_SCRIPTS
from services.portal.http.addresses import Addresses
from services.portal.http.problems import HttpProblem
from services.portal.http.rate_limit import RateLimit
from services.portal.http.requests import preferred, read_body
from services.portal.pages import Pages
from services.portal.reporting.photos import FILES_TYPE
from services.portal.signing_in.callers import Callers
from services.portal.verification.squares import Unreadable, codes_in

MOST_BYTES = 12 * 1024 * 1024
A_SECOND, AT_ONCE = 2.0, 20
"""Of one address: a camera held over a square sends one picture a second."""
_AT_A_TIME = 1  # pictures read by one portal: the others wait, and pages are still answered
MOST_HELD = 4
"""Pictures in memory, on their way in or waiting, some 36 MB each at most: another is refused before it is received.
Of one address there is one, so that nobody alone takes all the places."""
LONGEST_S = 15.0
"""For a picture to come in: whoever sends slowly holds no place for ever."""


class Photos:
    """Gives the codes as JSON to a script, and leads a form on to the page of the first."""

    def __init__(self, *, callers: Callers, pages: Pages, addresses: Addresses, pace: RateLimit) -> None:
        self._callers = callers
        self._pages = pages
        self._addresses = addresses
        self._pace = pace
        self._turns = asyncio.Semaphore(_AT_A_TIME)
        self._held = set[str]()

    def routes(self) -> list[Route]:
        return [Route("/photo", self.read, methods=["POST"])]

    async def read(self, request: Request) -> Response:
        sender = self._addresses.of(request.scope)
        is_full = sender in self._held or len(self._held) >= MOST_HELD
        if wait_s := self._pace.wait_s(sender) or is_full:
            headers = {"Retry-After": str(math.ceil(wait_s))}
            raise HttpProblem(429, "ImplementationException", "Too many pictures; wait a moment.", headers=headers)
        self._held.add(sender)
        try:
            codes = await self._codes(request)
        finally:
            self._held.remove(sender)
        if preferred(request, ("text/html", "application/json")) == "application/json":
            return Response(orjson.dumps({"codes": codes}), media_type="application/json")
        if codes:
            return RedirectResponse(f"/look?code={quote(codes[0], safe='')}", 303)
        caller = await self._callers.person(request)
        return self._pages.render(request, "home.html", caller, status=422, scripts=HOME_SCRIPTS, unread=True)

    async def _codes(self, request: Request) -> list[str]:
        try:
            async with asyncio.timeout(LONGEST_S):
                picture = await _picture(request)
        except TimeoutError as error:
            raise HttpProblem(408, "ImplementationException", "The picture took too long to arrive.") from error
        async with self._turns:
            return await asyncio.to_thread(_codes, picture)


def _codes(picture: bytes) -> list[str]:
    try:
        return codes_in(picture)
    except Unreadable:
        return []


async def _picture(request: Request) -> bytes:
    """The body, or the one file of a form (RFC 7578). Raises HttpProblem 400, 413."""
    body = await read_body(request, MOST_BYTES)
    if not request.headers.get("content-type", "").lower().startswith(FILES_TYPE):
        return body
    try:
        form = await MultiPartParser(request.headers, _whole(body), max_files=1, max_fields=1).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise HttpProblem(400, "ValidationException", "This form cannot be read.") from error
    try:
        file = form.get("photo")
        return await file.read() if isinstance(file, UploadFile) else b""
    finally:
        await form.close()


async def _whole(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
