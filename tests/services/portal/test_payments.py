"""Payments over HTTP: reported by a program or a form, answered by the grower's card, told to few."""

from __future__ import annotations

import re
import uuid
from typing import Any

import httpx
import pytest
import pytest_asyncio

from epcis.problems import Problem
from provenance.access.authority import Principal
from services.portal.payments.pages import newest_first
from services.portal.payments.ports import PaymentList, PaymentStanding
from services.portal.ports import Captured
from tests.services.portal.conftest import GROWER, GTIN, OTHER, STATION
from tests.services.portal.paying import MemoryPayments
from tests.services.portal.people import sign_in, text_of
from tests.services.portal.upstream import Behind

LOT = f"{GTIN}/10/P0912"
STATION_AUTH = {"Authorization": "Bearer station-token", "accept-language": "en"}
CARD = "ABCDEFGHJKMNPQRSTVWX"


@pytest.fixture(autouse=True)
def card(world: Behind) -> None:
    world.identity.principals["card-token"] = Principal(GROWER, frozenset({"cardholder"}))
    world.identity.principals["packer-token"] = Principal(OTHER, frozenset({"packer"}))
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


async def test_what_a_grower_disputed_or_is_in_doubt_is_marked_on_the_slip(browser: httpx.AsyncClient) -> None:
    one = payment(deliveries=[{"key": LOT + "X", "kilograms": "412"}])
    await report(browser, one)
    page = await browser.get(f"/g/{CARD}")
    await browser.post(f"/g/{CARD}", data=_hidden(page) | {"answer": "disputed", "reason": "少了20公斤"})
    slip = text_of(await browser.get(f"/g/{CARD}/slip"))
    assert [said for said in ("You said that it is wrong", "少了20公斤", "In doubt") if said not in slip] == []


DELIVERY = {
    "product": "9520001000010", "lot": "P0912", "plot": "P-0417", "grower": "G-0231", "site": "9520001000218",
    "gross": "432", "tare": "20", "unit": "kg", "at": "2026-09-12T15:00:00+08:00",
}  # fmt: skip


@pytest_asyncio.fixture
async def brought(program: httpx.AsyncClient) -> None:
    """412 kg of the grower to the lot."""
    answer = await program.post("/api/deliveries", json=DELIVERY, headers=STATION_AUTH)
    assert answer.status_code == 201, answer.text


OWN = {
    "en": ["This is your card (", "You said that it is wrong", "you brought 412 kg", "Until you confirm"],
    "zh": ["这是您的卡（", "您说有错", "：少了20公斤", "存疑：", "您向P0912只交来412公斤", "您确认以前"],
}


@pytest.mark.parametrize("language", OWN)
@pytest.mark.usefixtures("brought")
async def test_a_card_speaks_to_its_owner(language: str, browser: httpx.AsyncClient) -> None:
    browser.cookies.set("suyuan_language", language)
    await report(browser, payment(), payment(paid_on="2026-09-10", deliveries=[{"key": LOT, "kilograms": "800"}]))
    page = await browser.get(f"/g/{CARD}")
    await browser.post(f"/g/{CARD}", data=_hidden(page) | {"answer": "disputed", "reason": "少了20公斤"})
    said = text_of(await browser.get(f"/g/{CARD}"))
    assert [words for words in OWN[language] if words not in said] == []
    assert [words for words in ("种植户", "the grower", GROWER.rsplit("/", 1)[1] + "向") if words in said] == []


DOUBTED: dict[str, tuple[dict[str, Any], str]] = {
    "more than was brought": ({"deliveries": [{"key": LOT, "kilograms": "800"}]}, "brought 412 kg"),
    "an unknown lot": ({"deliveries": [{"key": LOT + "X", "kilograms": "412"}]}, "Nobody has reported a delivery"),
    "before the delivery": ({"paid_on": "2026-09-11"}, "the fruit was brought on 2026-09-12"),
    "a price out of this world": (
        {"yuan": "4120000", "deliveries": [{"key": LOT}]},
        "more than 1000 yuan a kilogram",
    ),
}


@pytest.mark.parametrize("name", DOUBTED)
@pytest.mark.usefixtures("brought")
async def test_what_cannot_well_be_so_is_recorded_with_a_warning_and_stays_to_be_seen(
    name: str, program: httpx.AsyncClient
) -> None:
    changed, said = DOUBTED[name]
    answer = await report(program, payment(**changed))
    assert answer.status_code == 201
    (result,) = answer.json()["results"]
    assert said in str(result["warnings"])
    (one,) = await payments(program, "station-token")
    assert said in str(one["doubts"])


