"""What a GS1 key resolves to, from what is registered and recorded of it: the linkset, or the link that was asked for.

A key nobody registered and no event speaks of resolves to nothing (GS1-Conformant Resolver 1.2, 2.4.1: 404).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from epcis.digital_link import KEY_QUALIFIERS, DigitalLink
from epcis.identifiers import canonical
from services.portal.halls.json_ld import product_json
from services.portal.halls.ports import HallRegistry
from services.portal.http.problems import HttpProblem
from services.portal.http.requests import preferred
from services.portal.pages import Pages
from services.portal.ports import Histories, Records
from services.portal.resolver import short_names
from services.portal.resolver.cross_origin import ALLOWED, cross_origin, options
from services.portal.resolver.link_types import NAMESPACES, PREFIX, TITLES, WHOLE, asked
from services.portal.resolver.linkset import (
    HTML,
    JSON,
    LANGUAGES,
    MASTER_DATA,
    Level,
    Link,
    Links,
    chosen,
    level,
    levels,
    passing_on,
)
from wire.errors import NotFound, Rejected, Unauthorised

LINKSET = "application/linkset+json"
JSON_LD = "application/ld+json"
FORMS = (HTML, JSON, JSON_LD, LINKSET)
"""Of answers at a Digital Link, the usual one first."""

CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
DESCRIPTION = "/.well-known/gs1resolver"


class Resolver:
    """`root` is where it answers, without a slash at its end."""

    def __init__(
        self,
        *,
        pages: Pages,
        records: Records,
        histories: Histories,
        registry: HallRegistry,
        now: Callable[[], datetime],
        root: str,
    ) -> None:
        self._pages = pages
        self._records = records
        self._histories = histories
        self._registry = registry
        self._now = now
        self._root = root

    def routes(self) -> list[Route]:
        return [
            Route(DESCRIPTION, cross_origin(self.describe), methods=["GET"]),
            Route(DESCRIPTION, options, methods=["OPTIONS"]),
            *short_names.routes(),
        ]

    async def elsewhere(self, request: Request, link: DigitalLink) -> Response | None:
        """The linkset, or the way to the link that was asked for; None where that is answered at this very address.

        `link` has no attributes. Raises HttpProblem 404 for a link type there is none of, and for a key of which
        nothing is known; Transient where that cannot be said.
        """
        wanted = asked(request.query_params.get("linkType", ""))
        if wanted == WHOLE or (not wanted and preferred(request, FORMS) == LINKSET):
            return self._linkset(request, await self._levels(link))
        if not wanted:
            return self._vocabulary(link) if preferred(request, FORMS) == JSON_LD else None
        if wanted not in TITLES:
            raise _no_link(wanted)
        found = chosen(await self._levels(link), wanted, lambda types: preferred(request, types))
        if found is None:
            raise _no_link(wanted)
        if found.href == link.uri(self._root):
            return None
        query = request.scope["query_string"].decode("latin-1")
        return Response(status_code=307, headers={"Location": passing_on(found.href, query), "Vary": "Accept"})

    async def describe(self, request: Request) -> Response:
        """The resolver description file (1.2, 3)."""
        body = {
            "name": "Suyuan 溯源",
            "resolverRoot": self._root,
            "supportedPrimaryKeys": list(KEY_QUALIFIERS),
            "supportedLinkType": [{"namespace": uri, "prefix": PREFIX} for uri in NAMESPACES[:2]],
            "linkTypeDefaultCanBeLinkset": False,
            "jsonLdContextLocation": CONTEXT,
        }
        return Response(orjson.dumps(body), media_type="application/json")

    async def _levels(self, link: DigitalLink) -> tuple[Level, ...]:
        """Of the entity and all it is part of. Raises HttpProblem 404 where nothing is known of any."""
        entities = levels(link)
        record = await self._registered(entities[-1])
        keys = tuple(dict.fromkeys(canonical(one.uri()) for one in entities))
        if record is None and not await self._histories.named_by_others(keys, "", token=""):
            raise HttpProblem(404, "NoSuchResourceException", "Nothing is known of this code.")
        name = " · ".join(name for name in (_text(record, "name_zh"), _text(record, "name_en")) if name)
        return tuple(level(one, self._root, description=name, more=self._retailers(one)) for one in entities)

    def _linkset(self, request: Request, found: tuple[Level, ...]) -> Response:
        """As JSON; as a page that has it inside for who would rather read one (1.2, 2.10)."""
        body = {"linkset": [one.json() for one in found]}
        if preferred(request, (LINKSET, JSON, JSON_LD, HTML)) == HTML:
            inside = {"@context": CONTEXT, **body}
            return self._pages.render(request, "linkset.html", levels=found, json_ld=inside)
        context = f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
        headers = {"Link": context, "Vary": "Accept", "Allow": ALLOWED}
        return Response(orjson.dumps(body), headers=headers, media_type=LINKSET)

    def _retailers(self, entity: DigitalLink) -> Links:
        """Of a product of a brand, its county's hall."""
        if len(entity.keys) > 1 or entity.keys[0][0] != "01":
            return {}
        found = self._registry.brands_of(canonical(entity.uri()), self._now().date())
        counties = dict.fromkeys(brand.county_code for brand in found if brand.county_code)
        halls = (f"{self._root}/halls/{code}" for code in counties)
        return {"hasRetailers": tuple(Link(hall, TITLES["hasRetailers"], HTML, LANGUAGES) for hall in halls)}

    def _vocabulary(self, link: DigitalLink) -> Response | None:
        """A product, lot or box in the words of schema.org and GS1; None where the product is not registered."""
        product_key = canonical(levels(link)[-1].uri())
        on = self._now().date()
        product = self._registry.product(product_key, on)
        if product is None:
            return None
        body = product_json(link, product, self._registry.brands_of(product_key, on), self._root)
        return Response(orjson.dumps(body), headers={"Vary": "Accept"}, media_type=JSON_LD)

    async def _registered(self, entity: DigitalLink) -> Mapping[str, Any] | None:
        """The record of a product, place or party as the public sees it."""
        if entity.keys[0][0] not in MASTER_DATA:
            return None
        kind = MASTER_DATA[entity.keys[0][0]][1]
        try:
            return await self._records.get(kind, canonical(entity.uri()), "", token="")
        except (NotFound, Rejected, Unauthorised):
            return None


def linkset_header(link: DigitalLink, root: str) -> str:
    """A Link header that leads to the linkset (1.2, 2.9), for every answer at a Digital Link."""
    return f'<{link.uri(root)}?linkType={WHOLE}>; rel="linkset"; type="{LINKSET}"; title="Linkset"'


def _no_link(name: str) -> HttpProblem:
    return HttpProblem(404, "NoSuchResourceException", f"There is no link of the type {name!r} here.")


def _text(record: Mapping[str, Any] | None, name: str) -> str:
    return str((record or {}).get(name, ""))
