"""Signing in with a card, and what its holder is told where that fails; and the page for programs."""

from html import escape

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


@pytest.mark.parametrize(
    "path",
    [
        "/work",
        "/forms/deliveries?lot=L-1",
        "/labels?lot=L-1&count=12",
        "/payments?lot=L-1",
        "/enrolment",
        "/enrolment/grower",
        "/trace?code=L-1&direction=forward",
        "/corrections?event=urn:uuid:1",
        "/corrections/report?event=urn:uuid:1",
        "/commitments?lot=L-1&after=produce.harvest.v1:0:1",
    ],
)
async def test_a_page_for_people_asks_to_sign_in_and_leads_back_to_itself(
    path: str, browser: httpx.AsyncClient
) -> None:
    asked = await browser.get(path)
    assert asked.status_code == 303
    page = await browser.get(asked.headers["location"])
    assert page.status_code == 200
    assert f'name="to" value="{escape(path)}"' in page.text


@pytest.mark.parametrize("path", ["/forms/deliveries", "/labels", "/payments", "/enrolment", "/corrections"])
async def test_a_form_that_comes_back_without_a_session_or_from_another_records_nothing(
    path: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    unsigned = await browser.post(path, data={"event": "urn:uuid:1"})
    assert unsigned.status_code == 303 and unsigned.headers["location"].startswith(f"/sign-in?to={path}")
    await sign_in(browser)
    assert (await browser.post(path, data={"event": "urn:uuid:1", "csrf": "guessed"})).status_code == 403
    assert not world.log.stored_events
