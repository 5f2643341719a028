"""Taking a report back and correcting it, as pages: what it was and whose word counts, then a reason or the form again.

Ids and the time of the declaration are fixed when a page is served, so that sending it twice is harmless (ADR 0075).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from provenance.reports import Reason
from services.portal.correcting.handlers import SEEN_IN_PART, Correcting, NotCorrected, Subject, may_correct
from services.portal.correcting.versions import told as version
from services.portal.correcting.words import REASONS, Told, told
from services.portal.http.receipts import read_receipts
from services.portal.reporting.command_forms import OWN_FIELDS, TROUBLE, with_trouble
from services.portal.reporting.commands import COMMANDS
from services.portal.reporting.doubts import are_seen, seen
from services.portal.reporting.fields import Situation, nested
from services.portal.reporting.filled import Filled, read_moment, read_uuid, written
from services.portal.reporting.form_pages import FormPages, Target, main_key
from services.portal.reporting.looking_around import Looking
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.signed_in import SignedIn
from services.portal.telling.event_pages import event_path

PATH = "/corrections"
FORM = PATH + "/report"


def correction_path(event_id: str, after: Sequence[str] = (), path: str = PATH) -> str:
    """`after` are receipts, so that what was just reported is waited for."""
    return f"{path}?{urlencode([('event', event_id), *(('after', one) for one in after)])}"


class CorrectionForms:
    def __init__(
        self,
        *,
        pages: FormPages,
        people: SignedIn,
        correcting: Correcting,
        looking: Looking,
        now: Callable[[], datetime],
        base: str,
    ) -> None:
        self._pages = pages
        self._people = people
        self._correcting = correcting
        self._looking = looking
        self._now = now
        self._base = base

    def routes(self) -> list[Route]:
        return [
            Route(PATH, self.show, methods=["GET"]),
            Route(PATH, self.take_back, methods=["POST"]),
            Route(FORM, self.form, methods=["GET"]),
            Route(FORM, self.correct, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """What was reported, whose word counts, and the two ways on."""
        caller = await self._people.opens(request)
        event_id, after = _asked(request)
        subject = await self._correcting.subject(event_id, caller, read_receipts(after))
        return await self._choice(request, caller, subject, {"declared_at": written(self._now())})

    async def take_back(self, request: Request) -> Response:
        caller, form, _ = await self._sent(request)
        subject = await self._correcting.subject(form.get("event", ""), caller)
        if form.get("reason", "") not in REASONS:
            problem = say(N_("Choose what is wrong with the report."))
            return await self._choice(request, caller, subject, form, problem, 422)
        try:
            at = self._declared_at(form)
            taken = await self._correcting.take_back(subject, cast(Reason, form["reason"]), at, caller)
        except TROUBLE as error:
            return await self._not_done(request, caller, subject, form, error)
        language = self._pages.pages.language(request)
        return self._render(
            request,
            caller,
            "taken_back.html",
            subject=subject,
            receipt=taken.receipt,
            main_key=main_key(subject.event.body),
            counting=[(one.event_id, version(one, language)) for one in taken.counting],
            event_path=event_path,
        )

    async def form(self, request: Request) -> Response:
        """The form of the report with its values; what it is not for goes back to the choice."""
        caller = await self._people.opens(request)
        event_id, after = _asked(request)
        subject = await self._correcting.subject(event_id, caller, read_receipts(after))
        if subject.form is None or subject.corrected_by:
            return RedirectResponse(correction_path(event_id, after), 303)
        filled = Filled(subject.form.given, str(uuid.uuid4()), {})
        return await self._form(request, caller, subject, filled, written(self._now()))

    async def correct(self, request: Request) -> Response:
        caller, form, given = await self._sent(request)
        subject = await self._correcting.subject(form.get("event", ""), caller)
        if subject.form is None:
            return RedirectResponse(correction_path(subject.event_id), 303)
        filled = Filled(given, read_uuid(form.get("event_id", "")), {}, more=form.get("more", ""))
        at = self._declared_at(form)
        if filled.more:
            return await self._form(request, caller, subject, filled, written(at))
        situation = Situation(caller.principal.party, at, self._base)
        event_id = f"urn:uuid:{filled.event_id}"
        command = COMMANDS[subject.form.noun]
        try:
            ready = await self._correcting.ready(subject, subject.form, given, event_id, situation, caller)
            found = await self._pages.doubts(command, ready, caller, at, subject.event_id)
            if not are_seen(found, form.get("seen", "")):
                return await self._form(request, caller, subject, replace(filled, doubts=found), written(at))
            taken = await self._correcting.correct(subject, given, event_id, situation, caller)
        except NotCorrected as error:
            return await self._not_done(request, caller, subject, form, error)
        except TROUBLE as error:
            filled, status = with_trouble(filled, error)
            return await self._form(request, caller, subject, filled, written(at), status)
        assert taken.corrected is not None  # noqa: S101 - what `correct` promises
        return await self._pages.done(request, caller, command, given, taken.corrected, taken.receipt)

    async def _sent(self, request: Request) -> tuple[Caller, dict[str, str], dict[str, Any]]:
        """The caller, the form's own fields and those of the report."""
        caller, pairs = await self._people.sends(request, lambda form: correction_path(form.get("event", "")))
        return caller, dict(pairs), nested([(name, text) for name, text in pairs if name not in OWN_FIELDS])

    def _declared_at(self, form: Mapping[str, str]) -> datetime:
        """When the page was served."""
        now = self._now()
        return read_moment(form.get("declared_at", ""), now) or now

    async def _not_done(
        self, request: Request, caller: Caller, subject: Subject, form: Mapping[str, str], error: Exception
    ) -> Response:
        filled, status = with_trouble(Filled({}, "", {}), error)
        status = 409 if getattr(error, "instead", ()) else status
        again = {"declared_at": written(self._now()), **form}
        return await self._choice(request, caller, subject, again, filled.notice, status)

    async def _form(
        self,
        request: Request,
        caller: Caller,
        subject: Subject,
        filled: Filled,
        declared_at: str,
        status: int | None = None,
    ) -> Response:
        assert subject.form is not None  # noqa: S101 - asked by the callers
        ids = {"event_id": filled.event_id, "event": subject.event_id, "declared_at": declared_at}
        hidden = ids | ({"seen": seen(filled.doubts)} if filled.doubts else {})
        target = Target(action=FORM, hidden=hidden, corrects=subject.event_id)
        return await self._pages.form(request, caller, COMMANDS[subject.form.noun], filled, target, status)

    async def _choice(
        self,
        request: Request,
        caller: Caller,
        subject: Subject,
        form: Mapping[str, str],
        notice: Sentence | None = None,
        status: int = 200,
    ) -> Response:
        about: Told = await told(subject, self._looking, caller, self._pages.pages.language(request))
        return self._render(
            request,
            caller,
            "correction.html",
            status=status,
            subject=subject,
            told=about,
            allowed=may_correct(caller),
            reasons=REASONS,
            seen_in_part=SEEN_IN_PART,
            chosen=form.get("reason", ""),
            declared_at=form.get("declared_at", ""),
            notice=notice,
            form_path=correction_path(subject.event_id, request.query_params.getlist("after"), FORM),
            correction_path=correction_path,
            event_path=event_path,
            revoke_path=_revoke_path(subject),
        )

    def _render(self, request: Request, caller: Caller, template: str, **values: Any) -> Response:
        return self._pages.pages.render(request, template, caller, **values)


def _revoke_path(subject: Subject) -> str:
    """The form that revokes the certificate the report is about, all but the reason filled in; "" where it is of none.

    A certificate that was rightly issued and is withdrawn is no mistyped report: its state changes, from now on.
    """
    if subject.form is None or subject.form.noun != "certificates":
        return ""
    said = {name: text for name, text in subject.form.given.items() if name not in ("at", "reason")}
    return f"/forms/certificates?{urlencode(said | {'state': 'revoked'})}"


def _asked(request: Request) -> tuple[str, list[str]]:
    """The event id, and the receipts to wait for."""
    return request.query_params.get("event", ""), request.query_params.getlist("after")
