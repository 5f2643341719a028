"""Enrolment on pages and for programs: proposed by the station, approved by the county's office, in plain words."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import httpx
import pytest

from provenance.registry.records import Party, Site
from tests.services.portal.conftest import GROWER, OFFICE, STATION
from tests.services.portal.people import sign_in, text_of
from tests.services.portal.upstream import Behind

HIDDEN = re.compile(r'<input type="hidden" name="(csrf|event_id|proposal)" value="([^"]*)"')
PLOT_FIELDS = {"name": "东坡梨园", "area_mu": "6,5 亩", "bearing_since": "2016年", "county_code": "141031"}


@pytest.fixture(autouse=True)
def _registered(world: Behind) -> None:
    world.records.registered += [
        Party(id=STATION, kind="station", name_zh="上庄服务站", county_code="141031"),
        Party(id=OFFICE, kind="brand_office", name_zh="中心", county_code="141031"),
        Party(id=GROWER, kind="grower", name_zh="某", county_code="141031"),
    ]


async def proposing(browser: httpx.AsyncClient, noun: str, **typed: str) -> httpx.Response:
    page = await browser.get(f"/enrolment/{noun}")
    assert page.status_code == 200, page.text
    return await browser.post(f"/enrolment/{noun}", data=dict(HIDDEN.findall(page.text)) | typed)


async def deciding(browser: httpx.AsyncClient, **typed: str) -> httpx.Response:
    await sign_in(browser, "CARD-BRAND")
    page = await browser.get("/enrolment")
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(page.text)}
    return await browser.post("/enrolment", data=hidden | typed)


async def test_a_station_proposes_a_plot_and_the_office_approves_it(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    sent = await proposing(browser, "plot", grower="G-0231", middle="36.6612， 110.9204", **PLOT_FIELDS)
    assert (sent.status_code, sent.headers["location"]) == (303, "/enrolment?done=pending")
    own = text_of(await browser.get("/enrolment?done=pending"))
    assert "Another party approves it before it counts." in own
    assert "Withdraw" in own
    assert "Approve " not in own
    approved = await deciding(browser, verdict="approve", valid_from="2026-09-01")
    assert approved.headers["location"] == "/enrolment?done=approved"
    (plot,) = [r for r in world.records.registered if isinstance(r, Site)]
    assert (str(plot.area_mu), plot.bearing_since, plot.latitude, plot.party) == ("6.5", 2016, 36.6612, GROWER)
    assert (plot.author, plot.approved_by, str(plot.valid_from)) == (STATION, OFFICE, "2026-09-01")


async def test_what_was_ended_is_proposed_anew_and_begins_again(browser: httpx.AsyncClient, world: Behind) -> None:
    for name in ("东坡梨园", "东坡新园"):
        await sign_in(browser)
        await proposing(browser, "plot", code="P-77", grower="G-0231", **PLOT_FIELDS | {"name": name})
        await deciding(browser, verdict="approve", confirmed="同一块地")
        (plot, *_) = [r for r in reversed(world.records.registered) if isinstance(r, Site)]
        if name == "东坡梨园":
            world.records.registered.append(replace(plot, version=plot.version + 1, valid_to=date(2026, 9, 2)))
    assert (plot.name_zh, plot.version, plot.valid_to) == ("东坡新园", 3, None)


async def test_the_same_ground_is_shown_and_approved_only_with_a_reason(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    for _ in range(2):
        await proposing(browser, "plot", grower="G-0231", middle="36.6612, 110.9204", **PLOT_FIELDS)
        refused = await deciding(browser, verdict="approve")
        await sign_in(browser)
    assert refused.status_code == 409
    told = text_of(refused)
    assert "Look at this before you approve it" in told
    assert "too near for the areas of both" in told
    assert "say why it is approved all the same" in told
    approved = await deciding(browser, verdict="approve", confirmed="梯田上下两块")
    assert approved.status_code == 303


async def test_the_reason_of_an_approval_stays_on_the_page_of_the_plots_history(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    for _ in range(2):
        await proposing(browser, "plot", grower="G-0231", middle="36.6612, 110.9204", **PLOT_FIELDS)
    await deciding(browser, verdict="approve", confirmed="梯田上下两块")
    (waiting,) = re.findall(r'href="(/enrolment/history[^"]+)"', (await browser.get("/enrolment")).text)
    assert (await deciding(browser, verdict="approve")).status_code == 409, "the other one's reason is not this one's"
    await deciding(browser, verdict="approve", confirmed="两户各有一份合同")
    told = text_of(await browser.get(unescape(waiting)))
    assert "两户各有一份合同" in told
    assert "too near for the areas of both approved all the same, with a reason" in told
    unknown = await browser.get("/enrolment/history", params={"kind": "site", "id": "urn:x:none"})
    assert unknown.status_code == 404


async def test_a_rejection_asks_for_its_reason(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    await proposing(browser, "grower", public_name="上庄果农18号", county_code="141031")
    assert "Say why it is rejected" in text_of(await deciding(browser, verdict="reject"))
    assert (await deciding(browser, verdict="reject", reason="不在本村")).headers["location"].endswith("rejected")


async def test_what_is_typed_wrong_is_said_at_its_field_and_nothing_is_proposed(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    wrong = {"county_code": "14103", "bearing_since": "old", "area_mu": "0", "middle": "here", "boundary": "1"}
    answer = await proposing(browser, "plot", grower="G-0231", name="东坡", **wrong)
    assert answer.status_code == 422
    told = text_of(answer)
    for words in (
        "six digits of a county",
        "a year of four digits",
        "more than 0",
        "latitude and longitude in degrees",
    ):
        assert words in told, words
    assert "东坡" in answer.text
    assert len(world.records.registered) == 3


async def test_a_second_tap_proposes_the_same_once(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    page = await browser.get("/enrolment/grower")
    typed = dict(HIDDEN.findall(page.text)) | {"public_name": "上庄果农18号", "county_code": "141031"}
    answers = [await browser.post("/enrolment/grower", data=typed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(world.records.registered) == 4


@pytest.mark.parametrize(
    ("noun", "typed"),
    [
        ("mandate", {"grower": "G-0231"}),
        ("beneficiary", {"grower": "G-0231", "county_code": "141031", "source": "2016年建档立卡名册"}),
    ],
)
async def test_mandates_and_beneficiaries_are_proposed_too(
    browser: httpx.AsyncClient, noun: str, typed: dict[str, str]
) -> None:
    await sign_in(browser)
    assert (await proposing(browser, noun, **typed)).status_code == 303
    assert "G-0231" in text_of(await browser.get("/enrolment"))


async def test_enrolment_is_for_people_who_signed_in(browser: httpx.AsyncClient) -> None:
    for path in ("/enrolment", "/enrolment/plot"):
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in")
    await sign_in(browser)
    assert (await browser.get("/enrolment/castle")).status_code == 404
    assert (await browser.post("/enrolment", data={"csrf": "x", "proposal": "p"})).status_code == 403


async def call(program: httpx.AsyncClient, who: str, path: str, body: Any) -> dict[str, Any]:
    answer = await program.post(path, json=body, headers={"authorization": f"Bearer {who}-token"})
    assert answer.status_code == 200, answer.text
    (result,) = answer.json()["results"]
    return dict(result)


async def test_programs_propose_decide_and_read_the_story(program: httpx.AsyncClient) -> None:
    record = {"record": "party", "kind": "grower", "id": "https://suyuan.example/grower/n1", "version": 1}
    grower = record | {"name_zh": "上庄果农18号", "county_code": "141031"}
    made = await call(program, "station", "/api/registry/proposals", [grower])
    assert (made["status"], made["state"]) == ("accepted", "pending")
    program.headers["authorization"] = "Bearer office-token"
    (waiting,) = (await program.get("/api/registry/proposals")).json()["pending"]
    assert (waiting["may_decide"], waiting["record"]["name_zh"]) == (True, "上庄果农18号")
    own = await call(program, "station", "/api/registry/decisions", [_decision(made, "approve")])
    assert own["problems"][0]["code"] == "own-proposal"
    approved = await call(program, "office", "/api/registry/decisions", [_decision(made, "approve")])
    assert approved["state"] == "approved"
    story = (await program.get("/api/registry/history", params={"kind": "party", "id": str(grower["id"])})).json()
    assert (story["versions"][0]["author"], story["versions"][0]["approved_by"]) == (STATION, OFFICE)


def _decision(made: dict[str, Any], verdict: str) -> dict[str, str]:
    return {"proposal": made["proposal"], "verdict": verdict}


@pytest.mark.parametrize("body", ["{}", "[1]", '[{"proposal": 1}]', '[{"proposal": "p", "because": "x"}]'])
async def test_a_body_that_is_no_decision_is_refused_with_a_sentence(program: httpx.AsyncClient, body: str) -> None:
    headers = {"content-type": "application/json"}
    answer = await program.post("/api/registry/decisions", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["detail"]


async def test_who_approves_sees_where_it_lies_what_is_odd_and_that_it_was_proposed_twice(
    browser: httpx.AsyncClient,
) -> None:
    await sign_in(browser)
    odd = PLOT_FIELDS | {"area_mu": "30000"}
    for _ in range(2):
        await proposing(browser, "plot", grower="G-0231", middle="31.2, 121.5", **odd)
    await sign_in(browser, "CARD-BRAND")
    told = text_of(await browser.get("/enrolment"))
    for sentence in ("31.2, 121.5", "is not in the province", "more than 500 亩", "proposed under another code too"):
        assert sentence in told, sentence


async def test_a_plot_abroad_or_bearing_in_a_hundred_years_is_refused_by_its_field(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    late = await proposing(browser, "plot", grower="G-0231", **PLOT_FIELDS | {"bearing_since": "2118"})
    assert "more than twenty years away" in text_of(late)
    abroad = await proposing(browser, "plot", grower="G-0231", middle="48.9, 2.4", **PLOT_FIELDS)
    assert "not in China" in text_of(abroad)
