"""What is under a scratch-off field tells nobody which codes are labels."""

from __future__ import annotations

import httpx
import pytest

from services.portal.scanning.guessing import MISSES_AT_ONCE


@pytest.mark.parametrize("path", ["/labels/secret", "/api/labels/secret"])
async def test_whoever_guesses_codes_with_a_made_up_secret_has_to_wait(browser: httpx.AsyncClient, path: str) -> None:
    async def tried(code: str) -> int:
        asked = {"code": code, "secret": "X"}
        body = {"json": asked} if path.startswith("/api") else {"data": asked}
        return (await browser.post(path, **body)).status_code  # type: ignore[arg-type]

    said = [await tried("222222222222") for _ in range(2 * MISSES_AT_ONCE)]
    assert said[0] == 200 and said[-1] == 429
    assert await tried("https://portal.test/01/09520001000010/10/PK1/21/222222222222?sig=AAAA") == 200
