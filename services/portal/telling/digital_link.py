"""Digital Link paths (`/01/…/10/…/21/…`, `/00/…`): the buyer page in a browser, JSON or a linkset for a program.

A link that breaks GS1's rules is 400 (GS1-Conformant Resolver 1.2.0). What a label link is worth is `labels`' to say;
what is known of the goods `traceability`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from epcis import digital_link
from epcis.digital_link import KEY_QUALIFIERS, DigitalLinkError
from epcis.identifiers import IdentifierError, canonical, parse
from provenance import codes
from services.portal.http.problems import HttpProblem
from services.portal.http.requests import preferred, raw_path
from services.portal.pages import Pages
from services.portal.payments.ports import PaidPrice, Payments
from services.portal.ports import Ambiguous, Histories, Labels
from services.portal.reporting.typed_codes import wrong_with
from services.portal.sentences import N_, say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from services.portal.telling.checking import checked
from services.portal.telling.codes import choices, choices_json
from services.portal.telling.cold_curve import cold_picture
from services.portal.telling.histories import Claim, ColdChain, History, LabelVerdict
from services.portal.telling.history_json import claim_json, history_json, label_json
from services.portal.telling.naming import short
from services.portal.telling.notices import notices
from services.portal.telling.route_map import route_map
from services.portal.telling.story import tell
from services.portal.telling.trace import code_of
from wire.errors import NotFound, Rejected, Transient, Unauthorised

LINKSET = "application/linkset+json"
ANSWERS = ("text/html", "application/json", "application/ld+json", LINKSET)
VOCABULARY = "https://gs1.org/voc/"
LINK_TYPES = ("defaultLink", "pip", "traceability", "epcis", "verificationService")
SIGNATURE = "sig"
ALLOWED = "GET, HEAD, OPTIONS"

NOT_CHECKED = LabelVerdict(
    verdict="not_checked",
    sentence_zh="现在无法核对这个标签，请过一会儿再扫一次。",
    sentence_en="The label cannot be checked at the moment. Please scan it again in a moment.",
)
"""Said where `labels` does not answer; what is known of the goods is told all the same."""

PRODUCT_ALONE = say(
    N_("This is the number of a product. Type the code of your box or of its lot, which is printed too.")
)
"""Whose lots there are is trade (docs/adr/0074)."""

NOTHING_KNOWN: tuple[type[Exception], ...] = (NotFound, Rejected, Unauthorised)

Found = TypeVar("Found")


class DigitalLinks:
    def __init__(
        self,
        *,
        callers: Callers,
        pages: Pages,
        histories: Histories,
        labels: Labels,
        payments: Payments,
        public_url: str,
    ) -> None:
        self._callers = callers
        self._pages = pages
        self._histories = histories
        self._labels = labels
        self._payments = payments
        self._public_url = public_url.rstrip("/")

    def routes(self) -> list[Route]:
        paths = [f"/{code}/{{rest:path}}" for code in KEY_QUALIFIERS]
        return [
            *(Route(path, self.link, methods=["GET"]) for path in paths),
            *(Route(path, self.options, methods=["OPTIONS"]) for path in paths),
            Route("/b", self.typed, methods=["GET"]),
            Route("/.well-known/gs1resolver", self.describe, methods=["GET"]),
        ]

    async def link(self, request: Request) -> Response:
        """A scanned link."""
        path, query = raw_path(request).rstrip("/"), request.url.query
        code = self._public_url + path
        try:
            digital_link.parse(code + (f"?{query}" if query else ""))
            parse(code)
        except (DigitalLinkError, IdentifierError) as error:
            why = f"This is no valid GS1 Digital Link: {error}."
            raise HttpProblem(400, "ValidationException", why, sentence=wrong_with(code)) from error
        signed = bool(request.query_params.get(SIGNATURE))
        wanted = self._wanted(request)
        if wanted == LINKSET:
            return self._linkset(path)
        response = await self._answer(request, code, f"{code}?{query}" if signed else "", wanted)
        response.headers["Link"] = f'<{path}?linkType=linkset>; rel="linkset"; type="{LINKSET}"'
        return response

    async def options(self, request: Request) -> Response:
        headers = {"Allow": ALLOWED, "Access-Control-Allow-Methods": ALLOWED, "Access-Control-Allow-Origin": "*"}
        return Response(status_code=204, headers={**headers, "Access-Control-Allow-Headers": "Accept"})

    async def typed(self, request: Request) -> Response:
        """A code typed into the box: a label's short code, a link, or any code of the goods."""
        code = codes.read(code_of(request))
        if code.text.startswith(self._public_url) and f"{SIGNATURE}=" in code.text:
            return await self._answer(request, code.text.split("?")[0], code.text, self._wanted(request))
        if code.meant_as_label:
            return await self._short(request, code.text)
        known = code.keys or (code.numbers and any(await self._histories.find([code.text], token="")))
        if not known and (wrong := wrong_with(code.text)):
            unknown = code.numbers and not code.problem
            status, kind = (404, "NoSuchResourceException") if unknown else (400, "ValidationException")
            raise HttpProblem(status, kind, str(wrong), sentence=wrong)
        return await self._answer(request, code.text, "", self._wanted(request))

    async def describe(self, request: Request) -> Response:
        body = {
            "name": "Suyuan",
            "resolverRoot": self._public_url,
            "supportedPrimaryKeys": list(KEY_QUALIFIERS),
            "linkTypes": [VOCABULARY + name for name in LINK_TYPES],
        }
        return Response(orjson.dumps(body), media_type="application/json")

    async def _short(self, request: Request, typed: str) -> Response:
        verdict = await self._verdict(typed, "")
        if verdict.verdict == "not_ours" and any(await self._histories.find([typed], token="")):
            return await self._answer(request, typed, "", self._wanted(request))  # a lot number that looks like one
        known = verdict.gtin and verdict.serial
        code = (
            f"{self._public_url}/01/{verdict.gtin}/10/{quote(verdict.lot, safe='')}/21/{verdict.serial}"
            if known
            else ""
        )
        return await self._answer(request, code, typed, self._wanted(request), verdict)

    def _wanted(self, request: Request) -> str:
        """The form of the answer; 404 for a link type there is none of, 406 for a form there is none of."""
        link_type = request.query_params.get("linkType", "").removeprefix(VOCABULARY).removeprefix("gs1:")
        if link_type in ("linkset", "all"):
            return LINKSET
        if link_type and link_type not in LINK_TYPES:
            raise HttpProblem(404, "NoSuchResourceException", f"There is no link of the type {link_type!r} here.")
        wanted = preferred(request, ANSWERS)
        if wanted is None:
            raise HttpProblem(
                406, "NotAcceptableException", "This answers in text/html, application/json or linkset+json."
            )
        return wanted if request.headers.get("accept") not in (None, "*/*") else "text/html"

    async def _answer(
        self, request: Request, code: str, label_code: str, wanted: str, known: LabelVerdict | None = None
    ) -> Response:
        caller = await self._callers.reader(request)
        label = known or (await self._verdict(label_code, caller.token) if label_code else None)
        # What is known of a true lot is not told under a label that is not ours: it would lend the label its truth.
        forged = label is not None and label.verdict == "not_ours"
        try:
            asked = self._about(code, caller, label) if code and not forged else None
            history, claim, cold, price = await asked if asked else (None, None, None, None)
        except Ambiguous as error:
            return self._which(request, caller, code, error, wanted)
        if history is None and label is None and codes.read(code).product:
            raise HttpProblem(404, "NoSuchResourceException", str(PRODUCT_ALONE), sentence=PRODUCT_ALONE)
        if wanted != "text/html":
            return _json(code, history, claim, label)
        return self._page(request, caller, code, history, claim, label, cold, price)

    def _which(self, request: Request, caller: Caller, code: str, error: Ambiguous, wanted: str) -> Response:
        """A product without a lot, or a number of several: for the reader to choose (RFC 9110, 15.4.1)."""
        if wanted != "text/html":
            return Response(orjson.dumps(choices_json(code, error.candidates)), 300, media_type="application/json")
        listed = choices(error.candidates, self._pages.language(request))
        return self._pages.render(request, "which.html", caller, code=short(code), choices=listed, status=300)

    async def _verdict(self, code: str, token: str) -> LabelVerdict:
        try:
            return await self._labels.verify(code, token=token)
        except Transient:
            return NOT_CHECKED

    async def _about(
        self, code: str, caller: Caller, label: LabelVerdict | None
    ) -> tuple[History | None, Claim | None, ColdChain | None, PaidPrice | None]:
        """What is known; None where nothing is. All are asked for at once. Of goods with a label of ours, the claim of
        that label."""
        issued, brand = (bool(label.gtin), label.brand) if label else (False, "")
        history = self._histories.history(code, "back", after=(), token=caller.token)
        claim = self._histories.claim(code, brand, after=(), token=caller.token, issued=issued)
        cold = self._histories.cold_chain(code, after=(), token=caller.token)
        price = self._payments.price(code, after=(), token=caller.token)
        beside = (*NOTHING_KNOWN, Transient)
        return await asyncio.gather(
            _or_none(history), _or_none(claim, beside), _or_none(cold, beside), _or_none(price, beside)
        )

    def _page(
        self,
        request: Request,
        caller: Caller,
        code: str,
        history: History | None,
        claim: Claim | None,
        label: LabelVerdict | None,
        cold: ColdChain | None,
        price: PaidPrice | None,
    ) -> Response:
        language = self._pages.language(request)
        known = history is not None and bool(history.steps)
        story = tell(history, language, brief=True, evidence=_certifying(claim)) if history and known else None
        serial = story.serial if story else ""
        return self._pages.render(
            request,
            "buyer.html",
            caller,
            code=code,
            key=history.key if history is not None else canonical(code),
            story=story,
            route=route_map(history, language) if history and known else None,
            notices=tuple(notices(claim if known else None, label, language, serial=serial, history=history)),
            claim=claim,
            cold=cold_picture(cold, language) if cold and known else None,
            price=price if known and price and price.covered not in ("", "0") else None,
            label=label,
            checked=checked(claim, language, for_buyers=not caller.token),
            status=200 if known or label else 404,
        )

    def _linkset(self, path: str) -> Response:
        """RFC 9264: the page, and the same as data."""
        anchor = self._public_url + path
        page = {"href": anchor, "title": "溯源 · Where this comes from", "type": "text/html", "hreflang": ["zh", "en"]}
        data = {"href": f"{self._public_url}/api/trace?code={quote(anchor, safe='')}", "type": "application/json"}
        events = f"{self._public_url}/epcis/events?MATCH_anyEPC={quote(anchor, safe='')}"
        links: Mapping[str, Any] = {
            "defaultLink": [{"href": anchor, "title": page["title"]}],
            "pip": [page],
            "traceability": [page, data],
            "epcis": [{"href": events, "type": "application/json"}],
            "verificationService": [page],
        }
        body = {"linkset": [{"anchor": anchor, **{VOCABULARY + name: listed for name, listed in links.items()}}]}
        context = "https://ref.gs1.org/standards/resolver/linkset-context"
        link = f'<{context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
        headers = {"Access-Control-Allow-Origin": "*", "Link": link}
        return Response(orjson.dumps(body), headers=headers, media_type=LINKSET)


def _certifying(claim: Claim | None) -> frozenset[str]:
    """Ids of the events that the tick for certificates rests on; none where there is no tick."""
    ticks = (one for one in claim.results if (one.rule, one.outcome) == ("certified", "passed")) if claim else ()
    return frozenset(id_ for tick in ticks for id_ in tick.event_ids)


async def _or_none(asked: Awaitable[Found], ignored: tuple[type[Exception], ...] = NOTHING_KNOWN) -> Found | None:
    """Raises Ambiguous."""
    try:
        return await asked
    except Ambiguous:
        raise
    except ignored:
        return None


def _json(code: str, history: History | None, claim: Claim | None, label: LabelVerdict | None) -> Response:
    if history is None and label is None:
        raise NotFound("Nothing is known of this code.")
    body = {
        "code": code,
        **({"label": label_json(label)} if label else {}),
        **({"history": history_json(history)} if history else {}),
        **({"claim": claim_json(claim)} if claim else {}),
    }
    headers = {"Access-Control-Allow-Origin": "*", "Vary": "Accept"}
    return Response(orjson.dumps(body), headers=headers, media_type="application/json")
