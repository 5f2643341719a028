"""`/api/cards`: cards made, made again and withdrawn by programs; a good one is replaced only where they say so."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.cards.desk import Card, CardDesk, ending
from services.portal.cards.paper import CARD_SIZES
from services.portal.http.problems import HttpProblem
from services.portal.http.requests import MAX_FORM_BYTES, read_body, require_content_type
from services.portal.payments.ports import StillGood
from services.portal.reporting.command_api import json_object
from services.portal.sentences import N_, say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from services.portal.telling.naming import short
from wire.errors import Rejected

HAS_ONE = N_("{grower} has a card, made on {made} by {by}. A new one ends it at once: say so with replace.")


class CardApi:
    def __init__(self, *, callers: Callers, desk: CardDesk) -> None:
        self._callers = callers
        self._desk = desk

    def routes(self) -> list[Route]:
        return [
            Route("/api/cards", self.lives, methods=["GET"]),
            Route("/api/cards", self.make, methods=["POST"]),
            Route("/api/cards/withdrawals", self.withdraw, methods=["POST"]),
        ]

    async def lives(self, request: Request) -> Response:
        """Who made and who ended the cards of `?grower=`."""
        caller = await self._callers.known_program(request)
        grower = await self._desk.grower(request.query_params.get("grower", ""), caller)
        return _json({"grower": grower, "cards": [_told(one) for one in await self._desk.lives(grower, caller)]})

    async def make(self, request: Request) -> Response:
        """{"grower", "replace"}: the link of a new card, in this answer alone; the ones that it ends are dead."""
        caller, grower, given = await self._asked(request, "replace")
        code, expires = await self._made(grower, caller, replace=given.get("replace") is True)
        link = self._desk.link(code)
        prints = {size: f"{link}/card.pdf?size={size}" for size in CARD_SIZES}
        return _json({"grower": grower, "link": link, "expires": expires, "prints": prints}, 201)

    async def _made(self, grower: str, caller: Caller, *, replace: bool) -> tuple[str, str]:
        """Looked at anew where another is made meanwhile."""
        while True:
            before = ending(await self._desk.lives(grower, caller))
            if before and not replace:
                raise _has_one(grower, before)
            try:
                return await self._desk.make(grower, caller, ends=before)
            except StillGood:
                continue

    async def withdraw(self, request: Request) -> Response:
        """{"grower"}: how many cards were good until now, of those this caller ends."""
        caller, grower, _ = await self._asked(request)
        return _json({"grower": grower, "withdrawn": await self._desk.withdraw(grower, caller)})

    async def _asked(self, request: Request, *besides: str) -> tuple[Caller, str, dict[str, Any]]:
        require_content_type(request)
        caller = await self._callers.known_program(request)
        given = json_object(await read_body(request, MAX_FORM_BYTES))
        if strange := given.keys() - {"grower", *besides}:
            there = ", ".join(("grower", *besides))
            raise Rejected(f"{min(strange)}: there is no such member here; there are {there}.")
        if not isinstance(given.get("grower"), str):
            raise Rejected("grower: give the grower's code or key.")
        if not isinstance(given.get("replace", False), bool):
            raise Rejected("replace: true or false.")
        return caller, await self._desk.grower(given["grower"], caller), given


def _has_one(grower: str, before: list[Card]) -> HttpProblem:
    said = say(HAS_ONE, grower=short(grower), made=before[0].made, by=before[0].made_by)
    kind = "ResourceAlreadyExistsException"
    return HttpProblem(409, kind, str(said), sentence=said, cards=[_told(one) for one in before])


def _told(one: Card) -> dict[str, str | bool]:
    return {name: text for name, text in asdict(one).items() if name not in ("mark", "maker", "ender")}


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store"}, media_type="application/json")
