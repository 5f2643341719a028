"""Roughly where a label was looked up, as its reader lets the browser tell: who does not press for it is not asked."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.http.problems import HttpProblem
from services.portal.http.requests import read_form
from services.portal.scanning.looking import Looking
from services.portal.scanning.places import read_place

_ROUGH = re.compile(r"-?[0-9]{1,3}\.[0-9],-?[0-9]{1,3}\.[0-9]")
"""Degrees north and east to a tenth. The browser rounds: a place told more exactly is refused, not rounded here."""


class ToldPlaces:
    def __init__(self, *, looking: Looking) -> None:
        self._looking = looking

    def routes(self) -> list[Route]:
        return [Route("/labels/place", self.take, methods=["POST"])]

    async def take(self, request: Request) -> Response:
        """Nothing is answered, and nothing waited for. Raises HttpProblem 400 for what no page of ours sends."""
        form = dict(await read_form(request))
        told = form.get("place", "")
        cell = read_place(told) if _ROUGH.fullmatch(told) else None
        if cell is None or not self._looking.placed(request, form.get("look", ""), cell):
            raise HttpProblem(400, "ValidationException", "This is no place, or none that a page of ours tells.")
        return Response(status_code=204)
