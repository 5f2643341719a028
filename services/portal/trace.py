"""The history of a code: a page for signed-in people, and `/api/trace` and `/api/claims` for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.portal.callers import Callers
from services.portal.correction_marks import CorrectionMarks
from services.portal.domain import tidy
from services.portal.epcis_events import event_path
from services.portal.history_json import claim_json, history_json
from services.portal.http_problems import HttpProblem
from services.portal.pages import Pages
from services.portal.ports import Direction, Histories
from services.portal.receipts import read_receipts
from services.portal.story import tell
from stream.receipts import Receipt
from wire.errors import NotFound, Rejected

DIRECTIONS = ("back", "forward")
MAX_CODE = 500


class Trace:
    def __init__(self, *, callers: Callers, pages: Pages, histories: Histories, marks: CorrectionMarks) -> None:
        self._marks = marks
        self._callers = callers
        self._pages = pages
        self._histories = histories

    def routes(self) -> list[Route]:
        return [
            Route("/trace", self.page, methods=["GET"]),
            Route("/api/trace", self.json, methods=["GET"]),
            Route("/api/claims", self.claim, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        caller = await self._callers.person(request)
        if caller.session is None:
            here = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
            return RedirectResponse(f"/sign-in?to={quote(here, safe='/')}", 303)
        code, direction = tidy(request.query_params.get("code", "")), _direction(request)
        history = None
        if code:
            try:
                history = await self._histories.history(code, direction, after=_after(request), token=caller.token)
            except (NotFound, Rejected):
                history = None
        language = self._pages.language(request)
        return self._pages.render(
            request,
            "trace.html",
            caller,
            code=code,
            direction=direction,
            history=history,
            story=tell(history, language) if history else None,
            event_path=event_path,
            marks=await self._marks.of(history, caller, language) if history else None,
            status=404 if code and history is None else 200,
        )

    async def json(self, request: Request) -> Response:
        caller = await self._callers.program(request)
        code, direction = code_of(request), _direction(request)
        history = await self._histories.history(code, direction, after=_after(request), token=caller.token)
        return _json(history_json(history))

    async def claim(self, request: Request) -> Response:
        caller = await self._callers.program(request)
        brand = request.query_params.get("brand", "")
        claim = await self._histories.claim(code_of(request), brand, after=_after(request), token=caller.token)
        return _json(claim_json(claim))


def code_of(request: Request) -> str:
    code = tidy(request.query_params.get("code", ""))
    if not code or len(code) > MAX_CODE:
        sentence = "code is missing: give a lot, item or pallet as Digital Link, EPC URN, element string or digits."
        raise HttpProblem(400, "QueryParameterException", sentence, parameter="code")
    return code


def _after(request: Request) -> Sequence[Receipt]:
    """What the caller has just reported, which the answer must know of."""
    return read_receipts(request.query_params.getlist("after"))


def _direction(request: Request) -> Direction:
    direction = request.query_params.get("direction", "back")
    if direction not in DIRECTIONS:
        raise HttpProblem(400, "QueryParameterException", "direction is back or forward.", parameter="direction")
    return cast(Direction, direction)


def _json(body: Any) -> Response:
    return Response(orjson.dumps(body), headers={"Cache-Control": "no-store"}, media_type="application/json")
