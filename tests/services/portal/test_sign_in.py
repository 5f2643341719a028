"""Signing in with a card, and what its holder is told where that fails; and the page for programs."""

import httpx
import pytest

from services.portal.ports import CardUsed
from tests.services.portal.people import sign_in, text_of
from tests.services.portal.upstream import Behind


async def test_a_used_card_says_when_it_was_used(
    browser: httpx.AsyncClient, world: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def used(code: str) -> str:
        raise CardUsed(1_789_000_000)

    monkeypatch.setattr(world.identity, "token_for_card", used)
    page = await sign_in(browser)
    assert page.status_code == 400
    assert "This card was used on 10 Sep 2026 08:26, and a card signs in once. Ask for a new one." in text_of(page)
    chinese = await browser.post("/sign-in?lang=zh", data={"code": "CARD-42", "to": "/work"})
    assert "这张卡已于 2026年9月10日 08:26 使用过" in text_of(chinese)


async def test_a_code_that_is_none_is_not_known(browser: httpx.AsyncClient) -> None:
    assert "This code is not known." in (await sign_in(browser, "CARD-43")).text


async def test_the_page_for_programs_shows_code_as_code(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/docs")
    assert "`" not in page.text and "<code>Authorization: Bearer …</code>" in page.text
    assert "/api/corrections" in page.text
