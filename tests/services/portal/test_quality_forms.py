"""Samples, inspections, holds: the limits beside the rows, the computed verdict on the receipt, and what is refused."""

from typing import Any

import httpx
import orjson
import pytest

from tests.services.portal.people import ask, send, sign_in, text_of
from tests.services.portal.test_forms import EVERY_FORM, only_event
from tests.services.portal.upstream import Behind

GTIN = "https://id.gs1.org/01/09520001000010"
STANDARD = "https://suyuan.example/standard/pear"
MEASURED = {
    "product": "9520001000010", "lot": "L-1", "measurements.0.property": "soluble_solids",
    "measurements.0.value": "11.2", "site": "9520001000218",
}  # fmt: skip
SAMPLE = EVERY_FORM["samples"]


def with_standard(world: Behind) -> None:
    limit = {"property": "soluble solids", "unit": "P1", "minimum": "12.5", "maximum": "14", "source": "rules 2026"}
    records: list[dict[str, Any]] = [
        {"kind": "product", "id": GTIN, "name_zh": "梨", "production_standard": STANDARD},
        {"kind": "production_standard", "id": STANDARD, "name_zh": "标准", "limits": [limit]},
    ]
    world.records.records |= {(record["kind"], record["id"]): record for record in records}


async def test_the_limits_stand_beside_the_rows_of_measurements(browser: httpx.AsyncClient, world: Behind) -> None:
    with_standard(world)
    await sign_in(browser, "operator.x.token")
    page = await browser.get("/forms/inspections?product=9520001000010")
    assert "soluble solids: 12.5-14 %, rules 2026" in text_of(page)


async def test_the_receipt_says_the_verdict_that_the_values_give(browser: httpx.AsyncClient, world: Behind) -> None:
    with_standard(world)
    await sign_in(browser, "operator.x.token")
    page = text_of(await send(browser, "inspections", MEASURED))
    assert "soluble solids 11.2 % (12.5-14 %, rules 2026): outside the limit" in page
    assert "By the standard does not conform" in " ".join(page.split())
    assert "disposition" not in only_event(world)


async def test_another_verdict_than_the_values_give_needs_a_reason(browser: httpx.AsyncClient, world: Behind) -> None:
    with_standard(world)
    await sign_in(browser, "operator.x.token")
    page = await send(browser, "inspections", MEASURED | {"verdict": "conformant"})
    assert page.status_code == 422
    assert 'id="f-override_reason-problem"' in page.text
    assert "By the values and the production standard it does not conform. Is a value mistyped?" in page.text
    assert not world.log.stored_events
    said = {"verdict": "conformant", "override_reason": "the refractometer was not calibrated"}
    page = await send(browser, "inspections", MEASURED | said)
    assert "counts, and is shown as an override" in text_of(page)


