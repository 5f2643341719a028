"""The same commands for programs: `POST /api/deliveries` and its neighbours, with the same fields and sentences."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from epcis.exact_json import read_json
from services.portal.epcis_door.capture import sent_time_ms
from services.portal.http.problems import HttpProblem
from services.portal.http.requests import MAX_FORM_BYTES, read_body, require_content_type
from services.portal.log.promising import Promising
from services.portal.pages import Pages
from services.portal.reporting.breaches import beside
from services.portal.reporting.commands import COMMANDS
from services.portal.reporting.doubts import doubts
from services.portal.reporting.fields import Situation, as_text
from services.portal.reporting.form_pages import main_key
from services.portal.reporting.handlers_commands import NotReadable, Reporting
from services.portal.reporting.looking_around import Looking
from services.portal.reporting.units_left_out import unit_left_out
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.callers import Callers
from services.portal.telling.event_pages import event_path
from wire.errors import Rejected


class CommandApi:
    def __init__(
        self,
        *,
        callers: Callers,
        pages: Pages,
        reporting: Reporting,
        looking: Looking,
        promising: Promising,
        now: Callable[[], datetime],
        base: str,
    ) -> None:
        self._callers = callers
        self._pages = pages
        self._reporting = reporting
        self._looking = looking
        self._promising = promising
        self._now = now
        self._base = base

    def routes(self) -> list[Route]:
        return [Route(f"/api/{noun}", self.post, methods=["POST"], name=noun) for noun in COMMANDS]

    async def post(self, request: Request) -> Response:
        require_content_type(request)
        caller = await self._callers.known_program(request)
        given = json_object(await read_body(request, MAX_FORM_BYTES))
        noun = request.url.path.rsplit("/", 1)[1]
        event_id = own_event_id(asked := given.pop("event_id", None))
        if asked is not None and not as_text(given.get("at")).strip():
            raise Rejected("at: give the time too where you give event_id, so that sending again is the same report.")
        situation = Situation(caller.principal.party, self._now(), self._base)
        try:
            ready = await self._reporting.ready(noun, given, situation, event_id, caller)
        except NotReadable as error:
            raise not_readable(error, self._pages.language(request).say) from error
        if asked is not None and await self._reporting.says_otherwise(ready, caller):
            raise another_report(event_id, self._pages.language(request).say)
        around = await self._looking.around(COMMANDS[noun], ready.values, event_id, caller)
        found = [
            *unit_left_out(COMMANDS[noun], given),
            *doubts(noun, ready.values, around, situation.now),
            *beside(around),
        ]
        reported = await self._reporting.send(ready, caller, sent_time_ms(request))
        body = {
            "event_id": reported.event_id,
            "code": main_key(reported.event),
            "receipt": asdict(reported.receipt),
            **await self._promising.members(reported.event, reported.receipt, caller),
            "warnings": [self._pages.language(request).say(one) for one in found],
            "event": reported.event,
        }
        return Response(orjson.dumps(body), 201, {"Location": event_path(reported.event_id)}, "application/json")


ANOTHER = N_(
    "Another report with this event_id is recorded already, and it says something else. Give a new event_id; to change"
    " what was reported, correct it."
)


def another_report(event_id: str, say_: Callable[[Sentence], str]) -> HttpProblem:
    headers = {"Location": event_path(event_id)}
    return HttpProblem(
        409, "ResourceAlreadyExistsException", say_(say(ANOTHER)), headers=headers, eventID=event_id, sameContent=False
    )


def not_readable(error: NotReadable, say: Callable[[Sentence], str]) -> HttpProblem:
    """Each problem with its field, a pointer for programs, and the sentence in the caller's language."""
    fields = [
        {"pointer": "/" + p.path.replace(".", "/"), "field": p.path, "message": say(p.sentence)} for p in error.problems
    ]
    detail = "; ".join(f"{field['field']}: {field['message']}" for field in fields)
    return HttpProblem(400, "ValidationException", detail, problems=(), fields=fields)


def json_object(raw: bytes) -> dict[str, Any]:
    """Numbers keep the digits they were written with. Raises Rejected."""
    try:
        body = read_json(raw)
    except ValueError as error:
        raise Rejected("This is not JSON.") from error
    if not isinstance(body, Mapping):
        raise Rejected("Send a JSON object with the fields of the command.")
    return dict(body)


def own_event_id(given: Any) -> str:
    """The caller's own UUID makes sending again harmless; else a new one. Raises Rejected."""
    if given is None:
        return f"urn:uuid:{uuid.uuid4()}"
    try:
        return f"urn:uuid:{uuid.UUID(str(given).removeprefix('urn:uuid:'))}"
    except ValueError:
        raise Rejected("event_id is a UUID of your own; sending the same one again is harmless.") from None
