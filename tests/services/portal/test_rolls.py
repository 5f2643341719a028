"""Rolls as people have them in hands: ordered, bound by two scans, returned, made void, recalled."""

from __future__ import annotations

from html import unescape
from typing import Any

import httpx
import orjson
import pytest

from provenance.label_link import NotALabel, read_short_code
from services.portal.rolls.refusals import why
from services.portal.sentences import say
from services.portal.telling.histories import Claim, RuleResult
from tests.services.portal.conftest import OFFICE, OTHER
from tests.services.portal.people import filled, sign_in, text_of
from tests.services.portal.upstream import Behind
from wire.errors import Rejected

GTIN = "09520001000010"
LOT = f"(01){GTIN}(10)G0914"


async def asked(browser: httpx.AsyncClient, where: str, **typed: str) -> httpx.Response:
    """The form there, filled in and sent, and where that leads."""
    page = await browser.get(where)
    form = filled(page, where.partition("?")[0])
    return await browser.post(where.partition("?")[0], data=form | typed, follow_redirects=True)


async def roll_of(browser: httpx.AsyncClient, world: Behind, count: int = 30) -> list[str]:
    """The codes of a roll that the brand's office ordered."""
    await sign_in(browser, "CARD-BRAND")
    page = await asked(browser, "/labels/rolls", product=GTIN, count=str(count))
    assert page.status_code == 200, text_of(page)
    (number,) = [number for number in world.rolls.printed if number in page.text]
    return [label.serial for label in world.rolls.printed[number]]


