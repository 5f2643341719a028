"""The number of a product alone, as an EAN-13 is scanned: whose brands have it, and that the code of the box is needed.

Which lots there are of it is trade and not told (docs/adr/0074).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from provenance.days import china_day
from services.portal.http.problems import HttpProblem
from services.portal.pages import Pages
from services.portal.ports import AWAY, Records
from services.portal.sentences import N_, say
from services.portal.signing_in.caller import Caller
from wire.errors import NotFound

MOST_BRANDS = 20

PRODUCT_ALONE = say(
    N_("This is the number of a product. Type the code of your box or of its lot, which is printed too.")
)
_NAMES = ("id", "name_zh", "name_en", "county_code")


class ProductAlone:
    def __init__(self, *, pages: Pages, records: Records, now_ms: Callable[[], int]) -> None:
        self._pages = pages
        self._records = records
        self._now_ms = now_ms

    async def answer(self, request: Request, caller: Caller, product: str, wanted: str) -> Response:
        """`product` is the canonical Digital Link of a GTIN. Raises HttpProblem 404 where neither it nor a brand of it
        is registered."""
        named, brands = await self._product(product, caller), await self._brands(product, caller)
        if not named and not brands:
            raise HttpProblem(404, "NoSuchResourceException", str(PRODUCT_ALONE), sentence=PRODUCT_ALONE)
        if wanted != "text/html":
            body = {"code": product, "product": named, "brands": brands, "ask": str(PRODUCT_ALONE)}
            headers = {"Access-Control-Allow-Origin": "*", "Vary": "Accept"}
            return Response(orjson.dumps(body), headers=headers, media_type="application/json")
        return self._pages.render(
            request, "product.html", caller, product=named, brands=brands, number=product.rsplit("/", 1)[1]
        )

    async def _product(self, product: str, caller: Caller) -> Mapping[str, Any]:
        try:
            return _named(await self._records.get("product", product, "", token=caller.token))
        except (NotFound, *AWAY):
            return {}

    async def _brands(self, product: str, caller: Caller) -> list[Mapping[str, Any]]:
        today = china_day(self._now_ms()).isoformat()
        try:
            page = await self._records.list("brand", today, MOST_BRANDS, "", token=caller.token, naming=product)
        except AWAY:
            return []
        return [_named(brand) for brand in page.records]


def _named(record: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: record[name] for name in _NAMES if record.get(name)}
