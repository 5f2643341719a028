"""`POST /api/corrections`: a program takes a report back, or corrects it with the fields of its command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from provenance.reports import Reason
from services.portal.correcting.handlers import Correcting, NotCorrected, Subject, TakenBack
from services.portal.correcting.versions import Version
from services.portal.correcting.words import REASONS
from services.portal.http.problems import HttpProblem
from services.portal.http.receipts import read_receipts
from services.portal.http.requests import MAX_FORM_BYTES, read_body, require_content_type
from services.portal.pages import Pages
from services.portal.reporting.command_api import json_object, not_readable, own_event_id
from services.portal.reporting.fields import Situation
from services.portal.reporting.form_pages import main_key
from services.portal.reporting.handlers_commands import NotReadable, Reported
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from services.portal.telling.event_pages import event_path
from stream.receipts import Receipt
from wire.errors import Rejected

NAMES = ("corrects", "reason", "declared_at", "event_id", "report", "after")


class CorrectionApi:
    def __init__(
        self, *, callers: Callers, correcting: Correcting, pages: Pages, now: Callable[[], datetime], base: str
    ) -> None:
        self._callers = callers
        self._correcting = correcting
        self._pages = pages
        self._now = now
        self._base = base

    def routes(self) -> list[Route]:
        return [Route("/api/corrections", self.post, methods=["POST"], name="corrections")]

    async def post(self, request: Request) -> Response:
        """201 with the declaration's receipt, `counts`, and the corrected event where there is one."""
        require_content_type(request)
        caller = await self._callers.known_program(request)
        body = json_object(await read_body(request, MAX_FORM_BYTES))
        asked = _Asked.of(body, self._now())
        subject = await self._correcting.subject(asked.corrects, caller, asked.after)
        try:
            taken = await self._carried_out(asked, subject, caller)
        except NotReadable as error:
            raise not_readable(error, self._pages.language(request).say) from error
        except NotCorrected as error:
            if not error.instead:
                raise
            kind = "ResourceAlreadyExistsException"
            raise HttpProblem(409, kind, str(error), sentence=error.sentence, correctedBy=error.instead) from error
        return Response(orjson.dumps(_answer(subject, taken)), 201, media_type="application/json")

    async def _carried_out(self, asked: _Asked, subject: Subject, caller: Caller) -> TakenBack:
        if asked.report is None:
            return await self._correcting.take_back(subject, asked.reason, asked.at, caller)
        situation = Situation(caller.principal.party, asked.at, self._base)
        given = (subject.form.given if subject.form else {}) | asked.report
        return await self._correcting.correct(subject, given, asked.event_id, situation, caller)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a body asks for; `report` has the fields that are to be different, None where it is only taken back."""

    corrects: str
    reason: Reason
    at: datetime
    event_id: str
    report: dict[str, Any] | None
    after: tuple[Receipt, ...]

    @classmethod
    def of(cls, body: Mapping[str, Any], now: datetime) -> _Asked:
        """Raises Rejected naming the member that is wrong."""
        for name in body.keys() - set(NAMES):
            raise Rejected(f"{name}: there is no such member here; there are {', '.join(NAMES)}.")
        corrects, report = body.get("corrects"), body.get("report")
        if not isinstance(corrects, str) or not corrects:
            raise Rejected("corrects: give the event id of the report that is wrong.")
        if report is not None and not isinstance(report, dict):
            raise Rejected("report: give the fields that are to be different, as an object.")
        reason = body.get("reason", "did_not_occur" if report is None else "incorrect_data")
        if reason not in REASONS or (report is not None and reason != "incorrect_data"):
            raise Rejected(f"reason: one of {', '.join(REASONS)}; what did not occur has no corrected version.")
        at, event_id = _declared_at(body.get("declared_at"), now), own_event_id(body.get("event_id"))
        return cls(corrects, cast(Reason, reason), at, event_id, report, _after(body.get("after")))


def _after(given: Any) -> tuple[Receipt, ...]:
    if not isinstance(given or [], list):
        raise Rejected("after: give a list of receipts, topic:partition:offset.")
    return read_receipts([str(one) for one in given or ()])


def _declared_at(given: Any, now: datetime) -> datetime:
    if given is None:
        return now
    try:
        at = datetime.fromisoformat(str(given))
    except ValueError:
        at = datetime.max
    if at.tzinfo is None or at > now + timedelta(hours=24):
        raise Rejected("declared_at: a time with its zone that has come, such as 2026-09-12T06:30:00+08:00.")
    return at


def _answer(subject: Subject, taken: TakenBack) -> dict[str, Any]:
    """`counting` are the reports that count from now on: what was right instead, or what was reported before."""
    declared = {"event_id": subject.event_id, "counts": subject.counts, "receipt": asdict(taken.receipt)}
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