@pytest.mark.usefixtures("brought")
async def test_the_same_payment_twice_and_taken_back_twice_is_said(program: httpx.AsyncClient) -> None:
    first, second = payment(), payment()
    assert (await report(program, first)).json()["results"][0]["warnings"] == []
    assert "recorded already" in str((await report(program, second)).json()["results"][0]["warnings"])
    taken_back = {"withdraws": f"urn:uuid:{second['id']}", "reason": "twice"}
    for said in ([], ["It is taken back already; a second time changes nothing."]):
        answer = await report(program, {"id": str(uuid.uuid4()), **taken_back})
        assert answer.json()["results"][0]["warnings"] == said
    chinese = await program.post(
        "/api/payments",
        json={"id": str(uuid.uuid4()), **taken_back},
        headers=STATION_AUTH | {"accept-language": "zh"},
    )
    assert "再撤回没有作用" in str(chinese.json()["results"][0]["warnings"])


@pytest.mark.usefixtures("brought")
async def test_nobody_finds_out_by_payments_what_somebody_brought_elsewhere(program: httpx.AsyncClient) -> None:
    much = payment(payer=OTHER, deliveries=[{"key": LOT, "kilograms": "800"}])
    other = {"Authorization": "Bearer packer-token"}
    answer = await program.post("/api/payments", json=much, headers=other)
    assert (answer.status_code, answer.json()["results"][0]["warnings"]) == (201, [])


@pytest.mark.usefixtures("brought")
async def test_a_form_shows_what_is_in_doubt_before_it_is_recorded(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    sent = _hidden(await browser.get("/payments")) | FORM | {"kilograms": "800"}
    asked = await browser.post("/payments", data=sent)
    assert (asked.status_code, await payments(browser, "station-token")) == (200, [])
    assert "brought 412 kg" in text_of(asked)
    seen = re.findall(r'name="seen" value="([^"]*)"', asked.text)
    assert (await browser.post("/payments", data=sent | {"seen": seen[0]})).status_code == 303


@pytest.mark.usefixtures("brought")
async def test_another_typing_error_of_the_same_kind_is_asked_about_again(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    sent = _hidden(await browser.get("/payments")) | FORM
    asked = await browser.post("/payments", data=sent | {"kilograms": "800"})
    seen = re.findall(r'name="seen" value="([^"]*)"', asked.text)[0]
    again = await browser.post("/payments", data=sent | {"kilograms": "8000", "seen": seen})
    assert (again.status_code, await payments(browser, "station-token")) == (200, [])


@pytest.mark.parametrize(
    ("answered", "told", "status"),
    [
        (Captured("rejected", None, (Problem("/time_ms", "in-the-future", "ahead", "error"),)), "time lies more", 422),
        (Captured("rejected", None, (Problem("/x", "odd", "that is not it", "error"),)), "not recorded: that", 422),
        (Captured("retry"), "It is not known whether this was recorded", 503),
    ],
)  # fmt: skip
async def test_an_answer_that_is_refused_is_told_as_refused(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, answered: Captured, told: str, status: int
) -> None:
    async def record(*_: object, **__: object) -> list[Captured]:
        return [answered]

    await report(browser, payment())
    browser.cookies.set("suyuan_language", "en")
    page = await browser.get(f"/g/{CARD}")
    monkeypatch.setattr(MemoryPayments, "record", record)
    sent = await browser.post(f"/g/{CARD}", data=_hidden(page) | {"answer": "confirmed"})
    assert (sent.status_code, told in text_of(sent)) == (status, True)


async def test_an_answer_of_a_form_that_was_tampered_with_is_not_told_to_lack_a_reason(
    browser: httpx.AsyncClient,
) -> None:
    await report(browser, payment())
    page = await browser.get(f"/g/{CARD}")
    sent = await browser.post(f"/g/{CARD}", data=_hidden(page) | {"answer": "confirmed", "payment": "none"})
    assert (sent.status_code, "say what is wrong" in text_of(sent)) == (422, False)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.usefixtures("brought")
async def test_a_card_shows_what_the_grower_brought_and_what_is_not_paid(
    language: str, browser: httpx.AsyncClient
) -> None:
    browser.cookies.set("suyuan_language", language)
    before = text_of(await browser.get(f"/g/{CARD}"))
    await report(browser, payment(deliveries=[{"key": LOT, "kilograms": "300"}], yuan="1200"))
    after = text_of(await browser.get(f"/g/{CARD}"))
    said = {
        "en": (
            ["2026-09-12", "412 kg", "P0912", "Shangzhuang station", "weighed 432 kg", "less 20 kg", "Nothing is paid"],
            ["Paid: 1200.00 yuan", "not settled: 112 kg", "1 of 1 deliveries"],
        ),
        "zh": (
            ["2026-09-12", "412 公斤", "P0912", "上庄服务站", "毛重432公斤", "扣除筐和车20公斤", "还没有付款"],
            ["已付1200.00元", "未结清112公斤", "1次交货中的1次"],
        ),
    }[language]
    assert [words for words in said[0] if words not in before] == []
    assert [words for words in said[1] if words not in after] == []


@pytest.mark.parametrize(
    ("language", "told", "paid"), [("en", "in doubt: see below", "Paid:"), ("zh", "有付款存疑：见下", "已付")]
)
@pytest.mark.usefixtures("brought")
async def test_of_a_delivery_no_sum_is_told_while_a_payment_for_it_is_in_doubt(
    language: str, told: str, paid: str, browser: httpx.AsyncClient
) -> None:
    """A share of two payments, of which one may be a mistake, is a sum that nobody paid."""
    browser.cookies.set("suyuan_language", language)
    await report(browser, payment(), payment(paid_on="2026-09-10", yuan="500"))
    card = text_of(await browser.get(f"/g/{CARD}"))
    assert (told in card, paid in card) == (True, False)


FORM = {
    "kind": "settlement", "payee": "G-0231", "product": "09520001000010", "lot": "P0912", "kilograms": "412",
    "yuan": "1648", "deducted": "", "deducted_for": "", "paid_on": "2026-09-18", "method": "wechat",
}  # fmt: skip


@pytest.mark.usefixtures("brought")
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


def test_what_was_just_recorded_stands_on_top() -> None:
    """Of a list by the day of payment."""
    listed = [PaymentStanding(id=id_, record_time_ms=at) for id_, at in (("a", 1), ("b", 3), ("c", 2))]
    found = newest_first(PaymentList(payments=tuple(listed)))
    assert [one.id for one in found.payments] == ["b", "a", "c"]


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


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"yuan": "-5"}, "这不是付款的金额"),
        ({"kind": None}, "付款种类"),
        ({"paid_on": None}, "请写哪天付的"),
        ({"yuan": "10", "deductions": [{"yuan": "20", "reason": "肥料"}]}, "扣的比付的还多"),
        ({"deductions": [{"yuan": "20"}]}, "请写明扣的是什么钱"),
    ],
)
async def test_a_program_is_told_what_is_wrong_in_its_language(
    program: httpx.AsyncClient, wrong: dict[str, Any], told: str
) -> None:
    headers = STATION_AUTH | {"accept-language": "zh"}
    answer = await program.post("/api/payments", json=payment(**wrong), headers=headers)
    assert (answer.status_code, told in answer.json()["problems"][0]["message"]) == (400, True)
    english = (await report(program, payment(**wrong))).text
    assert "None" not in english and told not in english


