"""承诺达标合格证 at the portal: one tap on a pooling's receipt, what is missing, the paper, and a void one."""

from __future__ import annotations

import re
from hashlib import sha256
from html import unescape
from typing import Any

import httpx
import orjson
import pypdfium2
import pytest

from epcis.events import Event
from provenance.access.authority import Principal
from provenance.certificates.commitments import commitment_of
from services.portal.reporting.photos import MOST_PHOTO_BYTES
from tests.services.portal.conftest import GROWER, GTIN, PLOT, STATION, STATION_SITE
from tests.services.portal.people import filled, send, sign_in, text_of
from tests.services.portal.upstream import Behind

DELIVERY = {"product": "09520001000010", "plot": "P-0417", "grower": "G-0231", "unit": "kg", "site": STATION_SITE}
LOT = f"{GTIN}/10/"


async def deliver(browser: httpx.AsyncClient, lot: str, kg: str) -> httpx.Response:
    return await send(browser, "deliveries", {**DELIVERY, "gross": kg, "lot": lot})


async def pool(browser: httpx.AsyncClient, *lots: str) -> httpx.Response:
    rows = {f"inputs.{n}.lot": lot for n, lot in enumerate(lots)}
    return await send(
        browser, "poolings", {"product": "09520001000010", "unit": "kg", "output": "H1", "site": STATION_SITE, **rows}
    )


def recorded(world: Behind) -> list[Event]:
    return [Event(orjson.loads(one.event)) for one in world.log.stored_events.values()]


