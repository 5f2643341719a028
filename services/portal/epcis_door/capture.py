"""`/epcis/capture`: documents in, jobs out (EPCIS 2.0, 8.2.2 and 8.2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.epcis_door.capture_jobs import JobProblem, page_token, read_page_token
from services.portal.epcis_door.document_size import TooLarge
from services.portal.epcis_door.event_query import QueryParameterError, read_per_page
from services.portal.epcis_door.handlers_documents import DocumentCapture
from services.portal.epcis_door.handlers_jobs import JobReading, JobView
from services.portal.epcis_door.headers import CAPTURE_HEADERS, EPCIS_HEADERS, capture_behaviour, require_versions
from services.portal.http.problems import HttpProblem
from services.portal.http.requests import MAX_CAPTURE_BYTES, read_body, require_content_type, require_json_answer
from services.portal.reporting.submission import NOT_ALLOWED
from services.portal.signing_in.callers import Callers

PATH = "/epcis/capture"
MOST_JOBS = 100
DEFAULT_JOBS = 30


class EpcisCapture:
    def __init__(self, *, callers: Callers, documents: DocumentCapture, jobs: JobReading) -> None:
        self._callers = callers
        self._documents = documents
        self._jobs = jobs

    def routes(self) -> list[Route]:
        return [
            Route(PATH, self.post, methods=["POST"]),
            Route(PATH, self.list, methods=["GET"]),
            Route(PATH + "/{capture_id}", self.get, methods=["GET"]),
        ]

    async def post(self, request: Request) -> Response:
        require_versions(request)
        require_content_type(request)
        behaviour = capture_behaviour(request)
        caller = await self._callers.known_program(request)
        raw = await read_body(request, MAX_CAPTURE_BYTES)
        try:
            capture_id = await self._documents.take(raw, behaviour, caller, sent_time_ms(request))
        except TooLarge as error:
            kind = "CaptureLimitExceededException"
            raise HttpProblem(413, kind, str(error), headers=CAPTURE_HEADERS) from error
        headers = {**CAPTURE_HEADERS, "GS1-Capture-Error-Behaviour": behaviour, "Location": f"{PATH}/{capture_id}"}
        return Response(status_code=202, headers=headers)

    async def get(self, request: Request) -> Response:
        require_json_answer(request)
        caller = await self._callers.known_program(request)
        view = await self._jobs.one(request.path_params["capture_id"], caller)
        return _json(job_json(view))

    async def list(self, request: Request) -> Response:
        require_json_answer(request)
        caller = await self._callers.known_program(request)
        try:
            asked, before = _page(request)
        except QueryParameterError as error:
            raise HttpProblem(400, "QueryParameterException", str(error), parameter=error.parameter) from error
        page = await self._jobs.recent(asked, before, caller)
        older = page_token(page.older)
        return _json([job_json(view) for view in page.views], next_link(request, PATH, asked, older))


def _page(request: Request) -> tuple[int, Mapping[int, int]]:
    """How many jobs, and from where. Raises QueryParameterError."""
    asked = read_per_page(request.query_params.get("perPage", str(DEFAULT_JOBS)), MOST_JOBS)
    before = read_page_token(request.query_params.get("nextPageToken", ""))
    if before is None:
        raise QueryParameterError("nextPageToken", UNKNOWN_PAGE)
    return asked, before


UNKNOWN_PAGE = "nextPageToken is none of an earlier answer; leave it out to begin at the first page."


def next_link(request: Request, path: str, per_page: int, token: str) -> Mapping[str, str]:
    """`Link: …; rel="next"` while there is more; the last page has none (EPCIS 2.0, 8.2.7.1)."""
    if not token:
        return {}
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in ("perPage", "nextPageToken")]
    query = urlencode([*kept, ("perPage", str(per_page)), ("nextPageToken", token)])
    return {"Link": f'<{path}?{query}>; rel="next"'}


def job_json(view: JobView) -> Mapping[str, Any]:
    """The resource of 8.2.3; times are UTC."""
    state = view.state
    finished = {} if state.finished_ms is None else {"finishedAt": utc(state.finished_ms)}
    return {
        "captureID": view.capture_id,
        "createdAt": utc(view.job.created_ms),
        **finished,
        "running": state.running,
        "success": state.success,
        "captureErrorBehaviour": view.job.behaviour,
        "errors": [_error(problem) for problem in state.problems],
    }


def _error(problem: JobProblem) -> Mapping[str, Any]:
    kind = "SecurityException" if problem.code in NOT_ALLOWED else "ValidationException"
    return {
        "type": f"epcisException:{kind}",
        "title": problem.message,
        "status": 403 if problem.code in NOT_ALLOWED else 400,
        "detail": f"{problem.pointer}: {problem.message}" if problem.pointer else problem.message,
        "instance": f"#{problem.pointer}",
        "code": problem.code,
    }


def utc(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sent_time_ms(request: Request) -> int:
    """The sender's own clock from the Date header, 0 where it sent none that can be read."""
    try:
        return int(parsedate_to_datetime(request.headers.get("date", "")).timestamp() * 1000)
    except (ValueError, TypeError, IndexError):
        return 0


def _json(body: Any, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), headers={**EPCIS_HEADERS, **(headers or {})}, media_type="application/json")
