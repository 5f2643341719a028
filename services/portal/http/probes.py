"""`/live`, `/ready` and `/metrics` on the portal's own port. Metrics are for this machine and its neighbours only."""

from __future__ import annotations

from ipaddress import ip_address

from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runtime.health import Health, report
from runtime.metrics import REGISTRY
from services.portal.http.problems import HttpProblem


class Probes:
    def __init__(self, health: Health) -> None:
        self._health = health

    def routes(self) -> list[Route]:
        return [Route("/live", self.live), Route("/ready", self.ready), Route("/metrics", self.metrics)]

    async def live(self, request: Request) -> Response:
        return _answer(report(self._health.live))

    async def ready(self, request: Request) -> Response:
        return _answer(report(self._health.live | self._health.ready))

    async def metrics(self, request: Request) -> Response:
        if not _is_neighbour(request):
            raise HttpProblem(404, "NoSuchResourceException", "There is nothing at this address.")
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _answer(answer: tuple[str, str, bytes]) -> Response:
    status, media_type, body = answer
    return Response(body, int(status.split()[0]), {"Cache-Control": "no-store"}, media_type)


def _is_neighbour(request: Request) -> bool:
    """From a private address and not passed on by a proxy, which would be anybody."""
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ip_address(request.client.host).is_private
    except ValueError:
        return False
