"""A label of ours whose goods nobody could be asked about: the same answer at every door, and never `issued`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.services.portal.people import text_of
from tests.services.portal.test_buyer_page import BOX, LINK, boxed
from tests.services.portal.upstream import PUBLIC_URL, Behind
from tests.services.portal.verification.test_verdicts import RECALLED
from wire.errors import NotFound, Overloaded, Rejected, Transient, Unauthorised

__all__ = ["boxed"]

SIGNED = f"{PUBLIC_URL}{LINK}?sig=good"
JSON = {"accept": "application/json"}
NO_ANSWER = (Transient("slow"), Overloaded("many ask"), Rejected("too much to be followed"), Unauthorised("not you"))


def raising(error: Exception) -> Callable[..., Any]:
    async def nobody(*asked: Any, **how: Any) -> Any:
        raise error

    return nobody


@pytest.fixture(params=NO_ANSWER, ids=lambda error: type(error).__name__)
def unasked(request: pytest.FixtureRequest, boxed: Behind, monkeypatch: pytest.MonkeyPatch) -> Behind:
    for call in ("claim", "recalled"):
        monkeypatch.setattr(boxed.log, call, raising(request.param))
    return boxed


async def test_the_page_says_so_and_has_no_tick(unasked: Behind, browser: httpx.AsyncClient) -> None:
    page = await browser.get(f"{LINK}?sig=good")
    words = text_of(page)
    assert "whether the goods are recalled could not be asked" in words and "Yulu pears in a box" in words
    assert "Issued by this system" not in words and "M6.5 12.5" not in page.text
    assert 'class="verdict wait"' in page.text and 'class="verdict good"' not in page.text


async def test_a_program_is_told_it_at_every_door(
    unasked: Behind, browser: httpx.AsyncClient, program: httpx.AsyncClient
) -> None:
    link = (await browser.get(f"{LINK}?sig=good", headers=JSON)).json()["label"]
    alone = (await browser.get("/api/labels", params={"code": SIGNED}, headers=JSON)).json()
    bulk = (await program.post("/api/labels/verify", json={"codes": [SIGNED, "nobody's"]})).json()["answers"]
    assert [one["verdict"] for one in (link, alone, *bulk)] == [*["not_checked"] * 3, "not_ours"]


@pytest.mark.parametrize("verdict", ["void", "not_active", "not_ours"])
async def test_what_is_worse_than_not_asked_stays_the_answer(
    unasked: Behind, browser: httpx.AsyncClient, verdict: str
) -> None:
    unasked.labels.known[SIGNED] = replace(unasked.labels.known[SIGNED], verdict=verdict)
    assert (await browser.get(f"{LINK}?sig=good", headers=JSON)).json()["label"]["verdict"] == verdict


@pytest.mark.parametrize("error", [*NO_ANSWER, NotFound("no brand lists it")], ids=lambda error: type(error).__name__)
async def test_a_recall_is_told_where_there_is_no_claim_and_goods_that_were_not_judged_have_no_tick(
    boxed: Behind, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """A claim is made under a brand, which its office may end; a recall is the regulator's to end."""
    boxed.log.claims.clear()
    monkeypatch.setattr(boxed.log, "claim", raising(error))
    page = await browser.get(f"{LINK}?sig=good")
    judged = isinstance(error, NotFound)
    assert "Issued by this system" in text_of(page)
    assert ("is in order could not be asked" in text_of(page), "M6.5 12.5" in page.text) == (not judged, judged)
    boxed.log.claims[BOX] = RECALLED
    for signature in ("good", "forged"):
        page = await browser.get(f"{LINK}?sig={signature}")
        assert text_of(page).count("Recalled: do not eat it") == 1 and 'class="verdict bad"' in page.text
        told = (await browser.get(f"{LINK}?sig={signature}", headers=JSON)).json()
        assert told["label"]["verdict"] == "recalled"


async def test_of_goods_whose_history_is_too_much_to_be_followed_nobody_says_that_nothing_is_known(
    boxed: Behind, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for call in ("history", "claim"):
        monkeypatch.setattr(boxed.log, call, raising(Rejected("too much to be followed")))
    page = await browser.get(f"{LINK}?sig=good")
    assert "Issued by this system" in text_of(page) and "is in order could not be asked" in text_of(page)
    assert "Nothing is known" not in text_of(page) and "M6.5 12.5" not in page.text
