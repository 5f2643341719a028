"""Rolls for the brand's office: ordering one, the list, and what has become of each."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from provenance.days import china_day
from services.portal.labels.fields import ROLES
from services.portal.pages import Pages
from services.portal.ports import AWAY, Records
from services.portal.reporting.fields import Situation, by_field, read
from services.portal.reporting.filled import Filled, read_uuid
from services.portal.rolls.act_pages import UNKNOWN
from services.portal.rolls.acts import ACTS, ORDER
from services.portal.rolls.ports import Rolls
from services.portal.rolls.refusals import why
from services.portal.sentences import say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.signed_in import SignedIn
from wire.errors import NotFound, Rejected, Transient, Unauthorised


class RollPages:
    def __init__(
        self,
        *,
        pages: Pages,
        people: SignedIn,
        rolls: Rolls,
        records: Records,
        now: Callable[[], datetime],
        base: str,
    ) -> None:
        self._pages = pages
        self._people = people
        self._rolls = rolls
        self._records = records
        self._now = now
        self._base = base

    def routes(self) -> list[Route]:
        return [
            Route("/labels/rolls", self.show, methods=["GET"]),
            Route("/labels/rolls", self.take, methods=["POST"]),
            Route("/labels/rolls/{roll}", self.roll, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form and the list; with `?code=` the roll that a label is of."""
        caller = await self._people.opens(request)
        if code := request.query_params.get("code", "").strip():
            return await self._found(request, caller, code)
        given = {field.name: request.query_params.get(field.name, "") for field in ORDER}
        return await self._page(request, caller, Filled(given, str(uuid.uuid4()), {}))

    async def take(self, request: Request) -> Response:
        caller, pairs = await self._people.sends(request)
        form = dict(pairs)
        given = {field.name: form.get(field.name, "") for field in ORDER}
        filled = Filled(given, read_uuid(form.get("request_id", "")), {})
        reading = read(ORDER, given, Situation(caller.principal.party, self._now(), self._base))
        if reading.problems:
            return await self._page(request, caller, replace(filled, problems=by_field(reading.problems)))
        gtin, count = reading.values["product"].rpartition("/")[2], reading.values["count"]
        try:
            number = await self._rolls.order(filled.event_id, "", gtin, count, token=caller.token)
        except (Rejected, Unauthorised, NotFound) as error:
            return await self._page(request, caller, replace(filled, notice=why(error)))
        except Transient:
            return await self._page(request, caller, replace(filled, notice=say(UNKNOWN)), status=503)
        return RedirectResponse(f"/labels/rolls/{number}", 303)

    async def roll(self, request: Request) -> Response:
        caller = await self._people.opens(request)
        state = await self._rolls.state(request.path_params["roll"], token=caller.token)
        return self._pages.render(
            request,
            "roll.html",
            caller,
            roll=state,
            made_on=china_day(state.printed_ms).isoformat(),
            product=await self._product(state.gtin, caller),
            may_print=_orders(caller),
            acts=_offered(caller),
        )

    async def _found(self, request: Request, caller: Caller, code: str) -> Response:
        try:
            state = await self._rolls.state(code, token=caller.token)
        except (Rejected, Unauthorised, NotFound) as error:
            return await self._page(request, caller, Filled({}, str(uuid.uuid4()), {}, why(error)))
        return RedirectResponse(f"/labels/rolls/{state.roll}", 303)

    async def _page(self, request: Request, caller: Caller, filled: Filled, status: int | None = None) -> Response:
        wrong = bool(filled.problems or filled.notice)
        listed = await self._rolls.listed(token=caller.token) if _orders(caller) else ()
        names = {gtin: await self._product(gtin, caller) for gtin in {roll.gtin for roll in listed}}
        return self._pages.render(
            request,
            "rolls.html",
            caller,
            status=status or (422 if wrong else 200),
            allowed=_orders(caller),
            fields=ORDER,
            filled=filled,
            products=(),
            rolls=[(roll, names[roll.gtin], china_day(roll.printed_ms).isoformat()) for roll in listed],
            acts=_offered(caller),
        )

    async def _product(self, gtin: str, caller: Caller) -> Mapping[str, Any]:
        try:
            return await self._records.get("product", f"https://id.gs1.org/01/{gtin}", "", token=caller.token)
        except (NotFound, *AWAY):
            return {}


def _orders(caller: Caller) -> bool:
    return not caller.principal.roles.isdisjoint(ROLES)


def _offered(caller: Caller) -> list[Any]:
    return [act for act in ACTS.values() if not caller.principal.roles.isdisjoint(act.roles)]
