"""Enrolment for people: what waits, with buttons to approve, reject or withdraw it, and the forms to propose.

Who may do what is decided by the registry; these pages say what it answered.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from provenance.days import CHINA
from services.portal.enrolment.fields import ENROLMENTS, REFUSALS, ROLES, Enrolment
from services.portal.http.problems import HttpProblem
from services.portal.pages import Pages
from services.portal.ports import Records
from services.portal.reporting.fields import Situation, by_field
from services.portal.reporting.fields import read as read_fields
from services.portal.reporting.filled import Filled, read_uuid
from services.portal.reporting.typed import FieldError, read_date, tidy
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.signed_in import SignedIn
from services.portal.telling.days import day
from services.portal.telling.naming import short
from wire.errors import NotFound, Rejected, Transient, Unauthorised

MOST_SHOWN = 50
DONE: Mapping[str, str] = {
    "pending": N_("It is proposed. Another party approves it before it counts."),
    "approved": N_("It is approved and in force."),
    "rejected": N_("It is rejected."),
    "withdrawn": N_("It is withdrawn."),
}
STATES: Mapping[str, str] = {
    "approved": N_("Approved by"),
    "rejected": N_("Rejected by"),
    "withdrawn": N_("Withdrawn by"),
}
UNKNOWN = N_("It is not known whether this was recorded. Send it again: that is harmless.")


class EnrolmentPages:
    def __init__(
        self,
        *,
        pages: Pages,
        people: SignedIn,
        records: Records,
        now: Callable[[], datetime],
        base: str,
    ) -> None:
        self._pages = pages
        self._people = people
        self._records = records
        self._now = now
        self._base = base

    def routes(self) -> list[Route]:
        return [
            Route("/enrolment", self.show, methods=["GET"]),
            Route("/enrolment", self.decide, methods=["POST"]),
            Route("/enrolment/history", self.history, methods=["GET"]),
            Route("/enrolment/{noun}", self.form, methods=["GET"]),
            Route("/enrolment/{noun}", self.propose, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """What waits; `?done=` says what became of the last tap."""
        caller = await self._people.opens(request)
        done = DONE.get(request.query_params.get("done", ""))
        return await self._list(request, caller, done=say(done) if done else None)

    async def decide(self, request: Request) -> Response:
        caller, pairs = await self._people.sends(request)
        form = dict(pairs)
        names = ("proposal", "verdict", "reason", "confirmed")
        decision = {name: tidy(form.get(name, "")) for name in names}
        try:
            decision["valid_from"] = self._day(form.get("valid_from", ""))
        except FieldError as error:
            return await self._list(request, caller, notice=error.sentence, at=decision["proposal"], status=422)
        (answer,) = await self._records.decide([decision], token=caller.token)
        if answer["status"] == "accepted":
            return RedirectResponse(f"/enrolment?done={answer['state']}", 303)
        status = 409 if answer["status"] == "rejected" else 503
        return await self._list(request, caller, notice=why(answer), at=decision["proposal"], status=status)

    def _day(self, text: str) -> str:
        return read_date(text, self._now()).isoformat() if text.strip() else ""

    async def _list(
        self,
        request: Request,
        caller: Caller,
        *,
        done: Sentence | None = None,
        notice: Sentence | None = None,
        at: str = "",
        status: int = 200,
    ) -> Response:
        page = await self._records.pending(MOST_SHOWN, request.query_params.get("next", ""), token=caller.token)
        return self._pages.render(
            request,
            "enrolment.html",
            caller,
            status=status,
            done=done,
            notice=notice,
            at=at,
            waiting=sorted(page.records, key=lambda one: not one["may_decide"]),
            twins=_twins(page.records),
            next_page=page.next_page_token,
            enrolments=ENROLMENTS.values() if caller.principal.roles & ROLES else (),
            titles={one.kind: one.title for one in ENROLMENTS.values()},
            short=short,
            refusals=REFUSALS,
            day=day,
        )

    async def history(self, request: Request) -> Response:
        """Who proposed and who approved a record and each change of it, and with which reasons."""
        caller, asked = await self._people.opens(request), request.query_params
        kind, id_ = asked.get("kind", ""), asked.get("id", "")
        story = await self._records.story(kind, id_, token=caller.token)
        told = {**story, "name": _name(story, id_)}
        return self._pages.render(request, "enrolment_history.html", caller, short=short, states=STATES, **told)

    async def form(self, request: Request) -> Response:
        enrolment, caller = _enrolment(request), await self._people.opens(request)
        given = {field.name: request.query_params.get(field.name, "") for field in enrolment.fields}
        own = await self._own(caller)
        given["county_code"] = given.get("county_code") or own.get("county_code", "")
        given["village"] = given.get("village") or own.get("village", "")
        return self._form(request, caller, enrolment, Filled(given, str(uuid.uuid4()), {}))

    async def propose(self, request: Request) -> Response:
        enrolment = _enrolment(request)
        caller, pairs = await self._people.sends(request)
        form = dict(pairs)
        filled = Filled(form, read_uuid(form.get("event_id", "")), {})
        situation = Situation(caller.principal.party, self._now(), self._base)
        # The code of something new follows from the page it was made on: a second tap proposes the same again.
        typed = {field.name: form.get(field.name, "") for field in enrolment.fields}
        given = {**typed, "code": typed["code"].strip() or f"n{filled.event_id[:13]}"}
        reading = read_fields(enrolment.fields, given, situation)
        if reading.problems:
            problems = by_field(reading.problems)
            return self._form(request, caller, enrolment, Filled(form, filled.event_id, problems), status=422)
        try:
            record = await self._next(enrolment.build(reading.values, situation), caller)
        except FieldError as error:
            wrong = Filled(form, filled.event_id, {"code": error.sentence})
            return self._form(request, caller, enrolment, wrong, status=422)
        (answer,) = await self._records.propose([(f"urn:uuid:{filled.event_id}", record)], token=caller.token)
        if answer["status"] == "accepted":
            return RedirectResponse(f"/enrolment?done={answer['state']}", 303)
        again = Filled(form, filled.event_id, {}, notice=why(answer))
        return self._form(request, caller, enrolment, again, status=409 if answer["status"] == "rejected" else 503)

    async def _next(self, record: Mapping[str, Any], caller: Caller) -> Mapping[str, Any]:
        """With the version it would be; what the form does not ask for stays as it is registered, but for an end that
        has passed: who proposes what was ended lets it begin again."""
        try:
            story = await self._records.story(record["record"], record["id"], token=caller.token)
        except NotFound:
            return {**record, "version": 1}
        there: Mapping[str, Any] = next(iter(story["versions"]), {})
        kept = {name: value for name, value in there.items() if name not in ("author", "approved_by", "valid_from")}
        if kept.get("valid_to", "") <= self._now().astimezone(CHINA).date().isoformat():
            kept.pop("valid_to", None)
        return {**kept, **record, "version": int(there.get("version", 0)) + 1}

    async def _own(self, caller: Caller) -> Mapping[str, Any]:
        """The caller's own party, for what a form begins with; nothing where nobody says."""
        try:
            return await self._records.get("party", caller.principal.party, "", token=caller.token)
        except (NotFound, Unauthorised, Rejected, Transient):
            return {}

    def _form(
        self, request: Request, caller: Caller, enrolment: Enrolment, filled: Filled, status: int = 200
    ) -> Response:
        return self._pages.render(
            request,
            "propose.html",
            caller,
            status=status,
            enrolment=enrolment,
            filled=filled,
            products=(),
            allowed=bool(caller.principal.roles & ROLES),
        )


