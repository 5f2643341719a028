"""The local token issuer over HTTP: a card's code in, a token out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import httpx

from services.portal.payments.ports import CardLife, StillGood
from services.portal.ports import CardUsed
from wire.errors import Transient, Unauthenticated, Unauthorised

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
    """`services.portal.payments.ports.Cards`."""

    def __init__(self, *, client: httpx.AsyncClient, url: str, key: str = "") -> None:
        self._client = client
        self._url = url.rstrip("/") + "/grower-cards"
        self._key = key

    async def open(self, code: str) -> str:
        answer = await self._post("/open", {"card": code})
        if answer.status_code != 200:
            raise Unauthenticated("This card is not known.")
        return str(answer.json()["token"])

    async def make(self, grower: str, *, by: str, trading: bool, ends: Collection[str]) -> tuple[str, int]:
        made = await self._with_key("", {"party": grower, "by": by, "trading": trading, "ends": sorted(ends)})
        return str(made["card"]), int(made["expires_at"])

    async def withdraw(self, grower: str, *, by: str, trading: bool) -> int:
        asked = {"party": grower, "by": by, "trading": trading}
        return int((await self._with_key("/revoke", asked))["revoked"])

    async def lives(self, grower: str) -> Sequence[CardLife]:
        return [CardLife(**life) for life in (await self._with_key("/lives", {"party": grower}))["cards"]]

    async def _with_key(self, path: str, asked: Mapping[str, Any]) -> Any:
        answer = await self._post(path, {"key": self._key, **asked})
        if answer.status_code == 409:
            raise StillGood
        if answer.status_code != 200:
            raise Unauthorised("Cards cannot be made here: the service centre makes them where the issuer's secret is.")
        return answer.json()

    async def _post(self, path: str, asked: Mapping[str, Any]) -> httpx.Response:
        try:
            answer = await self._client.post(self._url + path, json=asked, timeout=TIMEOUT_S)
        except httpx.HTTPError as error:
            raise Transient("Cards cannot be read at the moment. Try again in a moment.") from error
        if answer.status_code >= 500:
            raise Transient("Cards cannot be read at the moment. Try again in a moment.")
        return answer


def _used_s(answer: httpx.Response) -> int:
    try:
        return int(answer.json().get("used_at", 0))
    except (ValueError, TypeError, AttributeError):
        return 0
