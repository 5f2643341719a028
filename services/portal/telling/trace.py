"""The history of a code: a page for signed-in people, and `/api/trace`, `/api/claims` and their like for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from provenance.certificates.numbers import FORMS
from provenance.codes import tidy
from provenance.named_codes import gdti
from services.portal.correcting.marks import CorrectionMarks
from services.portal.http.problems import HttpProblem
from services.portal.http.receipts import read_receipts
from services.portal.pages import Pages
from services.portal.ports import Ambiguous, Direction, Histories
from services.portal.reporting.typed_codes import wrong_with
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from services.portal.signing_in.signed_in import SignedIn
from services.portal.telling.checking import checked
from services.portal.telling.codes import Codes, choices, choices_json
from services.portal.telling.event_pages import event_path
from services.portal.telling.histories import Claim, FoundCode, History, OnwardPage
from services.portal.telling.history_json import balance_json, claim_json, cold_json, history_json, onward_json
from services.portal.telling.notices import gravest
from services.portal.telling.story import tell
from stream.receipts import Receipt
from wire.errors import NotFound, Rejected, Transient, Unauthorised

DIRECTIONS = ("back", "forward")
BLANKS = " \t\r\n\u3000"
"""A scanner's control characters are none, though Python strips them."""

MAX_CODE = 500
ON_A_PAGE, MOST_ON_A_PAGE = 200, 1000
"""Of what became of a thing."""


class Trace:
    def __init__(
        self,
        *,
        callers: Callers,
        people: SignedIn,
        pages: Pages,
        codes: Codes,
        histories: Histories,
        marks: CorrectionMarks,
    ) -> None:
        self._people = people
        self._codes = codes
        self._marks = marks
        self._callers = callers
        self._pages = pages
        self._histories = histories

    def routes(self) -> list[Route]:
        return [
            Route("/trace", self.page, methods=["GET"]),
            Route("/api/trace", self.json, methods=["GET"]),
            Route("/api/claims", self.claim, methods=["GET"]),
            Route("/api/balances", self.balances, methods=["GET"]),
            Route("/api/cold-chain", self.cold_chain, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        caller = await self._people.opens(request)
        code, direction = request.query_params.get("code", "").strip(BLANKS), _direction(request)
        history: History | None = None
        onward = OnwardPage()
        candidates: Sequence[FoundCode] = ()
        try:
            if code and direction == "forward":
                history, onward = await self._onward(request, code, caller, ON_A_PAGE)
            else:
                history = await self._history(request, code, caller) if code else None
        except Ambiguous as error:
            candidates = error.candidates
        except (NotFound, Rejected):
            pass  # said below
        if code and history is None and not candidates and _is_certificate(code):
            return RedirectResponse(f"/certificates/{quote(code, safe='')}", 303)
        language = self._pages.language(request)
        claim = await self._claim_of(history, caller)
        return self._pages.render(
            request,
            "trace.html",
            caller,
            code=code,
            direction=direction,
            history=history,
            onward=onward,
            choices=choices(candidates, language),
            wrong=wrong_with(code),
            story=tell(history, language) if history else None,
            notices=tuple(gravest(claim, history, language)),
            checked=checked(claim if direction == "back" else None, language, history=history),
            event_path=event_path,
            marks=await self._marks.of(history, caller, language) if history else None,
            status=404 if code and history is None and not candidates else 200,
        )

    async def json(self, request: Request) -> Response:
        caller = await self._callers.program(request)
        code = code_of(request)
        in_pages = {"perPage", "nextPageToken"} & request.query_params.keys()
        try:
            if in_pages:
                return _json(onward_json(*await self._onward(request, code, caller, per_page(request))))
            return _json(history_json(await self._history(request, code, caller)))
        except Ambiguous as error:
            return _json(choices_json(code, error.candidates), 300)

    async def claim(self, request: Request) -> Response:
        caller = await self._callers.program(request)
        brand = request.query_params.get("brand", "")
        after, token = _after(request), caller.token
        claim = await self._codes.ask(
            code_of(request), lambda code: self._histories.claim(code, brand, after=after, token=token), token=token
        )
        return _json(claim_json(claim))

    async def _claim_of(self, history: History | None, caller: Caller) -> Claim | None:
        """Of what a brand lists; a page of a history without one is as good."""
        if history is None:
            return None
        try:
            return await self._histories.claim(history.key, "", after=(), token=caller.token)
        except (NotFound, Rejected, Unauthorised, Transient):
            return None

    async def balances(self, request: Request) -> Response:
        caller = await self._callers.program(request)
        after, token = _after(request), caller.token
        found = await self._codes.ask(
            code_of(request), lambda code: self._histories.balance_sheet(code, after=after, token=token), token=token
        )
        return _json(balance_json(found))

    async def cold_chain(self, request: Request) -> Response:
        caller = await self._callers.program(request)
        after, token = _after(request), caller.token
        found = await self._codes.ask(
            code_of(request), lambda code: self._histories.cold_chain(code, after=after, token=token), token=token
        )
        return _json(cold_json(found))

    async def _onward(self, request: Request, code: str, caller: Caller, page_size: int) -> tuple[History, OnwardPage]:
        after, token = _after(request), caller.token
        page_token = request.query_params.get("nextPageToken", "")
        if _direction(request) != "forward":
            raise HttpProblem(
                400, "QueryParameterException", "only a history forward comes in pages.", parameter="perPage"
            )
        return await self._codes.ask(
            code,
            lambda one: self._histories.onward(
                one, page_size=page_size, page_token=page_token, after=after, token=token
            ),
            token=token,
        )

    async def _history(self, request: Request, code: str, caller: Caller) -> History:
        direction, after, token = _direction(request), _after(request), caller.token
        return await self._codes.ask(
            code, lambda one: self._histories.history(one, direction, after=after, token=token), token=token
        )


def _is_certificate(code: str) -> bool:
    """A number of 绿色食品 or a 承诺达标合格证, which say what they are; digits alone may be anything."""
    typed = tidy(code)
    return gdti(typed) is not None or any(FORMS[scheme].fits(typed) for scheme in ("green_food", "commitment"))


def code_of(request: Request) -> str:
    """As it was typed; `provenance.codes` reads it."""
    code = request.query_params.get("code", "").strip(BLANKS)
    if not code or len(code) > MAX_CODE:
        sentence = "code is missing: give a lot, item or pallet as it is scanned, or the number under it."
        if code:
            sentence = f"code has {len(code)} characters; a code has at most {MAX_CODE}."
        raise HttpProblem(400, "QueryParameterException", sentence, parameter="code")
    return code


def per_page(request: Request) -> int:
    """Things on a page."""
    given = request.query_params.get("perPage", str(ON_A_PAGE))
    if not (given.isascii() and given.isdigit() and len(given) < 5 and 1 <= int(given) <= MOST_ON_A_PAGE):
        sentence = f"perPage is a whole number from 1 to {MOST_ON_A_PAGE}."
        raise HttpProblem(400, "QueryParameterException", sentence, parameter="perPage")
    return int(given)


def _after(request: Request) -> Sequence[Receipt]:
    """What the caller has just reported, which the answer must know of."""
    return read_receipts(request.query_params.getlist("after"))


def _direction(request: Request) -> Direction:
    direction = request.query_params.get("direction", "back")
    if direction not in DIRECTIONS:
        raise HttpProblem(400, "QueryParameterException", "direction is back or forward.", parameter="direction")
    return cast(Direction, direction)


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store"}, "application/json")