async def test_a_station_certifies_a_household_s_delivery_with_what_it_recorded_for_it(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    receipt = await deliver(browser, "A1", "62.5")
    typed = filled(receipt, "/commitments") | {"basis": "quality_control", "evidence.0": "statement"}
    page = await browser.post("/commitments", data=typed)
    assert page.status_code == 303, text_of(page)
    event = recorded(world)[-1]
    said = commitment_of(event)
    assert said is not None
    assert (said.form, said.lot, str(said.kilograms), said.origin) == (
        "collector",
        LOT + "A1",
        "62.5",
        "山西省隰县城南乡",
    )
    assert event.body["suyuan:issuer"] == STATION
    shown = await browser.get(page.headers["location"])
    assert "已按规定收取" in shown.text or "were collected" in shown.text


async def test_a_grower_commits_in_the_words_of_a_producer_with_one_tap(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await deliver(browser, "A1", "62.5")
    world.identity.principals["grower.x.token"] = Principal(GROWER, frozenset({"grower"}))
    world.identity.cards["CARD-G"] = "grower.x.token"
    await sign_in(browser, "CARD-G")
    form = filled(await browser.get(f"/commitments?lot={LOT}A1"), "/commitments")
    page = await browser.post("/commitments", data=form | {"basis": "quality_control"})
    assert page.status_code == 303, text_of(page)
    said = commitment_of(recorded(world)[-1])
    assert said is not None and (said.form, said.collected) == ("producer", ())
    shown = await browser.get(page.headers["location"])
    assert "未使用禁用农药" in shown.text or "No forbidden pesticide" in shown.text


async def test_a_pooling_s_receipt_lists_what_was_collected_and_what_is_missing(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    receipt = await deliver(browser, "A1", "60")
    typed = filled(receipt, "/commitments") | {"basis": "own_test", "evidence.0": "inspection"}
    await browser.post("/commitments", data=typed)
    await deliver(browser, "A2", "40")
    receipt = await pool(browser, "A1", "A2")
    form = text_of(receipt)
    assert (
        re.search(r"✓ A1 HGZ20260920-[0-9A-Z]{8}", form)
        and "? A2 came without a certificate; in its place there is" in form
    )
    assert "Conformity certificate (承诺达标合格证)" in form
    refused = await browser.post("/commitments", data=filled(receipt, "/commitments") | {"basis": "quality_control"})
    assert refused.status_code == 422
    assert 'id="f-evidence-problem"' in refused.text and "A2" in text_of(refused)
    again = filled(refused, "/commitments") | {"basis": "quality_control", "evidence.1": "rapid_test"}
    page = await browser.post("/commitments", data=again)
    assert page.status_code == 303, text_of(page)
    said = commitment_of(recorded(world)[-1])
    assert said is not None and said.form == "collector"
    assert [(one.lot, one.evidence) for one in said.collected] == [
        (LOT + "A1", "certificate"), (LOT + "A2", "rapid_test"),
    ]  # fmt: skip


async def issued(program: httpx.AsyncClient, lot: str = "A1", **fields: Any) -> httpx.Response:
    body = {"lot": LOT + lot, "basis": ["quality_control"], "evidence": {LOT + lot: "statement"}, **fields}
    return await program.post("/api/commitments", json=body)


@pytest.fixture
def program(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    browser.headers["authorization"] = "Bearer station-token"
    return browser


async def delivered(program: httpx.AsyncClient, lot: str = "A1") -> None:
    answer = await program.post("/api/deliveries", json={**DELIVERY, "gross": "62.5", "lot": lot})
    assert answer.status_code == 201, answer.text


async def test_a_lot_number_alone_is_understood(program: httpx.AsyncClient) -> None:
    await delivered(program)
    answer = await program.get("/api/commitments?lot=A1")
    assert (answer.status_code, answer.json()["lot"]) == (200, LOT + "A1")


async def test_a_program_issues_one_and_sending_again_is_harmless(program: httpx.AsyncClient, world: Behind) -> None:
    await delivered(program)
    mine = "0f5bd1c6-1111-4222-8333-444455556666"
    first, second = await issued(program, event_id=mine), await issued(program, event_id=mine)
    assert first.status_code == second.status_code == 201, first.text
    assert first.json()["number"] == second.json()["number"]
    assert len(world.log.stored_events) == 2


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"basis": []}, "basis"),
        ({"basis": ["hope"]}, "basis"),
        ({"evidence": {}}, "evidence"),
        ({"evidence": {LOT + "A1": "hope"}}, "evidence"),
        ({"photos": {LOT + "A1": "photo.jpg"}}, "photo"),
        ({"mass": "-3"}, "mass"),
        ({"mass": "9999999"}, "mass"),
        ({"lot": "(00)095200010000000010"}, "lot"),
        ({"hurry": "yes"}, "hurry"),
    ],
)
async def test_what_is_wrong_is_named_by_its_field_and_nothing_is_recorded(
    fields: dict[str, Any], named: str, program: httpx.AsyncClient, world: Behind
) -> None:
    await delivered(program)
    answer = await issued(program, **fields)
    assert answer.status_code in (400, 404), answer.text
    assert named in answer.text or answer.status_code == 404
    assert len(world.log.stored_events) == 1


async def test_the_paper_has_the_contact_details_only_for_whom_the_registry_shows_them(
    program: httpx.AsyncClient, world: Behind
) -> None:
    await delivered(program)
    number = (await issued(program)).json()["number"]
    before = await words_of(program, number)
    assert "尚未登记" in before
    world.records.records["party", STATION] = {"kind": "party", "name_zh": "上庄服务站", "phone": "0357-1234567"}
    after = await words_of(program, number)
    assert "0357-1234567" in after and "上庄服务站" in after and "62.5公斤" in after and "玉露香梨" in after
    assert not any(b"1234567" in one.event for one in world.log.stored_events.values())


