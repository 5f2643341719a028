"""Digital Link paths (`/01/…/10/…/21/…`, `/00/…`): the buyer page in a browser, JSON for a program.

The page is the default link of its own address (ADR 0149); other links are `resolver`'s. What a label link is worth is
`labels`' to say; what is known of the goods `traceability`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from epcis import digital_link
from epcis.digital_link import KEY_QUALIFIERS, DigitalLink, DigitalLinkError
from epcis.identifiers import canonical
from provenance import codes
from provenance.label_link import short_code_for_people
from provenance.labels.answers import Recall
from services.portal.http.policy import ASKING_PLACE, WITH_SCRIPTS
from services.portal.http.problems import HttpProblem
from services.portal.http.requests import preferred, raw_path
from services.portal.languages import Language
from services.portal.pages import Pages
from services.portal.payments.ports import PaidPrice, Payments
from services.portal.ports import Ambiguous, Histories, Labels
from services.portal.reporting.typed_codes import wrong_with
from services.portal.resolver.cross_origin import cross_origin, options
from services.portal.resolver.resolving import Resolver, linkset_header
from services.portal.scanning.guessing import Guessing
from services.portal.scanning.looking import Looking
from services.portal.scanning.ports import Looks
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from services.portal.telling.checking import checked
from services.portal.telling.codes import choices, choices_json
from services.portal.telling.cold_curve import cold_picture
from services.portal.telling.histories import Claim, ColdChain, History, LabelVerdict
from services.portal.telling.history_json import claim_json, history_json, label_json
from services.portal.telling.naming import short
from services.portal.telling.notices import Notice, notices
from services.portal.telling.route_map import route_map
from services.portal.telling.story import tell
from services.portal.telling.trace import code_of
from services.portal.verification.products import ProductAlone
from services.portal.verification.recalls import NOT_ASKED, Recalls, named_in
from services.portal.verification.verdicts import judged, recall_of
from wire.errors import NotFound, Rejected, Transient, Unauthorised

KEPT_OFFLINE = ("keep_offline.js",)
"""Whoever scanned one label can check the next without a network."""
TELLS_PLACE = ("tell_place.js",)

ANSWERS = ("text/html", "application/json", "application/ld+json")
SIGNATURE = "sig"

NOT_CHECKED = LabelVerdict(
    verdict="not_checked",
    sentence_zh="现在无法核对这个标签，请过一会儿再扫一次。",
    sentence_en="The label cannot be checked at the moment. Please scan it again in a moment.",
)
"""Said where `labels` does not answer; what is known of the goods is told all the same."""

NOTHING_KNOWN: tuple[type[Exception], ...] = (NotFound, Rejected, Unauthorised)
NO_CLAIM: tuple[type[Exception], ...] = (NotFound, *NOT_ASKED)

Found = TypeVar("Found")
Verdict = tuple[LabelVerdict, Looks | None]


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of goods, each None where nothing is. `unread` where their history could not be asked for or is too
    much to be followed, `unjudged` where their claim is."""

    history: History | None = None
    claim: Claim | None = None
    cold: ColdChain | None = None
    price: PaidPrice | None = None
    recall: Recall = "none"
    unread: bool = False
    unjudged: bool = False


