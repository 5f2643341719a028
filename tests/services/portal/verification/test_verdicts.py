"""One answer about a label: what `labels` says of it, unless its goods are recalled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from provenance.label_link import check_character
from services.portal.telling.histories import Claim, LabelVerdict, RuleResult
from services.portal.verification.verdicts import judged, recall_of
from tests.services.portal.people import text_of
from tests.services.portal.test_buyer_page import BOX, LINK, boxed
from tests.services.portal.upstream import PUBLIC_URL, Behind

__all__ = ["boxed"]

RECALL = RuleResult(
    rule="not_recalled", outcome="failed", sentence_zh="已被召回：农残。", sentence_en="It is recalled: residues.",
    concerns=(BOX,),
)  # fmt: skip
RECALLED = Claim(verdict="held", results=(RECALL,))
PARTLY = Claim(verdict="held", results=(replace(RECALL, outcome="unknown"),))
EXPIRED = Claim(verdict="held", results=(replace(RECALL, concerns=()),))
VERDICTS = ("void", "not_ours", "not_active", "issued", "not_checked")


def label(verdict: str) -> LabelVerdict:
    return LabelVerdict(verdict=verdict, sentence_zh="标签。", sentence_en="The label.")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_recall_is_answered_first_whatever_the_label_is_worth(verdict: str) -> None:
    for claim, said in ((RECALLED, "do not eat it, take it back"), (PARTLY, "nobody knows which")):
        answer = judged(label(verdict), recall_of(claim))
        assert answer.verdict == "recalled" and said in answer.sentence_en
        assert (answer.sentence_en.endswith("The label.")) == (verdict != "issued")


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("claim", [None, EXPIRED, Claim(verdict="granted")])
def test_where_nothing_is_recalled_the_label_is_answered_as_labels_says(verdict: str, claim: Claim | None) -> None:
    assert judged(label(verdict), recall_of(claim)) == label(verdict)


async def test_of_recalled_goods_the_page_says_so_first_and_once(browser: httpx.AsyncClient, boxed: Behind) -> None:
    boxed.log.claims[BOX] = RECALLED
    page = await browser.get(LINK + "?sig=good")
    words = text_of(page)
    assert words.index("Recalled: do not eat it") < words.index("It is recalled: residues.")
    assert words.count("Recalled: do not eat it") == 1
    assert "Issued by this system" not in words
    assert 'class="verdict good"' not in page.text


async def test_a_program_is_told_that_they_are_recalled(browser: httpx.AsyncClient, boxed: Behind) -> None:
    boxed.log.claims[BOX] = RECALLED
    body = (await browser.get(LINK + "?sig=good", headers={"accept": "application/json"})).json()
    assert body["label"]["verdict"] == "recalled"


async def test_a_forged_label_on_recalled_goods_lends_itself_no_truth_but_the_recall_is_told(
    browser: httpx.AsyncClient, boxed: Behind
) -> None:
    boxed.log.claims[BOX] = replace(RECALLED, brand_en="Xi pears")
    words = text_of(await browser.get(LINK + "?sig=forged"))
    assert "Recalled: do not eat it" in words and "This label is not ours." in words
    assert "Yulu pears in a box" not in words and "Xi pears" not in words


async def test_a_label_from_a_roll_tells_of_the_lot_it_was_bound_to(browser: httpx.AsyncClient, boxed: Behind) -> None:
    """Its link names no lot: it was printed before there was one."""
    asked: list[str] = []
    history = boxed.log.history

    async def asking(code: str, *rest: Any, **how: Any) -> Any:
        asked.append(code)
        return await history(code, *rest, **how)

    boxed.log.history = asking  # type: ignore[method-assign]
    link = LINK.replace("/10/PK0913", "")
    boxed.labels.known[f"{PUBLIC_URL}{link}?sig=roll"] = boxed.labels.known[f"{PUBLIC_URL}{LINK}?sig=good"]
    page = await browser.get(f"{link}?sig=roll")
    assert "Issued by this system" in text_of(page) and "Yulu pears in a box" in text_of(page)
    assert asked == [PUBLIC_URL + LINK]


async def test_a_roll_labels_link_without_its_signature_leads_to_the_goods_and_is_no_label(
    browser: httpx.AsyncClient, boxed: Behind
) -> None:
    serial = "BX7K3QM9TPW" + str(check_character("BX7K3QM9TPW"))
    known = boxed.labels.known[f"{PUBLIC_URL}{LINK}?sig=good"]
    boxed.labels.known[serial] = replace(known, serial=serial)
    asked: list[str] = []
    history = boxed.log.history

    async def asking(code: str, *rest: Any, **how: Any) -> Any:
        asked.append(code)
        return await history(f"{PUBLIC_URL}{LINK}", *rest, **how)

    boxed.log.history = asking  # type: ignore[method-assign]
    page = await browser.get(f"/01/19520001000017/21/{serial}")
    assert page.status_code == 200 and asked == [f"{PUBLIC_URL}/01/19520001000017/10/PK0913/21/{serial}"]
    assert "Issued by this system" not in text_of(page)
    await browser.get(f"/01/09520001000010/21/{serial}")
    assert asked[1] == f"{PUBLIC_URL}/01/09520001000010/21/{serial}", "of another product it leads nowhere"


async def test_a_label_from_a_roll_that_is_on_no_goods_yet_says_so(browser: httpx.AsyncClient, boxed: Behind) -> None:
    unbound = LabelVerdict(
        verdict="not_active", sentence_zh="还没有用。", sentence_en="Not yet on goods.", gtin="19520001000017",
        serial="BX7K3QM9TPWX",
    )  # fmt: skip
    for code in (f"{PUBLIC_URL}/01/19520001000017/21/BX7K3QM9TPWX?sig=roll", "BX7K-3QM9-TPWX"):
        boxed.labels.known[code] = boxed.labels.known[code.replace("-", "")] = unbound
        page = await browser.get("/b", params={"code": code})
        assert (page.status_code, "Not yet on goods." in text_of(page)) == (200, True)


@pytest.mark.parametrize(("verdict", "tone"), [("void", "bad"), ("not_active", "wait"), ("not_ours", "bad")])
async def test_a_label_that_answers_worse_than_issued_stands_above_what_fails_of_the_goods(
    browser: httpx.AsyncClient, boxed: Behind, verdict: str, tone: str
) -> None:
    known = boxed.labels.known[f"{PUBLIC_URL}{LINK}?sig=good"]
    boxed.labels.known[f"{PUBLIC_URL}{LINK}?sig=good"] = replace(known, verdict=verdict)
    failed = RuleResult(rule="certified", outcome="failed", sentence_zh="撤销。", sentence_en="It was revoked.")
    boxed.log.claims[BOX] = replace(boxed.log.claims[BOX], verdict="held", results=(failed,))
    page = await browser.get(LINK + "?sig=good")
    words = text_of(page)
    assert f'class="verdict {tone}"' in page.text
    if verdict != "not_ours":
        assert words.index("Issued by this system, looked up once.") < words.index("It was revoked.")


async def test_the_claim_of_a_label_is_that_of_its_brand_on_the_day_it_was_issued(
    boxed: Behind, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Any]] = []

    async def claim(code: str, brand: str, **how: Any) -> Claim:
        asked.append((brand, how["issued_ms"]))
        return Claim(verdict="granted")

    monkeypatch.setattr(boxed.log, "claim", claim)
    known = boxed.labels.known[f"{PUBLIC_URL}{LINK}?sig=good"]
    boxed.labels.known[f"{PUBLIC_URL}{LINK}?sig=good"] = replace(known, brand="its brand", issued_ms=1_700_000_000_000)
    await browser.get(LINK + "?sig=good")
    await browser.get(LINK)
    assert asked == [("its brand", 1_700_000_000_000), ("", 0)]
