"""What a farmer's thumb does: units mixed, digits full-width, a digit too many, a code one letter off."""

from decimal import Decimal

import httpx
import orjson
import pytest

from services.portal.reporting.typed import FieldError, read_mass
from services.portal.telling.balances import Balance, BalanceSheet
from tests.services.portal.conftest import GTIN
from tests.services.portal.people import ask, asks, hidden, open_form, send, sign_in, text_of
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
    page = await ask(browser, "deliveries", DELIVERY | typed)
    assert not asks(page)
    words = text_of(page)
    assert "Net weight 818 kg (1636 斤)" in words  # 860 - 18 - 16 x 1.5
    assert "Gross weight 860 kg (1720 斤) typed: 860公斤" in words
    assert "Tare 18 kg (36 斤)" in words
    assert "Number of crates 16 × 1.5 kg = 24 kg (48 斤)" in words
    assert "Plot East slope · Shangzhuang · P-0417" in words
    assert "Grower Grower 17 of Shangzhuang · G-0231" in words
    assert "Product Yulu pear · 09520001000010" in words
    assert "When 12 Sep 2026 06:30" in words
    (stored,) = world.log.stored_events.values()
    assert orjson.loads(stored.event)["quantityList"][0]["quantity"] == 818


async def test_a_lot_that_was_typed_is_told_once(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    words = text_of(await ask(browser, "deliveries", DELIVERY | {"lot": "L0912-7"}))
    assert "Lot L0912-7 Net weight" in words and words.count("Lot L0912-7") == 1, words


async def test_who_and_what_a_certificate_is_for_is_told_by_name(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    issue = {
        "certificate": "GF141031260141", "state": "issued", "scheme": "green_food", "number": "GF141031260141",
        "scope": "P-0417\n(01)09520001000010", "valid_from": "2026-01-01", "valid_to": "2027-01-01",
    }  # fmt: skip
    words = text_of(await ask(browser, "certificates", issue))
    assert "Certificate GF141031260141" in words and "/certificate/" not in words
    assert "East slope · Shangzhuang · P-0417 Yulu pear · 09520001000010" in words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"gross": "8240"}, "4108 kg is a great deal for one delivery."),
        ({"gross": "25"}, "0.5 kg is very little for one delivery."),
        ({"gross": "1024", "crates": "4", "crate_weight": "1"}, "There would be 125 kg in each of the 4 crates."),
        ({"gross": "80000"}, "That is more than the trees of P-0417 bear: 39988 kg from 6.5 亩."),
        ({"plot": "P-0471"}, "P-0471 is not registered: the goods are held until it is."),
        ({"grower": "G-0213"}, "G-0213 is not registered: the goods are held until it is."),
        ({"grower": "G-0213"}, "The plot P-0417 is of Grower 17 of Shangzhuang G-0231, not of G-0213"),
    ],
)
async def test_what_looks_mistyped_is_asked_before_it_is_recorded(
    typed: dict[str, str], said: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    page = await ask(browser, "deliveries", DELIVERY | typed)
    assert page.status_code == 200, text_of(page)
    assert said in text_of(page) and asks(page) and "It is right: report it" in page.text
    assert not world.log.stored_events
    done = await browser.post("/forms/deliveries", data=hidden(page) | DELIVERY | typed)
    assert "The delivery is recorded." in done.text
    assert len(world.log.stored_events) == 1


async def test_what_was_asked_is_asked_again_where_it_is_another_question(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    page = await ask(browser, "deliveries", DELIVERY | {"gross": "8240"})
    again = await browser.post("/forms/deliveries", data=hidden(page) | DELIVERY | {"gross": "7240"})
    assert asks(again) and "3608 kg is a great deal" in text_of(again)
    assert not world.log.stored_events


async def test_a_lot_number_used_before_is_pointed_out(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    first = await send(browser, "deliveries", DELIVERY | {"lot": "L0912-1"})
    again = await ask(browser, "deliveries", DELIVERY | {"lot": "L0912-1"})
    assert "was used before" not in text_of(first)
    assert "The lot number L0912-1 was used before" in text_of(again)


@pytest.mark.parametrize(("typed", "is_said"), [("5", True), ("4.5", False), ("", False)])
async def test_a_net_weight_that_is_not_the_registered_one_is_pointed_out(
    typed: str, is_said: bool, browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser, "operator.x.token")
    world.records.records["product", GTIN] = {"kind": "product", "id": GTIN, "net_weight_kg": "4.50"}
    page = await ask(browser, "packing", EVERY_FORM["packing"] | {"net_weight": typed})
    assert ("is registered with 4.5 kg, not 5 kg" in text_of(page)) is is_said


@pytest.mark.parametrize("noun", ["inspections", "packing", "poolings", "shipments", "unpackings", "losses"])
async def test_goods_that_no_other_report_names_are_pointed_out(noun: str, browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "operator.x.token")
    page = await ask(browser, noun, EVERY_FORM[noun])
    assert "No other report names" in text_of(page), text_of(page)


async def test_goods_that_were_reported_before_are_not(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "operator.x.token")
    await send(browser, "deliveries", DELIVERY | {"lot": "L-1"})
    page = await ask(browser, "inspections", EVERY_FORM["inspections"])
    assert "No other report names" not in text_of(page)


POOLING = {"product": "9520001000010", "unit": "kg", "site": "9520001000218", "output": "POOL-1"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"inputs.0.lot": "L-1", "inputs.0.mass": "450"}, "Only 400 kg are left of L-1, not 450 kg."),
        ({"inputs.0.lot": "L-1", "inputs.0.mass": "200", "inputs.1.lot": "L-1", "inputs.1.mass": "100"},
         "L-1 is in 2 rows: they are added up."),
        ({"inputs.0.lot": "L-1", "inputs.0.mass": "400", "output_mass": "450"}, "400 kg go in, and 450 kg would"),
        ({"inputs.0.lot": "L-1", "output_mass": "900"}, "400 kg go in, and 900 kg would come out."),
        ({"inputs.0.lot": "L-1", "inputs.0.mass": "300", "output_mass": "206"}, "only 206 kg would come out: 94 kg"),
        ({"inputs.0.lot": "L-1", "inputs.0.mass": "400", "output_mass": "404"}, ""),
    ],
)  # fmt: skip
async def test_a_pooling_that_cannot_be_is_asked_before_it_is_recorded(
    rows: dict[str, str], said: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await send(browser, "deliveries", DELIVERY | {"lot": "L-1"})
    page = await ask(browser, "poolings", POOLING | rows)
    assert said in text_of(page) and asks(page) is bool(said), text_of(page)
    assert len(world.log.stored_events) == (1 if said else 2)


async def test_of_an_empty_lot_nothing_is_left(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    await send(browser, "deliveries", DELIVERY | {"lot": "L-1"})
    lot = f"{GTIN}/10/L-1"
    world.log.balance_sheets[lot] = BalanceSheet(key=lot, balances=(Balance(kind="lot", key=lot, left_kg="0"),))
    page = await ask(browser, "poolings", POOLING | {"inputs.0.lot": "L-1"})
    assert asks(page) and "Nothing is left of L-1." in text_of(page)


async def test_the_same_report_sent_again_is_not_asked_about_what_it_took_itself(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await send(browser, "deliveries", DELIVERY | {"lot": "L-1"})
    form = await open_form(browser, "poolings") | POOLING | {"inputs.0.lot": "L-1"}
    await browser.post("/forms/poolings", data=form)
    lot, own = f"{GTIN}/10/L-1", f"urn:uuid:{form['event_id']}"
    drawn = Balance(kind="lot", key=lot, left_kg="0", event_ids=(own,))
    world.log.balance_sheets[lot] = BalanceSheet(key=lot, balances=(drawn,))
    assert "The pooling is recorded." in (await browser.post("/forms/poolings", data=form)).text


@pytest.mark.parametrize(("at", "said"), [("2026-09-21T15:00", "23 h 0 min ahead"), ("2026-09-20T16:10", "")])
async def test_a_time_that_has_not_come_is_asked_and_never_refused(
    at: str, said: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    page = await ask(browser, "deliveries", DELIVERY | {"at": at})
    assert asks(page) is bool(said) and said in text_of(page)
    assert "recorded" in (await send(browser, "deliveries", DELIVERY | {"at": at})).text
