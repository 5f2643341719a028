"""The forms of the command table as pages: served, taken, and served again with everything typed still there."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from epcis.events import Event
from services.portal.caller import Caller
from services.portal.callers import Callers
from services.portal.commands import COMMANDS
from services.portal.domain import plain
from services.portal.fields import Command, Field, Rows, Situation, as_text, nested
from services.portal.filled import Filled, read_uuid
from services.portal.handlers_commands import NotReadable, Reported, Reporting
from services.portal.http_problems import HttpProblem
from services.portal.naming import short
from services.portal.pages import Pages
from services.portal.ports import Records
from services.portal.requests import read_form
from services.portal.sentences import N_, say
from services.portal.sessions import Session, SessionSigner
from services.portal.sign_in import keep, require_csrf
from wire.errors import Rejected, Transient, Unauthorised

OWN_FIELDS = ("csrf", "event_id", "more")
MOST_PRODUCTS = 50


class CommandForms:
    def __init__(
        self,
        *,
        pages: Pages,
        callers: Callers,
        reporting: Reporting,
        records: Records,
        signer: SessionSigner,
        now: Callable[[], datetime],
        base: str,
        secure: bool,
    ) -> None:
        self._pages = pages
        self._callers = callers
        self._reporting = reporting
        self._records = records
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
        caller = await self._callers.person(request)
        if caller.session is None:
            return RedirectResponse(f"/sign-in?to=/forms/{command.noun}", 303)
        given = dict(caller.session.remembered) | dict(request.query_params)
        known = {name: given[name] for name in command.field_names() if name in given}
        return await self._form(request, caller, command, Filled(known, str(uuid.uuid4()), {}))

    async def take(self, request: Request) -> Response:
        command = _command(request)
        caller = await self._callers.person(request)
        pairs = await read_form(request)
        form = dict(pairs)
        if caller.session is None:
            return RedirectResponse(f"/sign-in?to=/forms/{command.noun}", 303)
        require_csrf(self._signer, caller.session, form)
        given = nested([(name, text) for name, text in pairs if name not in OWN_FIELDS])
        event_id = read_uuid(form.get("event_id", ""))
        if form.get("more"):
            return await self._form(request, caller, command, Filled(given, event_id, {}, more=form["more"]))
        return await self._report(request, caller, command, given, event_id)

    async def _report(
        self, request: Request, caller: Caller, command: Command, given: Mapping[str, Any], event_id: str
    ) -> Response:
        situation = Situation(caller.principal.party, self._now(), self._base)
        try:
            reported = await self._reporting.report(command.noun, given, situation, f"urn:uuid:{event_id}", caller)
        except NotReadable as error:
            problems = {problem.path: problem.sentence for problem in error.problems}
            return await self._form(request, caller, command, Filled(given, event_id, problems))
        except (Rejected, Unauthorised) as error:
            notice = say(N_("This was not recorded: {reason}"), reason=str(error))
            return await self._form(request, caller, command, Filled(given, event_id, {}, notice))
        except Transient:
            notice = say(N_("It is not known whether this was recorded. Send it again: that is harmless."))
            return await self._form(request, caller, command, Filled(given, event_id, {}, notice), status=503)
        return self._done(request, caller, command, given, reported)

    async def _form(
        self, request: Request, caller: Caller, command: Command, filled: Filled, status: int | None = None
    ) -> Response:
        wrong = bool(filled.problems or filled.notice)
        products = await self._products(caller) if "product" in command.field_names() else ()
        return self._pages.render(
            request,
            "command.html",
            caller,
            status=status or (422 if wrong else 200),
            command=command,
            filled=filled,
            products=products,
            is_rows=lambda entry: isinstance(entry, Rows),
        )

    async def _products(self, caller: Caller) -> tuple[Mapping[str, Any], ...]:
        """To choose from; the form works without."""
        try:
            page = await self._records.list("product", "", MOST_PRODUCTS, "", token=caller.token)
        except (Transient, Unauthorised, Rejected):
            return ()
        return page.records

    def _done(
        self, request: Request, caller: Caller, command: Command, given: Mapping[str, Any], reported: Reported
    ) -> Response:
        session = _remembering(caller, command, given)
        shown = shown_values(command, given, self._pages.language(request).text)
        response = self._pages.render(
            request,
            "done.html",
            caller,
            command=command,
            reported=reported,
            shown=shown,
            lots=recorded_lots(reported.event),
            main_key=main_key(reported.event),
        )
        if session:
            keep(response, session, self._signer, secure=self._secure)
        return response


def _command(request: Request) -> Command:
    command = COMMANDS.get(request.path_params["noun"])
    if command is None:
        raise HttpProblem(404, "NoSuchResourceException", "There is no such form.")
    return command


def _remembering(caller: Caller, command: Command, given: Mapping[str, Any]) -> Session | None:
    sticky = [entry.name for entry in command.entries if isinstance(entry, Field) and entry.sticky]
    typed = {name: as_text(given.get(name)).strip() for name in sticky}
    return caller.session.remembering(typed) if caller.session else None


def shown_values(command: Command, given: Mapping[str, Any], text: Callable[[str], str]) -> list[tuple[str, str]]:
    """(label, what was typed or chosen) of every field that was filled in; `text` says a choice in a language."""
    shown = []
    for entry in command.entries:
        if isinstance(entry, Field):
            shown.append((entry.label, _shown(entry, given.get(entry.name), text)))
        else:
            rows = given.get(entry.name) or ()
            lines = (" ".join(_shown(one, row.get(one.name), text) for one in entry.fields) for row in rows)
            shown.append((entry.label, "\n".join(line for line in lines if line.strip())))
    return [(label, value) for label, value in shown if value]


def _shown(field: Field, typed: Any, text: Callable[[str], str]) -> str:
    value = as_text(typed).strip()
    label = dict(field.choices).get(value)
    return text(label) if label else value


def recorded_lots(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(lot, kilograms) as they were recorded: the number that was made, the weight after the tare."""
    event = Event(body)
    amounts = ((item.key, item.quantity, item.uom) for item in (*event.outputs, *event.objects))
    return [(short(key), plain(quantity)) for key, quantity, uom in amounts if quantity and uom == "KGM"]


def main_key(body: Mapping[str, Any]) -> str:
    """What the event is about, for the link to its history."""
    event = Event(body)
    items = (*event.outputs, *event.objects, *event.children)
    return event.parent or (items[0].key if items else event.event_id)
