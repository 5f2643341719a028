"""Digital Links with the short names that GS1 has withdrawn (`/gtin/…/lot/…`): led to the numbers, never written."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from epcis.digital_link import KEY_QUALIFIERS, SHORT_NAMES
from services.portal.http.requests import raw_path
from services.portal.resolver.cross_origin import HEADERS, options

_PRIMARY = [name for name, number in SHORT_NAMES.items() if number in KEY_QUALIFIERS]


def routes() -> list[Route]:
    paths = [f"/{name}/{{rest:path}}" for name in _PRIMARY]
    return [
        *(Route(path, by_numbers, methods=["GET"]) for path in paths),
        *(Route(path, options, methods=["OPTIONS"]) for path in paths),
    ]


async def by_numbers(request: Request) -> Response:
    """308 with the query as it is; whether the numbers are right is asked where they lead."""
    query = request.scope["query_string"].decode("latin-1")
    path = numbered(raw_path(request)) + (f"?{query}" if query else "")
    return Response(status_code=308, headers={"Location": path, **HEADERS})


def numbered(path: str) -> str:
    """Names stand at every second place; values keep their escapes."""
    parts = path.strip("/").split("/")
    return "/" + "/".join(SHORT_NAMES.get(part, part) if at % 2 == 0 else part for at, part in enumerate(parts))
