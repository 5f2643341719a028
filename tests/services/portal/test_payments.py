"""Payments over HTTP: reported by a program or a form, answered by the grower's card, told to few."""

from __future__ import annotations

import re
import uuid
from typing import Any

import httpx
import pytest

from provenance.authority import Principal
from tests.services.portal.conftest import GROWER, GTIN, STATION
from tests.services.portal.people import sign_in, text_of
from tests.services.portal.upstream import Behind

LOT = f"{GTIN}/10/P0912"
STATION_AUTH = {"Authorization": "Bearer station-token"}
CARD = "ABCDEFGHJKMNPQRSTVWX"


@pytest.fixture(autouse=True)
def card(world: Behind) -> None:
    world.identity.principals["card-token"] = Principal(GROWER, frozenset({"cardholder"}))
    world.cards.tokens = {CARD: "card-token"}


def payment(**changed: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "kind": "settlement",
        "payer": STATION,
        "payee": GROWER,
        "yuan": "1648.00",
        "paid_on": "2026-09-18",
        "deliveries": [{"key": LOT, "kilograms": "412"}],
    }
    return fields | changed


async def report(client: httpx.AsyncClient, *records: dict[str, Any]) -> httpx.Response:
    return await client.post("/api/payments", json=list(records), headers=STATION_AUTH)


async def payments(client: httpx.AsyncClient, token: str, about: str = "") -> Any:
    asked = await client.get("/api/payments", params={"about": about}, headers={"Authorization": f"Bearer {token}"})
    return asked.json()["payments"]


async def test_a_program_reports_and_reads_back(program: httpx.AsyncClient) -> None:
    answer = await report(program, payment())
    assert (answer.status_code, answer.json()["results"][0]["status"]) == (201, "accepted")
    (one,) = await payments(program, "station-token", LOT)
    assert (one["state"], one["net_yuan"], one["answer"]) == ("in_force", "1648.00", "")


async def test_one_wrong_field_and_nothing_is_recorded(program: httpx.AsyncClient) -> None:
    answer = await report(program, payment(), payment(yuan="-5"))
    assert answer.status_code == 400
    assert "1/yuan" in answer.text
    assert await payments(program, "station-token") == []


async def test_a_stranger_is_not_paid_and_nobody_elses_payments_are_read(program: httpx.AsyncClient) -> None:
    answer = await report(program, payment(payee="https://suyuan.example/grower/nobody"))
    assert answer.status_code == 207
    assert answer.json()["results"][0]["problems"][0]["pointer"] == "/payee"
    await report(program, payment())
    assert await payments(program, "importer-token", LOT) == []
    assert (await program.get("/api/payments", params={"about": LOT}, headers={"authorization": ""})).status_code == 401


async def test_a_card_shows_its_growers_payments_and_confirms_without_an_account(browser: httpx.AsyncClient) -> None:
    await report(browser, payment())
    page = await browser.get(f"/g/{CARD}")
    assert "1648.00" in page.text
    assert "card-token" not in page.text
    confirmed = await browser.post(f"/g/{CARD}", data=_hidden(page) | {"answer": "confirmed"})
    assert confirmed.status_code == 303
    (one,) = await payments(browser, "station-token", LOT)
    assert (one["answer"], one["by_card"]) == ("confirmed", True)


async def test_a_card_says_what_is_wrong_and_may_change_its_mind(browser: httpx.AsyncClient) -> None:
    await report(browser, payment())
    page = await browser.get(f"/g/{CARD}")
    nothing = await browser.post(f"/g/{CARD}", data=_hidden(page) | {"answer": "disputed", "reason": ""})
    assert nothing.status_code == 422
    await browser.post(f"/g/{CARD}", data=_hidden(page) | {"answer": "disputed", "reason": "少了20公斤"})
    (one,) = await payments(browser, "station-token", LOT)
    assert (one["answer"], one["answer_reason"]) == ("disputed", "少了20公斤")
    assert "少了20公斤" in text_of(await browser.get(f"/g/{CARD}"))


async def test_a_card_that_is_none_opens_nothing_and_a_foreign_form_is_refused(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/g/NONESUCH")).status_code == 404
    await report(browser, payment())
    page = await browser.get(f"/g/{CARD}")
    forged = _hidden(page) | {"answer": "confirmed", "csrf": "forged"}
    assert (await browser.post(f"/g/{CARD}", data=forged)).status_code == 403


async def test_a_slip_to_print_bears_the_cards_own_link(browser: httpx.AsyncClient) -> None:
    await report(browser, payment())
    slip = await browser.get(f"/g/{CARD}/slip")
    assert "1648.00" in slip.text
    assert "<svg" in slip.text


FORM = {
    "kind": "settlement", "payee": "G-0231", "product": "09520001000010", "lot": "P0912", "kilograms": "412",
    "yuan": "1648", "deducted": "", "deducted_for": "", "paid_on": "2026-09-18", "method": "wechat",
}  # fmt: skip


async def test_a_form_reports_a_payment_and_shows_it(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    answer = await browser.post("/payments", data=_hidden(await browser.get("/payments")) | FORM)
    assert answer.status_code == 303, text_of(answer)
    assert "1648" in text_of(await browser.get(answer.headers["location"]))


@pytest.mark.parametrize(
    ("field", "typed"),
    [("yuan", "-5"), ("yuan", "USD 5"), ("deducted", "9999"), ("lot", ""), ("paid_on", "2099-01-01")],
)
async def test_a_wrong_field_keeps_what_was_typed(browser: httpx.AsyncClient, field: str, typed: str) -> None:
    await sign_in(browser)
    sent = FORM | {"deducted_for": "肥料"} | {field: typed}
    answer = await browser.post("/payments", data=_hidden(await browser.get("/payments")) | sent)
    assert answer.status_code == 422
    assert "aria-invalid" in answer.text
    assert await payments(browser, "station-token", LOT) == []


def _hidden(page: httpx.Response) -> dict[str, str]:
    """Of the first form that has an id to send along."""
    form = next(part for part in page.text.split("<form")[1:] if 'name="id"' in part)
    return dict(re.findall(r'<input type="hidden" name="(csrf|id|payment)" value="([^"]*)"', form))


@pytest.mark.parametrize(
    ("language", "unit", "name"), [("en", "412 kg", "Grower 17"), ("zh", "412 公斤", "上庄果农17号")]
)
async def test_the_list_names_people_and_weighs_in_the_readers_words(
    language: str, unit: str, name: str, browser: httpx.AsyncClient
) -> None:
    await report(browser, payment())
    await sign_in(browser)
    browser.cookies.set("suyuan_language", language)
    words = text_of(await browser.get("/payments"))
    assert unit in words
    assert name in words