class DigitalLinks:
    def __init__(
        self,
        *,
        callers: Callers,
        pages: Pages,
        histories: Histories,
        labels: Labels,
        payments: Payments,
        resolver: Resolver,
        products: ProductAlone,
        recalls: Recalls,
        looking: Looking,
        guessing: Guessing,
        public_url: str,
    ) -> None:
        self._callers = callers
        self._pages = pages
        self._histories = histories
        self._labels = labels
        self._payments = payments
        self._resolver = resolver
        self._products = products
        self._recalls = recalls
        self._looking = looking
        self._guessing = guessing
        self._public_url = public_url.rstrip("/")

    def routes(self) -> list[Route]:
        paths = [f"/{code}/{{rest:path}}" for code in KEY_QUALIFIERS]
        return [
            *(Route(path, cross_origin(self.link), methods=["GET"]) for path in paths),
            *(Route(path, options, methods=["OPTIONS"]) for path in paths),
            Route("/b", self.typed, methods=["GET"]),
        ]

    async def link(self, request: Request) -> Response:
        """A scanned link."""
        query, code = request.url.query, self._public_url + raw_path(request).rstrip("/")
        link = _read(code, query)
        response = await self._resolver.elsewhere(request, link)
        if response is None:
            signed = bool(request.query_params.get(SIGNATURE))
            code = code if signed else await self._with_lot(request, link, code)
            response = await self._answer(request, code, f"{code}?{query}" if signed else "", _wanted(request))
        response.headers.append("Link", linkset_header(link, self._public_url))
        return response

    async def _with_lot(self, request: Request, link: DigitalLink, code: str) -> str:
        """Of a box with a label from a roll, which names no lot, the link with the lot it was bound to: so its goods
        are found. The label is not judged by that: a link whose signature was cut off is no label of ours."""
        keys = dict(link.keys)
        if set(keys) != {"01", "21"} or not codes.read(keys["21"]).label:
            return code
        self._guessing.check(request)
        label, _ = await self._verdict(keys["21"], "")
        if label.verdict == "not_ours":
            self._guessing.missed(request)
        return self._link_of(label) if label.lot and label.gtin == keys["01"] else code

    async def typed(self, request: Request) -> Response:
        """A code typed into the box: a label's short code, a link, or any code of the goods."""
        code = codes.read(code_of(request))
        if code.text.startswith(self._public_url) and f"{SIGNATURE}=" in code.text:
            return await self._answer(request, code.text.split("?")[0], code.text, _wanted(request))
        if code.meant_as_label:
            return await self._short(request, code.text)
        known = code.keys or (code.numbers and any(await self._histories.find([code.text], token="")))
        if not known and (wrong := wrong_with(code.text)):
            unknown = code.numbers and not code.problem
            status, kind = (404, "NoSuchResourceException") if unknown else (400, "ValidationException")
            raise HttpProblem(status, kind, str(wrong), sentence=wrong)
        return await self._answer(request, code.text, "", _wanted(request))

    async def _short(self, request: Request, typed: str) -> Response:
        self._guessing.check(request)
        label, seen = await self._verdict(typed, "")
        if label.verdict == "not_ours":
            if any(await self._histories.find([typed], token="")):
                return await self._answer(request, typed, "", _wanted(request))  # a lot number that looks like one
            self._guessing.missed(request)
        return await self._answer(request, "", typed, _wanted(request), (label, seen))

    async def _answer(
        self, request: Request, code: str, label_code: str, wanted: str, known: Verdict | None = None
    ) -> Response:
        caller = await self._callers.reader(request)
        label, seen = known or (await self._verdict(label_code, caller.token) if label_code else (None, None))
        code = self._link_of(label) if label and label.serial else code
        # What is known of a true lot is not told under a label that is not ours: it would lend the label its truth.
        forged = label is not None and label.verdict == "not_ours"
        try:
            told = await (self._recall(code) if forged else self._about(code, caller, label)) if code else Told()
        except Ambiguous as error:
            return self._which(request, caller, code, error, wanted)
        if told.history is None and label is None and (product := codes.read(code).product):
            return await self._products.answer(request, caller, product, wanted)
        look = ""
        if label:
            label = self._looking.told(judged(label, told.recall), seen, told.history)
            look = self._looking.opened(request, label, page=wanted == "text/html")
        if wanted != "text/html":
            return _json(code, told.history, told.claim, label)
        return self._page(request, caller, code, told, label, look)

    def _link_of(self, label: LabelVerdict) -> str:
        """With the lot it is bound to, which the link of a label from a roll does not name."""
        lot = f"/10/{quote(label.lot, safe='')}" if label.lot else ""
        return f"{self._public_url}/01/{label.gtin}{lot}/21/{quote(label.serial, safe='')}"

    def _which(self, request: Request, caller: Caller, code: str, error: Ambiguous, wanted: str) -> Response:
        """A product without a lot, or a number of several: for the reader to choose (RFC 9110, 15.4.1)."""
        if wanted != "text/html":
            return Response(orjson.dumps(choices_json(code, error.candidates)), 300, media_type="application/json")
        listed = choices(error.candidates, self._pages.language(request))
        return self._pages.render(request, "which.html", caller, code=short(code), choices=listed, status=300)

    async def _verdict(self, code: str, token: str) -> Verdict:
        try:
            return await self._labels.looked_up(code, token=token)
        except Transient:
            return NOT_CHECKED, None

    async def _recall(self, code: str) -> Told:
        """Of whatever goods a label names: it is told whoever wrote the label."""
        return Told(recall=await self._recalls.of(named_in(codes.read(code).keys)))

    async def _about(self, code: str, caller: Caller, label: LabelVerdict | None) -> Told:
        """All are asked for at once. Of goods with a label of ours, the claim of that label."""
        issued, brand, issued_ms = (bool(label.gtin), label.brand, label.issued_ms) if label else (False, "", 0)
        history = self._histories.history(code, "back", after=(), token=caller.token)
        claim = self._histories.claim(code, brand, after=(), token=caller.token, issued=issued, issued_ms=issued_ms)
        cold = self._histories.cold_chain(code, after=(), token=caller.token)
        price = self._payments.price(code, after=(), token=caller.token)
        beside = (*NOTHING_KNOWN, Transient)
        (found, unread), (told, recall, unjudged), kept, paid = await asyncio.gather(
            _history(history), self._judged(claim, code), _or_none(cold, beside), _or_none(price, beside)
        )
        return Told(found, told, kept, paid, recall, unread, unjudged)

    async def _judged(self, asked: Awaitable[Claim], code: str) -> tuple[Claim | None, Recall, bool]:
        """The claim, whether the goods are recalled, and whether the claim could not be asked for. A claim is made
        under a brand: whether goods without one are recalled is asked by itself."""
        try:
            claim = await asked
        except Ambiguous:
            raise
        except NO_CLAIM as error:
            return None, (await self._recall(code)).recall, not isinstance(error, NotFound)
        return claim, recall_of(claim), False

    def _page(
        self,
        request: Request,
        caller: Caller,
        code: str,
        told: Told,
        label: LabelVerdict | None,
        look: str,
    ) -> Response:
        language = self._pages.language(request)
        history, claim, cold, price = told.history, told.claim, told.cold, told.price
        known = history is not None and bool(history.steps)
        story = tell(history, language, brief=True, evidence=_certifying(claim)) if history and known else None
        serial = story.serial if story else ""
        return self._pages.render(
            request,
            "buyer.html",
            caller,
            scripts=(*KEPT_OFFLINE, *(TELLS_PLACE if look else ())),
            policy=ASKING_PLACE if look else WITH_SCRIPTS,
            look=look,
            code=code,
            key=history.key if history is not None else canonical(code),
            story=story,
            box=short_code_for_people(serial) if label and label.serial == serial else serial,
            route=route_map(history, language) if history and known else None,
            notices=tuple(_notices(told, label, language, serial)),
            claim=claim,
            cold=cold_picture(cold, language) if cold and known else None,
            price=price if known and price and price.covered not in ("", "0") else None,
            label=label,
            unread=told.unread and label is not None,
            checked=checked(claim, language, for_buyers=not caller.token),
            status=200 if known or label else 404,
        )