async def test_a_program_names_parties_as_a_form_does(program: httpx.AsyncClient) -> None:
    codes = {"payer": STATION.rsplit("/", 1)[1], "payee": GROWER.rsplit("/", 1)[1], "yuan": "1,648元"}
    assert (await report(program, payment(**codes))).status_code == 201
    (one,) = await payments(program, "station-token", LOT)
    assert (one["payment"]["payer"], one["payment"]["payee"]) == (STATION, GROWER)


async def test_a_person_is_told_what_is_wrong_with_a_payment_in_chinese(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    browser.cookies.set("suyuan_language", "zh")
    answer = await browser.post("/payments", data=_hidden(await browser.get("/payments")) | FORM | {"yuan": "-5"})
    assert "这不是付款的金额" in text_of(answer)


@pytest.mark.usefixtures("brought")
async def test_a_delivery_is_settled_where_its_payment_is_confirmed_and_in_no_doubt(browser: httpx.AsyncClient) -> None:
    browser.cookies.set("suyuan_language", "en")
    await report(browser, payment())
    page = await browser.get(f"/g/{CARD}")
    assert "1 of them you have not confirmed" in text_of(page) and "Every delivery is settled" not in text_of(page)
    await browser.post(f"/g/{CARD}", data=_hidden(page) | {"answer": "confirmed"})
    assert "Every delivery is settled" in text_of(await browser.get(f"/g/{CARD}"))
    await report(browser, payment())
    assert "1 of them are in doubt" in text_of(await browser.get(f"/g/{CARD}"))
