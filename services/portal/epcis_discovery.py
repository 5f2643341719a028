"""What the EPCIS door says about itself: its resources, and OPTIONS on each (EPCIS 2.0, 8.2.1)."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from epcis.context import GS1_CONTEXT
from services.portal.epcis_headers import CAPTURE_HEADERS, EPCIS_HEADERS
from services.portal.http_problems import HttpProblem

METHODS = {
    "/epcis": "OPTIONS, GET",
    "/epcis/capture": "OPTIONS, POST, GET",
    "/epcis/capture/{capture_id}": "OPTIONS, GET",
    "/epcis/events": "OPTIONS, POST, GET",
    "/epcis/events/{event_id:path}": "OPTIONS, GET",
}
NOT_HERE = ("/epcis/queries", "/epcis/nextPageToken")
"""Parts of the binding that answer 501 and say so."""


def routes() -> list[Route]:
    options = [Route(path, _options_of(path, allow), methods=["OPTIONS"]) for path, allow in METHODS.items()]
    missing = [Route(path + "{rest:path}", _not_here, methods=["GET", "POST", "DELETE"]) for path in NOT_HERE]
    return [*options, Route("/epcis", _resources, methods=["GET"]), *missing]


async def _resources(request: Request) -> Response:
    body = {"@context": GS1_CONTEXT, "type": "Collection", "member": ["capture", "events"]}
    return Response(orjson.dumps(body), headers=dict(EPCIS_HEADERS), media_type="application/json")


def _options_of(path: str, allow: str):  # type: ignore[no-untyped-def]
    headers = CAPTURE_HEADERS if "POST" in allow else EPCIS_HEADERS

    async def answer(request: Request) -> Response:
        return Response(status_code=204, headers={**headers, "Allow": allow})

    return answer


async def _not_here(request: Request) -> Response:
    raise HttpProblem(501, "ImplementationException", "Named queries and subscriptions are not offered yet.")
