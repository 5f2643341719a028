"""The local token issuer over HTTP: a card's code in, a token out."""

from __future__ import annotations

import httpx

from wire.errors import Transient, Unauthenticated

TIMEOUT_S = 5.0


class HttpIdentity:
    def __init__(self, *, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/") + "/token"

    async def token_for_card(self, code: str) -> str:
        """Raises Unauthenticated for a code that is none, Transient while identity is away."""
        try:
            answer = await self._client.post(self._url, json={"card": code}, timeout=TIMEOUT_S)
        except httpx.HTTPError as error:
            raise Transient("Signing in is not possible at the moment. Try again in a moment.") from error
        if answer.status_code >= 500:
            raise Transient("Signing in is not possible at the moment. Try again in a moment.")
        if answer.status_code != 200:
            raise Unauthenticated("This code is not known.")
        return str(answer.json()["token"])
