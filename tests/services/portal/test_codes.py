"""A code as it is printed, typed, scanned or forwarded is understood wherever the portal asks for one."""

from typing import Any

import httpx
import pytest

from provenance.label_link import serial, short_code_for_people
from services.portal.telling.histories import LabelVerdict
from tests.services.portal.people import sign_in, text_of
from tests.services.portal.upstream import Behind

GTIN = "https://id.gs1.org/01/09520001000010"
OTHER = "https://id.gs1.org/01/09520001000027"
LOT = f"{GTIN}/10/G0914"
SERIAL = serial(bytes(32), 7)
ITEM = f"{GTIN}/21/{SERIAL}"
SITE = "9520001000218"


async def deliver(program: httpx.AsyncClient, lot: str, product: str = "09520001000010") -> None:
    given = {"product": product, "plot": "P-0417", "grower": "G-0231", "gross": "100", "unit": "kg", "site": SITE}
    answer = await program.post("/api/deliveries", json={**given, "lot": lot})
    assert answer.status_code == 201, answer.text


def print_label(world: Behind) -> None:
    world.labels.known[SERIAL] = LabelVerdict(
        verdict="issued", sentence_zh="本系统", sentence_en="Ours", gtin="09520001000010", lot="G0914", serial=SERIAL
    )


TYPED = [
    "G0914",
    " g0914 ",
    "Ｇ０９１４",
    "批号：G0914",
    "(10)G0914",
    "]C1010952000100001010G0914\x1d21UNSEEN",
    f"{LOT}\n",
]


@pytest.mark.parametrize("typed", TYPED)
async def test_a_program_and_a_buyer_get_the_lot_however_it_is_typed(program: httpx.AsyncClient, typed: str) -> None:
    await deliver(program, "G0914")
    assert (await program.get("/api/trace", params={"code": typed})).json()["key"] == LOT
    answer = await program.get("/b", params={"code": typed}, headers={"accept": "application/json"})
    assert answer.json()["history"]["key"] == LOT


