"""Signing in with the code of a station card, or with a token; and out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from provenance.days import CHINA
from services.portal.http.addresses import Addresses
from services.portal.http.problems import HttpProblem
from services.portal.http.rate_limit import RateLimit
from services.portal.http.requests import read_form
from services.portal.pages import Pages, local_path
from services.portal.ports import CardUsed, Identity, Tokens
from services.portal.reporting.typed import tidy
from services.portal.sentences import N_, Sentence, say
from services.portal.signing_in.callers import Callers
from services.portal.signing_in.sessions import COOKIE, MAX_AGE_S, Session, SessionSigner
from services.portal.signing_in.signed_in import require_csrf
from services.portal.telling.days import day
from wire.errors import Rejected, Unauthenticated

MAX_CARD = 60


class SignIn:
    """`tries` slows down guessing of card codes."""

    def __init__(
        self,
        *,
        pages: Pages,
        callers: Callers,
        identity: Identity,
        tokens: Tokens,
        signer: SessionSigner,
        tries: RateLimit,
        addresses: Addresses,
        now_s: Callable[[], float],
        new_id: Callable[[], str],
        secure: bool,
    ) -> None:
        self._pages = pages
        self._callers = callers
        self._identity = identity
        self._tokens = tokens
        self._signer = signer
        self._tries = tries
        self._addresses = addresses
        self._now_s = now_s
        self._new_id = new_id
        self._secure = secure

    def routes(self) -> list[Route]:
        return [
            Route("/sign-in", self.show, methods=["GET"]),
            Route("/sign-in", self.enter, methods=["POST"]),
            Route("/sign-out", self.leave, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """A card's own link brings its code along; the button is still pressed, for a code is good once."""
        return self._page(request, local_path(request.query_params.get("to", "/work")))

    async def enter(self, request: Request) -> Response:
        form = dict(await read_form(request))
        to = local_path(form.get("to", "/work"))
        wait_s = self._tries.wait_s(self._addresses.of(request.scope))
        if wait_s:
            raise HttpProblem(
                429, "SecurityException", "Too many tries.", headers={"Retry-After": str(int(wait_s) + 1)}
            )
        try:
            token = await self._token(tidy(form.get("code", "")))
        except CardUsed as error:
            return self._page(request, to, problem=self._used(request, error.used_s))
        except (Unauthenticated, Rejected):
            return self._page(
                request, to, problem=say(N_("This code is not known. Scan the card again, or ask your station."))
            )
        return self._entered(token, to)

    async def leave(self, request: Request) -> Response:
        caller = await self._callers.person(request)
        form = dict(await read_form(request))
        if caller.session:
            require_csrf(self._signer, caller.session, form)
        response = Response(status_code=303, headers={"Location": "/"})
        response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=self._secure)
        return response

    async def _token(self, code: str) -> str:
        """A token is its own; everything else is the code of a card. Raises Unauthenticated."""
        if not code:
            raise Unauthenticated("no code")
        token = code if code.count(".") == 2 else await self._identity.token_for_card(code)
        principal = await self._tokens.principal(token)
        if not principal.party:
            raise Unauthenticated("the public needs no session")
        return token

    def _used(self, request: Request, used_s: int) -> Sentence:
        when = datetime.fromtimestamp(used_s, UTC).astimezone(CHINA)
        told = f"{day(when, self._pages.language(request))} {when:%H:%M}"
        return say(N_("This card was used on {when}, and a card signs in once. Ask for a new one."), when=told)

    def _entered(self, token: str, to: str) -> Response:
        session = Session(self._new_id(), token, int(self._now_s()) + MAX_AGE_S)
        response = Response(status_code=303, headers={"Location": to})
        keep(response, session, self._signer, secure=self._secure)
        return response

    def _page(self, request: Request, to: str, problem: object = None) -> Response:
        card = "" if problem else tidy(request.query_params.get("card", ""))[:MAX_CARD]
        status = 400 if problem else 200
        return self._pages.render(request, "sign_in.html", to=to, card=card, problem=problem, status=status)


def keep(response: Response, session: Session, signer: SessionSigner, *, secure: bool) -> None:
    response.set_cookie(
        COOKIE, signer.write(session), max_age=MAX_AGE_S, httponly=True, samesite="lax", secure=secure, path="/"
    )