async def words_of(program: httpx.AsyncClient, number: str) -> str:
    answer = await program.get(f"/certificates/{number}.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    text: str = pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_range()
    return re.sub(r"\s", "", text)


async def test_labels_come_as_pictures_and_for_printers(program: httpx.AsyncClient) -> None:
    await delivered(program)
    number = (await issued(program)).json()["number"]
    png, zpl = await program.get(f"/certificates/{number}.png"), await program.get(f"/certificates/{number}.zpl")
    assert png.content.startswith(b"\x89PNG") and zpl.content.startswith(b"^XA")
    wrong = await program.get(f"/certificates/{number}.pdf?size=a3")
    assert wrong.status_code == 400 and "60x40" in wrong.text


async def test_a_void_one_still_resolves_and_says_so(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    receipt = await deliver(browser, "A1", "62.5")
    typed = filled(receipt, "/commitments") | {"basis": "own_test", "evidence.0": "inspection"}
    page = await browser.post("/commitments", data=typed)
    path = page.headers["location"].split("?")[0]
    card = await browser.get(path)
    assert "A1" in text_of(card).split('id="leaning"')[0]
    form = filled(card, "/forms/certificates") | {"state": "revoked", "reason": "检出禁用农药"}
    done = await browser.post("/forms/certificates", data=form)
    assert done.status_code == 200, text_of(done)
    browser.cookies.clear()
    public = await browser.get(path, headers={"accept-language": "zh"})
    assert public.status_code == 200
    assert "已撤销" in public.text and "依靠它的货" not in public.text


ISSUE = {
    "certificate": "GF141031260007", "state": "issued", "scheme": "green_food", "scope": PLOT,
    "valid_from": "2026-03-15", "valid_to": "2029-03-14", "at": "2026-03-15 08:00",
}  # fmt: skip


async def test_of_very_much_that_leans_on_a_certificate_a_page_shows_the_first_and_opens_the_rest(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    assert (await send(browser, "certificates", ISSUE)).status_code == 200
    for n in range(22):
        await deliver(browser, f"A{n:02}", "60")
    page = (await browser.get("/certificates/GF141031260007")).text.partition('id="leaning"')[2]
    shown, _, folded = page.partition("<details><summary>and 2 more</summary>")
    assert (shown.count("<li>"), folded.partition("</details>")[0].count("<li>")) == (20, 2)


async def test_what_leans_on_a_certificate_stands_above_the_button_that_revokes_it(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    assert (await send(browser, "certificates", ISSUE)).status_code == 200
    await deliver(browser, "A1", "60")
    await pool(browser, "A1")
    page = unescape((await browser.get("/certificates/GF141031260007")).text)
    listed, button = page.index('id="leaning"'), page.index('value="revoked"')
    assert listed < page.index("A1", listed) < button and page.index("H1", listed) < button
    asked = page[page.index("<summary>Revoke for good") : button]
    assert "At least 2 lots, boxes or pallets lean on it" in asked, "asked first, with how many"
    answer = await browser.get(
        "/api/certificates/GF141031260007/dependents", headers={"authorization": "Bearer station-token"}
    )
    assert {row["key"] for row in answer.json()["dependents"]} == {LOT + "A1", LOT + "H1"}


async def test_why_a_certificate_was_revoked_stands_where_it_is_shown(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    issue = {
        "certificate": "GF141031260007", "state": "issued", "scheme": "green_food", "scope": PLOT,
        "valid_from": "2026-03-15", "valid_to": "2029-03-14", "at": "2026-03-15 08:00",
    }  # fmt: skip
    revoke = {"certificate": "GF141031260007", "state": "revoked", "reason": "forbidden pesticide found"}
    for said in (issue, revoke):
        assert (await send(browser, "certificates", said)).status_code == 200
    assert "(forbidden pesticide found)" in (await browser.get("/certificates/GF141031260007")).text
    answer = await browser.get("/api/certificates/GF141031260007")
    assert answer.json()["certificates"][0]["states"][-1]["reason"] == "forbidden pesticide found"


async def test_an_unknown_certificate_is_not_found(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/certificates/HGZ20260101-AAAAAAAA")).status_code == 404
    assert (await browser.get("/api/certificates/HGZ20260101-AAAAAAAA")).status_code == 404


@pytest.mark.parametrize(
    ("scheme", "number", "right"),
    [
        ("green_food", "GF14103126000", "GF and 12 digits"),
        ("green_food", "LB-15-2613040001", "GF and 12 digits"),
        ("organic", "1234567890123456", "17 digits"),
        ("gi", "91140000MA0XXXXXX1", "18 characters"),
    ],
)
async def test_a_wrong_number_is_refused_with_what_would_be_right(
    scheme: str, number: str, right: str, program: httpx.AsyncClient, world: Behind
) -> None:
    body = {
        "certificate": "urn:x:c", "state": "issued", "scheme": scheme, "number": number, "scope": PLOT,
        "valid_from": "2026-01-01", "valid_to": "2026-12-31",
    }  # fmt: skip
    answer = await program.post("/api/certificates", json=body, headers={"accept-language": "en"})
    assert answer.status_code == 400 and right in answer.json()["detail"], answer.text
    assert answer.json()["fields"][0]["field"] == "number"
    assert not world.log.stored_events


PHOTO = b"\xff\xd8 a picture\r\n--of bytes\r\n\x00" * 999
DIGEST = sha256(PHOTO).hexdigest()


async def test_the_photo_taken_at_the_station_is_recorded_as_its_hash_and_kept_nowhere(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    receipt = await deliver(browser, "A1", "62.5")
    typed = filled(receipt, "/commitments") | {"basis": "quality_control", "evidence.0": "statement"}
    page = await browser.post("/commitments", data=typed, files={"photo.0": ("合格证.jpg", PHOTO, "image/jpeg")})
    assert page.status_code == 303, text_of(page)
    said = commitment_of(recorded(world)[-1])
    assert said is not None
    assert [one.photo for one in said.collected] == [DIGEST]


async def test_a_photo_of_more_than_ten_megabytes_is_refused_in_words(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    typed = filled(await deliver(browser, "A1", "62.5"), "/commitments")
    large = {"photo.0": ("a.jpg", bytes(MOST_PHOTO_BYTES + 1), "image/jpeg")}
    page = await browser.post("/commitments", data=typed, files=large)
    assert (page.status_code, "at most 10 MB" in text_of(page)) == (413, True)
    assert len(world.log.stored_events) == 1


async def test_a_program_sends_the_photo_or_its_hash(program: httpx.AsyncClient, world: Behind) -> None:
    await delivered(program)
    asked = {"lot": LOT + "A1", "basis": ["quality_control"], "evidence": {LOT + "A1": "statement"}}
    form = {"commitment": orjson.dumps(asked).decode()}
    answer = await program.post("/api/commitments", data=form, files={LOT + "A1": ("a.jpg", PHOTO, "image/jpeg")})
    assert answer.status_code == 201, answer.text
    by_file = commitment_of(recorded(world)[-1])
    answer = await issued(program, photos={LOT + "A1": DIGEST})
    assert answer.status_code == 201, answer.text
    by_hash = commitment_of(recorded(world)[-1])
    assert by_file is not None and by_hash is not None
    assert [one.photo for one in by_file.collected] == [one.photo for one in by_hash.collected] == [DIGEST]


@pytest.mark.parametrize("body", [b"", b"--x--", b"nonsense"])
async def test_a_form_of_photos_that_cannot_be_read_is_said(program: httpx.AsyncClient, body: bytes) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert (await program.post("/api/commitments", content=body, headers=headers)).status_code == 400


async def test_the_id_of_another_report_issues_nothing_and_is_said(program: httpx.AsyncClient, world: Behind) -> None:
    await delivered(program)
    (delivery,) = recorded(world)
    answer = await issued(program, event_id=delivery.event_id.removeprefix("urn:uuid:"))
    assert (answer.status_code, "another report" in answer.text) == (400, True), answer.text
    assert len(world.log.stored_events) == 1
