"""What a farmer's thumb does: units mixed, digits full-width, a digit too many, a code one letter off."""

from decimal import Decimal

import httpx
import orjson
import pytest

from services.portal.domain import FieldError, read_mass
from tests.services.portal.conftest import GTIN
from tests.services.portal.people import send, sign_in, text_of
from tests.services.portal.test_forms import DELIVERY, EVERY_FORM
from tests.services.portal.upstream import Behind


@pytest.mark.parametrize(
    ("typed", "kilograms"),
    [
        ("860公斤", "860"),
        ("36 斤", "18"),
        ("８６０", "860"),
        ("12，5", "12.5"),
        ("12。5公斤", "12.5"),
        ("0,412 kg", "0.412"),
        ("1,250kg", "1250"),
        ("1 250 kg", "1250"),
        ("824市斤", "412"),
    ],
)
def test_a_weight_is_read_exactly_as_it_was_meant(typed: str, kilograms: str) -> None:
    assert read_mass(typed) == Decimal(kilograms)


@pytest.mark.parametrize("typed", ["8百斤", "八百斤", "两百", "四十公斤", "半斤", "1万"])
def test_a_weight_in_words_is_refused_with_what_would_be_right(typed: str) -> None:
    with pytest.raises(FieldError, match="Write the weight in digits"):
        read_mass(typed)


async def test_the_receipt_says_what_was_understood_of_mixed_units(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    typed = {"unit": "斤", "gross": "860公斤", "tare": "36 斤", "crates": "16", "crate_weight": "3"}
    words = text_of(await send(browser, "deliveries", DELIVERY | typed))
    assert "Net weight 818 kg (1636 斤)" in words  # 860 - 18 - 16 x 1.5
    assert "Gross weight 860 kg (1720 斤) typed: 860公斤" in words
    assert "Tare 18 kg (36 斤)" in words
    assert "Number of crates 16 × 1.5 kg = 24 kg (48 斤)" in words
    assert "Plot East slope · Shangzhuang · P-0417" in words
    assert "Grower Grower 17 of Shangzhuang · G-0231" in words
    assert "Product Yulu pear · 09520001000010" in words
    assert "When 12 Sep 2026 06:30" in words
    assert "Please look again" not in words
    (stored,) = world.log.stored_events.values()
    assert orjson.loads(stored.event)["quantityList"][0]["quantity"] == 818


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"gross": "8240"}, "4108 kg is a great deal for one delivery."),
        ({"gross": "25"}, "0.5 kg is very little for one delivery."),
        ({"gross": "1024"}, "There would be 125 kg in each of the 4 crates."),
        ({"gross": "80000"}, "That is more than the trees of P-0417 bear: 39988 kg from 6.5 亩."),
        ({"plot": "P-0471"}, "P-0471 is not registered: recorded, and held until it is."),
        ({"grower": "G-0213"}, "G-0213 is not registered: recorded, and held until it is."),
        ({"grower": "G-0213"}, "The plot P-0417 is of G-0231, not of G-0213"),
    ],
)
async def test_what_looks_mistyped_is_recorded_and_said(
    typed: dict[str, str], said: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    page = await send(browser, "deliveries", DELIVERY | typed)
    assert page.status_code == 200, text_of(page)
    assert said in text_of(page) and "Please look again:" in page.text
    assert len(world.log.stored_events) == 1


async def test_a_lot_number_used_before_is_pointed_out(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    first = await send(browser, "deliveries", DELIVERY | {"lot": "L0912-1"})
    again = await send(browser, "deliveries", DELIVERY | {"lot": "L0912-1"})
    assert "was used before" not in text_of(first)
    assert "The lot number L0912-1 was used before" in text_of(again)


@pytest.mark.parametrize(("typed", "is_said"), [("5", True), ("4.5", False), ("", False)])
async def test_a_net_weight_that_is_not_the_registered_one_is_pointed_out(
    typed: str, is_said: bool, browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser, "operator.x.token")
    world.records.records["product", GTIN] = {"kind": "product", "id": GTIN, "net_weight_kg": "4.50"}
    page = await send(browser, "packing", EVERY_FORM["packing"] | {"net_weight": typed})
    assert ("is registered with 4.5 kg, not 5 kg" in text_of(page)) is is_said


@pytest.mark.parametrize("noun", ["inspections", "packing", "poolings", "shipments", "unpackings", "losses"])
async def test_goods_that_no_other_report_names_are_pointed_out(noun: str, browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "operator.x.token")
    page = await send(browser, noun, EVERY_FORM[noun])
    assert "No other report names" in text_of(page), text_of(page)


async def test_goods_that_were_reported_before_are_not(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "operator.x.token")
    await send(browser, "deliveries", DELIVERY | {"lot": "L-1"})
    page = await send(browser, "inspections", EVERY_FORM["inspections"])
    assert "No other report names" not in text_of(page)
