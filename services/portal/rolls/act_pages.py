"""A page for each act: the form, then what was done, or why it was not. A scan and Enter are enough."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.portal.labels.fields import VERDICTS
from services.portal.pages import Pages
from services.portal.ports import AWAY
from services.portal.reporting.fields import Situation, by_field
from services.portal.reporting.filled import Filled, read_moment, read_uuid, written
from services.portal.reporting.typed import FieldError
from services.portal.rolls.acts import ACTS, Act
from services.portal.rolls.handlers_acts import Acting, Asked, Outcome
from services.portal.rolls.refusals import why
from services.portal.sentences import N_, say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.signed_in import SignedIn
from services.portal.telling.checking import checked
from services.portal.telling.codes import Codes
from wire.errors import NotFound, Rejected, Transient, Unauthorised

UNKNOWN = N_("It is not known whether this was done. Send it again: that is harmless.")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form of ours came back with."""

    filled: Filled
    at: datetime


class ActPages:
    def __init__(
        self,
        *,
        pages: Pages,
        people: SignedIn,
        codes: Codes,
        acting: Acting,
        now: Callable[[], datetime],
        base: str,
    ) -> None:
        self._pages = pages
        self._people = people
        self._codes = codes
        self._acting = acting
        self._now = now
        self._base = base

    def routes(self) -> list[Route]:
        paths = [f"/labels/{noun}" for noun in ACTS]
        return [Route(path, do, methods=[m]) for path in paths for m, do in (("GET", self.show), ("POST", self.take))]

    async def show(self, request: Request) -> Response:
        caller = await self._people.opens(request)
        act = _act(request)
        given = {field.name: request.query_params.get(field.name, "") for field in act.fields}
        filled = Filled(given, str(uuid.uuid4()), {})
        return await self._form(request, caller, act, Sent(filled, self._now()))

    async def take(self, request: Request) -> Response:
        caller, pairs = await self._people.sends(request)
        act, form, now = _act(request), dict(pairs), self._now()
        given = {field.name: form.get(field.name, "") for field in act.fields}
        sent = Sent(
            Filled(given, read_uuid(form.get("request_id", "")), {}), read_moment(form.get("served_at", ""), now) or now
        )
        situation = Situation(caller.principal.party, now, self._base)
        reading = await self._codes.read(act.fields, given, situation, token=caller.token)
        if reading.problems:
            return await self._form(request, caller, act, _wrong(sent, problems=by_field(reading.problems)))
        return await self._done(request, caller, act, sent, Asked(reading.values, sent.filled.event_id, sent.at))

    async def _done(self, request: Request, caller: Caller, act: Act, sent: Sent, asked: Asked) -> Response:
        """The page again for the next scan, saying what was done; else with the reason."""
        try:
            outcome = await self._acting.act(act.noun, asked, caller)
        except FieldError as error:
            return await self._form(request, caller, act, _wrong(sent, problems={error.field: error.sentence}))
        except (Rejected, Unauthorised, NotFound) as error:
            return await self._form(request, caller, act, _wrong(sent, notice=why(error)))
        except Transient:
            return await self._form(request, caller, act, _wrong(sent, notice=say(UNKNOWN)), status=503)
        if outcome.claim and not outcome.count:
            again = replace(sent, filled=replace(sent.filled, event_id=str(uuid.uuid4())))
            return await self._form(request, caller, act, again, outcome, status=409)
        kept = {act.keeps: sent.filled.given[act.keeps]} if act.keeps else {}
        seen = {name: sent.filled.given.get(name, "") for name in ("first", "lot") if sent.filled.given.get(name)}
        query = {"done": str(outcome.count), **({"of": seen["first"]} if "first" in seen else {}), **kept}
        return RedirectResponse(f"/labels/{act.noun}?{urlencode(query)}", 303)

    async def _form(
        self,
        request: Request,
        caller: Caller,
        act: Act,
        sent: Sent,
        outcome: Outcome | None = None,
        status: int | None = None,
    ) -> Response:
        filled, language = sent.filled, self._pages.language(request)
        wrong = bool(filled.problems or filled.notice)
        done = request.query_params.get("done", "") if request.method == "GET" else ""
        claim = outcome.claim if outcome else None
        return self._pages.render(
            request,
            "roll_act.html",
            caller,
            status=status or (422 if wrong else 200),
            act=act,
            acts=[one for one in ACTS.values() if not caller.principal.roles.isdisjoint(one.roles)],
            allowed=not caller.principal.roles.isdisjoint(act.roles),
            filled=filled,
            served_at=written(sent.at),
            focus=_next(act, filled.given),
            done=int(done) if done.isdecimal() and len(done) < 6 else None,
            roll=await self._roll(request.query_params.get("of", ""), caller) if done else "",
            products=(),
            claim=claim,
            verdicts=VERDICTS,
            checked=checked(claim, language) if claim else None,
        )

    async def _roll(self, code: str, caller: Caller) -> str:
        """The number of the roll a label is of; "" where it is of none."""
        try:
            return (await self._acting.rolls.state(code, token=caller.token)).roll if code else ""
        except (NotFound, Rejected, Unauthorised, *AWAY):
            return ""


def _act(request: Request) -> Act:
    return ACTS[request.url.path.rsplit("/", 1)[1]]


def _next(act: Act, given: Mapping[str, Any]) -> str:
    """The field that is scanned next."""
    return next((field.name for field in act.fields if not given.get(field.name)), "")


def _wrong(sent: Sent, **said: Any) -> Sent:
    return replace(sent, filled=replace(sent.filled, **said))
