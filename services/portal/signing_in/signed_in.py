"""Pages for whoever is signed in: how one is opened, and how its form comes back.

Owns both steps and their order: the sign-in page for whoever has no session, then 403 for a form of another session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.portal.http.problems import HttpProblem
from services.portal.http.requests import read_form
from services.portal.sentences import N_, say
from services.portal.signing_in.caller import Caller
from services.portal.signing_in.callers import Callers
from services.portal.signing_in.sessions import Session, SessionSigner

Pairs = Sequence[tuple[str, str]]
"""A form's names and texts, as they were sent."""


class SignInFirst(Exception):
    """Nobody is signed in; after signing in, `to` is shown."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


class SignedIn:
    def __init__(self, *, callers: Callers, signer: SessionSigner) -> None:
        self._callers = callers
        self._signer = signer

    async def opens(self, request: Request) -> Caller:
        """Raises SignInFirst, back to the same address."""
        caller = await self._callers.person(request)
        if caller.session is None:
            query = request.url.query
            raise SignInFirst(f"{request.url.path}?{query}" if query else request.url.path)
        return caller

    async def sends(
        self, request: Request, to: Callable[[Mapping[str, str]], str] | None = None, *, photos: bool = False
    ) -> tuple[Caller, Pairs]:
        """`to` says of the form where to begin again; else at its own address. Nobody's photos are read. Raises
        SignInFirst, HttpProblem 403."""
        caller = await self._callers.person(request)
        if caller.session is None:
            raise SignInFirst(to({} if photos else dict(await read_form(request))) if to else request.url.path)
        pairs = await read_form(request, photos=photos)
        require_csrf(self._signer, caller.session, dict(pairs))
        return caller, pairs


def require_csrf(signer: SessionSigner, session: Session, form: Mapping[str, str]) -> None:
    """403 where the form was not served by us to this session."""
    if not signer.is_csrf_token(session.id, form.get("csrf", "")):
        sentence = say(N_("This form is from another session. Please open it again and send it once more."))
        raise HttpProblem(403, "SecurityException", "The form token is missing or wrong.", sentence=sentence)


def to_sign_in(_: Request, error: Exception) -> Response:
    """The answer to SignInFirst."""
    to = error.to if isinstance(error, SignInFirst) else "/work"
    return RedirectResponse(f"/sign-in?to={quote(to, safe='/')}", 303)
