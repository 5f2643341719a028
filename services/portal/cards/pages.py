"""A grower's card: its link shows what that grower was paid, and lets it say *that is right* or *that is wrong*.

No account: whoever holds the card may look and answer, so its code is unguessable, good for this grower alone, and can
be revoked (`identity`). The token it opens stays here: the browser never gets it. Works without scripts.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from provenance.payments.reading import InvalidPayment, answer_of
from provenance.payments.standing import OFFICES
from services.portal import qr_code
from services.portal.cards.paper import CARD_SIZES, TITLE, CardPaper, lay_out_card
from services.portal.commitments.fonts import measure
from services.portal.commitments.pdf import page
from services.portal.http.addresses import Addresses
from services.portal.http.problems import HttpProblem
from services.portal.http.rate_limit import RateLimit
from services.portal.http.receipts import read_receipts, written_receipts
from services.portal.http.requests import read_form
from services.portal.pages import Pages
from services.portal.payments.delivery_rows import delivery_row
from services.portal.payments.pages import MOST_SHOWN, STATES, row
from services.portal.payments.ports import Cards, Payments
from services.portal.ports import Captured, Records, Tokens
from services.portal.refusals import NOT_RECORDED, reason_of, refused
from services.portal.reporting.filled import read_uuid
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.sessions import SessionSigner
from services.portal.telling.naming import name_in, short
from wire.errors import Transient, Unauthenticated

MOST_CODE = 60
OWN_STATES: Mapping[str, str] = {
    **STATES,
    "confirmed": N_("You said that you received it"),
    "disputed": N_("You said that it is wrong"),
    "": N_("You have not answered yet"),
}
"""As who was paid is told."""
SAY_WHAT = N_("Please say what is wrong with this payment.")


class GrowerCards:
    """`tries` slows down guessing, and nobody who has a card: a village stands behind one address."""

    def __init__(
        self,
        *,
        pages: Pages,
        cards: Cards,
        tokens: Tokens,
        payments: Payments,
        records: Records,
        signer: SessionSigner,
        tries: RateLimit,
        addresses: Addresses,
        now: Callable[[], datetime],
        public_url: str,
    ) -> None:
        self._pages = pages
        self._cards = cards
        self._tokens = tokens
        self._payments = payments
        self._records = records
        self._signer = signer
        self._tries = tries
        self._addresses = addresses
        self._now = now
        self._public_url = public_url.rstrip("/")

    def routes(self) -> list[Route]:
        return [
            Route("/g/{code}", self.show, methods=["GET"]),
            Route("/g/{code}", self.answer, methods=["POST"]),
            Route("/g/{code}/slip", self.slip, methods=["GET"]),
            Route("/g/{code}/card.pdf", self.card, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        return await self._page(request, await self._token(request))

    async def slip(self, request: Request) -> Response:
        """To be printed and handed over: the same list, with the card's own link as a QR code."""
        token = await self._token(request)
        link = f"{self._public_url}/g/{request.path_params['code']}"
        return await self._page(request, token, "grower_slip.html", qr=qr_code.svg(link))

    async def card(self, request: Request) -> Response:
        """The card itself, to be printed: `?size=` is one of `CARD_SIZES`."""
        size = request.query_params.get("size", "a6")
        if size not in CARD_SIZES:
            raise HttpProblem(
                400, "QueryParameterException", f"size is one of {', '.join(CARD_SIZES)}.", parameter="size"
            )
        grower = (await self._tokens.principal(await self._token(request))).party
        link = f"{self._public_url}/g/{request.path_params['code']}"
        paper = CardPaper(short(grower), self._now().date().isoformat(), link)
        drawn = page(lay_out_card(paper, size, measure), CARD_SIZES[size], f"{TITLE} {paper.grower}", self._now())
        return Response(drawn, media_type="application/pdf", headers={"Cache-Control": "no-store"})

    async def answer(self, request: Request) -> Response:
        """Recorded as the payee's word; else the page again with the reason."""
        token = await self._token(request)
        form = dict(await read_form(request))
        if not self._signer.is_csrf_token(self._session(request), form.get("csrf", "")):
            sentence = say(N_("Please open the card's link again and send it once more."))
            raise HttpProblem(403, "SecurityException", "The form token is missing or wrong.", sentence=sentence)
        try:
            said = answer_of(self._values(form))
        except InvalidPayment as error:
            problem = say(SAY_WHAT) if _lacks_reason(error) else reason_of(error, NOT_RECORDED)
            return await self._page(request, token, problem=problem)
        try:
            (answered,) = await self._payments.record([said], sent_time_ms=0, token=token)
        except Transient:
            answered = Captured("retry")
        if answered.status == "accepted" and answered.receipt:
            return RedirectResponse(f"{request.url.path}?{written_receipts([answered.receipt])}", 303)
        if answered.status == "rejected":
            return await self._page(request, token, problem=refused(answered.problems))
        unknown = say(N_("It is not known whether this was recorded. Send it again: that is harmless."))
        return await self._page(request, token, problem=unknown, status=503)

    def _values(self, form: Mapping[str, str]) -> dict[str, Any]:
        return {
            "id": read_uuid(form.get("id", "")),
            "payment": form.get("payment", ""),
            "answer": form.get("answer", ""),
            "reason": form.get("reason", "") if form.get("answer") == "disputed" else "",
            "time_ms": int(self._now().timestamp() * 1000),
        }

    async def _token(self, request: Request) -> str:
        """Raises HttpProblem 404 for a card that is none, 429 for many of these."""
        try:
            return await self._cards.open(request.path_params["code"][:MOST_CODE])
        except Unauthenticated as error:
            wait_s = self._tries.wait_s(f"card {self._addresses.of(request.scope)}")
            if wait_s:
                headers = {"Retry-After": str(int(wait_s) + 1)}
                raise HttpProblem(429, "SecurityException", "Too many tries.", headers=headers) from error
            sentence = say(N_("This card is not known, or it was replaced. Ask the service centre for a new one."))
            raise HttpProblem(404, "NoSuchResourceException", "No such card.", sentence=sentence) from error

    def _session(self, request: Request) -> str:
        return f"grower card {request.path_params['code']}"

    async def _page(
        self,
        request: Request,
        token: str,
        template: str = "grower.html",
        problem: Sentence | None = None,
        status: int = 422,
        **more: Any,
    ) -> Response:
        holder = await self._tokens.principal(token)
        grower = holder.party
        after = read_receipts(request.query_params.getlist("after"))
        language = self._pages.language(request)
        found = await self._payments.about(grower, after=after, token=token)
        own = [one for one in found.payments if one.payment.payee == grower][:MOST_SHOWN]
        doubted = [one for one in own if one.state == "in_force" and one.doubts]
        in_doubt = {each.key for one in doubted for each in one.payment.deliveries}
        delivered = await self._payments.deliveries(after=after, token=token)
        brought = [delivery_row(one, in_doubt, language) for one in delivered]
        parties = {holder.card_by, *(party for one in own for party in (one.payment.payer, one.uncounted_by))}
        known = await self._records.several({id_: "party" for id_ in sorted(parties) if id_}, token=token)
        names = {id_: name_in(record, language) for id_, record in known.items() if record}
        maker = known.get(holder.card_by) or {}
        return self._pages.render(
            request,
            template,
            status=status if problem else 200,
            grower=short(grower),
            card_by=holder.card_by,
            card_counts=not holder.card_by or maker.get("kind") in OFFICES,
            rows=[
                {
                    **row(one, names, language, OWN_STATES),
                    "payer": names.get(one.payment.payer) or short(one.payment.payer),
                }
                for one in own
            ],
            brought=brought,
            unpaid=[one for one in brought if one["unpaid"]],
            doubted=len(doubted),
            unanswered=sum(one.state == "in_force" and one.answer != "confirmed" for one in own),
            code=request.path_params["code"],
            csrf=self._signer.csrf_token(self._session(request)),
            ids=[str(uuid.uuid4()) for _ in own],
            problem=problem,
            recorded=bool(request.query_params.get("after")) and not problem,
            today=self._now().date(),
            **more,
        )


def _lacks_reason(error: InvalidPayment) -> bool:
    return all((one.pointer, one.code) == ("/reason", "missing") for one in error.problems)
