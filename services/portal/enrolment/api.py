"""`/api/registry/proposals`, `/api/registry/decisions` and `/api/registry/history`: enrolment for programs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from epcis.exact_json import read_json
from services.portal.enrolment.registry_api import DEFAULT_PAGE, MAX_RECORDS
from services.portal.epcis_door.event_query import QueryParameterError, read_per_page
from services.portal.http.problems import HttpProblem
from services.portal.http.requests import MAX_CAPTURE_BYTES, read_body, require_content_type
from services.portal.ports import Records
from services.portal.signing_in.callers import Callers
from wire.errors import Rejected

MAX_PENDING = 200
DECISION = ("proposal", "verdict", "reason", "valid_from", "confirmed")


class EnrolmentApi:
    """Its routes come before those of the kinds of records, whose names these words are not."""

    def __init__(self, *, callers: Callers, records: Records) -> None:
        self._callers = callers
        self._records = records

    def routes(self) -> list[Route]:
        return [
            Route("/api/registry/proposals", self.pending, methods=["GET"]),
            Route("/api/registry/proposals", self.propose, methods=["POST"]),
            Route("/api/registry/decisions", self.decide, methods=["POST"]),
            Route("/api/registry/history", self.history, methods=["GET"]),
        ]

    async def pending(self, request: Request) -> Response:
        """What waits and the caller may see: each proposal with what it would change and what is odd about it."""
        caller, asked = await self._callers.known_program(request), request.query_params
        try:
            size = read_per_page(asked.get("perPage", str(DEFAULT_PAGE)), MAX_PENDING)
        except QueryParameterError as error:
            raise HttpProblem(400, "QueryParameterException", str(error), parameter=error.parameter) from error
        page = await self._records.pending(size, asked.get("nextPageToken", ""), token=caller.token)
        more = {"nextPageToken": page.next_page_token} if page.next_page_token else {}
        return _json({"pending": list(page.records), **more})

    async def propose(self, request: Request) -> Response:
        """Records as they would be registered, each with the `proposal` id it goes by, made up where there is none."""
        caller = await self._callers.known_program(request)
        proposals = [
            (str(record.get("proposal") or f"urn:uuid:{uuid.uuid4()}"), _without(record, "proposal"))
            for record in await _objects(request)
        ]
        return _json({"results": list(await self._records.propose(proposals, token=caller.token))})

    async def decide(self, request: Request) -> Response:
        """Each decision names its `proposal` and `verdict`: approve, reject with a `reason`, or withdraw."""
        caller = await self._callers.known_program(request)
        decisions = [_decision(one) for one in await _objects(request)]
        return _json({"results": list(await self._records.decide(decisions, token=caller.token))})

    async def history(self, request: Request) -> Response:
        """All versions and proposals of the record `kind`, `id`, and whether its ground is registered twice."""
        caller, asked = await self._callers.program(request), request.query_params
        if not asked.get("kind") or not asked.get("id"):
            raise HttpProblem(400, "QueryParameterException", "Give kind and id of the record.", parameter="id")
        return _json(await self._records.story(asked["kind"], asked["id"], token=caller.token))


def _without(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return {key: value for key, value in record.items() if key != name}


def _decision(one: Mapping[str, Any]) -> Mapping[str, str]:
    if strange := sorted(set(one) - set(DECISION)):
        raise Rejected(f"{strange[0]!r} is no field of a decision; they are {', '.join(DECISION)}.")
    if wrong := [name for name, value in one.items() if not isinstance(value, str)]:
        raise Rejected(f"{wrong[0]} should be text.")
    return dict(one)


async def _objects(request: Request) -> list[Mapping[str, Any]]:
    require_content_type(request)
    try:
        found = read_json(await read_body(request, MAX_CAPTURE_BYTES))
    except ValueError as error:
        raise Rejected("This is not JSON.") from error
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Rejected("Send a JSON array of objects.")
    if len(found) > MAX_RECORDS:
        raise HttpProblem(413, "CaptureLimitExceededException", f"At most {MAX_RECORDS} are taken at once.")
    return found


def _json(body: Any) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
