"""The local token issuer over HTTP: a card's code in, a token out."""

from __future__ import annotations

import httpx

from services.portal.ports import CardUsed
from wire.errors import Transient, Unauthenticated

TIMEOUT_S = 5.0


class HttpIdentity:
    def __init__(self, *, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/") + "/token"

    async def token_for_card(self, code: str) -> str:
        """Raises Unauthenticated for a code that is none, CardUsed for one that was good, Transient while identity is
        away."""
        try:
            answer = await self._client.post(self._url, json={"card": code}, timeout=TIMEOUT_S)
        except httpx.HTTPError as error:
            raise Transient("Signing in is not possible at the moment. Try again in a moment.") from error
        if answer.status_code >= 500:
            raise Transient("Signing in is not possible at the moment. Try again in a moment.")
        if answer.status_code != 200:
            if used_s := _used_s(answer):
                raise CardUsed(used_s)
            raise Unauthenticated("This code is not known.")
        return str(answer.json()["token"])


class HttpCards:
    """`services.portal.payment_ports.Cards`."""

    def __init__(self, *, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/") + "/grower-cards/open"

    async def open(self, code: str) -> str:
        try:
            answer = await self._client.post(self._url, json={"card": code}, timeout=TIMEOUT_S)
        except httpx.HTTPError as error:
            raise Transient("Cards cannot be read at the moment. Try again in a moment.") from error
        if answer.status_code >= 500:
            raise Transient("Cards cannot be read at the moment. Try again in a moment.")
        if answer.status_code != 200:
            raise Unauthenticated("This card is not known.")
        return str(answer.json()["token"])


def _used_s(answer: httpx.Response) -> int:
    try:
        return int(answer.json().get("used_at", 0))
    except (ValueError, TypeError, AttributeError):
        return 0
