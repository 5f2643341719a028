"""A thousand labels in one call: each with its one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest

from provenance.labels.answers import Recall
from services.portal.ports import Goods
from services.portal.telling.histories import Claim, LabelVerdict
from tests.services.portal.conftest import GTIN
from tests.services.portal.test_epcis_events import post, standing_alone
from tests.services.portal.upstream import Behind
from tests.services.portal.verification.test_verdicts import RECALL

LOT = f"{GTIN}/10/G0914"
RECALLED = Claim(verdict="held", results=(replace(RECALL, concerns=(LOT,)),))


@pytest.fixture
def labelled(world: Behind) -> Behind:
    """Labels A0 to A9 of one lot, B0 of another."""
    ours = LabelVerdict(verdict="issued", sentence_zh="本系统。", sentence_en="Ours.", gtin=GTIN[-14:], brand="brand")
    for serial, lot in [*((f"A{n}", "G0914") for n in range(10)), ("B0", "G/1")]:
        world.labels.known[serial] = replace(ours, lot=lot, serial=serial)
    return world


async def verify(program: httpx.AsyncClient, *codes: str) -> list[dict[str, Any]]:
    answer = await program.post("/api/labels/verify", json={"codes": codes})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["answers"])


async def test_each_code_is_answered_in_its_place(program: httpx.AsyncClient, labelled: Behind) -> None:
    answers = await verify(program, "A1", "nobody's", "B0", "A1")
    assert [one["code"] for one in answers] == ["A1", "nobody's", "B0", "A1"]
    assert [one["verdict"] for one in answers] == ["issued", "not_ours", "issued", "issued"]
    assert answers[2]["lot"] == "G/1"
    assert await verify(program) == []


async def test_labels_of_a_recalled_lot_say_so_and_no_others(program: httpx.AsyncClient, labelled: Behind) -> None:
    labelled.log.claims[LOT] = RECALLED
    answers = await verify(program, "A1", "B0", "A2", "nobody's")
    assert [one["verdict"] for one in answers] == ["recalled", "issued", "recalled", "not_ours"]


async def test_a_box_recalled_alone_says_so_and_its_neighbours_do_not(
    program: httpx.AsyncClient, labelled: Behind
) -> None:
    """A recall that was taken back is found, and its claim then says that there is none."""
    for serial in ("A1", "A3"):
        recall = standing_alone(epcList=[f"{GTIN}/21/{serial}"], quantityList=[], disposition="recalled")
        assert (await post(program, recall)).status_code == 201
    labelled.log.claims[f"{GTIN}/21/A1"] = Claim(verdict="held", results=(replace(RECALL, concerns=(LOT,)),))
    answers = await verify(program, "A0", "A1", "A2", "A3", "B0")
    assert [one["verdict"] for one in answers] == ["issued", "recalled", "issued", "issued", "issued"]
    alone = [(await program.get("/api/labels", params={"code": code})).json()["verdict"] for code in ("A0", "A1")]
    assert alone == ["issued", "recalled"]


async def test_all_are_asked_about_in_one_call_and_under_no_brand(
    labelled: Behind, program: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def recalled(goods: Sequence[Goods], *, token: str) -> Sequence[Recall]:
        asked.append(list(goods))
        return ["none"] * len(goods)

    monkeypatch.setattr(labelled.log, "recalled", recalled)
    await verify(program, "A1", "B0", "nobody's")
    box = f"{GTIN}/21/"
    assert asked == [[(f"{box}A1", LOT), (f"{box}B0", f"{GTIN}/10/G%2F1"), ("", "")]]


async def test_whoever_has_no_token_does_not_guess_codes_by_the_thousand(
    browser: httpx.AsyncClient, labelled: Behind
) -> None:
    answer = await browser.post("/api/labels/verify", json={"codes": ["A1"]}, headers={"accept": "application/json"})
    assert answer.status_code == 401


@pytest.mark.parametrize("codes", [None, "A1", [1], ["A1"] * 1001])
async def test_what_is_no_list_of_codes_or_too_long_a_one_is_refused_with_its_field(
    program: httpx.AsyncClient, labelled: Behind, codes: Any
) -> None:
    answer = await program.post("/api/labels/verify", json={"codes": codes})
    assert (answer.status_code, "codes" in answer.text) == (400, True)