async def test_the_front_page_and_the_trace_page_know_a_lot_number_alone(
    program: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    await deliver(program, "G0914")
    assert "East slope" in text_of(await browser.get("/look", params={"code": "g0914"}, follow_redirects=True))
    await sign_in(browser)
    page = await browser.get("/look", params={"code": "Ｇ０９１４"}, follow_redirects=True)
    assert (page.url.path, LOT in page.text) == ("/trace", True)


async def test_a_number_of_two_products_is_for_the_reader_to_choose(
    program: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    await deliver(program, "G0914")
    await deliver(program, "G0914", "09520001000027")
    answer = await program.get("/api/trace", params={"code": "G0914"})
    keys = [one["key"] for one in answer.json()["candidates"]]
    assert (answer.status_code, sorted(keys)) == (300, [LOT, f"{OTHER}/10/G0914"])
    page = await browser.get("/b", params={"code": "G0914"})
    assert "Which of these do you mean?" in text_of(page)
    assert page.text.count('href="/b?code=https') == 2
    await sign_in(browser)
    assert (await browser.get("/trace", params={"code": "G0914"})).text.count('href="/trace?direction=back&') == 2


@pytest.mark.parametrize("path", ["/b?code=9520001000010", "/01/09520001000010"])
async def test_a_product_without_a_lot_lists_its_lots_for_whoever_is_signed_in(
    program: httpx.AsyncClient, browser: httpx.AsyncClient, path: str
) -> None:
    """The public is asked for the code: which lots there are is trade."""
    await deliver(program, "G0914")
    page = await browser.get(path)
    assert (page.status_code, "G0914" in text_of(page)) == (200, False)
    assert "This is the number of a product. Type the code of your box" in text_of(page)
    await sign_in(browser)
    page = await browser.get(path)
    assert (page.status_code, "G0914" in text_of(page)) == (300, True)


@pytest.mark.parametrize(
    ("known", "typed", "meant"),
    [
        ("G0914", "g0914", "G0914"),
        ("g0914", "g0914", "g0914"),
        ("OTHER1", "g0914", "g0914"),
        ("g0914", "G0914", "G0914"),
    ],
)
async def test_a_lot_in_small_letters_beside_its_product_is_the_known_one(
    program: httpx.AsyncClient, known: str, typed: str, meant: str
) -> None:
    await deliver(program, known)
    given = {
        "product": "09520001000010",
        "plot": "P-0417",
        "grower": "G-0231",
        "gross": "9",
        "unit": "kg",
        "site": SITE,
    }
    answer = await program.post("/api/deliveries", json={**given, "lot": typed})
    assert answer.json()["event"]["quantityList"][0]["epcClass"] == f"{GTIN}/10/{meant}"


async def test_a_labels_short_code_is_its_box_wherever_a_code_is_asked_for(
    program: httpx.AsyncClient, browser: httpx.AsyncClient, world: Behind
) -> None:
    """No event names the box yet: its history is that of the lot."""
    await deliver(program, "G0914")
    print_label(world)
    for typed in (SERIAL, SERIAL.lower(), short_code_for_people(SERIAL)):
        assert (await program.get("/api/trace", params={"code": typed})).json()["key"] == LOT
        await sign_in(browser)
        assert LOT in (await browser.get("/trace", params={"code": typed})).text


@pytest.mark.parametrize(
    ("noun", "given"),
    [
        ("pallets", {"pallet": "095200010000000010", "items": "{typed}", "site": SITE}),
        ("receipts", {"items": "{typed}", "site": SITE}),
        ("sales", {"items": "{typed}", "site": SITE}),
        ("losses", {"items": "{typed}", "site": SITE}),
    ],
)
async def test_forms_take_the_short_code_under_the_square(
    program: httpx.AsyncClient, world: Behind, noun: str, given: dict[str, Any]
) -> None:
    print_label(world)
    typed = {name: value.format(typed=short_code_for_people(SERIAL).lower()) for name, value in given.items()}
    answer = await program.post(f"/api/{noun}", json=typed)
    assert answer.status_code == 201, answer.text
    event = answer.json()["event"]
    assert ITEM in (event.get("epcList") or event["childEPCs"])


async def test_a_loose_lot_is_taken_by_its_number_alone(program: httpx.AsyncClient) -> None:
    await deliver(program, "G0914")
    given = {"lots": [{"lot": "g0914", "mass": "12"}], "site": SITE}
    answer = await program.post("/api/receipts", json=given)
    assert answer.json()["event"]["quantityList"][0]["epcClass"] == LOT


async def test_lines_that_a_scanner_sent_are_each_one_code(program: httpx.AsyncClient) -> None:
    lines = "]C1010952000100001010G0914\x1d21A1\r\n]d2010952000100001010G0914\x1d21A2\n"
    answer = await program.post("/api/receipts", json={"items": lines, "site": SITE})
    assert answer.json()["event"]["epcList"] == [f"{GTIN}/21/A1", f"{GTIN}/21/A2"]


async def test_a_form_says_which_things_a_number_may_mean(program: httpx.AsyncClient) -> None:
    await deliver(program, "G0914")
    await deliver(program, "G0914", "09520001000027")
    refused = await program.post("/api/receipts", json={"lots": [{"lot": "G0914"}], "site": SITE})
    (field,) = refused.json()["fields"]
    assert (field["field"], LOT in field["message"], OTHER in field["message"]) == ("lots.0.lot", True, True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("NEVER1", "No lot or box with the number NEVER1 is known. Scan the label"),
        ("NPH9-XKZZ-D46", "The code of a box has 12 characters, and this one has 11."),
        ("nph9xkzzd4622", "The code of a box has 12 characters, and this one has 13."),
        ("JYMHAVJQGF", "The code of a box has 12 characters, and this one has 10."),
        ("9520001000011", "the last digit does not fit the others (it would be 0)"),
        ("我的箱子", "我的箱子 is not a code we can read"),
    ],
)
async def test_what_cannot_be_understood_says_why_on_every_page(
    program: httpx.AsyncClient, browser: httpx.AsyncClient, typed: str, said: str
) -> None:
    refused = await program.post(
        "/api/receipts", json={"items": typed, "site": SITE}, headers={"accept-language": "en"}
    )
    assert said in refused.json()["fields"][0]["message"]
    await sign_in(browser)
    page = await browser.get("/trace", params={"code": typed})
    assert (page.status_code, said in text_of(page)) == (404, True)


@pytest.mark.parametrize(
    ("noun", "field"), [("receipts", "items"), ("packing", "boxes"), ("labellings", "boxes"), ("certificates", "scope")]
)
async def test_of_many_codes_the_one_that_cannot_be_read_is_named(
    program: httpx.AsyncClient, noun: str, field: str
) -> None:
    codes = [f"{GTIN}/21/A{number}" for number in range(12)]
    typed = {field: [*codes[:7], "我的箱子", *codes[7:]], "product": "9520001000010", "lot": "G0914", "site": SITE}
    refused = await program.post(f"/api/{noun}", json=typed, headers={"accept-language": "en"})
    (problem,) = (one for one in refused.json()["fields"] if one["field"] == field)
    assert problem["message"].startswith("我的箱子 is not a code we can read")


async def test_labels_are_asked_for_by_the_lot_number_alone(program: httpx.AsyncClient) -> None:
    await deliver(program, "G0914")
    issued = await program.post("/api/labels", json={"lot": "g0914", "count": 1})
    assert issued.json()["labels"][0]["lot"] == "G0914"
