"""Growers' cards made, made again, printed and withdrawn, by who may and for whom."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Any

import httpx
import pypdfium2
import pytest

from provenance.access.authority import Principal
from services.portal.cards.paper import CARD_SIZES, CardPaper, lay_out_card
from services.portal.commitments.fonts import measure
from services.portal.commitments.paper import Text
from services.portal.payments.ports import CardLife
from tests.services.portal.conftest import GROWER, OFFICE, STATION
from tests.services.portal.people import filled, sign_in, text_of
from tests.services.portal.test_payments import payment, report
from tests.services.portal.upstream import Behind

MANDATE = {"kind": "mandate", "id": "m1", "from_party": GROWER, "to_party": STATION, "actions": ["report"]}


@pytest.fixture(autouse=True)
def registered(world: Behind) -> None:
    world.records.records["mandate", "m1"] = MANDATE
    county = {"county_code": "141031"}
    world.records.records["party", GROWER] = {**world.records.records["party", GROWER], **county}
    world.records.records["party", OFFICE] = {"kind": "brand_office", "id": OFFICE, **county}
    world.identity.principals["registrar-token"] = Principal("urn:x:registrar", frozenset({"registrar"}))


async def api(
    client: httpx.AsyncClient, token: str, path: str = "", grower: str = GROWER, **more: Any
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "accept-language": "en"}
    return await client.post(f"/api/cards{path}", json={"grower": grower, **more}, headers=headers)


@pytest.mark.parametrize("token", ["station-token", "office-token", "registrar-token"])
async def test_offices_and_the_station_with_a_mandate_make_cards(program: httpx.AsyncClient, token: str) -> None:
    made = await api(program, token)
    assert made.status_code == 201, made.text
    assert made.json()["link"].startswith("http")
    assert made.headers["cache-control"] == "no-store"


async def test_without_a_mandate_or_in_another_county_no_card_is_made(
    program: httpx.AsyncClient, world: Behind
) -> None:
    records: Any = world.records.records
    records["mandate", "m1"] = {**MANDATE, "actions": ["read"]}
    assert (await api(program, "station-token")).status_code == 403
    del records["mandate", "m1"]
    assert (await api(program, "station-token", "/withdrawals")).status_code == 403
    records["party", OFFICE] = {**records["party", OFFICE], "county_code": "140106"}
    assert (await api(program, "office-token")).status_code == 403
    assert (await api(program, "importer-token")).status_code == 403
    assert (await api(program, "registrar-token", grower="nobody")).status_code == 404
    assert (await api(program, "registrar-token", grower=STATION)).status_code == 400
    assert world.cards.made == []


async def test_a_new_card_ends_the_one_before_and_both_are_told_with_who_did_it(
    program: httpx.AsyncClient,
) -> None:
    await api(program, "station-token")
    await api(program, "registrar-token", replace=True)
    assert (await api(program, "registrar-token", "/withdrawals")).json()["withdrawn"] == 1
    authorization = {"Authorization": "Bearer registrar-token"}
    told = (await program.get("/api/cards", params={"grower": GROWER}, headers=authorization)).json()["cards"]
    assert [bool(card["ended"]) for card in told] == [True, True]
    assert told[0]["made_by"] == told[0]["ended_by"] == told[1]["ended_by"]


async def test_a_program_ends_a_good_card_only_where_it_says_so(program: httpx.AsyncClient, world: Behind) -> None:
    await api(program, "station-token")
    refused = await api(program, "registrar-token")
    assert (refused.status_code, len(world.cards.made)) == (409, 1)
    assert refused.json()["cards"][0]["made_by"] == STATION.rsplit("/", 1)[1]
    assert "say so with replace" in refused.json()["detail"]
    assert (await api(program, "registrar-token", replace="yes")).status_code == 400
    assert (await api(program, "registrar-token", replace=True)).status_code == 201
    await api(program, "registrar-token", "/withdrawals")
    assert (await api(program, "registrar-token")).status_code == 201, "a dead card holds up nobody"


async def test_of_two_who_make_a_growers_first_card_at_once_one_is_told_of_the_others(
    program: httpx.AsyncClient, world: Behind
) -> None:
    both_looked, looked = asyncio.Barrier(2), world.cards.lives

    async def lives(grower: str) -> list[CardLife]:
        found = await looked(grower)
        if not world.cards.made:
            await both_looked.wait()
        return found

    world.cards.lives = lives  # type: ignore[method-assign]
    answers = await asyncio.gather(api(program, "office-token"), api(program, "registrar-token"))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert [life.revoked_s for _, life in world.cards.made] == [0]


async def test_a_page_that_makes_a_card_while_another_is_made_asks_first(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    await sign_in(browser)
    form = filled(await browser.get("/cards"), "/cards") | {"grower": GROWER, "do": "make"}
    looked = world.cards.lives

    async def late(grower: str) -> list[CardLife]:
        found = await looked(grower)
        if not world.cards.made:
            await world.cards.make(grower, by=OFFICE, trading=True, ends=())
        return found

    world.cards.lives = late  # type: ignore[method-assign]
    asked = await browser.post("/cards", data=form)
    assert "Made on 1970-01-01 by" in text_of(asked)
    assert [life.revoked_s for _, life in world.cards.made] == [0]


async def test_a_station_ends_no_card_of_an_office(
    program: httpx.AsyncClient, browser: httpx.AsyncClient, world: Behind
) -> None:
    """What a grower answers through a station's card does not count: whom it paid, nobody silences."""
    await api(program, "office-token")
    assert (await api(program, "station-token")).status_code == 201, "it ends nothing, so nothing is asked"
    assert (await api(program, "station-token", "/withdrawals")).json()["withdrawn"] == 1
    assert [bool(life.revoked_s) for _, life in world.cards.made] == [True, False]
    await sign_in(browser)
    page = text_of(await browser.get("/cards", params={"grower": GROWER}))
    assert "it stays good whatever you do here" in page
    await api(program, "station-token")
    assert (await api(program, "office-token", "/withdrawals")).json()["withdrawn"] == 2


