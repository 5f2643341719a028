"""The page that checks labels without a network, and what keeps it on the phone (docs/adr/0158)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from provenance.labels.offline import SAID
from services.portal.http.policy import WITH_SCRIPTS
from services.portal.pages import Pages

WORKER = "service_worker.js"
SCRIPTS = ("offline_page.js", "camera.js", "keep_offline.js")


class OfflineCheck:
    def __init__(self, *, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> list[Route]:
        return [
            Route("/offline", self.page, methods=["GET"]),
            Route("/service-worker.js", self.worker, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        """The same for everybody in a language: it is kept on phones, so nobody's session is in it."""
        return self._pages.render(request, "offline.html", scripts=SCRIPTS, said=SAID)

    async def worker(self, request: Request) -> Response:
        """At the root, for it answers where links of labels lead (Service Workers, 3.1.1)."""
        headers = {**WITH_SCRIPTS, "Cache-Control": "no-cache"}
        asset = self._pages.asset(WORKER)
        return Response(asset.body, headers=headers, media_type=asset.media_type)