def _twins(waiting: Sequence[Mapping[str, Any]]) -> Mapping[str, Sequence[str]]:
    """Of each proposal, the codes of the others on the page that say the same under another code."""
    alike: dict[str, list[Mapping[str, Any]]] = {}
    for one in waiting:
        said = {name: value for name, value in one["record"].items() if name not in ("id", "version", "valid_from")}
        alike.setdefault(repr(sorted(said.items())), []).append(one)
    return {
        one["proposal"]: [short(other["record"]["id"]) for other in group if other is not one]
        for group in alike.values()
        for one in group
    }


def _enrolment(request: Request) -> Enrolment:
    enrolment = ENROLMENTS.get(request.path_params["noun"])
    if enrolment is None:
        raise HttpProblem(404, "NoSuchResourceException", f"What is proposed is {', '.join(ENROLMENTS)}.")
    return enrolment


def _name(story: Mapping[str, Any], id: str) -> str:
    """The newest record's own, or that of what is proposed, with its code."""
    records = (*story["versions"], *(proposal["record"] for proposal in story["proposals"]))
    names = (str(record["name_zh"]) for record in records if record.get("name_zh"))
    return " · ".join(filter(None, (next(names, ""), short(id))))


def why(answer: Mapping[str, Any], refusals: Mapping[str, str] = REFUSALS) -> Sentence:
    """Why the registry did not record what it was sent."""
    problems: Sequence[Mapping[str, Any]] = answer.get("problems", ())
    if not problems:
        return say(UNKNOWN)
    known = refusals.get(problems[0]["code"])
    return say(known) if known else say(N_("This was not recorded: {reason}"), reason=problems[0]["message"])
