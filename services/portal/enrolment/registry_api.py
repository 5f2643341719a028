"""`/api/registry/{kind}`: master data for programs, as the registry service answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from epcis.exact_json import read_json
from services.portal.epcis_door.event_query import QueryParameterError, read_per_page
from services.portal.http.problems import HttpProblem
from services.portal.http.requests import MAX_CAPTURE_BYTES, read_body, require_content_type
from services.portal.ports import Records
from services.portal.signing_in.callers import Callers
from wire.errors import Rejected

KINDS = (
    "party", "mandate", "site", "logger", "product", "production_standard", "county", "brand", "channel",
    "accreditation", "lesson_completed", "beneficiary", "subscription",
)  # fmt: skip
DEFAULT_PAGE = 100
MAX_PAGE = 500
MAX_RECORDS = 500


class RegistryApi:
    def __init__(self, *, callers: Callers, records: Records) -> None:
        self._callers = callers
        self._records = records

    def routes(self) -> list[Route]:
        return [
            Route("/api/registry", self.put, methods=["PUT", "POST"]),
            Route("/api/registry/{kind}", self.list, methods=["GET"]),
            Route("/api/registry/{kind}/{id:path}", self.get, methods=["GET"]),
        ]

    async def list(self, request: Request) -> Response:
        """One page; `id` as a parameter gives one record, for ids that are addresses."""
        caller = await self._callers.program(request)
        kind, asked = _kind(request), request.query_params
        if asked.get("id"):
            return _json(await self._records.get(kind, asked["id"], asked.get("on", ""), token=caller.token))
        try:
            size = read_per_page(asked.get("perPage", str(DEFAULT_PAGE)), MAX_PAGE)
        except QueryParameterError as error:
            raise HttpProblem(400, "QueryParameterException", str(error), parameter=error.parameter) from error
        page = await self._records.list(
            kind, asked.get("on", ""), size, asked.get("nextPageToken", ""), token=caller.token
        )
        more = {"nextPageToken": page.next_page_token} if page.next_page_token else {}
        return _json({"records": list(page.records), **more})

    async def get(self, request: Request) -> Response:
        caller = await self._callers.program(request)
        on = request.query_params.get("on", "")
        return _json(await self._records.get(_kind(request), request.path_params["id"], on, token=caller.token))

    async def put(self, request: Request) -> Response:
        """Records of any kinds, each saying what `record` it is; answered one by one."""
        require_content_type(request)
        caller = await self._callers.known_program(request)
        try:
            records = read_json(await read_body(request, MAX_CAPTURE_BYTES))
        except ValueError as error:
            raise Rejected("This is not JSON.") from error
        if not isinstance(records, list) or not all(isinstance(record, Mapping) for record in records):
            raise Rejected("Send a JSON array of records, each saying what record it is: site, party, product …")
        if len(records) > MAX_RECORDS:
            raise HttpProblem(413, "CaptureLimitExceededException", f"At most {MAX_RECORDS} records are taken at once.")
        return _json({"results": list(await self._records.put(records, token=caller.token))})


def _kind(request: Request) -> str:
    kind = str(request.path_params["kind"])
    if kind not in KINDS:
        raise HttpProblem(404, "NoSuchResourceException", f"Records are of the kinds {', '.join(KINDS)}.")
    return kind


def _json(body: Any) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