@pytest.mark.parametrize("do", ["make", "withdraw"])
async def test_whose_card_dies_is_asked_before_it_does(browser: httpx.AsyncClient, world: Behind, do: str) -> None:
    await sign_in(browser)
    form = filled(await browser.get("/cards"), "/cards") | {"grower": GROWER}
    await browser.post("/cards", data=form | {"do": "make"})
    asked = await browser.post("/cards", data=form | {"do": do})
    assert "Grower 17" in text_of(asked) and "Made on 1970-01-01 by" in text_of(asked)
    assert [life.revoked_s for _, life in world.cards.made] == [0], "nothing happens before the answer"
    done = await browser.post("/cards", data=filled(asked, "/cards") | {"do": do})
    assert "its code is shown only once" in text_of(done) or "that you may end are dead." in text_of(done)
    assert world.cards.made[-1][1].revoked_s


async def test_a_card_made_since_the_question_is_asked_about_again(browser: httpx.AsyncClient, world: Behind) -> None:
    await sign_in(browser)
    form = filled(await browser.get("/cards"), "/cards") | {"grower": GROWER, "do": "withdraw"}
    assert "has no card that you may end" in text_of(await browser.post("/cards", data=form))
    await browser.post("/cards", data=form | {"do": "make"})
    asked = await browser.post("/cards", data=form)
    world.cards.made = [(of, replace(life, mark="another")) for of, life in world.cards.made]
    again = await browser.post("/cards", data=filled(asked, "/cards") | {"do": "withdraw"})
    assert "Withdraw this card?" in text_of(again)


