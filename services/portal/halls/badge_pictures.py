"""`/halls/{county}/badge.svg` and `.png`: for `?brand=`, else the brand that the county stands for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from provenance.registry.county_codes import COUNTY_CODE
from provenance.registry.records import County
from services.portal.commitments.paper import Mark
from services.portal.halls.badge import badge, png, svg
from services.portal.halls.hall import Shown, hall
from services.portal.halls.ports import HallRegistry
from services.portal.http.problems import HttpProblem
from services.portal.sentences import N_, say

NO_SUCH_BADGE = say(N_("There is no such brand of this county."))
KEPT_S = 600


class BadgePictures:
    """`root` is the address of this portal, without a slash at its end."""

    def __init__(self, *, registry: HallRegistry, now: Callable[[], datetime], root: str) -> None:
        self._registry = registry
        self._now = now
        self._root = root

    def routes(self) -> list[Route]:
        return [
            Route("/halls/{county}/badge.svg", self.svg, methods=["GET"]),
            Route("/halls/{county}/badge.png", self.png, methods=["GET"]),
        ]

    async def svg(self, request: Request) -> Response:
        shown, marks = await self._badge(request)
        title = " / ".join(one.sentence_zh for one in shown.badges) or shown.brand.name_zh
        return _picture(svg(marks, title), "image/svg+xml")

    async def png(self, request: Request) -> Response:
        _, marks = await self._badge(request)
        return _picture(await asyncio.to_thread(png, marks), "image/png")

    async def _badge(self, request: Request) -> tuple[Shown, tuple[Mark, ...]]:
        """Raises HttpProblem 404, Transient while the registry was not read to its end."""
        code, on = request.path_params["county"], self._now().date()
        county = self._registry.county(code, on) if COUNTY_CODE.fullmatch(code) else None
        shown = _asked(hall(county, self._registry, on).brands, request.query_params.get("brand")) if county else None
        if county is None or shown is None:
            await self._registry.caught_up()
            raise HttpProblem(404, "NoSuchResourceException", str(NO_SUCH_BADGE), sentence=NO_SUCH_BADGE)
        return shown, badge(shown, _name(county), f"{self._root}/halls/{county.id}", on)


def _asked(brands: tuple[Shown, ...], brand: str | None) -> Shown | None:
    return next((one for one in brands if one.brand.id == brand or (brand is None and one.outstanding)), None)


def _name(county: County) -> str:
    zh, en = county.province_zh + county.name_zh, ", ".join(filter(None, (county.name_en, county.province_en)))
    return f"{zh} {en}".strip()


def _picture(drawn: str | bytes, media_type: str) -> Response:
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": f"public, max-age={KEPT_S}"}
    return Response(drawn, headers=headers, media_type=media_type)
