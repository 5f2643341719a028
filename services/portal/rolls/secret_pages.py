"""What is under the scratch-off field of a label, asked by a buyer: no account, no cookie, a few tries.

`labels` counts the tries of each label; a code that is none counts against its network, as wherever one is typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from provenance.days import CHINA
from services.portal.http.requests import MAX_FORM_BYTES, read_body, read_form, require_content_type
from services.portal.pages import Pages
from services.portal.reporting.command_api import json_object
from services.portal.rolls.ports import Rolls, Tried
from services.portal.scanning.guessing import Guessing
from services.portal.sentences import N_, Sentence, say
from wire.errors import Rejected

_SENTENCES: Mapping[str, str] = {
    "confirmed_first": N_("The number is right, and nobody has scratched it off before you."),
    "already_confirmed": N_(
        "The number is right, but it was scratched off before, first on {when}. If that was not you, this label, or "
        "the box, was used before."
    ),
    "wrong": N_("This is not the number of this label. Compare it once more: after a few wrong ones nobody may try."),
    "locked": N_("Too many wrong numbers were tried on this label. Nobody may try again: ask where you bought it."),
    "not_ours": N_("This is no label of this system."),
}
_TONES: Mapping[str, str] = {"confirmed_first": "good", "already_confirmed": "wait", "wrong": "wait"}


class SecretPages:
    def __init__(self, *, pages: Pages, rolls: Rolls, guessing: Guessing) -> None:
        self._pages = pages
        self._rolls = rolls
        self._guessing = guessing

    def routes(self) -> list[Route]:
        return [
            Route("/labels/secret", self.page, methods=["POST"]),
            Route("/api/labels/secret", self.api, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        form = dict(await read_form(request))
        code = form.get("code", "")
        tried = await self._tried(request, code, form.get("secret", ""))
        said, tone = sentence_of(tried), _TONES.get(tried.verdict, "bad")
        return self._pages.render(
            request, "secret_said.html", said=said, tone=tone, code=code, again=tried.verdict == "wrong"
        )

    async def api(self, request: Request) -> Response:
        """`confirmed` is when it was first right, where it is."""
        require_content_type(request)
        body = json_object(await read_body(request, MAX_FORM_BYTES))
        code, secret = (body.get(name) for name in ("code", "secret"))
        if not isinstance(code, str) or not isinstance(secret, str):
            raise Rejected("code and secret are texts: the label's, and what is under its scratch-off field.")
        tried = await self._tried(request, code, secret)
        first = {"confirmed": _moment(tried).isoformat(timespec="seconds")} if tried.confirmed_ms else {}
        answer = {"verdict": tried.verdict, "sentence": self._pages.language(request).say(sentence_of(tried)), **first}
        return Response(orjson.dumps(answer), media_type="application/json")

    async def _tried(self, request: Request, code: str, secret: str) -> Tried:
        """Raises HttpProblem 429 where codes were guessed."""
        if "/" in code:  # nobody guesses its signature
            return await self._rolls.check_secret(code, secret)
        self._guessing.check(request)
        tried = await self._rolls.check_secret(code, secret)
        if tried.verdict == "not_ours":
            self._guessing.missed(request)
        return tried


def sentence_of(tried: Tried) -> Sentence:
    return say(
        _SENTENCES[tried.verdict], **({"when": f"{_moment(tried):%Y-%m-%d %H:%M}"} if tried.confirmed_ms else {})
    )


def _moment(tried: Tried) -> datetime:
    return datetime.fromtimestamp(tried.confirmed_ms / 1000, CHINA)
