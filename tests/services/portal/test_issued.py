"""A certificate is suspended and revoked by what everybody sees of it: its number, or its code in any spelling."""

from collections.abc import Mapping
from typing import Any

import httpx
import orjson
import pytest

from provenance.named_codes import gdti
from provenance.steps import certified
from services.portal.epcis_door.event_query import EventQuery
from services.portal.ports import Page
from tests.services.portal.conftest import GTIN, PLOT, STATION, STATION_SITE
from tests.services.portal.people import open_form, send, sign_in, text_of
from tests.services.portal.upstream import Behind

KEY = "https://id.gs1.org/253/9520001006005GF141031260007"
ISSUE = {
    "certificate": "(253)9520001006005GF141031260007", "state": "issued", "scheme": "green_food",
    "number": "GF141031260007", "scope": "P-0417\nP-0418", "valid_from": "2026-03-15", "valid_to": "2029-03-14",
}  # fmt: skip


async def issue(browser: httpx.AsyncClient, **changed: str) -> None:
    page = await send(browser, "certificates", ISSUE | changed)
    assert page.status_code == 200, text_of(page)


@pytest.mark.parametrize(
    "typed",
    ["GF141031260007", "gf141031 260007", "9520001006005GF141031260007", "(253)9520001006005GF141031260007", KEY],
)
async def test_every_spelling_and_the_printed_number_revoke_the_same_certificate(
    typed: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await issue(browser)
    page = await send(browser, "certificates", {"certificate": typed, "state": "revoked", "reason": "残留超标"})
    assert page.status_code == 200, text_of(page)
    issued, revoked = (orjson.loads(one.event) for one in world.log.stored_events.values())
    said = {name: value for name, value in issued.items() if name.startswith("suyuan:")}
    assert revoked["certificationInfo"] == [KEY]
    assert {**said, "suyuan:state": "revoked", "suyuan:reason": "残留超标"}.items() <= revoked.items()
    assert revoked["epcList"] == issued["epcList"]
    assert (issued["suyuan:validFrom"], issued["suyuan:validTo"]) == ("2026-03-15", "2029-03-15")


async def test_what_is_typed_of_scope_and_days_at_a_revocation_changes_nothing(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await issue(browser)
    narrower = ISSUE | {"state": "revoked", "reason": "x", "scope": "P-0417", "valid_to": "2027-01-01"}
    await send(browser, "certificates", narrower)
    issued, revoked = (orjson.loads(one.event) for one in world.log.stored_events.values())
    assert (revoked["suyuan:scope"], revoked["suyuan:validTo"]) == (issued["suyuan:scope"], "2029-03-15")


@pytest.mark.parametrize("typed", ["GF141031269999", "(253)9520001006005GF14103126"])
async def test_nothing_is_revoked_where_no_such_certificate_is_known(
    typed: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await issue(browser)
    page = await send(browser, "certificates", {"certificate": typed, "state": "revoked", "reason": "x"})
    assert page.status_code == 422
    assert "is known, so nothing was recorded" in page.text
    assert len(world.log.stored_events) == 1


async def test_who_did_not_issue_it_is_told_before_anything_is_recorded(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser, "operator.x.token")
    await issue(browser)
    await sign_in(browser)
    page = await send(browser, "certificates", {"certificate": KEY, "state": "revoked", "reason": "x"})
    assert page.status_code == 422
    assert "Only who issued" in page.text
    assert len(world.log.stored_events) == 1


@pytest.mark.parametrize("anew", [{"state": "revoked"}, {"state": "reinstated"}, {"state": "suspended"}, ISSUE])
async def test_what_is_revoked_for_good_takes_no_other_state(
    anew: dict[str, str], browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await issue(browser)
    revoked = {"certificate": KEY, "state": "revoked", "reason": "残留超标"}
    form = await open_form(browser, "certificates") | revoked
    assert (await browser.post("/forms/certificates", data=form)).status_code == 200
    assert (await browser.post("/forms/certificates", data=form)).status_code == 200
    page = await send(browser, "certificates", revoked | anew)
    assert page.status_code == 422
    assert "was revoked for good on 2026-" in text_of(page)
    assert len(world.log.stored_events) == 2


async def test_what_is_suspended_is_not_suspended_again_and_the_same_report_is_harmless(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await issue(browser)
    form = await open_form(browser, "certificates") | {"certificate": KEY, "state": "suspended", "reason": "x"}
    assert [(await browser.post("/forms/certificates", data=form)).status_code for _ in range(2)] == [200, 200]
    page = await send(browser, "certificates", {"certificate": KEY, "state": "suspended", "reason": "x"})
    assert (page.status_code, len(world.log.stored_events)) == (422, 2)
    assert "is suspended already" in text_of(page)


async def test_a_number_two_of_ones_certificates_bear_is_asked_about(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    await issue(browser)
    await issue(browser, certificate="(253)9520001006005OTHER")
    page = await send(browser, "certificates", {"certificate": "GF141031260007", "state": "revoked", "reason": "x"})
    assert page.status_code == 422
    assert KEY in page.text and "9520001006005OTHER" in page.text
    assert len(world.log.stored_events) == 2


async def test_a_certificate_issued_again_by_its_number_is_the_same_one(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await issue(browser)
    await issue(browser, certificate="GF141031260007", valid_to="2030-03-14")
    assert {orjson.loads(one.event)["certificationInfo"][0] for one in world.log.stored_events.values()} == {KEY}


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ({"state": "revoked", "reason": ""}, "reason"),
        ({"scheme": ""}, "scheme"),
        ({"valid_from": ""}, "valid_from"),
        ({"valid_to": ""}, "valid_to"),
        ({"scope": ""}, "scope"),
        ({"valid_to": "2026-03-14"}, "valid_to"),
    ],
)
async def test_an_issue_says_what_it_is_and_any_other_state_why(
    typed: dict[str, str], missing: str, browser: httpx.AsyncClient
) -> None:
    await sign_in(browser)
    await issue(browser)
    page = await send(browser, "certificates", ISSUE | typed)
    assert page.status_code == 422
    assert f'id="f-{missing}-problem"' in page.text


async def test_digits_alone_are_the_number_of_a_new_certificate(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    await issue(browser, certificate="12345678901234567", scheme="organic", number="12345678901234567")
    (one,) = world.log.stored_events.values()
    assert orjson.loads(one.event)["certificationInfo"] == ["https://suyuan.example/certificate/12345678901234567"]


def scope_of(world: Behind) -> list[str]:
    (one,) = world.log.stored_events.values()
    return list(orjson.loads(one.event)["suyuan:scope"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9520001000218", STATION_SITE),
        (GTIN[-13:], GTIN),
        ("9520001000201", STATION),
        ("(414)9520001006005", "https://id.gs1.org/414/9520001006005"),
    ],
)
async def test_thirteen_digits_are_what_the_registry_knows_them_for(
    typed: str, meant: str, browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await issue(browser, scope=f"P-0417\n{typed}")
    assert scope_of(world) == [PLOT, meant]


async def test_thirteen_digits_that_nobody_registered_are_refused_with_what_to_type(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    page = await send(browser, "certificates", ISSUE | {"scope": "9520001006005"})
    assert (page.status_code, world.log.stored_events) == (422, {})
    assert "Type (01)09520001006005 for a product, (414)9520001006005 for a place" in text_of(page)


async def test_digits_of_a_place_and_of_a_product_are_asked_about(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    world.records.records["site", f"https://id.gs1.org/414/{GTIN[-13:]}"] = {"kind": "hall"}
    page = await send(browser, "certificates", ISSUE | {"scope": GTIN[-13:]})
    assert (page.status_code, world.log.stored_events) == (422, {})
    assert f"(414){GTIN[-13:]} (01)0{GTIN[-13:]}" in text_of(page)


async def test_where_the_registry_is_away_thirteen_digits_are_a_place(
    browser: httpx.AsyncClient, world: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(kinds: Mapping[str, str], *, token: str) -> Mapping[str, Mapping[str, Any] | None]:
        return {}

    await sign_in(browser)
    monkeypatch.setattr(world.records, "several", nothing)
    await issue(browser, scope="9520001006005")
    assert scope_of(world) == ["https://id.gs1.org/414/9520001006005"]


def test_a_gdti_is_known_by_its_check_digit() -> None:
    assert gdti("9520001006005GF141031260007") == KEY
    assert gdti("9520001006006GF141031260007") is None


async def test_what_others_report_under_its_name_is_not_read_to_withdraw_it(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await issue(browser)
    asked: list[EventQuery] = []
    reading = world.log.query

    async def counted(query: EventQuery, *, token: str) -> Page:
        asked.append(query)
        return await reading(query, token=token)

    world.log.query = counted  # type: ignore[method-assign]
    page = await send(browser, "certificates", {"certificate": KEY, "state": "revoked", "reason": "残留超标"})
    assert page.status_code == 200, text_of(page)
    assert [one for one in asked if certified(KEY) in one.match_any_epc] == []


async def test_no_telephone_number_gets_into_a_reason_that_everybody_reads(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    await issue(browser)
    revoked = {"certificate": KEY, "state": "revoked", "reason": "问王某 138 0000 0000"}
    page = await send(browser, "certificates", revoked)
    assert page.status_code == 422
    assert "does not belong here" in text_of(page)
    assert "no names, no telephone numbers" in text_of(page)
    assert len(world.log.stored_events) == 1