def _notices(told: Told, label: LabelVerdict | None, language: Language, serial: str) -> Iterator[Notice]:
    known = told.history is not None and bool(told.history.steps)
    ours = label is not None and bool(label.gtin)
    return notices(
        told.claim if known else None,
        label,
        language,
        serial=serial,
        history=told.history,
        recall=told.recall,
        unjudged=(known and told.unjudged) or (ours and (told.unread or told.unjudged)),
    )


def _read(code: str, query: str) -> DigitalLink:
    """The keys of a link. Raises HttpProblem 400 where it, or an attribute in its query, breaks GS1's rules."""
    try:
        link = digital_link.parse(code + (f"?{query}" if query else ""))
    except DigitalLinkError as error:
        why = f"This is no valid GS1 Digital Link: {error}."
        raise HttpProblem(400, "ValidationException", why, sentence=wrong_with(code)) from error
    return DigitalLink(link.keys)


def _wanted(request: Request) -> str:
    """The form of the answer; 406 for a form there is none of."""
    wanted = preferred(request, ANSWERS)
    if wanted is None:
        raise HttpProblem(406, "NotAcceptableException", "This answers in text/html, application/json or linkset+json.")
    return wanted if request.headers.get("accept") not in (None, "*/*") else "text/html"


def _certifying(claim: Claim | None) -> frozenset[str]:
    """Ids of the events that the tick for certificates rests on; none where there is no tick."""
    ticks = (one for one in claim.results if (one.rule, one.outcome) == ("certified", "passed")) if claim else ()
    return frozenset(id_ for tick in ticks for id_ in tick.event_ids)


async def _history(asked: Awaitable[History]) -> tuple[History | None, bool]:
    """And whether there may be one that could not be read. Raises Ambiguous, Transient."""
    try:
        return await _or_none(asked, (NotFound,)), False
    except Ambiguous:
        raise
    except NOTHING_KNOWN:
        return None, True


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
