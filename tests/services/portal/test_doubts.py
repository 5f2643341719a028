"""What is asked before a report is recorded: on the form's page, and in a program's answer as warnings."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from services.portal.reporting.goods_before import blocked, coming, heavier, out_of_order
from services.portal.telling import histories
from services.portal.telling.balances import Balance, BalanceSheet
from services.portal.telling.histories import History, Step
from tests.services.portal.people import ask, asks, hidden, send, sign_in, text_of
from tests.services.portal.test_forms import BOX, EVERY_FORM
from tests.services.portal.upstream import Behind

SITE = "9520001000317"
DELIVERY = {
    "product": "9520001000010", "plot": "P-0417", "grower": "G-0231", "site": "9520001000218", "gross": "100000",
    "unit": "kg",
}  # fmt: skip
SOLD_TWICE = "was sold before and has not come back"
OTHER_ORDER = "was sold under another order number"
UNSOLD = "comes back, and nobody reported selling it"


@pytest.fixture
async def packed(browser: httpx.AsyncClient, world: Behind) -> httpx.AsyncClient:
    """A browser that reported the box to be packed."""
    await sign_in(browser, "operator.x.token")
    assert (await send(browser, "packing", EVERY_FORM["packing"])).status_code == 200
    return browser


async def test_a_box_in_two_parcels_is_asked_about_before_the_second_is_recorded(packed: httpx.AsyncClient) -> None:
    first = await send(packed, "parcels", EVERY_FORM["parcels"] | {"at": "2026-09-12 06:10"})
    again = await ask(packed, "parcels", EVERY_FORM["parcels"] | {"at": "2026-09-12 06:20", "order": "2026 1122 0002"})
    assert SOLD_TWICE not in text_of(first)
    assert SOLD_TWICE in text_of(again)


async def test_a_return_of_what_was_not_sold_is_pointed_out(packed: httpx.AsyncClient) -> None:
    assert UNSOLD in text_of(await ask(packed, "returns", EVERY_FORM["returns"]))


async def test_a_return_under_another_order_number_is_asked_about_and_under_its_own_is_not(
    packed: httpx.AsyncClient,
) -> None:
    sent = EVERY_FORM["parcels"] | {"at": "2026-09-12 06:10", "order": "JD 2026-2"}
    assert (await send(packed, "parcels", sent)).status_code == 200
    back = EVERY_FORM["returns"] | {"at": "2026-09-12 06:20"}
    other = await ask(packed, "returns", back | {"order": "JD 2026-1"})
    assert asks(other) and OTHER_ORDER in text_of(other)
    own = await ask(packed, "returns", back | {"order": "jd2026-2"})
    assert OTHER_ORDER not in text_of(own)


async def test_a_sale_a_return_and_a_sale_are_no_doubt(packed: httpx.AsyncClient) -> None:
    for minute, noun in enumerate(("sales", "returns", "sales"), start=10):
        page = text_of(await send(packed, noun, EVERY_FORM[noun] | {"at": f"2026-09-12 06:{minute}"}))
        assert SOLD_TWICE not in page and UNSOLD not in page


async def test_a_program_is_warned_of_a_box_sold_twice(packed: httpx.AsyncClient, program: httpx.AsyncClient) -> None:
    body, english = {"items": [BOX], "site": SITE}, {"accept-language": "en"}
    first = await program.post("/api/sales", json=body | {"at": "2026-09-12 06:10"}, headers=english)
    again = await program.post("/api/sales", json=body | {"at": "2026-09-12 06:20"}, headers=english)
    assert SOLD_TWICE not in str(first.json()["warnings"])
    assert SOLD_TWICE in str(again.json()["warnings"])


@pytest.mark.parametrize(
    ("typed", "language", "said"),
    [
        ({}, "en", "is a great deal for one delivery"),
        ({"plot": "P-9999"}, "en", "P-9999 is not registered"),
        ({"grower": "G-0213"}, "en", "The plot P-0417 is of Grower 17 of Shangzhuang G-0231"),
        ({"plot": "P-9999"}, "zh", "P-9999 没有注册"),
    ],
)
async def test_a_program_is_warned_as_the_form_warns(
    typed: dict[str, Any], language: str, said: str, program: httpx.AsyncClient, world: Behind
) -> None:
    answer = await program.post("/api/deliveries", json=DELIVERY | typed, headers={"accept-language": language})
    assert answer.status_code == 201, answer.text
    assert said in str(answer.json()["warnings"])
    assert len(world.log.stored_events) == 1


@pytest.mark.parametrize(
    ("typed", "is_said"),
    [({"unit": ""}, True), ({"unit": "kg"}, False), ({"unit": "", "gross": "400 kg"}, False)],
)
async def test_a_program_that_leaves_out_the_unit_is_told_how_it_was_read(
    typed: dict[str, Any], is_said: bool, program: httpx.AsyncClient
) -> None:
    answer = await program.post("/api/deliveries", json=DELIVERY | typed, headers={"accept-language": "en"})
    assert ("No unit was given" in str(answer.json()["warnings"])) == is_said


@pytest.mark.parametrize(
    ("reason", "status"),
    [("门卫拒收 138 0013 8000", 400), ("call １３８００１３８０００", 400), ("3 pears of box 12 spoilt", 201)],
)
async def test_a_telephone_number_is_no_reason_of_a_return(
    reason: str, status: int, program: httpx.AsyncClient
) -> None:
    answer = await program.post("/api/returns", json={"items": [BOX], "site": SITE, "reason": reason})
    assert answer.status_code == status, answer.text


RECALLED, HELD = "is recalled: do not sell it", "is held back: do not sell it"


@pytest.mark.parametrize(("kind", "said"), [("recall", RECALLED), ("hold", HELD)])
@pytest.mark.parametrize("noun", ["sales", "parcels", "shipments"])
async def test_recalled_and_held_goods_are_asked_about_before_they_are_passed_on(
    kind: str, said: str, noun: str, packed: httpx.AsyncClient, world: Behind
) -> None:
    await send(packed, "holds", EVERY_FORM["holds"] | {"kind": kind, "lots": ""})
    typed = EVERY_FORM[noun] | {"items": BOX}
    page = await ask(packed, noun, typed)
    assert asks(page) and said in text_of(page), text_of(page)
    assert len(world.log.stored_events) == 2
    assert "recorded." in (await packed.post(f"/forms/{noun}", data=hidden(page) | typed)).text
    assert len(world.log.stored_events) == 3


async def test_a_program_is_warned_of_a_recalled_lot_in_the_box(
    packed: httpx.AsyncClient, program: httpx.AsyncClient
) -> None:
    await send(packed, "holds", EVERY_FORM["holds"] | {"lots": "(01)09520001000010(10)A-1", "items": ""})
    answer = await program.post("/api/sales", json={"items": [BOX], "site": SITE}, headers={"accept-language": "zh"})
    assert answer.status_code == 201
    assert "已被召回：不要出售" in str(answer.json()["warnings"])


async def test_what_was_let_go_again_is_not_asked_about(packed: httpx.AsyncClient) -> None:
    await send(packed, "holds", EVERY_FORM["holds"] | {"kind": "hold", "lots": "", "at": "2026-09-12 06:10"})
    await send(packed, "releases", {"items": BOX, "reason": "sorted out", "at": "2026-09-12 06:20"})
    assert HELD not in text_of(await ask(packed, "sales", EVERY_FORM["sales"]))


def test_what_others_let_go_is_not_asked_about_by_whom_it_is_not_told_who_they_are() -> None:
    recall = Step(event_id="urn:x:recall", kind="recall", time_ms=0, objects=(histories.Amount(key=BOX),))
    released = Step(event_id="urn:x:release", kind="release", time_ms=1, objects=(histories.Amount(key=BOX),))
    for keys, said in (((BOX,), ["recalled"]), ((), [])):
        told = (histories.Hold(event_id="urn:x:recall", kind="recall", keys=keys),)
        assert list(blocked(BOX, History(code=BOX, key=BOX, steps=(recall, released), holds=told), ())) == said


STATION_SITE, LOT = "9520001000218", "(01)09520001000010(10)L-1"
USUAL = DELIVERY | {"gross": "400", "at": "2026-09-12 06:10", "site": STATION_SITE}


async def of_delivery(browser: httpx.AsyncClient, **typed: str) -> str:
    return text_of(await ask(browser, "deliveries", USUAL | typed))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"at": "1999-01-01"}, "days ago. Is the year right"),
        ({"at": "2026-03-12"}, "days ago"),
        ({"site": "9520001000317"}, "is of somebody else"),
        ({"product": "9520001000027"}, "is sold in boxes of 5 kg"),
    ],
)
async def test_a_delivery_that_is_unlikely_is_asked_about(
    typed: dict[str, str], said: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    place, box = "https://id.gs1.org/414/9520001000317", "https://id.gs1.org/01/09520001000027"
    world.records.records["site", place] = {"kind": "store", "id": place, "party": "https://id.gs1.org/417/9"}
    world.records.records["product", box] = {"kind": "product", "id": box, "net_weight_kg": "5"}
    await sign_in(browser)
    assert said in await of_delivery(browser, **typed)
    assert not world.log.stored_events


async def test_a_delivery_out_of_season_is_asked_about(browser: httpx.AsyncClient, world: Behind) -> None:
    gtin, standard = "https://id.gs1.org/01/09520001000010", "https://suyuan.example/standard/pear"
    world.records.records["product", gtin] = {"kind": "product", "id": gtin, "production_standard": standard}
    world.records.records["production_standard", standard] = {
        "kind": "production_standard", "id": standard, "season_from": "08-20", "season_to": "09-05",
    }  # fmt: skip
    await sign_in(browser)
    assert "out of season (08-20 to 09-05)" in await of_delivery(browser)
    assert "out of season" not in await of_delivery(browser, at="2026-09-05 08:00")


async def test_the_same_weight_of_the_same_plot_again_is_asked_about(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    assert "is recorded" in await of_delivery(browser)
    assert "is it the same delivery?" in await of_delivery(browser)
    assert "same delivery" not in await of_delivery(browser, gross="401")
    assert "same delivery" not in await of_delivery(browser, at="2026-09-12 08:10")


async def test_the_same_boxes_packed_again_are_asked_about(packed: httpx.AsyncClient) -> None:
    assert "are they packed already?" in text_of(await ask(packed, "packing", EVERY_FORM["packing"]))


async def test_a_box_reported_lost_is_asked_about_where_it_is_sold(packed: httpx.AsyncClient) -> None:
    assert "lost or destroyed" not in text_of(await ask(packed, "sales", EVERY_FORM["sales"]))
    await send(packed, "losses", {"items": BOX, "site": SITE, "at": "2026-09-12 06:20"})
    assert "was reported lost or destroyed" in text_of(await ask(packed, "sales", EVERY_FORM["sales"]))


async def test_what_never_came_here_is_asked_about_and_what_did_is_not(packed: httpx.AsyncClient) -> None:
    assert "came here" in text_of(await ask(packed, "sales", EVERY_FORM["sales"]))
    arrival = {"items": BOX, "site": SITE}
    assert "was sent here" in text_of(await ask(packed, "receipts", arrival))
    sent = EVERY_FORM["shipments"] | {"items": BOX, "at": "2026-09-12 06:10"}
    assert (await send(packed, "shipments", sent)).status_code == 200
    arrived = arrival | {"at": "2026-09-12 06:20"}
    assert "was sent here" not in text_of(await ask(packed, "receipts", arrived))
    await send(packed, "receipts", arrived)
    assert "came here" not in text_of(await ask(packed, "sales", EVERY_FORM["sales"]))


@pytest.mark.parametrize(("noun", "asked"), [("receipts", "not-sent"), ("sales", "not-here")])
def test_where_all_that_was_told_of_a_box_is_taken_back_it_is_not_asked_where_it_stands(noun: str, asked: str) -> None:
    packed = Step(event_id="urn:x:1", kind="packing", time_ms=0, biz_location="urn:x:elsewhere")
    for standing, said in (("in_force", [asked]), ("void", [])):
        history = History(code=BOX, key=BOX, steps=(replace(packed, standing=standing),))
        assert list(coming(noun, BOX, {"site": "urn:x:here"}, history, ())) == said


TIMES = "Is one of the times wrong?"


async def test_a_lot_that_left_before_it_was_picked_is_told_beside_the_receipt_and_not_asked(
    browser: httpx.AsyncClient, program: httpx.AsyncClient
) -> None:
    await sign_in(browser)
    await send(browser, "deliveries", USUAL | {"lot": "L-1", "at": "2026-09-12 06:10"})
    left = {"lots.0.lot": LOT, "lots.0.mass": "100", "unit": "kg", "site": STATION_SITE, "to_site": SITE}
    for at, is_said in (("2026-09-11 06:10", True), ("2026-09-12 06:00", False), ("2026-09-12 06:15", False)):
        assert TIMES not in text_of(await ask(browser, "shipments", left | {"at": at}))
        receipt = text_of(await send(browser, "shipments", left | {"at": at}))
        assert ("L-1 was picked or made only after this. " + TIMES in receipt) is is_said
        assert "The shipment is recorded." in receipt
    body = {"lots": [{"lot": LOT, "mass": "100"}], "unit": "kg", "site": STATION_SITE, "to_site": SITE}
    early = await program.post(
        "/api/shipments", json=body | {"at": "2026-09-11 06:20"}, headers={"accept-language": "zh"}
    )
    assert "L-1 在此之后才采收或制成" in str(early.json()["warnings"])


async def test_what_arrives_before_it_was_sent_or_twice_is_told_beside_the_receipt(packed: httpx.AsyncClient) -> None:
    sent = EVERY_FORM["shipments"] | {"items": BOX}
    arrival = {"items": BOX, "site": SITE}
    await send(packed, "shipments", sent | {"at": "2026-09-12 08:00"})
    assert "only after this" not in text_of(await ask(packed, "receipts", arrival | {"at": "2026-09-12 07:00"}))
    early = text_of(await send(packed, "receipts", arrival | {"at": "2026-09-12 07:00"}))
    assert "was sent here only after this" in early and "The arrival is recorded." in early
    assert "was received here before" not in early
    again = text_of(await send(packed, "receipts", arrival | {"at": "2026-09-12 08:30"}))
    assert "was received here before" not in again, "it left in between"
    third = text_of(await send(packed, "receipts", arrival | {"at": "2026-09-12 08:40"}))
    assert "was received here before" in third and "The arrival is recorded." in third


@pytest.mark.parametrize(
    ("sent", "came", "is_said"),
    [
        (("412",), ("512",), True),
        (("412",), ("412",), False),
        (("412",), ("418",), False),
        (("412", "100"), ("512",), False),
        (("412",), ("200", "300"), True),
        (("412", ""), ("512",), False),
        ((), ("512",), False),
        (("412",), ("",), False),
    ],
)
async def test_where_more_arrives_than_was_sent_here_it_is_told_beside_the_receipt(
    sent: tuple[str, ...], came: tuple[str, ...], is_said: bool, browser: httpx.AsyncClient
) -> None:
    await sign_in(browser)
    await send(browser, "deliveries", USUAL | {"lot": "L-1", "gross": "900"})
    for kg in sent:
        goods = {"lots.0.lot": LOT, "lots.0.mass": kg, "unit": "kg", "site": STATION_SITE, "to_site": SITE}
        await send(browser, "shipments", goods | {"at": "2026-09-12 06:20"})
    receipts = []
    for hour, kg in enumerate(came, 7):
        goods = {"lots.0.lot": LOT, "lots.0.mass": kg, "unit": "kg", "site": SITE, "at": f"2026-09-12 {hour:02}:00"}
        assert "than has come" not in text_of(await ask(browser, "receipts", goods))
        receipts.append(text_of(await send(browser, "receipts", goods)))
    assert "The arrival is recorded." in receipts[-1]
    assert ("less of L-1 was sent here than has come" in receipts[-1]) is is_said
    assert not any("than has come" in one for one in receipts[:-1])


def test_what_came_on_a_pallet_or_was_sent_to_no_place_in_particular_is_weighed_against_nothing() -> None:
    to = (histories.TypedId(type="location", id=f"https://id.gs1.org/414/{SITE}"),)
    lot = "https://id.gs1.org/01/09520001000010/10/L-1"
    goods = (histories.Amount(key=lot, quantity="100", uom="KGM"),)
    sent = Step(event_id="urn:x:1", kind="shipping", time_ms=0, destinations=to, objects=goods)
    values = {"site": to[0].id, "lots": [{"lot": lot, "mass": Decimal(200)}]}
    others = (replace(sent, destinations=()), replace(sent, carried=True), replace(sent, objects=()))
    for beside, said in ((None, ["more-than-sent"]), *((other, []) for other in others)):
        history = History(code=lot, key=lot, steps=(sent, beside) if beside else (sent,))
        assert list(heavier("receipts", lot, values, history, ())) == said


@pytest.mark.parametrize("carried", [False, True])
def test_a_box_received_with_its_pallet_and_then_by_itself_is_not_received_twice(carried: bool) -> None:
    step = Step(event_id="urn:x:1", kind="receiving", time_ms=0, biz_location=SITE, carried=carried)
    history = History(code=BOX, key=BOX, steps=(step,))
    values = {"site": SITE, "at": datetime.fromtimestamp(60, UTC)}
    assert list(out_of_order("receipts", BOX, values, history, ())) == ([] if carried else ["here-already"])
    assert list(out_of_order("receipts", BOX, values, history, {"urn:x:1"})) == []


def test_the_failed_test_that_is_corrected_is_not_told_of_its_correction() -> None:
    history = History(code=BOX, key=BOX, tests=(histories.Test(event_id="urn:x:1", blocking=True),))
    for but, said in (((), ["failed-before"]), (("urn:x:1",), [])):
        assert list(coming("inspections", BOX, {}, history, but)) == said


@pytest.mark.parametrize(
    ("noun", "mass", "said"),
    [
        ("shipments", "100", "Only 50 kg are left"),
        ("losses", "100", "Only 50 kg are left"),
        ("stock-takes", "15000", "Only 50 kg of L-1 should be here"),
    ],
)
async def test_more_than_the_site_has_left_is_asked_about_and_told_to_programs(
    noun: str, mass: str, said: str, browser: httpx.AsyncClient, program: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await send(browser, "deliveries", USUAL | {"lot": "L-1"})
    lot, site = "https://id.gs1.org/01/09520001000010/10/L-1", "https://id.gs1.org/414/9520001000218"
    here = Balance(kind="site", key=lot, site=site, left_kg="50")
    world.log.balance_sheets[lot] = BalanceSheet(key=lot, balances=(Balance(kind="lot", key=lot, left_kg="400"), here))
    typed = EVERY_FORM[noun] | {"lots.0.lot": LOT, "lots.0.mass": mass, "unit": "kg", "items": ""}
    typed.pop("items") if noun == "stock-takes" else None
    assert said in text_of(await ask(browser, noun, typed))
    to = {"to_site": "9520001000317"} if noun == "shipments" else {}
    body = {"lots": [{"lot": LOT, "mass": mass}], "unit": "kg", "site": STATION_SITE} | to
    answer = await program.post(f"/api/{noun}", json=body, headers={"accept-language": "en"})
    assert said in str(answer.json()["warnings"])


async def test_a_release_that_ends_no_recall_says_so_before_and_on_its_receipt(
    packed: httpx.AsyncClient, world: Behind
) -> None:
    await send(packed, "holds", {"kind": "recall", "items": BOX, "reason": "rotten", "at": "2026-09-12 06:10"})
    inspector = "https://id.gs1.org/417/9520001000409"
    world.records.records["party", inspector] = {"kind": "inspector", "id": inspector}
    await sign_in(packed, "inspector.x.token")
    stays = "stays recalled: only who is registered as regulator or operator ends a recall"
    typed = {"items": BOX, "reason": "sorted out", "at": "2026-09-12 06:20"}
    assert stays in text_of(await ask(packed, "releases", typed))
    assert stays in text_of(await send(packed, "releases", typed))


async def test_a_recall_by_who_had_nothing_to_do_with_the_goods_says_that_it_holds_nothing(
    packed: httpx.AsyncClient,
) -> None:
    await sign_in(packed, "importer.x.token")
    typed = {"kind": "recall", "items": BOX, "reason": "rotten"}
    assert "this is only shown and holds nothing" in text_of(await ask(packed, "holds", typed))
    page = text_of(await send(packed, "holds", typed))
    assert "The recall is recorded." in page and "holds nothing" in page and "By the standard" not in page


@pytest.mark.parametrize(("typed", "name"), [({"gross": "100000"}, "gross"), ({"at": "1999-01-01"}, "at")])
async def test_a_doubt_leads_to_the_field_it_is_about_and_marks_it(
    typed: dict[str, str], name: str, browser: httpx.AsyncClient
) -> None:
    await sign_in(browser)
    page = (await ask(browser, "deliveries", USUAL | typed)).text
    assert f'<li><a href="#f-{name}">' in page
    marked = [part for part in page.split('<div class="field')[1:] if part.split(">")[0].find(" asked") >= 0]
    assert marked and all(f'name="{name}"' in part for part in marked)
