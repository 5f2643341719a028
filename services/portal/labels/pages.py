"""Labels for the brand's office: the form that asks for them, and the sheet to print.

Whether a lot may bear labels is decided by `labels`; these pages say what it answered.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from provenance.days import china_day
from provenance.label_link import short_code_for_people
from services.portal import qr_code
from services.portal.halls.ports import LabelCounts, Listings
from services.portal.labels.fields import BRAND, COUNT, LOT, ROLES, VERDICTS, why
from services.portal.labels.order import squares
from services.portal.labels.paper import FORMS
from services.portal.pages import Pages
from services.portal.ports import AWAY, IssuedLabels, Labels, MadeOrder, Records
from services.portal.reporting.fields import Field, Reading, Situation, by_field
from services.portal.reporting.filled import Filled, read_uuid
from services.portal.sentences import N_, say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.signed_in import SignedIn
from services.portal.telling.checking import checked
from services.portal.telling.codes import Codes
from wire.errors import NotFound, Rejected, Transient, Unauthorised

MOST_BRANDS = 50
SHOWN_LABELS = 24
"""On the page; the files have all."""


class LabelPages:
    def __init__(
        self,
        *,
        pages: Pages,
        people: SignedIn,
        codes: Codes,
        labels: Labels,
        records: Records,
        listings: Listings,
        now: Callable[[], datetime],
        base: str,
    ) -> None:
        self._pages = pages
        self._people = people
        self._codes = codes
        self._labels = labels
        self._records = records
        self._listings = listings
        self._now = now
        self._base = base

    def routes(self) -> list[Route]:
        return [
            Route("/labels", self.show, methods=["GET"]),
            Route("/labels", self.take, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form; with `?request=` the sheet of what was asked for."""
        caller = await self._people.opens(request)
        wanted = request.query_params.get("request", "")
        if wanted:
            return await self._sheet(request, caller, wanted)
        given = {name: request.query_params.get(name, "") for name in ("lot", "count")}
        return await self._form(request, caller, Filled(given, str(uuid.uuid4()), {}))

    async def take(self, request: Request) -> Response:
        caller, pairs = await self._people.sends(request)
        form = dict(pairs)
        given = {name: form.get(name, "") for name in ("lot", "count", "brand")}
        filled = Filled(given, read_uuid(form.get("request_id", "")), {})
        fields = await self._fields(request, caller)
        situation = Situation(caller.principal.party, self._now(), self._base)
        reading = await self._codes.read(fields, given, situation, token=caller.token)
        if reading.problems:
            return await self._form(request, caller, replace(filled, problems=by_field(reading.problems)))
        return await self._issue(request, caller, filled, reading)

    async def _issue(self, request: Request, caller: Caller, filled: Filled, reading: Reading) -> Response:
        """The sheet's address, or the form again with the reason. The same request id again gives the same labels."""
        asked = reading.values
        try:
            issued = await self._labels.issue(
                filled.event_id, asked["brand"], asked["lot"], asked["count"], after=(), token=caller.token
            )
        except (Rejected, Unauthorised, NotFound) as error:
            return await self._form(request, caller, replace(filled, notice=why(error)))
        except Transient:
            unknown = say(N_("It is not known whether labels were issued. Send it again: that is harmless."))
            return await self._form(request, caller, replace(filled, notice=unknown), status=503)
        if issued.labels:
            return RedirectResponse(f"/labels?request={filled.event_id}", 303)
        return await self._form(request, caller, replace(filled, event_id=str(uuid.uuid4())), issued, status=409)

    async def _form(
        self,
        request: Request,
        caller: Caller,
        filled: Filled,
        answer: IssuedLabels | None = None,
        status: int | None = None,
    ) -> Response:
        wrong = bool(filled.problems or filled.notice)
        fields = await self._fields(request, caller)
        return self._pages.render(
            request,
            "labels.html",
            caller,
            status=status or (422 if wrong else 200),
            allowed=not caller.principal.roles.isdisjoint(ROLES),
            fields=fields,
            filled=filled,
            products=(),
            claim=answer.claim if answer else None,
            verdicts=VERDICTS,
            checked=checked(answer.claim, self._pages.language(request)) if answer else None,
            orders=await self._orders(caller),
            counts=await self._counted(fields[-1].choices, caller),
        )

    async def _counted(self, brands: Sequence[tuple[str, str]], caller: Caller) -> list[tuple[str, LabelCounts]]:
        """By the brand's name, as its county's hall counts them; nothing where it cannot be asked now."""
        if not brands or caller.principal.roles.isdisjoint(ROLES):
            return []
        try:
            counts = await self._listings.counts([brand for brand, _ in brands])
        except AWAY:
            return []
        return [(name, one) for (_, name), one in zip(brands, counts, strict=True)]

    async def _orders(self, caller: Caller) -> list[tuple[MadeOrder, Mapping[str, Any], str]]:
        """What was ordered so far, with its product and its day; nothing where it cannot be asked now."""
        if caller.principal.roles.isdisjoint(ROLES):
            return []
        try:
            made = await self._labels.listed(token=caller.token)
            names = {gtin: await self._product(gtin, caller) for gtin in {order.gtin for order in made}}
        except AWAY:
            return []
        return [(order, names[order.gtin], china_day(order.made_ms).isoformat()) for order in made]

    async def _fields(self, request: Request, caller: Caller) -> tuple[Field, ...]:
        """With the brands of the caller to choose from; an operator's are all."""
        pick = self._pages.language(request).pick
        brands = [brand for brand in await self._brands(caller) if _may_use(caller, brand)]
        choices = tuple((brand["id"], pick(brand.get("name_zh", ""), brand.get("name_en", ""))) for brand in brands)
        default = choices[0][0] if len(choices) == 1 else ""
        return (LOT, COUNT, replace(BRAND, choices=choices, default=default))

    async def _brands(self, caller: Caller) -> Sequence[Mapping[str, Any]]:
        return (await self._records.list("brand", "", MOST_BRANDS, "", token=caller.token)).records

    async def _sheet(self, request: Request, caller: Caller, wanted_id: str) -> Response:
        ordered = await self._labels.ordered(wanted_id, token=caller.token)
        first = ordered.labels[0]
        return self._pages.render(
            request,
            "label_sheet.html",
            caller,
            labels=ordered.labels[:SHOWN_LABELS],
            count=len(ordered.labels),
            request_id=wanted_id,
            squares=squares(first["link"]),
            forms=FORMS,
            gtin=first["gtin"],
            lot=first.get("lot", ""),
            roll=first.get("roll", ""),
            product=await self._product(first["gtin"], caller),
            claim=ordered.claim,
            verdicts=VERDICTS,
            qr=qr_code.svg,
            grouped=short_code_for_people,
        )

    async def _product(self, gtin: str, caller: Caller) -> Mapping[str, Any]:
        try:
            return await self._records.get("product", f"https://id.gs1.org/01/{gtin}", "", token=caller.token)
        except NotFound:
            return {}


def _may_use(caller: Caller, brand: Mapping[str, Any]) -> bool:
    return "operator" in caller.principal.roles or brand.get("owner") == caller.principal.party
