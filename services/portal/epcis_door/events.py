"""`/epcis/events`: one event in, events out (EPCIS 2.0, 8.2.4 and the query binding)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from epcis.documents import write_query_document
from epcis.exact_json import read_json
from services.portal.epcis_door import resources as epcis_resources
from services.portal.epcis_door.capture import UNKNOWN_PAGE, next_link, sent_time_ms, utc
from services.portal.epcis_door.epc_format import HEADER, epc_format, spelled
from services.portal.epcis_door.event_query import QueryParameterError, QueryTooLargeError, read_query
from services.portal.epcis_door.headers import EPCIS_HEADERS, NAMESPACE, require_versions
from services.portal.http.problems import HttpProblem
from services.portal.http.requests import (
    JSON_TYPES,
    MAX_EVENT_BYTES,
    preferred,
    raw_path,
    read_body,
    require_content_type,
    require_json_answer,
)
from services.portal.log.promising import evidence_path
from services.portal.ports import Histories, StoredEvent
from services.portal.reporting.handlers_events import AlreadyRecorded, EventCapture
from services.portal.signing_in.callers import Callers
from services.portal.telling.event_pages import EventPages, event_path
from wire.errors import NotFound, Rejected

PATH = "/epcis/events"


class EpcisEvents:
    def __init__(
        self,
        *,
        callers: Callers,
        events: EventCapture,
        histories: Histories,
        event_pages: EventPages,
        now_ms: Callable[[], int],
    ) -> None:
        self._callers = callers
        self._event_pages = event_pages
        self._events = events
        self._histories = histories
        self._now_ms = now_ms

    def routes(self) -> list[Route]:
        return [
            Route(PATH, self.post, methods=["POST"]),
            Route(PATH, self.query, methods=["GET"]),
            Route(PATH + "/{event_id:path}", self.get, methods=["GET"]),
            *epcis_resources.routes(self.found),
        ]

    async def post(self, request: Request) -> Response:
        require_versions(request)
        require_content_type(request)
        require_json_answer(request)
        caller = await self._callers.known_program(request)
        body = _event_body(await read_body(request, MAX_EVENT_BYTES))
        try:
            stored = await self._events.take(body, caller, sent_time_ms(request))
        except AlreadyRecorded as error:
            raise _conflict(error) from error
        event = as_output(stored)
        event_id = str(event["eventID"])
        headers = {**EPCIS_HEADERS, "Location": event_path(event_id), "Link": _kept(event_id, stored.record_id)}
        return Response(orjson.dumps(event), 201, headers, "application/json")

    async def query(self, request: Request) -> Response:
        return await self.found(request, PATH)

    async def found(self, request: Request, path: str, *more: tuple[str, str]) -> Response:
        """Events by the criteria in the address, and `more`; `path` is where the next page is asked for."""
        require_versions(request)
        require_json_answer(request)
        caller = await self._callers.program(request)
        try:
            query = read_query([*more, *request.query_params.multi_items()])
        except QueryTooLargeError as error:
            raise HttpProblem(413, "QueryTooLargeException", str(error), parameter=error.parameter) from error
        except QueryParameterError as error:
            raise HttpProblem(400, "QueryParameterException", str(error), parameter=error.parameter) from error
        try:
            page = await self._histories.query(query, token=caller.token)
        except Rejected as error:
            raise _wrong_query(error) from error
        return self._document(request, page.events, next_link(request, path, query.per_page, page.next_page_token))

    async def get(self, request: Request) -> Response:
        """A page in a browser; for programs, and whoever asks for anything, the document."""
        event_id = unquote(raw_path(request).removeprefix(PATH + "/"))
        if preferred(request, (*JSON_TYPES, "text/html")) == "text/html":
            return await self._event_pages.page(request, event_id)
        require_versions(request)
        require_json_answer(request)
        caller = await self._callers.program(request)
        found = await self._histories.events([event_id], after=(), token=caller.token)
        if not found:
            raise NotFound("No event with this id is recorded.")
        return self._document(request, found, {"Vary": "Accept"})

    def _document(self, request: Request, events: Sequence[StoredEvent], headers: Mapping[str, str]) -> Response:
        wanted = epc_format(request)
        listed = [spelled(as_output(event), wanted) for event in events]
        document = write_query_document(listed, created=utc(self._now_ms()))
        given = {**EPCIS_HEADERS, **headers, HEADER: wanted}
        return Response(orjson.dumps(document), headers=given, media_type="application/json")


def as_output(stored: StoredEvent) -> dict[str, Any]:
    """The event as recorded, with its record time (EPCIS 2.0, 7.4.1: set by the repository)."""
    body: dict[str, Any] = orjson.loads(stored.event)
    return body | {"recordTime": utc(stored.record_time_ms)} if stored.record_time_ms else body


def _kept(event_id: str, record: str) -> str:
    """Where promise and proof of the log are to be had: in `Link`, for the answer itself is the event."""
    at = {what: evidence_path(event_id, what, record) for what in ("promise", "proof")}
    return ", ".join(f'<{path}>; rel="{NAMESPACE}{what}"' for what, path in at.items())


def _event_body(raw: bytes) -> Mapping[str, Any]:
    try:
        body = read_json(raw)
    except ValueError as error:
        raise Rejected("This is not JSON.") from error
    if not isinstance(body, Mapping):
        raise Rejected("An event is a JSON object.")
    return body


def _wrong_query(error: Rejected) -> HttpProblem:
    """What only the store's side can judge: whether a token is one of its own, and what a pattern means."""
    said = str(error)
    if said.startswith("page_token"):
        return HttpProblem(400, "QueryParameterException", UNKNOWN_PAGE, parameter="nextPageToken")
    return HttpProblem(400, "QueryParameterException", said)


def _conflict(error: AlreadyRecorded) -> HttpProblem:
    return HttpProblem(
        409,
        "ResourceAlreadyExistsException",
        str(error),
        headers={"Location": event_path(error.event_id)},
        eventID=error.event_id,
        sameContent=error.same_content,
    )