async def test_a_roll_is_ordered_bound_by_two_scans_returned_and_its_page_tells_it(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    roll = await roll_of(browser, world)
    bound = await asked(browser, "/labels/bind", lot=LOT, first=roll[0], last=roll[9])
    assert "10 labels are bound to the lot." in bound.text
    assert f'value="{LOT}"' in bound.text, "the lot stays for the next stretch"
    returned = await asked(browser, "/labels/return", first=roll[8], last=roll[9])
    assert "2 labels are free again." in returned.text
    void = await asked(browser, "/labels/void", codes=f"{roll[20]}\n{roll[21]}", reason="torn")
    assert "2 labels are void." in void.text
    page = await browser.get(f"/labels/rolls?code={roll[3]}", follow_redirects=True)
    assert "1–8" in page.text and "G0914" in page.text
    assert "/labels?request=" in page.text, "it is printed from here"
    assert "8 of 30 bound" in (await browser.get("/labels/rolls")).text


async def test_who_packs_under_a_mandate_binds_and_returns_and_is_shown_nothing_else(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    roll = await roll_of(browser, world)
    await sign_in(browser, "CARD-PACK")
    refused = await asked(browser, "/labels/bind", lot=LOT, first=roll[0], last=roll[9])
    assert refused.status_code == 422 and "given you no mandate to label" in refused.text
    world.rolls.mandates = {(OFFICE, OTHER)}
    assert "10 labels" in (await asked(browser, "/labels/bind", lot=LOT, first=roll[0], last=roll[9])).text
    assert 'name="request_id"' not in (await browser.get("/labels/void")).text
    assert "Order a roll" not in (await browser.get("/labels/rolls")).text
    work = (await browser.get("/work")).text
    assert "/labels/bind" in work and "/labels/void" not in work


async def test_one_scan_and_enter_leads_to_the_next_field(browser: httpx.AsyncClient, world: Behind) -> None:
    roll = await roll_of(browser, world)
    page = await asked(browser, "/labels/bind", lot=LOT, first=roll[0])
    assert f'value="{roll[0]}"' in page.text
    (focused,) = [tag for tag in page.text.split("<input")[1:] if "autofocus" in tag.split(">")[0]]
    assert 'name="last"' in focused


async def test_a_held_lot_says_the_rules_that_failed_and_who_mends_them(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    roll = await roll_of(browser, world)
    failed = RuleResult(rule="certified", outcome="failed", sentence_en="The certificate was withdrawn.")
    world.rolls.claim = Claim(verdict="held", results=(failed,))
    page = await asked(browser, "/labels/bind", lot=LOT, first=roll[0], last=roll[9])
    assert page.status_code == 409
    assert "No labels yet: something has to be settled first." in page.text
    assert failed.sentence_en in page.text and f'value="{roll[9]}"' in page.text


REFUSED = (
    ({"last": "222222222222"}, "is no label of this system"),
    ({"lot": "(01)09520001000027(10)X"}, "this roll was printed for 09520001000010"),
    ({"last": "25"}, "the lot's 100 kg fill 20 boxes"),
    ({"lot": f"(01){GTIN}(10)OTHER", "last": "4"}, "Labels 1 to 10 of this roll are bound to lot G0914 already"),
)


@pytest.mark.parametrize(("typed", "said"), REFUSED)
async def test_what_cannot_be_bound_is_said_with_what_would_be_right(
    browser: httpx.AsyncClient, world: Behind, typed: dict[str, str], said: str
) -> None:
    roll = await roll_of(browser, world)
    await asked(browser, "/labels/bind", lot=LOT, first=roll[0], last=roll[9])
    last = typed.get("last", "12")
    given = {"lot": LOT, "first": roll[10], **typed, "last": roll[int(last)] if len(last) < 3 else last}
    page = await asked(browser, "/labels/bind", **given)
    assert page.status_code == 422
    assert said in unescape(page.text)


def test_a_code_of_the_wrong_length_is_told_its_length_and_not_that_there_are_no_labels() -> None:
    with pytest.raises(NotALabel) as wrong:
        read_short_code("9999")
    said = why(Rejected(f"{wrong.value} {wrong.value.sentence_zh}"))
    assert said == say("A code on a box has 12 characters; this one has {length}.", length="4")


async def test_the_regulator_recalls_from_one_label_to_another_and_the_log_has_each_box(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    roll = await roll_of(browser, world)
    await sign_in(browser, "CARD-REG")
    page = await asked(browser, "/labels/recall", first=roll[2], last=roll[4], reason="Glass in a box")
    assert "3 boxes are recalled" in page.text, text_of(page)
    (event,) = [orjson.loads(one) for one in recorded(world)]
    assert event["disposition"] == "recalled" and event["bizStep"] == "holding"
    assert event["epcList"] == [f"https://id.gs1.org/01/{GTIN}/21/{code}" for code in roll[2:5]]
    assert "Say which" in (await asked(browser, "/labels/recall", reason="Glass")).text


async def test_the_brands_office_is_told_who_recalls(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "CARD-BRAND")
    page = await browser.get("/labels/recall")
    recall = {"first": "K7QM2D9VXR4T", "reason": "Glass"}
    answer = await post(browser, "/api/labels/recall", recall)
    assert answer.status_code == 403 and "A recall is opened by the regulator" in answer.json()["detail"]
    assert "A recall is opened by the regulator" in page.text and 'name="request_id"' not in page.text


async def test_a_program_does_the_same_and_again_is_the_same(browser: httpx.AsyncClient, world: Behind) -> None:
    answered = await post(browser, "/api/labels/rolls", {"product": GTIN, "count": 30, "request_id": "r1"})
    assert answered.status_code == 201, answered.text
    number = answered.json()["roll"]
    roll = [label.serial for label in world.rolls.printed[number]]
    bind = {"lot": LOT, "first": roll[0], "last": roll[9], "request_id": "b1"}
    twice = [(await post(browser, "/api/labels/bind", bind)).json()["count"] for _ in range(2)]
    assert twice == [10, 10]
    void = {"first": roll[0], "last": roll[2], "codes": roll[5:6], "reason": "torn", "request_id": "v1"}
    assert (await post(browser, "/api/labels/void", void)).json()["count"] == 4
    state = (await browser.get(f"/api/labels/rolls/{roll[4]}", headers=bearer("office"))).json()
    assert (state["bound"], state["void"]) == (10, 4)


async def test_a_recall_sent_again_is_the_same_report(browser: httpx.AsyncClient, world: Behind) -> None:
    roll = await roll_of(browser, world)
    recall = {"first": roll[0], "reason": "Glass", "request_id": "c1", "lot": LOT, "at": "2026-09-14T08:00"}
    answers = [await post(browser, "/api/labels/recall", recall, "regulator") for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200] and answers[0].json()["event_ids"] == answers[1].json()[
        "event_ids"
    ]
    assert len(set(recorded(world))) == 2
    without = {name: value for name, value in recall.items() if name != "at"}
    assert (await post(browser, "/api/labels/recall", without, "regulator")).status_code == 400


async def test_a_buyer_scratches_a_number_off_without_an_account(browser: httpx.AsyncClient, world: Behind) -> None:
    roll = await roll_of(browser, world)
    for secret, said in (
        ("2222222222", "not the number of this label"),
        (world.rolls.secret(roll[0]), "nobody has scratched it off before you"),
    ):
        page = await browser.post("/labels/secret", data={"code": roll[0], "secret": secret})
        assert said in page.text and "set-cookie" not in page.headers
    world.rolls.now_ms += 60_000
    again = await post(browser, "/api/labels/secret", {"code": roll[0], "secret": world.rolls.secret(roll[0])})
    assert again.json()["verdict"] == "already_confirmed" and "first on 20" in again.json()["sentence"]


def recorded(world: Behind) -> list[bytes]:
    return [one.event for one in world.log.stored_events.values()]


def bearer(who: str) -> dict[str, str]:
    return {"authorization": f"Bearer {who}-token"}


async def post(browser: httpx.AsyncClient, where: str, body: dict[str, Any], who: str = "office") -> httpx.Response:
    return await browser.post(where, json=body, headers=bearer(who) | {"accept-language": "en"})


async def test_a_packer_without_a_mandate_is_told_who_gives_it_and_where_and_it_is_given_there_and_ended(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    roll = await roll_of(browser, world)
    await sign_in(browser, "CARD-PACK")
    refused = await asked(browser, "/labels/bind", lot=LOT, first=roll[0], last=roll[9])
    assert "The brand's owner, 9520001000607, has given you no mandate to label." in text_of(refused)
    assert "/labels/packers" in refused.text
    assert 'name="to_party"' not in (await browser.get("/labels/packers")).text

    await sign_in(browser, "CARD-BRAND")
    given = await asked(browser, "/labels/packers", to_party="9520001000300")
    assert "The packing house may put your labels on goods." in given.text and "Packing house" in given.text
    again = await asked(browser, "/labels/packers", to_party="9520001000300")
    assert again.text.count("End it") == 1, "who has it already is not given it twice"
    (mandate,) = [one for (kind, _), one in world.records.records.items() if kind == "mandate"]
    assert (mandate["from_party"], mandate["to_party"], mandate["actions"]) == (OFFICE, OTHER, ["label"])

    page = await browser.get("/labels/packers")
    ended = filled(page, "/labels/packers") | {"ends": mandate["id"]}
    assert "The mandate to label is ended." in text_of(
        await browser.post("/labels/packers", data=ended, follow_redirects=True)
    )
    (over,) = [one for (kind, _), one in world.records.records.items() if kind == "mandate"]
    assert (over["version"], over["valid_to"]) == (2, "2026-09-21"), "one that began today is over from tomorrow on"


async def test_a_name_instead_of_a_number_of_a_packing_house_is_said_at_the_field(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "CARD-BRAND")
    page = await asked(browser, "/labels/packers", to_party="路家峪包装厂")
    assert page.status_code == 422 and "Type the number (GLN) of the packing house" in page.text
