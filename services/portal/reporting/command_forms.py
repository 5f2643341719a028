"""The forms of the command table as pages: served, taken, and served again with everything typed still there."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.http.problems import HttpProblem
from services.portal.refusals import why_not_recorded
from services.portal.reporting.command_fields import UNIT
from services.portal.reporting.commands import COMMANDS
from services.portal.reporting.doubts import are_seen, seen
from services.portal.reporting.fields import Command, FieldProblem, Situation, as_text, by_field, nested, sticky_of
from services.portal.reporting.filled import Filled, read_uuid, sent_at, written
from services.portal.reporting.form_pages import FormPages, Target
from services.portal.reporting.handlers_commands import NotReadable, Reporting
from services.portal.reporting.units_left_out import needs_unit
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.sessions import Session, SessionSigner
from services.portal.signing_in.sign_in import keep
from services.portal.signing_in.signed_in import SignedIn
from wire.errors import Rejected, Transient, Unauthorised

OWN_FIELDS = ("csrf", "event_id", "event", "served_at", "sent_at", "declared_at", "seen", "more")


class CommandForms:
    def __init__(
        self,
        *,
        pages: FormPages,
        people: SignedIn,
        reporting: Reporting,
        signer: SessionSigner,
        now: Callable[[], datetime],
        base: str,
        secure: bool,
    ) -> None:
        self._pages = pages
        self._people = people
        self._reporting = reporting
        self._signer = signer
        self._now = now
        self._base = base
        self._secure = secure

    def routes(self) -> list[Route]:
        return [
            Route("/forms/{noun}", self.show, methods=["GET"]),
            Route("/forms/{noun}", self.take, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        command = _command(request)
        caller = await self._people.opens(request)
        remembered = caller.session.remembered if caller.session else {}
        given = {name: remembered[kept] for name, kept in sticky_of(command).items() if kept in remembered}
        given |= dict(request.query_params)
        known = {name: given[name] for name in command.field_names() if name in given}
        filled = Filled(known, str(uuid.uuid4()), {})
        target = _target(command, filled, {"served_at": written(self._now())})
        return await self._pages.form(request, caller, command, filled, target)

    async def take(self, request: Request) -> Response:
        command = _command(request)
        caller, pairs = await self._people.sends(request)
        form = dict(pairs)
        given = nested([(name, text) for name, text in pairs if name not in OWN_FIELDS])
        filled = Filled(given, read_uuid(form.get("event_id", "")), {}, more=form.get("more", ""))
        times = {name: form[name] for name in ("served_at", "sent_at", "seen") if form.get(name)}
        if filled.more:
            return await self._pages.form(request, caller, command, filled, _target(command, filled, times))
        return await self._report(request, caller, command, filled, times)

    async def _report(
        self, request: Request, caller: Caller, command: Command, filled: Filled, times: Mapping[str, str]
    ) -> Response:
        """A page that is sent again is the same event: an empty time is that of the first sending. What is in doubt is
        asked first, and recorded where it is sent again."""
        event_id = f"urn:uuid:{filled.event_id}"
        is_now = not as_text(filled.given.get("at")).strip()
        first = await self._reporting.first_sent(event_id, caller) if is_now else None
        now = first or sent_at(times, self._now())
        situation = Situation(caller.principal.party, now, self._base)
        kept = {"sent_at": written(now), "seen": times.get("seen", "")}
        try:
            if needs_unit(command, filled.given):
                raise NotReadable([FieldProblem("unit", say(CHOOSE_UNIT))])
            ready = await self._reporting.ready(command.noun, filled.given, situation, event_id, caller)
            found = await self._pages.doubts(command, ready, caller, now)
            if not are_seen(found, kept["seen"]):
                target = _target(command, filled, {**kept, "seen": seen(found)})
                return await self._pages.form(request, caller, command, replace(filled, doubts=found), target)
            reported = await self._reporting.send(ready, caller)
        except TROUBLE as error:
            wrong, status = with_trouble(filled, error)
            target = _target(command, filled, kept if isinstance(error, Transient) else times)
            return await self._pages.form(request, caller, command, wrong, target, status)
        response = await self._pages.done(request, caller, command, filled.given, reported)
        if session := _remembering(caller, command, filled.given):
            keep(response, session, self._signer, secure=self._secure)
        return response


_BARE = re.compile(r"[\d.,，。]+")

CHOOSE_UNIT = N_("Choose the unit of the weights: 斤 or kg.")
UNKNOWN = N_("It is not known whether this was recorded. Send it again: that is harmless.")
TROUBLE = (NotReadable, Rejected, Unauthorised, Transient)


def with_trouble(filled: Filled, error: Exception) -> tuple[Filled, int]:
    """The form to be shown again, with what went wrong, and the status of that page."""
    if isinstance(error, NotReadable):
        return replace(filled, problems=by_field(error.problems)), 422
    said: Sentence | None = getattr(error, "sentence", None)
    if isinstance(error, Transient):
        return replace(filled, notice=said or say(UNKNOWN)), 503
    return replace(filled, notice=said or why_not_recorded(error)), 403 if isinstance(error, Unauthorised) else 422


def _target(command: Command, filled: Filled, times: Mapping[str, str]) -> Target:
    return Target(action=f"/forms/{command.noun}", hidden={"event_id": filled.event_id, **times})


def _command(request: Request) -> Command:
    command = COMMANDS.get(request.path_params["noun"])
    if command is None:
        raise HttpProblem(404, "NoSuchResourceException", "There is no such form.")
    return command


def _remembering(caller: Caller, command: Command, given: Mapping[str, Any]) -> Session | None:
    typed = {kept: as_text(given.get(name)).strip() for name, kept in sticky_of(command).items()}
    if _BARE.fullmatch(crate := typed.get("crate_weight", "")):  # the next form may weigh in another unit
        typed["crate_weight"] = crate + (as_text(given.get("unit")).strip() or UNIT.default)
    return caller.session.remembering(typed) if caller.session else None
