"""The forms as people use them: no JavaScript, a phone, gloves."""

import re
from typing import Any

import httpx
import orjson
import pytest

from services.portal.reporting.commands import COMMANDS
from tests.services.portal.conftest import GROWER, PLOT, STATION, STATION_SITE
from tests.services.portal.people import filled as shown
from tests.services.portal.people import hidden, open_form, send, sign_in, text_of
from tests.services.portal.upstream import Behind

DELIVERY = {
    "product": "9520001000010 玉露香梨",
    "plot": "P-0417",
    "grower": "G-0231",
    "unit": "斤",
    "gross": "８２４",
    "tare": "20斤",
    "crates": "16",
    "crate_weight": "0.25",
    "site": "9520001000218",
    "at": "2026-09-12T06:30",
}
LOT = "(01)09520001000010(10)260912-A"
PALLET = "095200010000000010"
CODE = "N4VT-YC4H-4WA3"
BOX = "https://id.gs1.org/01/19520001000017/21/BX0001"


def only_event(world: Behind) -> dict[str, Any]:
    (stored,) = world.log.stored_events.values()
    return dict(orjson.loads(stored.event))


async def test_a_delivery_is_weighed_in(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    page = await send(browser, "deliveries", DELIVERY)
    assert page.status_code == 200, text_of(page)
    assert "The delivery is recorded." in page.text
    event = only_event(world)
    assert event["quantityList"][0]["quantity"] == 400  # (824 - 20 - 16 x 0.25) 斤
    assert event["readPoint"] == {"id": PLOT}
    assert event["bizLocation"] == {"id": STATION_SITE}
    assert event["sourceList"] == [{"type": "owning_party", "source": GROWER}]
    assert event["eventTime"] == "2026-09-12T06:30:00.000+08:00"
    assert event["eventID"] in page.text
    assert "/trace?code=https" in page.text and "&amp;after=" in page.text
    assert "<dd>400 kg (800 斤)</dd>" in page.text
    lot = event["quantityList"][0]["epcClass"].split("/10/")[1]
    assert re.fullmatch("260912-[A-Z2-7]{12}", lot)
    assert f"<dd>{lot}</dd>" in page.text
    assert next(iter(world.log.stored_events.values())).capturer == STATION


async def test_what_was_typed_comes_back_with_one_sentence_at_the_field(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    page = await send(browser, "deliveries", DELIVERY | {"gross": "many", "plot": "", "crates": "2.5"})
    assert page.status_code == 422
    for sentence in ("This is not a weight.", "Please fill this in.", "This must be a whole number"):
        assert sentence in page.text
    for typed in ('value="many"', 'value="G-0231"', 'value="2.5"', 'value="20斤"'):
        assert typed in page.text
    assert 'aria-invalid="true"' in page.text
    assert not world.log.stored_events


async def test_a_form_sent_twice_is_recorded_once(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    filled = await open_form(browser, "deliveries") | DELIVERY
    first, second = [await browser.post("/forms/deliveries", data=filled) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 200)
    assert only_event(world)["eventID"] == f"urn:uuid:{filled['event_id']}"


@pytest.mark.parametrize("later_s", [40, 3 * 3600])
async def test_a_form_without_a_time_sent_again_is_the_same_report(
    later_s: int, browser: httpx.AsyncClient, world: Behind
) -> None:
    """Tapped twice, gone back to and sent again, or sent to another portal: the time is that of the first sending."""
    await sign_in(browser)
    filled = await open_form(browser, "deliveries") | DELIVERY | {"at": ""}
    world.now_s += 3 * 3600 + 5
    first = await browser.post("/forms/deliveries", data=filled)
    world.now_s += later_s
    assert (first.status_code, (await browser.post("/forms/deliveries", data=filled)).status_code) == (200, 200)
    assert only_event(world)["eventTime"] == "2026-09-20T19:00:00.000+08:00"


async def test_two_taps_are_one_report_though_nobody_can_read_it_yet(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    filled = await open_form(browser, "deliveries") | DELIVERY | {"at": ""}
    world.log.hold_back = True
    for _ in range(2):
        world.now_s += 10
        assert (await browser.post("/forms/deliveries", data=filled)).status_code == 200
    world.log.release()
    assert only_event(world)["eventTime"] == "2026-09-20T16:00:00.000+08:00"


async def test_the_time_of_an_unknown_outcome_is_kept_with_the_form(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    filled = await open_form(browser, "deliveries") | DELIVERY | {"at": ""}
    world.log.unacknowledged = 1
    world.now_s += 30
    page = await browser.post("/forms/deliveries", data=filled)
    assert page.status_code == 503
    world.now_s += 600
    assert (await browser.post("/forms/deliveries", data=filled | hidden(page))).status_code == 200
    assert only_event(world)["eventTime"] == "2026-09-20T16:00:00.000+08:00"


@pytest.mark.parametrize("wrong", ["", "yesterday", "2026-09-20T08:00:00", "2026-01-01T00:00:00Z", "2027-01-01T00:00Z"])
async def test_no_other_time_gets_in_through_a_page(wrong: str, browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    filled = await open_form(browser, "deliveries") | DELIVERY | {"at": ""}
    await browser.post("/forms/deliveries", data=filled | {"served_at": wrong, "sent_at": wrong})
    assert only_event(world)["eventTime"] == "2026-09-20T16:00:00.000+08:00"


async def test_the_id_stays_the_same_while_mistakes_are_mended(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    filled = await open_form(browser, "deliveries") | DELIVERY
    page = await browser.post("/forms/deliveries", data=filled | {"gross": ""})
    assert hidden(page)["event_id"] == filled["event_id"]


async def test_an_unknown_outcome_keeps_the_form_and_says_that_sending_again_is_harmless(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    world.log.unacknowledged = 1
    filled = await open_form(browser, "deliveries") | DELIVERY
    page = await browser.post("/forms/deliveries", data=filled)
    assert page.status_code == 503
    assert "Send it again: that is harmless." in page.text
    assert 'value="P-0417"' in page.text
    assert (await browser.post("/forms/deliveries", data=filled)).status_code == 200
    assert len(world.log.stored_events) == 1


async def test_tare_heavier_than_gross_is_said_at_the_gross_weight(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    page = await send(browser, "deliveries", DELIVERY | {"gross": "10"})
    assert page.status_code == 422
    assert 'id="f-gross-problem"' in page.text
    assert "Nothing is left after the tare: gross 5 kg, tare and crates 12 kg." in page.text


async def test_what_stays_the_same_is_offered_again(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    await send(browser, "deliveries", DELIVERY)
    page = await browser.get("/forms/deliveries")
    assert 'value="9520001000218"' in page.text
    assert 'value="9520001000010 玉露香梨"' in page.text
    assert 'value="G-0231"' not in page.text


async def test_more_rows_keeps_what_was_typed(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    filled = await open_form(browser, "poolings")
    page = await browser.post("/forms/poolings", data=filled | {"inputs.2.lot": "L-3", "more": "inputs"})
    assert page.status_code == 200
    assert 'name="inputs.5.lot"' in page.text
    assert 'value="L-3"' in page.text


EVERY_FORM: dict[str, dict[str, str]] = {
    "deliveries": DELIVERY,
    "poolings": {
        "product": "9520001000010", "unit": "kg", "inputs.0.lot": "L-1", "inputs.0.mass": "400",
        "inputs.2.lot": "L-2", "inputs.2.mass": "350", "output": "POOL-1", "site": "9520001000218",
    },
    "gradings": {
        "product": "9520001000010", "unit": "kg", "inputs.0.lot": "POOL-1", "inputs.0.mass": "750",
        "outputs.0.lot": "A-1", "outputs.0.mass": "400", "outputs.1.lot": "B-1", "outputs.1.mass": "290",
        "run": "0914-1", "closed": "closed", "site": "9520001000218",
    },
    "samples": {
        "product": "9520001000010", "lot": "L-1", "seal": "YP-2026-0142", "unit": "kg", "mass": "1.5",
        "due": "2026-09-27", "laboratory": "9520001000409", "site": "9520001000218",
    },
    "inspections": {
        "product": "9520001000010", "lot": "L-1", "measurements.0.property": "soluble_solids",
        "measurements.0.value": "13.2", "measurements.1.substance": "imidacloprid", "measurements.1.value": "<0.01",
        "measurements.1.unit": "mg/kg", "measurements.1.method": "GB 23200.121-2026", "kind": "laboratory",
        "seal": "YP-2026-0142", "laboratory": "9520001000409", "cma": "170000123456", "report_number": "R-7",
        "file_hash": "a" * 64, "verdict": "conformant", "site": "9520001000218",
    },
    "holds": {"kind": "recall", "lots": LOT, "items": BOX, "reason": "rotten", "site": "9520001000218"},
    "releases": {"lots": LOT, "reason": "sorted out"},
    "farm-inputs": {"plot": "P-0417", "substance": "imidacloprid", "dose": "20 g / 亩", "grower": "G-0231"},
    "certificates": {
        "certificate": "GF141031260141", "state": "issued", "scheme": "green_food", "scope": "P-0417",
        "lots": LOT, "valid_from": "2026-01-01", "valid_to": "2027-01-01",
    },
    "packing": {
        "product": "9520001000010", "unit": "kg", "inputs.0.lot": "A-1", "inputs.0.mass": "5", "boxes": BOX,
        "net_weight": "5", "lot": "PK-1", "site": "9520001000218",
    },
    "labellings": {
        "product": "9520001000010", "lot": "PK-1", "boxes": f"{BOX}\n{CODE}", "site": "9520001000218",
    },
    "pallets": {"pallet": PALLET, "items": BOX, "site": "9520001000218"},
    "unpackings": {"pallet": PALLET, "site": "9520001000218"},
    "shipments": {"items": PALLET, "site": "9520001000218", "to_site": "9520001000317"},
    "receipts": {"items": f"{PALLET}\n\n{BOX}\n{BOX}", "site": "9520001000317"},
    "sales": {"items": BOX, "site": "9520001000317"},
    "parcels": {"items": BOX, "order": "2026 1122 0001", "waybill": "SF1234567890", "site": "9520001000317"},
    "returns": {"items": BOX, "site": "9520001000317", "order": "202611220001", "reason": "refused"},
    "losses": {
        "lots.0.lot": LOT, "lots.0.mass": "12", "unit": "kg", "site": "9520001000218", "reason": "spoilt",
    },
    "stock-takes": {"lots.0.lot": LOT, "lots.0.mass": "0", "unit": "kg", "site": "9520001000218"},
}  # fmt: skip


@pytest.mark.parametrize("noun", list(COMMANDS))
async def test_every_form_records_an_event_that_is_valid_and_found(
    noun: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser, "operator.x.token")
    page = await send(browser, noun, EVERY_FORM[noun])
    assert page.status_code == 200, text_of(page)
    event = only_event(world)
    assert event["eventTimeZoneOffset"] == "+08:00"
    assert len(world.log.stored_events) == 1


async def test_a_receipt_tells_the_code_of_a_box_in_fours_as_its_label_does(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "operator.x.token")
    page = await send(browser, "labellings", EVERY_FORM["labellings"])
    assert re.search(rf"<dd>BX0001\n{CODE}</dd>", page.text), text_of(page)


async def test_a_packed_lot_is_one_of_the_boxes_own_product(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser, "operator.x.token")
    packed = {"packed_product": "19520001000017", "outputs.0.lot": "PK-2", "outputs.0.mass": "5", "boxes": ""}
    await send(browser, "packing", EVERY_FORM["packing"] | packed)
    (output,) = only_event(world)["outputQuantityList"]
    assert output["epcClass"] == "https://id.gs1.org/01/19520001000017/10/PK-2"


async def test_labels_are_put_on_by_link_or_by_the_code_beside_the_square(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser, "operator.x.token")
    await send(browser, "labellings", EVERY_FORM["labellings"])
    assert only_event(world)["epcList"] == [BOX, "https://id.gs1.org/01/09520001000010/21/N4VTYC4H4WA3"]


async def test_a_choice_is_shown_again_in_words(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "operator.x.token")
    page = await send(browser, "inspections", EVERY_FORM["inspections"])
    assert "Conforms" in page.text and "Soluble solids · 13.2" in text_of(page)


@pytest.mark.parametrize("noun", list(COMMANDS))
async def test_an_empty_form_says_what_is_missing_and_records_nothing(
    noun: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    page = await send(browser, noun, {})
    assert page.status_code == 422
    assert 'class="problem"' in page.text
    assert not world.log.stored_events


async def test_a_form_of_another_session_is_refused(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    filled = await open_form(browser, "deliveries") | DELIVERY
    for csrf in ("", "guessed", filled["csrf"][:-1]):
        page = await browser.post("/forms/deliveries", data=filled | {"csrf": csrf})
        assert page.status_code == 403
    assert not world.log.stored_events


async def test_without_a_session_the_form_leads_to_the_sign_in(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/forms/deliveries")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?to=/forms/deliveries")


async def test_what_was_typed_is_never_markup(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    evil = '"><script>alert(1)</script>'
    page = await send(browser, "deliveries", dict.fromkeys(DELIVERY, evil))
    assert "<script" not in page.text


async def test_an_unknown_form_is_a_page_that_says_so(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/forms/weddings")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")


async def test_a_run_that_stays_open_is_reported_in_parts_under_one_name(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser, "operator.x.token")
    given = {"product": "9520001000010", "unit": "kg", "site": "9520001000218", "run": "0914-1"}
    await send(browser, "gradings", given | {"inputs.0.lot": "POOL-1", "inputs.0.mass": "750", "closed": "open"})
    await send(browser, "gradings", given | {"outputs.0.lot": "A-1", "outputs.0.mass": "690", "closed": "closed"})
    tipped, came_out = (orjson.loads(stored.event) for stored in world.log.stored_events.values())
    assert tipped["transformationID"] == came_out["transformationID"]
    assert "suyuan:runClosed" not in tipped and came_out["suyuan:runClosed"] is True


async def test_a_grading_without_a_run_needs_both_sides(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser, "operator.x.token")
    given = {"product": "9520001000010", "unit": "kg", "site": "9520001000218"}
    page = await send(browser, "gradings", given | {"inputs.0.lot": "POOL-1", "inputs.0.mass": "750"})
    assert page.status_code == 422 and "name the run that stays open" in page.text
    assert not world.log.stored_events


async def test_the_weight_of_a_crate_is_offered_again_with_its_unit(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    await send(browser, "deliveries", DELIVERY)
    assert 'value="0.25斤"' in (await browser.get("/forms/deliveries")).text
    page = await send(browser, "deliveries", DELIVERY | {"crates": "", "crate_weight": "0.25斤"})
    assert "Weight of one empty crate" not in text_of(page)


@pytest.mark.parametrize("noun", ["deliveries", "shipments", "receipts", "sales", "returns", "losses"])
async def test_a_person_chooses_the_unit_and_none_is_chosen_before(noun: str, browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "operator.x.token")
    assert "checked" not in (await browser.get(f"/forms/{noun}")).text
    typed = {"unit": "", "gross": "100"} if noun == "deliveries" else {"lots.0.lot": LOT, "lots.0.mass": "100"}
    bare = EVERY_FORM[noun] | typed | ({} if noun == "deliveries" else {"unit": ""})
    page = await send(browser, noun, bare)
    assert page.status_code == 422 and "Choose the unit of the weights" in page.text


async def test_what_is_labelled_is_the_product_of_the_boxes_and_not_the_fruit_in_them(
    browser: httpx.AsyncClient,
) -> None:
    await sign_in(browser, "operator.x.token")
    packed = {"packed_product": "19520001000017", "outputs.0.lot": "ZG01", "outputs.0.mass": "5", "boxes": ""}
    await send(browser, "packing", EVERY_FORM["packing"] | packed)
    assert shown(await browser.get("/forms/labellings"), "/forms/labellings")["product"] == "19520001000017"
    assert shown(await browser.get("/forms/poolings"), "/forms/poolings")["product"] == "9520001000010"
    await send(browser, "labellings", EVERY_FORM["labellings"] | {"product": "29520001000014"})
    assert shown(await browser.get("/forms/packing"), "/forms/packing")["packed_product"] == "29520001000014"
    assert shown(await browser.get("/forms/deliveries"), "/forms/deliveries")["product"] == "9520001000010"


async def test_what_a_person_does_not_see_is_not_remembered(browser: httpx.AsyncClient) -> None:
    """A laboratory typed once was in whose name all later inspections were."""
    await sign_in(browser, "operator.x.token")
    await send(browser, "inspections", EVERY_FORM["inspections"])
    for noun in ("inspections", "samples"):
        page = (await browser.get(f"/forms/{noun}")).text
        assert "9520001000409" not in page and "170000123456" not in page
    assert "9520001000218" not in (await browser.get("/forms/holds")).text


@pytest.mark.parametrize(
    ("field", "typed", "said"), [("grower", "张三", "such as G-0231"), ("site", "顺丰", "13 digits")]
)
async def test_a_name_is_answered_with_which_code_to_give(
    field: str, typed: str, said: str, browser: httpx.AsyncClient
) -> None:
    await sign_in(browser)
    page = await send(browser, "deliveries", DELIVERY | {field: typed})
    assert page.status_code == 422 and f"{typed} is a name." in text_of(page) and said in text_of(page)


async def test_the_receipt_of_a_parcel_repeats_the_order_number_that_was_typed(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    """It is kept as a hash only."""
    await sign_in(browser, "operator.x.token")
    words = text_of(await send(browser, "parcels", EVERY_FORM["parcels"]))
    assert "Order number 2026 1122 0001" in words and "/order/" not in words
    assert "2026 1122 0001" not in str(only_event(world))


async def test_the_faulty_fields_are_named_above_and_linked(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "operator.x.token")
    page = await send(browser, "packing", EVERY_FORM["packing"] | {"boxes": "12345", "inputs.0.mass": "much"})
    above = page.text[page.text.index('role="alert"') : page.text.index('class="fields"')]
    assert 'href="#f-boxes">Boxes</a>' in above and 'href="#f-inputs-0-mass"' in above
    assert "12345 has 5 digits" in above and 'id="f-inputs-0-mass"' in page.text


async def test_a_reason_keeps_its_own_punctuation(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser, "operator.x.token")
    await send(browser, "holds", EVERY_FORM["holds"] | {"reason": "腐烂，约三成"})
    assert only_event(world)["suyuan:reason"] == "腐烂，约三成"
