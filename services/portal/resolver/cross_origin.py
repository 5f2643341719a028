"""What programs on other sites may do at a Digital Link (CORS), said on every answer, refusals among them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from services.portal.http.problems import HttpProblem, of_error

ALLOWED = "GET, HEAD, OPTIONS"
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": ALLOWED,
    "Access-Control-Expose-Headers": "Link, Location",
}

Endpoint = Callable[[Request], Awaitable[Response]]


def cross_origin(endpoint: Endpoint) -> Endpoint:
    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            response = await endpoint(request)
        except HttpProblem as refusal:
            refusal.headers |= HEADERS
            raise
        except Exception as error:
            if (problem := of_error(error)) is None:
                raise
            problem.headers |= HEADERS
            raise problem from error
        response.headers.update(HEADERS)
        return response

    return answer


async def options(request: Request) -> Response:
    return Response(status_code=204, headers={"Allow": ALLOWED, **HEADERS, "Access-Control-Allow-Headers": "Accept"})