async def test_at_the_station_a_card_is_made_shown_once_and_withdrawn(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    form = filled(await browser.get("/cards"), "/cards")
    page = await browser.post("/cards", data={**form, "grower": GROWER, "do": "make"})
    assert "its code is shown only once" in text_of(page)
    assert "/card.pdf?size=a6" in page.text
    assert page.headers["cache-control"] == "no-store"
    again = await browser.get("/cards", params={"grower": GROWER})
    assert "/card.pdf" not in again.text
    asked = await browser.post("/cards", data={**form, "grower": GROWER, "do": "withdraw"})
    ended = await browser.post("/cards", data=filled(asked, "/cards") | {"do": "withdraw"})
    assert "that you may end are dead." in text_of(ended)
    wrong = await browser.post("/cards", data={**form, "grower": "nobody", "do": "make"})
    assert (wrong.status_code, "No grower nobody is registered." in text_of(wrong)) == (422, True)


@pytest.mark.parametrize("size", CARD_SIZES)
async def test_the_card_prints_with_its_words_in_chinese(browser: httpx.AsyncClient, world: Behind, size: str) -> None:
    world.identity.principals["card-token"] = Principal(GROWER, frozenset({"cardholder"}))
    world.cards.tokens = {"ABCD": "card-token"}
    printed = await browser.get("/g/ABCD/card.pdf", params={"size": size})
    assert printed.headers["content-type"] == "application/pdf"
    words = pypdfium2.PdfDocument(printed.content)[0].get_textpage().get_text_range()
    assert "种植户收款卡" in words
    assert "打印于" in words
    assert (await browser.get("/g/ABCD/card.pdf", params={"size": "a0"})).status_code == 400


@pytest.mark.parametrize("size", CARD_SIZES)
def test_nothing_of_a_card_hangs_over_its_edge(size: str) -> None:
    width, height = CARD_SIZES[size]
    for mark in lay_out_card(
        CardPaper("7f3a", "2026-11-23", "https://suyuan.example/g/ABCDEFGHJKMNPQRSTVWX"), size, measure
    ):
        assert 0 <= mark.x < width
        assert 0 <= mark.y < height
        if isinstance(mark, Text):
            assert mark.x + measure(mark.text, mark.face, mark.size) <= width


async def test_who_paid_is_not_offered_to_have_it_confirmed_through_his_own_card(
    browser: httpx.AsyncClient, program: httpx.AsyncClient, world: Behind
) -> None:
    holder = Principal(GROWER, frozenset({"cardholder"}))
    world.identity.principals["card-token"] = replace(holder, card_by=STATION)
    world.cards.tokens = {"ABCD": "card-token"}
    await report(program, payment())
    page = text_of(await browser.get("/g/ABCD"))
    assert "cannot confirm it" in page
    assert "I received this" not in page
    assert "Say that it is wrong" in page


async def test_a_village_behind_one_address_opens_its_cards_and_a_guesser_is_slowed_down(
    browser: httpx.AsyncClient, world: Behind
) -> None:
    world.identity.principals["card-token"] = Principal(GROWER, frozenset({"cardholder"}))
    world.cards.tokens = {"ABCD": "card-token"}
    assert {(await browser.get("/g/ABCD")).status_code for _ in range(60)} == {200}
    guessed = [(await browser.get(f"/g/GUESS{n}")).status_code for n in range(60)]
    assert (guessed[0], guessed[-1]) == (404, 429)
    assert (await browser.get("/g/ABCD")).status_code == 200, "who has a card is not held up by who guesses"


async def test_a_mandate_behind_a_thousand_others_is_found(program: httpx.AsyncClient, world: Behind) -> None:
    records: Any = world.records.records
    del records["mandate", "m1"]
    for n in range(1001):
        records["mandate", f"l{n:04}"] = {**MANDATE, "id": f"l{n:04}", "to_party": f"urn:x:{n}"}
    assert (await api(program, "station-token")).status_code == 403
    records["mandate", "m1"] = MANDATE
    assert (await api(program, "station-token")).status_code == 201


@pytest.mark.parametrize(("maker", "counts"), [(STATION, False), (OFFICE, True), ("", True)])
async def test_whose_card_does_not_count_is_told_and_what_it_said_is_seen(
    browser: httpx.AsyncClient, program: httpx.AsyncClient, world: Behind, maker: str, counts: bool
) -> None:
    holder = Principal(GROWER, frozenset({"cardholder"}))
    world.identity.principals["card-token"] = replace(holder, card_by=maker)
    world.cards.tokens = {"ABCD": "card-token"}
    page = await browser.get("/g/ABCD")
    assert ("A station made this card" in text_of(page)) is not counts


async def test_what_was_answered_through_a_stations_card_is_seen_and_not_counted(
    browser: httpx.AsyncClient, program: httpx.AsyncClient, world: Behind
) -> None:
    holder = Principal(GROWER, frozenset({"cardholder"}))
    world.identity.principals["card-token"] = replace(holder, card_by=STATION)
    world.cards.tokens = {"ABCD": "card-token"}
    await report(program, payment())
    form = dict(re.findall(r'name="(csrf|id|payment)" value="([^"]*)"', (await browser.get("/g/ABCD")).text))
    sent = await browser.post("/g/ABCD", data=form | {"answer": "disputed", "reason": "少了20公斤"})
    assert sent.status_code == 303
    page = text_of(await browser.get("/g/ABCD"))
    assert "Objected to since through a card" in page and "少了20公斤" in page
    assert "You have not answered yet" in page
    await sign_in(browser)
    told = text_of(await browser.get("/payments"))
    assert "Objected to since through a card that Shangzhuang station" in told and "少了20公斤" in told
