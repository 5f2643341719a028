"""What the EPCIS door says about itself: its resources, OPTIONS on each, 405 with what is taken (EPCIS 2.0, 8.2.1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.epcis_door.headers import CAPTURE_HEADERS, EPCIS_HEADERS
from services.portal.epcis_door.resources import RESOURCES, collection
from services.portal.http.problems import HttpProblem

METHODS = {
    "/epcis": "OPTIONS, GET",
    "/epcis/capture": "OPTIONS, POST, GET",
    "/epcis/capture/{capture_id}": "OPTIONS, GET",
    "/epcis/events": "OPTIONS, POST, GET",
    "/epcis/events/{event_id:path}": "OPTIONS, GET",
    "/epcis/nextPageToken/{token:path}": "OPTIONS, DELETE",
    **{f"/epcis/{name}": "OPTIONS, GET" for name in RESOURCES},
    **{f"/epcis/{name}/{{name:path}}": "OPTIONS, GET" for name in RESOURCES},
}
NOT_HERE = "/epcis/queries"
"""The part of the binding that answers 501 and says so."""

_ALL = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def routes() -> list[Route]:
    return [
        *(Route(path, _options_of(allow), methods=["OPTIONS"]) for path, allow in METHODS.items()),
        *(Route(path, _not_allowed(allow), methods=_others(allow)) for path, allow in METHODS.items()),
        Route("/epcis", _resources, methods=["GET"]),
        Route("/epcis/nextPageToken/{token:path}", _forget, methods=["DELETE"]),
        Route(NOT_HERE + "{rest:path}", _not_here, methods=[*_ALL, "OPTIONS"]),
    ]


Answer = Callable[[Request], Awaitable[Response]]


def _options_of(allow: str) -> Answer:
    headers = CAPTURE_HEADERS if "POST" in allow else EPCIS_HEADERS

    async def answer(request: Request) -> Response:
        return Response(status_code=204, headers={**headers, "Allow": allow})

    return answer


def _others(allow: str) -> list[str]:
    return [method for method in _ALL if method not in allow and (method != "HEAD" or "GET" not in allow)]


def _not_allowed(allow: str) -> Answer:
    async def answer(request: Request) -> Response:
        sentence = f"This address takes {allow} only."
        raise HttpProblem(405, "ImplementationException", sentence, headers={**EPCIS_HEADERS, "Allow": allow})

    return answer


async def _resources(request: Request) -> Response:
    return collection(("capture", "events", *RESOURCES))


async def _forget(request: Request) -> Response:
    """Nothing is kept for a token, so there is nothing to release."""
    return Response(status_code=204, headers=dict(EPCIS_HEADERS))


async def _not_here(request: Request) -> Response:
    raise HttpProblem(501, "ImplementationException", "Named queries and subscriptions are not offered yet.")
