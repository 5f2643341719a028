"""A label's QR code at an address of its own, for whoever prints elsewhere."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from provenance.label_link import NotALabel, read_short_code
from services.portal import qr_code
from services.portal.http.problems import HttpProblem
from services.portal.ports import Labels
from services.portal.scanning.guessing import Guessing


class LabelPictures:
    def __init__(self, *, labels: Labels, guessing: Guessing) -> None:
        self._labels = labels
        self._guessing = guessing

    def routes(self) -> list[Route]:
        return [
            Route("/labels/{code}.svg", self.svg, methods=["GET"]),
            Route("/labels/{code}.png", self.png, methods=["GET"]),
        ]

    async def svg(self, request: Request) -> Response:
        return _picture(qr_code.svg(await self._link(request)), "image/svg+xml")

    async def png(self, request: Request) -> Response:
        return _picture(qr_code.png(await self._link(request)), "image/png")

    async def _link(self, request: Request) -> str:
        """The signed link of the label in the address; 404 for any other."""
        self._guessing.check(request)
        try:
            verdict = await self._labels.verify(read_short_code(request.path_params["code"]), token="")
        except NotALabel as error:
            raise HttpProblem(404, "NoSuchResourceException", str(error)) from error
        if not verdict.link:
            self._guessing.missed(request)
            raise HttpProblem(404, "NoSuchResourceException", "There is no such label.")
        return verdict.link


def _picture(drawn: str | bytes, media_type: str) -> Response:
    return Response(drawn, headers={"Cache-Control": "private, max-age=3600"}, media_type=media_type)
