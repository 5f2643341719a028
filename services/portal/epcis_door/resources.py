"""`/epcis/eventTypes`, `/epcis/bizSteps` …: events by one word or name (EPCIS 2.0, 12.6.3).

Owns which resources there are, the words each lists, and the query parameter each stands for. Types, steps and
dispositions are those of the standard; places and EPCs are as many as there are things, so they are not listed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from epcis.context import GS1_CONTEXT
from epcis.vocabulary import BIZ_STEP, DISPOSITION
from services.portal.epcis_door.event_query import EVENT_TYPES
from services.portal.epcis_door.headers import EPCIS_HEADERS
from services.portal.http.problems import HttpProblem
from services.portal.http.requests import raw_path, require_json_answer
from wire.errors import NotFound

Pair = tuple[str, str]
Query = Callable[[Request, str, Pair], Awaitable[Response]]
"""(request, its path, a criterion beside those of the address)"""


@dataclass(frozen=True, slots=True)
class Resource:
    """`members` is None where they are not listed."""

    parameter: str
    members: tuple[str, ...] | None


RESOURCES: Mapping[str, Resource] = {
    "eventTypes": Resource("eventType", EVENT_TYPES),
    "bizSteps": Resource("EQ_bizStep", tuple(sorted(BIZ_STEP.words))),
    "dispositions": Resource("EQ_disposition", tuple(sorted(DISPOSITION.words))),
    "readPoints": Resource("EQ_readPoint", None),
    "bizLocations": Resource("EQ_bizLocation", None),
    "epcs": Resource("MATCH_anyEPC", None),
}


def routes(query: Query) -> list[Route]:
    return [route for name, resource in RESOURCES.items() for route in _routes(f"/epcis/{name}", resource, query)]


def _routes(path: str, resource: Resource, query: Query) -> Iterable[Route]:
    async def members(request: Request) -> Response:
        require_json_answer(request)
        if resource.members is None:
            sentence = f"These are not listed; {path}/{{id}}/events has the events of one."
            raise HttpProblem(501, "ImplementationException", sentence)
        return collection(resource.members)

    async def one(request: Request) -> Response:
        require_json_answer(request)
        rest = raw_path(request).removeprefix(f"{path}/")
        value = unquote(rest.removesuffix("/events"))
        if resource.parameter == "eventType" and value not in EVENT_TYPES:
            raise NotFound(f"Event types are {', '.join(EVENT_TYPES)}.")
        if not rest.endswith("/events"):
            return collection(("events",))
        return await query(request, raw_path(request), (resource.parameter, value))

    yield Route(path, members, methods=["GET"])
    yield Route(path + "/{name:path}", one, methods=["GET"])


def collection(members: Iterable[str]) -> Response:
    body = {"@context": GS1_CONTEXT, "type": "Collection", "member": list(members)}
    return Response(orjson.dumps(body), headers=dict(EPCIS_HEADERS), media_type="application/json")
