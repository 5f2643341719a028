"""The HTTP face: published keys, tokens, cards. Errors are {"error": sentence}; nothing secret is ever echoed.

A bug is answered with an id that stands in the log, and with nothing of its own text.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from functools import wraps
from typing import Any

import orjson
import structlog
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from epcis.identifiers import canonical
from runtime.metrics import REGISTRY
from services.identity import handlers
from services.identity.domain import CODE_LENGTH, CODE_LETTERS, Denied, Grant, Malformed, StillGood
from services.identity.keys import ALGORITHM, SigningKey
from services.identity.ports import Cards, GrowerCards

MAX_BODY_BYTES = 16 * 1024

log = structlog.stdlib.get_logger(__name__)

Answer = Callable[[Mapping[str, Any]], dict[str, Any]]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Identity:
    """All that an answer needs."""

    issuer: str
    admin_secret: str
    cards_key: str
    keys: SigningKey
    cards: Cards
    grower_cards: GrowerCards
    now_s: Callable[[], int]
    trouble: Callable[[], str | None]
    """None while tokens can be given and cards redeemed, else what is wrong."""

    def token(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """{"card": code}, or {"admin": secret, "party", "roles", "hours"}."""
        now_s = self.now_s()
        if "card" in asked:
            given = handlers.redeem_card(
                str(asked["card"]), issuer=self.issuer, now_s=now_s, cards=self.cards, signer=self.keys
            )
        else:
            self.only_admin(asked)
            given = handlers.give_token(_grant(asked), issuer=self.issuer, now_s=now_s, signer=self.keys)
        return {"token": given.token, "party": given.party, "roles": given.roles, "expires_at": given.expires_s}

    def card(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """{"admin": secret, "party", "roles", "hours", "days"}: a code that is good once, within so many days."""
        self.only_admin(asked)
        letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        code, expires_s = handlers.make_card(
            _grant(asked),
            good_for_days=_number(asked, "days", 30),
            letters=letters,
            now_s=self.now_s(),
            cards=self.cards,
        )
        return {"card": code, "expires_at": expires_s}

    def grower_card(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """{"admin" or "key": secret, "party": URI, "by": URI, "trading": …, "days": …, "ends": […]}: the code of a new
        card for a grower, whose earlier ones end; of `trading` ones only those of traders. Where `ends` is given and
        one is good whose mark is not in it, none is made (409)."""
        self.only_who_makes_cards(asked)
        party, by = str(asked.get("party", "")), str(asked.get("by", ""))
        code, expires_s = handlers.make_grower_card(
            party,
            by=by,
            trading=_is_trading(asked),
            ends=_marks(asked),
            good_for_days=_number(asked, "days", 366),
            letters="".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)),
            now_s=self.now_s(),
            cards=self.grower_cards,
        )
        log.info("grower card made", party=party, by=by)
        return {"card": code, "expires_at": expires_s}

    def open_grower_card(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """{"card": code}: a token of a few minutes for that grower's payments."""
        token = handlers.open_grower_card(
            str(asked.get("card", "")),
            issuer=self.issuer,
            now_s=self.now_s(),
            cards=self.grower_cards,
            signer=self.keys,
        )
        return {"token": token.token, "expires_at": token.expires_s}

    def revoke_grower_cards(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """{"admin" or "key": secret, "party": URI, "by": URI, "trading": …}: every card of this grower ends now, at
        the word of a trader those of traders."""
        self.only_who_makes_cards(asked)
        party, by = canonical(str(asked.get("party", ""))), str(asked.get("by", ""))
        revoked = self.grower_cards.revoke(party, by, self.now_s(), trading=_is_trading(asked))
        log.info("grower cards revoked", party=party, by=by, cards=revoked)
        return {"revoked": revoked}

    def lives_of_grower_cards(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """{"admin" or "key": secret, "party": URI}: who made and who ended each card of this grower, and when."""
        self.only_who_makes_cards(asked)
        return {"cards": [asdict(life) for life in self.grower_cards.lives(canonical(str(asked.get("party", ""))))]}

    def rotate(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """{"admin": secret}: another key signs from now on; tokens already given stay good."""
        self.only_admin(asked)
        self.keys.rotate()
        return {"kid": self.keys.key_id}

    def only_who_makes_cards(self, asked: Mapping[str, Any]) -> None:
        """The portal, which has asked the registry who may, or the issuer's own secret."""
        if not self.cards_key or not hmac.compare_digest(str(asked.get("key", "")).encode(), self.cards_key.encode()):
            self.only_admin(asked)

    def only_admin(self, asked: Mapping[str, Any]) -> None:
        if not hmac.compare_digest(str(asked.get("admin", "")).encode(), self.admin_secret.encode()):
            raise Denied("the admin secret is not right; it is in the file admin.secret of this service's state folder")

    def discovery(self) -> dict[str, Any]:
        """What OpenID Connect Discovery 1.0 asks for, as far as it exists here."""
        return {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/.well-known/jwks.json",
            "token_endpoint": f"{self.issuer}/token",
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "claims_supported": ["iss", "sub", "roles", "iat", "exp"],
            "subject_types_supported": ["public"],
            "response_types_supported": ["token"],
        }


def application(identity: Identity) -> Starlette:
    async def keys(_: Request) -> Response:
        published = await run_in_threadpool(identity.keys.published)
        return JSONResponse(published, headers={"Cache-Control": "public, max-age=60"})

    async def configuration(_: Request) -> Response:
        return JSONResponse(identity.discovery())

    async def ready(_: Request) -> Response:
        trouble = await run_in_threadpool(identity.trouble)
        failing = {"store": trouble} if trouble else {}
        return JSONResponse({"failing": failing}, status_code=503 if failing else 200)

    return Starlette(
        routes=[
            Route("/.well-known/jwks.json", _noting_bugs(keys)),
            Route("/.well-known/openid-configuration", configuration),
            Route("/token", _answering(identity.token), methods=["POST"]),
            Route("/cards", _answering(identity.card), methods=["POST"]),
            Route("/grower-cards", _answering(identity.grower_card), methods=["POST"]),
            Route("/grower-cards/open", _answering(identity.open_grower_card), methods=["POST"]),
            Route("/grower-cards/revoke", _answering(identity.revoke_grower_cards), methods=["POST"]),
            Route("/grower-cards/lives", _answering(identity.lives_of_grower_cards), methods=["POST"]),
            Route("/keys/rotate", _answering(identity.rotate), methods=["POST"]),
            Route("/live", _well),
            Route("/ready", _noting_bugs(ready)),
            Route("/metrics", _metrics),
        ]
    )


async def _well(_: Request) -> Response:
    return JSONResponse({"failing": {}})


async def _metrics(_: Request) -> Response:
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _noting_bugs(endpoint: Endpoint) -> Endpoint:
    @wraps(endpoint)
    async def noting(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Exception:
            bug = secrets.token_hex(6)
            log.exception("request failed", bug=bug, path=request.url.path)
            return JSONResponse({"error": f"a fault of ours, noted as {bug}"}, status_code=500)

    return noting


def _answering(answer: Answer) -> Endpoint:
    @_noting_bugs
    @wraps(answer)
    async def endpoint(request: Request) -> Response:
        try:
            found = await run_in_threadpool(answer, await _asked(request))
        except Denied as error:
            used = {"used_at": error.used_s} if error.used_s else {}
            return JSONResponse({"error": str(error), **used}, status_code=401)
        except Malformed as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        except StillGood:
            return JSONResponse({"error": "ends: another card of this grower is good"}, status_code=409)
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    return endpoint


async def _asked(request: Request) -> dict[str, Any]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise Malformed(f"at most {MAX_BODY_BYTES} bytes are read")
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"this is not JSON: {error}") from error
    if not isinstance(asked, dict):
        raise Malformed("send a JSON object")
    return asked


def _grant(asked: Mapping[str, Any]) -> Grant:
    party, roles = asked.get("party"), asked.get("roles")
    if not isinstance(party, str):
        raise Malformed("party: name the party as a URI")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise Malformed('roles: give a list of roles such as ["station"]')
    return Grant(party, frozenset(roles), _number(asked, "hours", 12))


def _is_trading(asked: Mapping[str, Any]) -> bool:
    """Whether a trader wishes it, by the mandate of the grower."""
    value = asked.get("trading", False)
    if not isinstance(value, bool):
        raise Malformed(f"trading: {value!r} should be true or false")
    return value


def _marks(asked: Mapping[str, Any]) -> list[str] | None:
    """Of the cards that a new one may end; None is any."""
    marks = asked.get("ends")
    if marks is not None and not (isinstance(marks, list) and all(isinstance(mark, str) for mark in marks)):
        raise Malformed("ends: give a list of the marks of cards")
    return marks


def _number(asked: Mapping[str, Any], name: str, absent: float) -> float:
    value = asked.get(name, absent)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Malformed(f"{name}: {value!r} should be a number")
    return float(value)
