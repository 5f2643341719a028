"""`/halls/{county}`, the hall of a county: a public page, and JSON for programs at the same address or under `/api`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from provenance.registry.county_codes import COUNTY_CODE
from provenance.registry.records import Channel
from services.portal.halls.hall import Hall, Lot, Shown, hall
from services.portal.halls.json_ld import hall_json
from services.portal.halls.on_sale import OnSale
from services.portal.halls.ports import HallRegistry
from services.portal.http.problems import HttpProblem
from services.portal.http.requests import preferred
from services.portal.pages import Pages
from services.portal.sentences import N_, say
from services.portal.signing_in.callers import Callers

JSON, JSON_LD = "application/json", "application/ld+json"
NO_SUCH_COUNTY = say(N_("No county of this number is registered here."))
KEPT_S = 1


class Halls:
    """`root` is the address of this portal, without a slash at its end."""

    def __init__(
        self,
        *,
        callers: Callers,
        pages: Pages,
        registry: HallRegistry,
        on_sale: OnSale,
        now: Callable[[], datetime],
        root: str,
    ) -> None:
        self._callers = callers
        self._pages = pages
        self._registry = registry
        self._on_sale = on_sale
        self._now = now
        self._root = root

    def routes(self) -> list[Route]:
        return [
            Route("/halls/{county}", self.page, methods=["GET"]),
            Route("/api/halls/{county}", self.json, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        found = await self._hall(request)
        wanted = preferred(request, ("text/html", JSON, JSON_LD))
        if wanted in (JSON, JSON_LD):
            return self._answer(found, wanted)
        caller = await self._callers.person(request)
        return self._pages.render(
            request, "hall.html", caller, hall=found, json_ld=hall_json(found, self._root), root=self._root
        )

    async def json(self, request: Request) -> Response:
        return self._answer(await self._hall(request), preferred(request, (JSON, JSON_LD)) or JSON)

    async def _hall(self, request: Request) -> Hall:
        """Raises HttpProblem 404, Transient while the registry was not read to its end."""
        code, on = request.path_params["county"], self._now().date()
        county = self._registry.county(code, on) if COUNTY_CODE.fullmatch(code) else None
        if county is None:
            await self._registry.caught_up()
            raise HttpProblem(404, "NoSuchResourceException", str(NO_SUCH_COUNTY), sentence=NO_SUCH_COUNTY)
        return await self._on_sale.filled(hall(county, self._registry, on))

    def _answer(self, found: Hall, media_type: str) -> Response:
        body = hall_json(found, self._root) if media_type == JSON_LD else plain(found)
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": f"max-age={KEPT_S}", "Vary": "Accept"}
        return Response(orjson.dumps(body), headers=headers, media_type=media_type)


def plain(found: Hall) -> dict[str, Any]:
    """The hall in the words of the registry."""
    county = found.county
    names = ("name_zh", "name_en", "province_zh", "province_en")
    return {
        "county": {"code": county.id, **{name: getattr(county, name) for name in names}},
        "on": found.on.isoformat(),
        "brands": [_brand(one) for one in found.brands],
    }


def _brand(shown: Shown) -> dict[str, Any]:
    """`lots` and `labels` are left out while nobody can say."""
    brand, lots = shown.brand, shown.lots
    products = [{"gtin": one.id, "name_zh": one.name_zh, "name_en": one.name_en} for one in shown.products]
    return {
        "id": brand.id,
        "name_zh": brand.name_zh,
        "name_en": brand.name_en,
        "outstanding": shown.outstanding,
        "least_origin_share": str(brand.least_origin_share),
        **({"least_benefit_share": str(brand.least_benefit_share)} if brand.least_benefit_share is not None else {}),
        **({"floor_price_yuan": str(brand.floor_price_yuan)} if brand.floor_price_yuan is not None else {}),
        "required_certificate_schemes": sorted(brand.required_certificate_schemes),
        "badges": [{"sentence_zh": one.sentence_zh, "sentence_en": one.sentence_en} for one in shown.badges],
        "products": products,
        "channels": [_channel(one) for one in shown.channels],
        **({} if lots is None else {"lots": [_lot(lot) for lot in lots]}),
        **({} if shown.labels is None else {"labels": asdict(shown.labels)}),
    }


def _channel(channel: Channel) -> dict[str, Any]:
    texts = {name: getattr(channel, name) for name in ("name_zh", "name_en", "kind", "url") if getattr(channel, name)}
    return {**texts, "from": channel.valid_from.isoformat(), **_until(channel.valid_to)}


def _until(day: date | None) -> dict[str, str]:
    return {"until": day.isoformat()} if day else {}


def _lot(lot: Lot) -> dict[str, Any]:
    checked = [{"rule": one.rule, "zh": one.sentence_zh, "en": one.sentence_en} for one in lot.passed]
    return {"lot": lot.number, "product": lot.product, "link": lot.link, "verdict": "granted", "checked": checked}
