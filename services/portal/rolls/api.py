"""`/api/labels/rolls` and the acts for programs, with the fields and the sentences of the pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.http.receipts import read_receipts
from services.portal.http.requests import MAX_FORM_BYTES, read_body, require_content_type
from services.portal.pages import Pages
from services.portal.reporting.command_api import json_object, not_readable
from services.portal.reporting.fields import FieldProblem, Situation, Values, read
from services.portal.reporting.handlers_commands import NotReadable
from services.portal.reporting.typed import FieldError, read_past_time
from services.portal.rolls.acts import ACTS, ORDER
from services.portal.rolls.handlers_acts import Acting, Asked
from services.portal.rolls.ports import RollState
from services.portal.rolls.refusals import why
from services.portal.signing_in.callers import Callers
from services.portal.telling.codes import Codes
from services.portal.telling.history_json import claim_json
from wire.errors import NotFound, Rejected, Unauthorised

MOST_CODES = 1_000
BESIDE = ("request_id", "at", "after", "codes")
"""What a program sends that no form asks for, or asks for otherwise."""


class RollsApi:
    def __init__(
        self,
        *,
        callers: Callers,
        pages: Pages,
        codes: Codes,
        acting: Acting,
        now: Callable[[], datetime],
        base: str,
    ) -> None:
        self._callers = callers
        self._pages = pages
        self._codes = codes
        self._acting = acting
        self._now = now
        self._base = base

    def routes(self) -> list[Route]:
        return [
            Route("/api/labels/rolls", self.order, methods=["POST"]),
            Route("/api/labels/rolls", self.listed, methods=["GET"]),
            Route("/api/labels/rolls/{code}", self.roll, methods=["GET"]),
            *(Route(f"/api/labels/{noun}", self.act, methods=["POST"]) for noun in ACTS),
        ]

    async def order(self, request: Request) -> Response:
        """201 with the roll; its labels are read from `/labels/orders/{request_id}.csv`."""
        require_content_type(request)
        caller = await self._callers.known_program(request)
        given = json_object(await read_body(request, MAX_FORM_BYTES))
        request_id, brand = str(given.pop("request_id", "") or uuid.uuid4()), str(given.pop("brand", ""))
        reading = read(ORDER, given, Situation(caller.principal.party, self._now(), self._base))
        if reading.problems:
            raise self._unread(request, NotReadable(reading.problems))
        gtin, rolls = reading.values["product"].rpartition("/")[2], self._acting.rolls
        try:
            number = await rolls.order(request_id, brand, gtin, reading.values["count"], token=caller.token)
        except (Rejected, NotFound, Unauthorised) as error:
            raise self._refused(request, error) from error
        return _json(roll_json(await rolls.state(number, token=caller.token)), 201)

    async def listed(self, request: Request) -> Response:
        caller = await self._callers.known_program(request)
        try:
            listed = await self._acting.rolls.listed(token=caller.token)
        except Unauthorised as error:
            raise self._refused(request, error) from error
        return _json({"rolls": [roll_json(one) for one in listed]})

    async def roll(self, request: Request) -> Response:
        """Of a roll's number, or of the short code of any label of it."""
        caller = await self._callers.known_program(request)
        try:
            state = await self._acting.rolls.state(request.path_params["code"], token=caller.token)
        except (Rejected, NotFound, Unauthorised) as error:
            raise self._refused(request, error) from error
        return _json(roll_json(state))

    async def act(self, request: Request) -> Response:
        """200 with the labels it was done to; 409 with the claim where a lot may bear none."""
        require_content_type(request)
        caller = await self._callers.known_program(request)
        noun = request.url.path.rsplit("/", 1)[1]
        given = json_object(await read_body(request, MAX_FORM_BYTES))
        situation = Situation(caller.principal.party, self._now(), self._base)
        beside = {name: given.pop(name) for name in BESIDE if name in given}
        codes = _codes(beside.get("codes", [])) if noun == "void" else ()
        reading = await self._codes.read(ACTS[noun].fields, given, situation, token=caller.token)
        if reading.problems:
            raise self._unread(request, NotReadable(reading.problems))
        try:
            asked = self._asked(noun, beside, {**reading.values, "codes": codes})
            outcome = await self._acting.act(noun, asked, caller)
        except FieldError as error:
            raise self._unread(request, NotReadable([FieldProblem(error.field, error.sentence)])) from error
        except (Rejected, NotFound, Unauthorised) as error:
            raise self._refused(request, error) from error
        claim = {"claim": claim_json(outcome.claim)} if outcome.claim else {}
        events = {"event_ids": outcome.event_ids, "receipts": [asdict(one) for one in outcome.receipts]}
        answer = {"request_id": asked.request_id, "count": outcome.count, **claim}
        answer |= events if noun == "recall" else {}
        return _json(answer, 409 if outcome.claim and not outcome.count else 200)

    def _asked(self, noun: str, beside: dict[str, Any], values: Values) -> Asked:
        now, at = self._now(), str(beside.get("at") or "")
        if noun == "recall" and beside.get("request_id") and not at:
            raise Rejected("at: give the time too where you give request_id, so that sending again is the same recall.")
        after = read_receipts(list(beside.get("after", ())))
        request_id = str(beside.get("request_id") or uuid.uuid4())
        return Asked(values, request_id, read_past_time(at, now) if at else now, after)

    def _refused(self, request: Request, error: Exception) -> Exception:
        """The same kind of refusal, in the caller's language."""
        kind = next(kind for kind in (Rejected, NotFound, Unauthorised) if isinstance(error, kind))
        return kind(self._pages.language(request).say(why(error)))

    def _unread(self, request: Request, error: NotReadable) -> Exception:
        return not_readable(error, self._pages.language(request).say)


def _codes(listed: Any) -> tuple[str, ...]:
    if not isinstance(listed, list) or not all(isinstance(code, str) for code in listed) or len(listed) > MOST_CODES:
        raise Rejected(f"codes is an array of at most {MOST_CODES} texts: signed links or short codes of labels.")
    return tuple(dict.fromkeys(listed))


def roll_json(state: RollState) -> dict[str, Any]:
    return asdict(state) | {"bound": state.bound, "parts": [asdict(part) for part in state.parts]}


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
