"""Who may not report is told so as such, and in the language of whoever asks."""

from typing import Any

import httpx
import pytest

from epcis.problems import Problem
from services.portal.ports import Captured
from services.portal.refusals import refused
from services.portal.reporting.submission import Forbidden, refusal, sentence
from tests.services.portal.people import send, sign_in, text_of
from tests.services.portal.test_forms import EVERY_FORM
from tests.services.portal.upstream import Behind

NO_MANDATE = "https://id.gs1.org/417/1 gave https://id.gs1.org/417/2 no mandate to report selling"
BODY = {"items": ["https://id.gs1.org/01/19520001000017/21/B1"], "site": "9520001000317"}


@pytest.fixture
def refusing(world: Behind, monkeypatch: pytest.MonkeyPatch) -> Behind:
    async def capture(*_: Any, **__: Any) -> Any:
        return [Captured("rejected", problems=(Problem("/readPoint/id", "no-mandate", NO_MANDATE),))]

    monkeypatch.setattr(world.log, "capture", capture)
    return world


async def test_a_program_without_a_mandate_gets_403_with_the_code(program: httpx.AsyncClient, refusing: Behind) -> None:
    answer = await program.post("/api/sales", json=BODY, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert answer.json()["problems"][0]["code"] == "no-mandate"
    assert answer.json()["detail"].startswith("https://id.gs1.org/417/1 gave")


async def test_it_is_told_in_chinese_where_chinese_is_asked_for(program: httpx.AsyncClient, refusing: Behind) -> None:
    answer = await program.post("/api/sales", json=BODY, headers={"accept-language": "zh-CN"})
    assert "没有授权" in answer.json()["detail"]


@pytest.mark.parametrize(("language", "said"), [("zh", "没有授权"), ("en", "has given yours no mandate")])
async def test_a_form_says_it_in_the_readers_language_and_is_forbidden(
    language: str, said: str, browser: httpx.AsyncClient, refusing: Behind
) -> None:
    await sign_in(browser)
    browser.cookies.set("suyuan_language", language)
    page = await send(browser, "sales", EVERY_FORM["sales"])
    assert (page.status_code, said in text_of(page)) == (403, True)


def test_whose_card_is_not_for_what_its_party_may_is_told_so_and_forbidden() -> None:
    problem = Problem("/errorDeclaration", "not-in-this-role", "the word of https://id.gs1.org/417/1 counts on …")
    assert "your card may not say so for it" in str(refused([problem]))
    assert isinstance(refusal([problem]), Forbidden)


def test_an_address_at_the_beginning_of_a_sentence_stays_an_address() -> None:
    assert sentence("https://id.gs1.org/417/1 gave none") == "https://id.gs1.org/417/1 gave none."
    assert sentence("a lot is missing") == "A lot is missing."
