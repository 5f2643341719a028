"""The home page: a box for the code on a package, and for signed-in people what they can report."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.portal.callers import Callers
from services.portal.commands import COMMANDS
from services.portal.domain import tidy
from services.portal.pages import Pages


class Home:
    def __init__(self, *, callers: Callers, pages: Pages) -> None:
        self._callers = callers
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            Route("/", self.home, methods=["GET"]),
            Route("/look", self.look, methods=["GET"]),
            Route("/robots.txt", self.robots, methods=["GET"]),
        ]

    async def home(self, request: Request) -> Response:
        caller = await self._callers.person(request)
        return self._pages.render(request, "home.html", caller, commands=tuple(COMMANDS.values()))

    async def look(self, request: Request) -> Response:
        """Signed-in people want the history, a buyer the page of the box."""
        code = tidy(request.query_params.get("code", ""))
        if not code:
            return RedirectResponse("/", 303)
        caller = await self._callers.person(request)
        return RedirectResponse(f"{'/trace' if caller.session else '/b'}?code={quote(code, safe='')}", 303)

    async def robots(self, request: Request) -> Response:
        return Response(
            "User-agent: *\nDisallow: /01/\nDisallow: /00/\nDisallow: /b\nDisallow: /trace\n", media_type="text/plain"
        )
