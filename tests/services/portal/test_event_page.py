"""One event in a browser: a page; for a program, the document it always was."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from jinja2 import Template

from provenance import reports
from services.portal.reporting.submission import prepare
from tests.services.portal.conftest import GROWER, GTIN, PLOT, STATION_SITE
from tests.services.portal.people import text_of
from tests.services.portal.upstream import NOW, Behind

PICKED = "urn:uuid:00000000-0000-4000-8000-0000000000a1"
RIGHT = "urn:uuid:00000000-0000-4000-8000-0000000000a2"
CERTIFIED = "urn:uuid:00000000-0000-4000-8000-0000000000a3"
PATH = "/epcis/events/" + quote(PICKED, safe="")
AS_A_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def delivery(event_id: str, kg: int) -> dict[str, Any]:
    return reports.delivery(
        event_id=event_id, at=NOW, lot=f"{GTIN}/10/L1", kg=Decimal(kg), plot=PLOT, grower=GROWER, station=STATION_SITE
    )


@pytest.fixture
async def reported(world: Behind) -> Behind:
    """A delivery, mistyped and taken back, with the right one; and a certificate."""
    plot = {"kind": "plot", "id": PLOT, "name_zh": "东坡地", "name_en": "East slope", "village": "上庄村"}
    world.records.records["site", PLOT] = plot
    world.records.records["product", GTIN] = {"id": GTIN, "name_zh": "玉露香梨", "name_en": "Yulu pear"}
    wrong = delivery(PICKED, 5055)
    await record(
        world,
        wrong,
        delivery(RIGHT, 505),
        reports.correction(wrong, at=NOW + timedelta(hours=1), corrective_event_ids=(RIGHT,), reason="incorrect_data"),
        reports.certificate(
            event_id=CERTIFIED, at=NOW, certificate="urn:x:c1", state="revoked", issuer="urn:x:issuer",
            scheme="green_food", scope=[PLOT], valid_from=NOW.date(), valid_to=NOW.date() + timedelta(days=9),
            number="GF1", reason="spray found",
        ),
    )  # fmt: skip
    return world


async def record(world: Behind, *events: dict[str, Any]) -> None:
    for event in events:
        (answer,) = await world.log.capture([prepare(event).submission], token="importer-token")
        assert answer.status == "accepted", answer


async def test_a_browser_gets_a_page_of_what_when_where_who_and_how_much(
    browser: httpx.AsyncClient, reported: Behind
) -> None:
    page = await browser.get(PATH, headers={"accept": AS_A_BROWSER})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    words = text_of(page)
    for told in (
        "Picked",
        "20 Sep 2026",
        "East slope · 上庄村",
        "Yulu pear L1",
        "5,055 kg",
        "As recorded, for programs",
    ):
        assert told in words, told
    assert f"/b?code={quote(f'{GTIN}/10/L1', safe='/')}" in page.text
    assert "<script" not in page.text


async def test_a_report_declared_wrong_says_so_first_and_leads_to_what_is_right(
    browser: httpx.AsyncClient, reported: Behind
) -> None:
    page = await browser.get(PATH)
    words = text_of(page)
    assert "declared this report wrong on 20 Sep 2026" in words
    assert words.index("declared this report wrong") < words.index("5,055 kg")
    assert f'href="/epcis/events/{quote(RIGHT, safe="")}"' in page.text


async def test_a_certificate_report_says_number_issuer_days_and_reason_to_who_may_read_it(
    browser: httpx.AsyncClient, reported: Behind
) -> None:
    words = text_of(await browser.get("/epcis/events/" + quote(CERTIFIED, safe=""), headers={"accept-language": "zh"}))
    for told in ("证书", "已撤销", "GF1", "issuer", "spray found"):
        assert told in words, told


async def test_a_page_is_what_its_template_wrote_and_what_was_recorded_stands_in_it_to_the_letter(
    browser: httpx.AsyncClient, world: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing goes over a page once it is written: what somebody typed would cost time with it, or be changed."""
    written: list[str] = []
    render = Template.render

    def kept(self: Template, **given: Any) -> str:
        written.append(render(self, **given))
        return written[-1]

    monkeypatch.setattr(Template, "render", kept)
    typed = "1" + " · " * 5_000
    await record(world, {**delivery(PICKED, 505), "suyuan:reported": typed})
    page = await browser.get(PATH, headers={"accept": AS_A_BROWSER})
    assert [page.text] == written
    assert f'"suyuan:reported": "{typed}"' in unescape(page.text)


async def test_a_program_still_gets_the_document(program: httpx.AsyncClient, reported: Behind) -> None:
    for accepted in ("*/*", "application/json", "application/ld+json"):
        answer = await program.get(PATH, headers={"accept": accepted})
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["vary"] == "Accept"
        assert answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"][0]["eventID"] == PICKED


async def test_an_unknown_event_is_a_page_for_a_person_and_a_problem_for_a_program(
    browser: httpx.AsyncClient, program: httpx.AsyncClient
) -> None:
    page = await browser.get("/epcis/events/urn:uuid:none")
    assert page.status_code == 404
    assert "No report with this number is recorded." in text_of(page)
    assert "404" not in text_of(page), "a word of programs"
    answer = await program.get("/epcis/events/urn:uuid:none", headers={"accept": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"


async def test_who_does_not_see_who_reported_is_not_told_whose_word_counts(
    browser: httpx.AsyncClient, reported: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the public sees it: it was called wrong, and what is right; not that it goes on counting."""
    known = reported.log.versions
    whole = text_of(await browser.get(PATH, headers={"accept": AS_A_BROWSER}))
    assert "This counts now" in whole

    async def unsigned(event_ids: Any, **asked: Any) -> Any:
        return [replace(one, capturer="") for one in await known(event_ids, **asked)]

    monkeypatch.setattr(reported.log, "versions", unsigned)
    page = await browser.get(PATH, headers={"accept": AS_A_BROWSER})
    assert "What is right instead:" in text_of(page) and '<h1 class="declared">' in page.text
    assert "goes on counting" not in page.text and "This counts now" not in page.text
