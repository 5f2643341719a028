"""Cards of growers made, made again and withdrawn: `/cards` for people, `/api/cards` for programs (ADR 0089).

An office makes them for the growers of its county, a station for those who gave it a mandate to report. Every making
and ending is kept with who did it; a new card ends the one before at once. The code is shown once, to be printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from provenance.codes import tidy
from provenance.days import CHINA
from services.portal import qr_code
from services.portal.cards.paper import CARD_SIZES
from services.portal.http.requests import MAX_FORM_BYTES, read_body, require_content_type
from services.portal.pages import Pages
from services.portal.payments.ports import CardLife, Cards
from services.portal.ports import Records
from services.portal.reporting.command_api import json_object
from services.portal.reporting.typed import read_party_or_place
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from services.portal.signing_in.signed_in import SignedIn
from services.portal.telling.naming import short
from wire.errors import NotFound, Rejected, Unauthorised

ANY_COUNTY = frozenset({"registrar", "operator"})
OWN_COUNTY, MANDATED = frozenset({"brand_office"}), frozenset({"station", "packer"})
ROLES = ANY_COUNTY | OWN_COUNTY | MANDATED
MOST_A_PAGE = 1000
NOT_YOURS = N_("Cards are made by the county's offices, and by a station for growers who let it report for them.")
MADE, ENDED = (
    N_("The card is made. Print it now: its code is shown only once."),
    N_("Every card of this grower is dead."),
)


class CardMaking:
    def __init__(
        self,
        *,
        pages: Pages,
        people: SignedIn,
        callers: Callers,
        cards: Cards,
        records: Records,
        now: Callable[[], datetime],
        base: str,
        public_url: str,
    ) -> None:
        self._pages = pages
        self._people = people
        self._callers = callers
        self._cards = cards
        self._records = records
        self._now = now
        self._base = base
        self._public_url = public_url.rstrip("/")

    def routes(self) -> list[Route]:
        return [
            Route("/cards", self.show, methods=["GET"]),
            Route("/cards", self.take, methods=["POST"]),
            Route("/api/cards", self.lives_json, methods=["GET"]),
            Route("/api/cards", self.make_json, methods=["POST"]),
            Route("/api/cards/withdrawals", self.withdraw_json, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        return await self._page(request, await self._people.opens(request), request.query_params.get("grower", ""))

    async def take(self, request: Request) -> Response:
        caller, pairs = await self._people.sends(request)
        form = dict(pairs)
        typed = form.get("grower", "")
        try:
            grower = await self.grower(typed, caller)
        except (Rejected, NotFound, Unauthorised):
            return await self._page(request, caller, typed, status=422)
        if form.get("do") == "withdraw":
            await self._cards.withdraw(grower, by=caller.principal.party)
            return await self._page(request, caller, typed, done=say(ENDED))
        code, _ = await self._cards.make(grower, by=caller.principal.party)
        link = f"{self._public_url}/g/{code}"
        return await self._page(request, caller, typed, done=say(MADE), code=code, link=link, qr=qr_code.svg(link))

    async def _page(
        self,
        request: Request,
        caller: Caller,
        typed: str,
        *,
        done: Sentence | None = None,
        status: int = 200,
        **more: Any,
    ) -> Response:
        problem: Sentence | None = None
        lives: list[Mapping[str, str]] = []
        if typed.strip():
            try:
                lives = [self._told(life) for life in await self._cards.lives(await self.grower(typed, caller))]
            except NotFound:
                problem = say(N_("No grower {code} is registered."), code=typed)
            except (Rejected, Unauthorised):
                problem = say(NOT_YOURS)
        answer = self._pages.render(
            request, "cards.html", caller, status=422 if problem else status, grower=typed, lives=lives, done=done,
            problem=problem, sizes=CARD_SIZES, **more,
        )  # fmt: skip
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def lives_json(self, request: Request) -> Response:
        """Who made and who ended the cards of `?grower=`."""
        caller = await self._callers.known_program(request)
        grower = await self.grower(request.query_params.get("grower", ""), caller)
        return _json({"grower": grower, "cards": [self._told(life) for life in await self._cards.lives(grower)]})

    async def make_json(self, request: Request) -> Response:
        """{"grower"}: the link of a new card, in this answer alone; the ones before are dead."""
        caller, grower = await self._asked(request)
        code, expires_s = await self._cards.make(grower, by=caller.principal.party)
        link = f"{self._public_url}/g/{code}"
        prints = {size: f"{link}/card.pdf?size={size}" for size in CARD_SIZES}
        return _json({"grower": grower, "link": link, "expires": self._day(expires_s), "prints": prints}, 201)

    async def withdraw_json(self, request: Request) -> Response:
        """{"grower"}: how many cards were good until now."""
        caller, grower = await self._asked(request)
        withdrawn = await self._cards.withdraw(grower, by=caller.principal.party)
        return _json({"grower": grower, "withdrawn": withdrawn})

    async def _asked(self, request: Request) -> tuple[Caller, str]:
        require_content_type(request)
        caller = await self._callers.known_program(request)
        given = json_object(await read_body(request, MAX_FORM_BYTES))
        if set(given) != {"grower"} or not isinstance(given["grower"], str):
            raise Rejected("grower: give the grower's code or key, and nothing else.")
        return caller, await self.grower(given["grower"], caller)

    async def grower(self, typed: str, caller: Caller) -> str:
        """The grower's key, where this caller makes cards for it. Raises Rejected, NotFound, Unauthorised."""
        try:
            grower = read_party_or_place(tidy(typed), "grower", self._base)
        except ValueError as error:
            raise Rejected(f"grower: {typed!r} is no code or key of a grower.") from error
        record = await self._records.get("party", grower, "", token=caller.token)
        if record.get("kind") != "grower":
            raise Rejected(f"{short(grower)} is no grower.")
        if not await self._may(caller, grower, record):
            raise Unauthorised("Offices of the county make cards, and a station for growers who let it report.")
        return grower

    async def _may(self, caller: Caller, grower: str, record: Mapping[str, Any]) -> bool:
        roles, own = caller.principal.roles, caller.principal.party
        if roles & ANY_COUNTY:
            return True
        if roles & OWN_COUNTY:
            office = (await self._records.several({own: "party"}, token=caller.token)).get(own) or {}
            return bool(record.get("county_code")) and office.get("county_code") == record.get("county_code")
        if not roles & MANDATED:
            return False
        return await self._lets_report(grower, own, caller)

    async def _lets_report(self, grower: str, station: str, caller: Caller) -> bool:
        page_token = ""
        while True:
            page = await self._records.list("mandate", "", MOST_A_PAGE, page_token, token=caller.token, naming=grower)
            if any(
                one["from_party"] == grower and one["to_party"] == station and "report" in one["actions"]
                for one in page.records
            ):
                return True
            if not (page_token := page.next_page_token):
                return False

    def _told(self, life: CardLife) -> Mapping[str, str]:
        ended = life.revoked_s or (life.expires_s if life.expires_s <= self._now().timestamp() else 0)
        return {
            "made": self._day(life.made_s),
            "made_by": short(life.made_by),
            "until": self._day(life.expires_s),
            "ended": self._day(ended),
            "ended_by": short(life.revoked_by) if life.revoked_s else "",
        }

    def _day(self, at_s: int | float) -> str:
        return datetime.fromtimestamp(at_s, CHINA).date().isoformat() if at_s else ""


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store"}, media_type="application/json")
