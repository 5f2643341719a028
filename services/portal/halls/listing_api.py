"""`POST /verify/listings`: what a platform asks of the listings on it, for anybody to ask, each answer signed.

Who signs has the ledger of labels; its public keys are at `/.well-known/listing-keys.json` (ADR 0162).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.halls.ports import Listings
from services.portal.http.requests import MAX_FORM_BYTES, read_body, require_content_type
from services.portal.reporting.command_api import json_object
from wire.errors import Rejected

MOST_LISTINGS = 200
KEYS = "/.well-known/listing-keys.json"
_FIELDS = ("shop", "gtin", "brand")


class ListingApi:
    def __init__(self, *, listings: Listings) -> None:
        self._listings = listings

    def routes(self) -> list[Route]:
        return [Route("/verify/listings", self.verify, methods=["POST"]), Route(KEYS, self.keys, methods=["GET"])]

    async def verify(self, request: Request) -> Response:
        """Answers in the order of the listings. Raises Rejected, and Transient while it cannot be said."""
        require_content_type(request)
        asked = read_listings(json_object(await read_body(request, MAX_FORM_BYTES)))
        checked = await self._listings.check(asked)
        rows = [{**orjson.loads(one.said), "jws": one.jws} for one in checked]
        headers = {"Cache-Control": "no-store"}
        return Response(orjson.dumps({"listings": rows}), headers=headers, media_type="application/json")

    async def keys(self, request: Request) -> Response:
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
        return Response(await self._listings.keys(), headers=headers, media_type="application/jwk-set+json")


def read_listings(body: Mapping[str, Any]) -> list[dict[str, str]]:
    """Raises Rejected, naming the field."""
    given = body.get("listings")
    if not isinstance(given, list) or not 0 < len(given) <= MOST_LISTINGS:
        raise Rejected(f"listings is an array of 1 to {MOST_LISTINGS} listings.")
    return [_read(one, at) for at, one in enumerate(given)]


def _read(one: Any, at: int) -> dict[str, str]:
    given = one if isinstance(one, Mapping) else {}
    texts = {name: text for name in _FIELDS if isinstance(text := given.get(name), str) and text}
    for name in _FIELDS:
        if name not in texts:
            raise Rejected(f"listings/{at}/{name} is missing: give shop, gtin and brand as texts.")
    return texts