@pytest.mark.parametrize(
    ("noun", "typed", "field", "sentence"),
    [
        ("inspections", {"measurements.0.unit": "cups"}, "measurements-0-unit", "The unit cups is not known here."),
        ("inspections", {"measurements.0.property": ""}, "measurements-0-property", "Say which property or substance"),
        ("inspections", {"measurements.0.value": ""}, "measurements-0-value", "Please fill this in."),
        ("inspections", {"measurements.0.value": "sweet"}, "measurements-0-value", "This is not a number."),
        ("inspections", {"file_hash": "abc"}, "file_hash", "A SHA-256 has 64 characters"),
        ("inspections", {"override_reason": "I know better"}, "verdict", "Say which verdict you give"),
        ("samples", {"due": "2026-09-01"}, "due", "The report cannot be due before the sample was taken."),
        ("holds", {"reason": ""}, "reason", "Please fill this in."),
        ("holds", {"lots": "", "items": ""}, "items", "Say what it is"),
        ("farm-inputs", {"substance": ""}, "substance", "Say what was used"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field_and_nothing_is_recorded(
    noun: str, typed: dict[str, str], field: str, sentence: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser, "operator.x.token")
    given = MEASURED if noun == "inspections" else EVERY_FORM[noun]
    page = await send(browser, noun, given | typed)
    assert page.status_code == 422
    assert f'id="f-{field}-problem"' in page.text
    assert sentence in page.text
    assert not world.log.stored_events


async def test_a_sample_is_sealed_once(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser, "operator.x.token")
    assert (await send(browser, "samples", SAMPLE)).status_code == 200
    page = await send(browser, "samples", SAMPLE | {"lot": "L-2"})
    assert page.status_code == 422
    assert "The seal YP-2026-0142 was used before: a sample is sealed once." in page.text
    assert len(world.log.stored_events) == 1


async def test_the_report_of_a_sample_is_one_tap_from_its_receipt(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser, "operator.x.token")
    page = await send(browser, "samples", SAMPLE)
    link = page.text.split('href="/forms/inspections?', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    form = await browser.get(f"/forms/inspections?{link}")
    assert 'value="YP-2026-0142"' in form.text
    assert 'value="9520001000010"' in form.text or 'value="09520001000010"' in form.text
    lot = "https://id.gs1.org/01/09520001000010/10/L-1"
    found = {
        "product": "9520001000010",
        "lot": lot,
        "seal": "YP-2026-0142",
        "report_number": "R-7",
        "kind": "laboratory",
    }
    measured = {"measurements.0.property": "total_sugar", "measurements.0.value": "9.1", "site": "9520001000218"}
    assert (await send(browser, "inspections", found | measured)).status_code == 200
    taken, report = (orjson.loads(one.event) for one in world.log.stored_events.values())
    assert report["suyuan:sample"] == taken["suyuan:sample"]


async def test_programs_report_the_same_by_the_same_table(program: httpx.AsyncClient, world: Behind) -> None:
    with_standard(world)
    measured = [{"property": "soluble_solids", "value": "4.9", "unit": "apples"}]
    wrong = {"product": "9520001000010", "lot": "L-1", "measurements": measured, "site": "9520001000218"}
    answer = await program.post("/api/inspections", json=wrong)
    assert answer.status_code == 400
    assert answer.json()["fields"][0]["pointer"] == "/measurements/0/unit"
    measured[0] |= {"unit": "g/kg", "value": "131"}
    assert (await program.post("/api/inspections", json=wrong)).status_code == 201
    (report,) = only_event(world)["sensorElementList"][0]["sensorReport"]
    assert report == {"type": "Dimensionless", "value": 131, "uom": "GK", "suyuan:property": "soluble_solids"}


async def test_the_page_of_an_inspection_says_what_its_values_are_by_the_standard(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    with_standard(world)
    await sign_in(browser, "operator.x.token")
    await send(browser, "inspections", MEASURED)
    page = await browser.get(f"/epcis/events/{only_event(world)['eventID']}", headers={"accept": "text/html"})
    assert "soluble solids 11.2 % (12.5-14 %, rules 2026): outside the limit" in text_of(page)
    await send(browser, "samples", SAMPLE)
    events = [orjson.loads(stored.event) for stored in world.log.stored_events.values()]
    taken = next(event for event in events if "suyuan:seal" in event)
    page = await browser.get(f"/epcis/events/{taken['eventID']}", headers={"accept": "text/html"})
    assert "YP-2026-0142" in text_of(page) and "By the production standard" not in text_of(page)


EMPTY = {"product": "9520001000010", "lot": "L-1", "site": "9520001000218"}


def measured(**row: str) -> dict[str, str]:
    return EMPTY | {f"measurements.0.{name}": text for name, text in row.items()}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (EMPTY, "Say what was found"),
        (measured(property="soluble_solids", value="130"), "More than 100 % cannot be"),
        (measured(property="soluble_solids", value="13", unit="mg/kg"), "This is not measured in mg/kg"),
        (measured(property="firmness", value="13", unit="%"), "This is not measured in %"),
        (measured(property="moisture", substance="imidacloprid", value="1"), "not both"),
    ],
)
async def test_an_inspection_of_nothing_or_of_what_cannot_be_is_refused(
    typed: dict[str, str], said: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser, "operator.x.token")
    page = await send(browser, "inspections", typed)
    assert page.status_code == 422 and said in text_of(page)
    assert not world.log.stored_events


async def test_a_residue_without_a_unit_is_asked_about(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "operator.x.token")
    assert "0.9 mg/kg is recorded" in text_of(
        await ask(browser, "inspections", measured(substance="毒死蜱", value="0.9"))
    )


async def test_the_receipt_writes_units_as_people_do_and_says_why_there_is_no_verdict(
    browser: httpx.AsyncClient,
) -> None:
    await sign_in(browser, "operator.x.token")
    page = text_of(await send(browser, "inspections", measured(property="soluble_solids", value="13", unit="%")))
    assert "13 · %" in page and "P1" not in page
    assert "cannot be told: no production standard is registered" in page


async def test_a_retest_that_lifts_nothing_is_asked_about(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser, "operator.x.token")
    failed = measured(property="soluble_solids", value="11") | {"verdict": "non_conformant"}
    assert (await send(browser, "inspections", failed)).status_code == 200
    again = measured(property="soluble_solids", value="13")
    assert "failed a test: another accredited laboratory" in text_of(await ask(browser, "inspections", again))
    whole = again | {"reason": "mixed up", "seal": "S-1", "report_number": "R-1"}
    assert "failed a test" not in text_of(await ask(browser, "inspections", whole))
