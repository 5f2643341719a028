"""Labels as the brand's office gets them: the form, the sheet to print, the square a phone reads."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO

import httpx
import zxingcpp
from PIL import Image

from services.portal import qr_code
from services.portal.halls.ports import LabelCounts
from services.portal.telling.histories import Badge, Claim, RuleResult
from tests.services.portal.conftest import BRAND
from tests.services.portal.people import sign_in, text_of
from tests.services.portal.upstream import Behind
from wire.errors import Rejected, Transient

LOT = "(01)09520001000010(10)G0914"
BADGE = Badge(sentence_zh="原国家级贫困县, 2018年脱贫", sentence_en="National list, left it in 2018")
GRANTED = Claim(
    verdict="granted", brand=BRAND, brand_zh="隰县玉露香梨", brand_en="Xi County Yulu Pears", badges=(BADGE,)
)
HIDDEN = re.compile(r'name="(csrf|request_id)" value="([^"]*)"')


async def ask(browser: httpx.AsyncClient, count: str = "2", **typed: str) -> httpx.Response:
    """The form as the brand's office sends it."""
    await sign_in(browser, "CARD-BRAND")
    hidden = dict(HIDDEN.findall((await browser.get("/labels")).text))
    return await browser.post("/labels", data=hidden | {"lot": LOT, "count": count, "brand": BRAND} | typed)


async def test_a_phone_reads_exactly_the_signed_link_from_the_square(browser: httpx.AsyncClient, world: Behind) -> None:
    await ask(browser)
    (order,) = world.labels.orders.values()
    for label in order.labels:
        picture = await browser.get(f"/labels/{label['short_code']}.png")
        read = zxingcpp.read_barcodes(Image.open(BytesIO(picture.content)))
        (found,) = (code for code in read if code.format == zxingcpp.BarcodeFormat.QRCode)
        assert found.text == label["link"]


async def test_the_square_is_at_least_24_mm_wide_however_short_the_link() -> None:
    for link in ("https://s.cn/01/09520001000010", "https://suyuan.example/" + "x" * 200):
        drawn = qr_code.svg(link)
        (width,), (size,) = re.findall(r'width="([0-9.]+)mm"', drawn), re.findall(r"scale\(([0-9.]+)\)", drawn)
        quiet_mm = 2 * qr_code.QUIET_MODULES * float(size)
        assert float(width) - quiet_mm >= qr_code.LEAST_SYMBOL_MM - 0.01
        assert float(size) >= qr_code.LEAST_MODULE_MM


async def test_the_sheet_bears_product_badge_square_and_code_in_both_languages(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    world.labels.claim = GRANTED
    answer = await ask(browser)
    assert answer.status_code == 303, text_of(answer)
    sheet = await browser.get(answer.headers["location"])
    for words in ("玉露香梨", "Yulu pear", BADGE.sentence_zh, BADGE.sentence_en, "隰县玉露香梨", "G0914"):
        assert words in sheet.text
    (order,) = world.labels.orders.values()
    for label in order.labels:
        code = label["short_code"]
        assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in sheet.text
    assert sheet.text.count('mm" viewBox') == 2
    assert "<script" not in sheet.text


async def test_the_office_sees_the_labels_counted_against_its_brand_as_the_hall_does(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    world.listings.counted[BRAND] = LabelCounts(issued=120, on_rolls=500, bound=40, returned=7, voided=3, kilograms="9")
    await sign_in(browser, "CARD-BRAND")
    words = text_of(await browser.get("/labels"))
    for told in ("120 made for lots, 500 on rolls", "40 of these bound, 7 given back", "3 void", "9 kg of fruit"):
        assert told in words, told
    world.listings.failure = Transient("the ledger does not answer")
    assert "made for lots" not in text_of(await browser.get("/labels"))


async def test_an_order_is_found_again_on_the_page_that_asks_for_labels(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    address = (await ask(browser)).headers["location"]
    page = (await browser.get("/labels")).text
    assert f'<a href="{address}"><strong>G0914</strong></a>' in page and "2 labels." in page and "Yulu pear" in page
    assert "No labels are ordered yet." not in page
    await sign_in(browser, "CARD-PACK")
    assert address not in (await browser.get("/labels")).text


async def test_a_sheet_whose_claim_no_longer_holds_says_not_to_use_it(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    address = (await ask(browser)).headers["location"]
    world.labels.orders = {
        key: replace(order, claim=replace(GRANTED, verdict="held")) for key, order in world.labels.orders.items()
    }
    assert "Do not use these labels now." in (await browser.get(address)).text


async def test_a_held_lot_is_answered_with_every_rule_and_its_sentence(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    origin = RuleResult(rule="origin", outcome="passed", sentence_en="All of it grew in Xi County.")
    certified = RuleResult(rule="certified", outcome="unknown", sentence_en="No green food certificate is known.")
    producer = RuleResult(rule="producer", outcome="failed", sentence_en="One grower has no plot there.")
    world.labels.claim = replace(GRANTED, verdict="held", results=(origin, certified, producer))
    page = await ask(browser)
    assert page.status_code == 409
    assert "No labels yet: something has to be settled first." in page.text
    for result in (origin, certified, producer):
        assert f'<li class="{result.outcome}">' in page.text and result.sentence_en in page.text
    assert f'value="{LOT}"' in page.text


async def test_what_cannot_be_asked_for_is_said_and_what_was_typed_stays(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    page = await ask(browser, count="0", lot="G0914")
    assert page.status_code == 422 and not world.labels.orders
    assert "Ask for 1 to 10000 labels at a time." in page.text
    assert 'value="G0914"' in page.text
    for written in ("abc", "0x5", "2.5"):
        assert "This must be a whole number, such as 12." in (await ask(browser, count=written)).text
    world.labels.failure = Rejected("count is 99: that is more than the lot weighs.")
    assert "that is more than the lot weighs." in (await ask(browser, count="99")).text
    more = "with the labels already issued that is more than the lot's 540 kg at 4.5 kg a box; there are 8 left. 加…"
    world.labels.failure = Rejected(more)
    told = unescape((await ask(browser, count="99")).text)
    assert "the lot's 540 kg fill 120 boxes, and 8 of them have no label yet" in told
    world.labels.failure = Transient("away")
    assert (await ask(browser)).status_code == 503


async def test_a_station_is_told_that_labels_are_not_its_to_ask_for(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    page = await browser.get("/labels")
    assert "Only the brand&#39;s office asks for labels." in page.text or "Only the brand's office" in page.text
    assert 'name="request_id"' not in page.text


async def test_a_code_that_is_no_label_has_no_square(browser: httpx.AsyncClient) -> None:
    for code in ("2222-2222-2222", "hello", "N4VTYC4H4WA3"):
        assert (await browser.get(f"/labels/{code}.svg")).status_code == 404


async def test_the_address_on_a_card_brings_the_code_along_and_signs_in_only_when_pressed(
    browser: httpx.AsyncClient,
) -> None:
    page = await browser.get("/sign-in?card=CARD-42&to=/forms/deliveries")
    assert 'value="CARD-42"' in page.text and 'value="/forms/deliveries"' in page.text
    assert "set-cookie" not in page.headers
