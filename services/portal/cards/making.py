"""`/cards`: growers' cards made, made again and withdrawn by people. The code is shown once, to be printed.

What ends a card that is good is asked first: whose it is, who made it and when (ADR 0114).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from provenance.short_names import Words
from services.portal import qr_code
from services.portal.cards.desk import Card, CardDesk, ending
from services.portal.cards.paper import CARD_SIZES
from services.portal.pages import Pages
from services.portal.payments.ports import StillGood
from services.portal.ports import Records
from services.portal.reporting.understood import named
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.signed_in import SignedIn
from services.portal.telling.naming import of_record
from wire.errors import NotFound, Rejected, Unauthorised

NOT_YOURS = N_("Cards are made by the county's offices, and by a station for growers who let it report for them.")
MADE, ENDED, NONE = (
    N_("The card is made. Print it now: its code is shown only once."),
    N_("The cards of this grower that you may end are dead."),
    N_("This grower has no card that you may end."),
)


class CardMaking:
    def __init__(self, *, pages: Pages, people: SignedIn, desk: CardDesk, records: Records) -> None:
        self._pages = pages
        self._people = people
        self._desk = desk
        self._records = records

    def routes(self) -> list[Route]:
        return [Route("/cards", self.show, methods=["GET"]), Route("/cards", self.take, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        return await self._page(request, await self._people.opens(request), request.query_params.get("grower", ""))

    async def take(self, request: Request) -> Response:
        """Done where it ends nothing, or `seen` says that what it ends was shown; else it is asked."""
        caller, pairs = await self._people.sends(request)
        form = dict(pairs)
        typed, withdraws = form.get("grower", ""), form.get("do") == "withdraw"
        try:
            grower = await self._desk.grower(typed, caller)
        except (Rejected, NotFound, Unauthorised):
            return await self._page(request, caller, typed)
        dying = ending(await self._desk.lives(grower, caller))
        if not {one.mark for one in dying} <= set(form.get("seen", "").split()):
            return await self._asks(request, caller, grower, dying, withdraws)
        if withdraws:
            count = await self._desk.withdraw(grower, caller)
            return await self._page(request, caller, typed, done=say(ENDED if count else NONE))
        try:
            code, _ = await self._desk.make(grower, caller, ends=dying)
        except StillGood:
            made_since = ending(await self._desk.lives(grower, caller))
            return await self._asks(request, caller, grower, made_since, withdraws)
        link = self._desk.link(code)
        return await self._page(request, caller, typed, done=say(MADE), code=code, link=link, qr=qr_code.svg(link))

    async def _asks(
        self, request: Request, caller: Caller, grower: str, dying: Sequence[Card], withdraws: bool
    ) -> Response:
        record = (await self._records.several({grower: "party"}, token=caller.token)).get(grower) or {}
        whose = named(grower, record, self._pages.language(request))
        names = await self._names(dying, caller)
        seen = " ".join(one.mark for one in dying)
        return self._pages.render(
            request, "card_ends.html", caller, grower=grower, whose=whose, dying=dying, seen=seen, withdraws=withdraws,
            names=names,
        )  # fmt: skip

    async def _names(self, lives: Sequence[Card], caller: Caller) -> Mapping[str, Words]:
        """Of who made and ended them, by key."""
        parties = {key: "party" for one in lives for key in (one.maker, one.ender) if key}
        found = await self._records.several(parties, token=caller.token)
        return {key: of_record(key, found.get(key) or {}) for key in parties}

    async def _page(
        self, request: Request, caller: Caller, typed: str, *, done: Sentence | None = None, **more: Any
    ) -> Response:
        problem: Sentence | None = None
        lives: Sequence[Card] = ()
        if typed.strip():
            try:
                lives = await self._desk.lives(await self._desk.grower(typed, caller), caller)
            except NotFound:
                problem = say(N_("No grower {code} is registered."), code=typed)
            except (Rejected, Unauthorised):
                problem = say(NOT_YOURS)
        return self._pages.render(
            request, "cards.html", caller, status=422 if problem else 200, grower=typed, lives=lives, done=done,
            stays=[one for one in lives if not (one.ended or one.ends)], problem=problem, sizes=CARD_SIZES,
            names=await self._names(lives, caller), **more,
        )  # fmt: skip
