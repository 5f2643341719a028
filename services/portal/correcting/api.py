"""`/api/corrections`: a program looks at a report, takes it back, or corrects it with the fields of its command."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.correcting.asked import Asked
from services.portal.correcting.handlers import Correcting, NotCorrected, Subject, TakenBack
from services.portal.correcting.versions import Version
from services.portal.correcting.words import Told, told
from services.portal.http.problems import HttpProblem
from services.portal.http.receipts import read_receipts
from services.portal.http.requests import MAX_FORM_BYTES, read_body, require_content_type
from services.portal.languages import Language
from services.portal.log.promising import Promising, evidence_at
from services.portal.pages import Pages
from services.portal.reporting.command_api import json_object, not_readable
from services.portal.reporting.commands import COMMANDS
from services.portal.reporting.doubts import doubts
from services.portal.reporting.fields import Given, Situation
from services.portal.reporting.form_pages import main_key
from services.portal.reporting.handlers_commands import NotReadable, Reported
from services.portal.reporting.looking_around import Looking
from services.portal.sentences import Sentence
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from services.portal.telling.event_pages import event_path

_CORRECTIONS = uuid.UUID("0b2a7b1e-8f53-5f0e-9a1c-0f7c9e6f5d21")


class CorrectionApi:
    def __init__(
        self,
        *,
        callers: Callers,
        correcting: Correcting,
        looking: Looking,
        pages: Pages,
        promising: Promising,
        now: Callable[[], datetime],
        base: str,
    ) -> None:
        self._callers = callers
        self._correcting = correcting
        self._looking = looking
        self._pages = pages
        self._promising = promising
        self._now = now
        self._base = base

    def routes(self) -> list[Route]:
        return [
            Route("/api/corrections", self.look, methods=["GET"]),
            Route("/api/corrections", self.post, methods=["POST"], name="corrections"),
        ]

    async def look(self, request: Request) -> Response:
        """What the report of `?event=` was, whose word on it counts, and the fields it is corrected with."""
        caller = await self._callers.known_program(request)
        after = read_receipts(request.query_params.getlist("after"))
        subject = await self._correcting.subject(request.query_params.get("event", ""), caller, after)
        language = self._pages.language(request)
        return _json(_looked(subject, await told(subject, self._looking, caller, language), language))

    async def post(self, request: Request) -> Response:
        """201 with the declaration's receipt, `counts`, `warnings`, and the corrected event where there is one; 200
        where `seen` lacks a warning, and nothing is recorded."""
        require_content_type(request)
        caller, language = await self._callers.known_program(request), self._pages.language(request)
        asked = Asked.of(json_object(await read_body(request, MAX_FORM_BYTES)), self._now())
        subject = await self._correcting.subject(asked.corrects, caller, asked.after)
        given = (subject.form.given if subject.form else {}) | (asked.report or {})
        asked = asked if asked.event_id else replace(asked, event_id=_made_of(subject, given))
        try:
            warnings = [language.say(one) for one in await self._doubts(asked, subject, given, caller)]
            if asked.seen is not None and not asked.seen.issuperset(warnings):
                return _json({"warnings": warnings})
            taken = await self._carried_out(asked, subject, given, caller)
        except NotReadable as error:
            raise not_readable(error, language.say) from error
        except NotCorrected as error:
            if not error.instead:
                raise
            kind = "ResourceAlreadyExistsException"
            raise HttpProblem(409, kind, str(error), sentence=error.sentence, correctedBy=error.instead) from error
        answer = _answer(subject, taken)
        if (one := taken.corrected) is not None:
            answer["corrected"] |= await self._promising.members(one.event, one.receipt, caller)
        return _json(answer | {"warnings": warnings}, 201)

    async def _doubts(self, asked: Asked, subject: Subject, given: Given, caller: Caller) -> Sequence[Sentence]:
        """As its form asks."""
        if asked.report is None or subject.form is None:
            return ()
        situation, command = self._situation(asked, caller), COMMANDS[subject.form.noun]
        ready = await self._correcting.ready(subject, subject.form, given, asked.event_id, situation, caller)
        around = await self._looking.around(command, ready.values, ready.event_id, caller, subject.event_id)
        return doubts(command.noun, ready.values, around, asked.at)

    async def _carried_out(self, asked: Asked, subject: Subject, given: Given, caller: Caller) -> TakenBack:
        if asked.report is None:
            return await self._correcting.take_back(subject, asked.reason, asked.at, caller)
        situation = self._situation(asked, caller)
        return await self._correcting.correct(subject, given, asked.event_id, situation, caller)

    def _situation(self, asked: Asked, caller: Caller) -> Situation:
        return Situation(caller.principal.party, asked.at, self._base)


def _made_of(subject: Subject, given: Given) -> str:
    """The id of a correction that nobody named: of what is corrected to what, after what was declared of it before.
    Where a first try broke off between the corrected report and its declaration, the second has the same id."""
    said = orjson.dumps([subject.event_id, sorted(subject.recorded), given], option=orjson.OPT_SORT_KEYS)
    return f"urn:uuid:{uuid.uuid5(_CORRECTIONS, said.decode())}"


def _looked(subject: Subject, said: Told, language: Language) -> dict[str, Any]:
    """`command`, `fields` and `report` are there for who may correct it; sentences in the caller's language."""
    form: dict[str, Any] = {}
    if subject.form:
        fields = [entry.name for entry in COMMANDS[subject.form.noun].entries]
        form = {"command": subject.form.noun, "fields": fields, "report": dict(subject.form.given)}
    return {
        "event_id": subject.event_id,
        "title": language.text(said.title),
        "lines": [{"label": language.text(one.label), "text": one.text} for one in said.lines],
        "declared": list(said.declared),
        "counts": subject.counts,
        "is_whole": subject.is_whole,
        "corrected_by": list(subject.corrected_by),
        "counting": [_version(one) for one in said.counting],
        "left": [_version(one) for one in said.left],
        **form,
    }


def _version(one: tuple[str, str]) -> Mapping[str, str]:
    return {"event_id": one[0], "text": one[1]}


def _answer(subject: Subject, taken: TakenBack) -> dict[str, Any]:
    """`counting` are the reports that count from now on: what was right instead, or what was reported before."""
    kept = evidence_at(subject.event_id, taken.record_id)
    declared = {"event_id": subject.event_id, "counts": subject.counts, "receipt": asdict(taken.receipt), **kept}
    corrected = {"corrected": _corrected(taken.corrected)} if taken.corrected else {}
    return {"declared": declared, **corrected, "counting": [_counting(one) for one in taken.counting]}


def _counting(version: Version) -> dict[str, Any]:
    about = {"code": main_key(version.event.body), "event": dict(version.event.body)} if version.event else {}
    return {"event_id": version.event_id, **about, "location": event_path(version.event_id)}


def _corrected(reported: Reported) -> dict[str, Any]:
    return {
        "event_id": reported.event_id,
        "code": main_key(reported.event),
        "receipt": asdict(reported.receipt),
        "event": reported.event,
        "location": event_path(reported.event_id),
    }


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
