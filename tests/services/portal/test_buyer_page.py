"""What a buyer sees, and what a program gets, at a Digital Link."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from provenance import reports
from provenance.registry.records import Product
from services.portal.payments.ports import PaidPrice
from services.portal.reporting.submission import prepare
from services.portal.telling.histories import Badge, Claim, Completeness, ExpectedFact, LabelVerdict, RuleResult
from tests.services.portal.conftest import GROWER, GTIN, PLOT, STATION_SITE
from tests.services.portal.people import sign_in, text_of
from tests.services.portal.test_cold_curve import chain
from tests.services.portal.upstream import NOW, PUBLIC_URL, SINCE, Behind
from wire.errors import Transient

CASE = "https://id.gs1.org/01/19520001000017"
LINK = "/01/19520001000017/10/PK0913/21/BX7K3QM9TPWR"
BOX = f"{CASE}/21/BX7K3QM9TPWR"
CERTIFICATE = "https://suyuan.example/certificate/GF-2026-0141"


async def record(world: Behind, *events: dict[str, Any]) -> None:
    for event in events:
        (answer,) = await world.log.capture([prepare(event).submission], token="importer-token")
        assert answer.status == "accepted", answer


@pytest.fixture
async def boxed(world: Behind) -> Behind:
    """A box of pears from one delivery, sold."""
    world.registry.put(Product(id=CASE, valid_from=SINCE, name_zh="玉露香梨礼盒", name_en="Yulu pears in a box"))
    lot = f"{GTIN}/10/L1"
    names = [f"urn:uuid:00000000-0000-4000-8000-00000000000{n}" for n in range(4)]
    await record(
        world,
        reports.delivery(event_id=names[0], at=NOW, lot=lot, kg=Decimal(400), plot=PLOT, grower=GROWER,
                         station=STATION_SITE, certificates=[CERTIFICATE]),
        reports.packing(event_id=names[1], at=NOW, inputs={lot: Decimal(5)}, boxes=[BOX], site=STATION_SITE,
                        net_weight_kg=Decimal(5)),
        reports.sale(event_id=names[2], at=NOW, site=STATION_SITE, items=[BOX]),
    )  # fmt: skip
    badge = Badge(sentence_zh="隰县：原国家级贫困县，2018年脱贫", sentence_en="Xi County: on the list until 2018")
    rule = RuleResult(rule="origin", outcome="passed", sentence_zh="都来自隰县。", sentence_en="All from Xi County.")
    world.log.claims[BOX] = Claim(verdict="granted", brand_zh="隰县玉露香梨", results=(rule,), badges=(badge,))
    world.labels.known[f"{PUBLIC_URL}{LINK}?sig=good"] = LabelVerdict(
        verdict="issued", sentence_zh="本系统签发，查询过 1 次。", sentence_en="Issued by this system, looked up once.",
        gtin="19520001000017", lot="PK0913", serial="BX7K3QM9TPWR",
    )  # fmt: skip
    return world


async def test_the_page_tells_product_badge_village_way_share_and_certificate(
    browser: httpx.AsyncClient, boxed: Behind
) -> None:
    page = await browser.get(LINK)
    assert page.status_code == 200
    words = text_of(page)
    for told in (
        "Yulu pears in a box", "Xi County: on the list until 2018", "上庄村", "Grower 17 of Shangzhuang", "100 %",
        "Picked", "Packed", "Sold", "East slope", "certificate GF-2026-0141", "All from Xi County.",
        "No part of the way is missing",
    ):  # fmt: skip
        assert told in words, told


async def test_the_page_speaks_the_browsers_language(browser: httpx.AsyncClient, boxed: Behind) -> None:
    page = await browser.get(LINK, headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert page.headers["content-language"] == "zh-CN"
    for told in ("玉露香梨礼盒", "原国家级贫困县，2018年脱贫", "采摘", "上庄果农17号", "还不清楚的"):
        assert told in text_of(page)


async def test_the_verdict_of_a_label_comes_first(browser: httpx.AsyncClient, boxed: Behind) -> None:
    page = await browser.get(LINK + "?sig=good")
    words = text_of(page)
    assert words.index("Issued by this system") < words.index("Yulu pears in a box", words.index("To the content"))


async def test_a_changed_character_is_not_ours(browser: httpx.AsyncClient, boxed: Behind) -> None:
    words = text_of(await browser.get(LINK + "?sig=gooe"))
    assert "This label is not ours." in words
    assert "Issued by this system" not in words
    assert "Yulu pears in a box" not in words


async def test_while_labels_is_away_the_page_says_so_and_tells_the_rest(
    browser: httpx.AsyncClient, boxed: Behind
) -> None:
    boxed.labels.failure = Transient("away")
    page = await browser.get(LINK + "?sig=good")
    assert page.status_code == 200
    words = text_of(page)
    assert "The label cannot be checked at the moment." in words
    assert "Yulu pears in a box" in words
    assert "Issued by this system" not in words
    body = (await browser.get(LINK + "?sig=good", headers={"accept": "application/json"})).json()
    assert (body["label"]["verdict"], body["history"]["steps"][0]["kind"]) == ("not_checked", "harvest")
    short = await browser.get("/b", params={"code": "BX7K-3QM9-TPWR"})
    assert "The label cannot be checked at the moment." in text_of(short)


async def test_page_and_everything_it_needs_is_under_100_kb_and_from_here(
    browser: httpx.AsyncClient, boxed: Behind
) -> None:
    page = await browser.get(LINK + "?sig=good")
    needed = {part.split('"')[0] for part in page.text.split('="/static/')[1:]}
    sizes = [len((await browser.get(f"/static/{name}")).content) for name in needed]
    assert len(needed) == 3
    assert len(page.content) + sum(sizes) < 100_000
    assert all(tag.startswith(' type="module" src="/static/') for tag in page.text.split("<script")[1:])
    assert "style=" not in page.text
    assert "http" not in page.text.replace("https://suyuan.example/certificate/", "")


async def test_a_program_gets_json(program: httpx.AsyncClient, boxed: Behind) -> None:
    answer = await program.get(LINK + "?sig=good", headers={"accept": "application/json"})
    body = answer.json()
    assert body["history"]["steps"][0]["kind"] == "harvest"
    assert body["claim"]["verdict"] == "granted"
    assert body["label"]["verdict"] == "issued"
    assert body["history"]["steps"][0]["event"]["type"] == "ObjectEvent"


async def test_a_label_that_is_out_is_judged_on_what_is_judged_again(program: httpx.AsyncClient, boxed: Behind) -> None:
    (key,) = boxed.log.claims
    boxed.log.issued_claims[key] = replace(boxed.log.claims[key], verdict="held")
    for query, verdict in (("?sig=good", "held"), ("", "granted")):
        answer = await program.get(LINK + query, headers={"accept": "application/json"})
        assert answer.json()["claim"]["verdict"] == verdict


@pytest.mark.parametrize(
    "path",
    [
        "/01/19520001000018/21/X",
        "/01/123",
        "/01/19520001000017/21/X/10/L",
        "/01/19520001000017/21/",
        "/01/19520001000017/10/%ZZ",
        "/00/095200010000000011",
        "/01/19520001000017?17=991399",
    ],
)
async def test_a_link_that_breaks_a_gs1_rule_is_400(program: httpx.AsyncClient, path: str) -> None:
    answer = await program.get(path, headers={"accept": "application/json"})
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"].startswith("This is no valid GS1 Digital Link")


async def test_an_unknown_link_type_is_404(program: httpx.AsyncClient, boxed: Behind) -> None:
    assert (await program.get(LINK + "?linkType=gs1:recipe")).status_code == 404
    assert (await program.get(LINK + "?linkType=gs1:pip")).status_code == 200


async def test_an_unknown_code_is_said_plainly(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/01/19520001000017/21/NOBODY")
    assert page.status_code == 404
    assert "Nothing is known of this code." in text_of(page)


async def test_a_trailing_slash_and_escapes_are_tolerated(browser: httpx.AsyncClient, boxed: Behind) -> None:
    assert (await browser.get(LINK + "/")).status_code == 200
    assert (await browser.get(LINK.replace("PK0913", "%50K0913"))).status_code == 200


@pytest.mark.parametrize(
    "typed", [BOX, "(01)19520001000017(21)BX7K3QM9TPWR", " （01）19520001000017（21）BX7K3QM9TPWR "]
)
async def test_a_typed_code_finds_the_same_page(browser: httpx.AsyncClient, boxed: Behind, typed: str) -> None:
    answer = await browser.get("/look", params={"code": typed})
    assert answer.headers["location"].startswith("/b?code=")
    assert "Yulu pears in a box" in (await browser.get(answer.headers["location"])).text


async def test_a_short_code_shows_the_verdict_and_the_goods(browser: httpx.AsyncClient, boxed: Behind) -> None:
    boxed.labels.known["BX7K-3QM9-TPWR"] = boxed.labels.known[f"{PUBLIC_URL}{LINK}?sig=good"]
    words = text_of(await browser.get("/b", params={"code": "BX7K-3QM9-TPWR"}))
    assert "Issued by this system" in words
    assert "Yulu pears in a box" in words


async def test_a_mistyped_code_is_answered_in_the_persons_words(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/b", params={"code": "09520001000011"})
    assert page.status_code == 400
    assert "Was a digit mistyped?" in page.text


async def test_what_is_missing_is_said(browser: httpx.AsyncClient, world: Behind) -> None:
    sold = reports.sale(
        event_id="urn:uuid:00000000-0000-4000-8000-000000000009", at=NOW, site=STATION_SITE, items=[BOX]
    )
    await record(world, sold)
    assert "Nobody reported" in text_of(await browser.get(LINK))


async def test_the_home_page_has_a_box_for_the_code(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/")
    assert 'name="code"' in page.text
    assert (await browser.get("/look", params={"code": " "})).headers["location"] == "/"


@pytest.mark.parametrize("typed", ["https://例子/批次", "urn:x:\u2603", 'tag:a"b', "https://x/\r\nY: z"])
async def test_any_uri_may_be_looked_up(browser: httpx.AsyncClient, typed: str) -> None:
    assert (await browser.get("/b", params={"code": typed})).status_code in (400, 404)


async def test_other_sites_may_ask_what_a_link_offers(program: httpx.AsyncClient, boxed: Behind) -> None:
    asked = await program.options(LINK)
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "*")
    answer = await program.get(LINK, headers={"accept": "application/json"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert 'rel="linkset"' in answer.headers["link"]
    assert (await program.head(LINK)).status_code == 200


FAILED = RuleResult(rule="certified", outcome="failed", sentence_zh="证书已撤销。", sentence_en="It was revoked.")


async def test_a_check_that_failed_stands_above_everything_without_tick_brand_or_badge(
    browser: httpx.AsyncClient, boxed: Behind
) -> None:
    before = await browser.get(LINK + "?sig=good")
    assert 'class="verdict good"' in before.text
    boxed.log.claims[BOX] = replace(boxed.log.claims[BOX], verdict="refused", brand_en="Xi pears", results=(FAILED,))
    after = await browser.get(LINK + "?sig=good")
    words = text_of(after)
    assert words.index("Not everything about these goods is in order.") < words.index("Issued by this system")
    assert words.index("It was revoked.") < words.index("Issued by this system")
    assert 'class="verdict good"' not in after.text
    assert "Xi pears" not in words
    assert "Xi County: on the list until 2018" not in words


async def test_what_holds_a_claim_back_is_said_at_the_top(browser: httpx.AsyncClient, boxed: Behind) -> None:
    unknown = replace(FAILED, outcome="unknown", sentence_en="Nobody knows.")
    boxed.log.claims[BOX] = replace(boxed.log.claims[BOX], verdict="held", results=(unknown,))
    page = await browser.get(LINK + "?sig=good")
    words = text_of(page)
    assert words.index("could be confirmed. Nobody knows.") < words.index("Issued by this system")
    assert 'class="verdict bad"' not in page.text


async def test_a_box_without_a_signature_is_told_apart_from_a_checked_one(
    browser: httpx.AsyncClient, boxed: Behind
) -> None:
    assert "No label was checked for this page." in text_of(await browser.get(LINK))
    assert "No label was checked" not in text_of(await browser.get(LINK + "?sig=good"))
    assert "No label was checked" not in text_of(await browser.get(f"/01/{GTIN[-14:]}/10/L1"))


async def test_whoever_holds_a_label_that_is_none_of_ours_is_told_what_to_do(
    browser: httpx.AsyncClient, boxed: Behind
) -> None:
    for page in (await browser.get(LINK + "?sig=gooe"), await browser.get("/b", params={"code": "BX7K-3QM9-TPWX"})):
        assert "Compare the code with the one printed on the box." in text_of(page)
        assert 'name="code"' in page.text


async def test_a_mistyped_product_in_a_link_is_told_in_chinese_with_the_right_digit(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/01/19520001000018/10/PK0913", headers={"accept-language": "zh"})
    assert page.status_code == 400
    assert "19520001000018" in text_of(page)
    assert "无法理解" not in text_of(page)
    assert 'name="code"' in page.text


async def test_where_something_could_not_be_checked_it_is_not_said_that_nothing_is_missing(
    browser: httpx.AsyncClient, boxed: Behind
) -> None:
    cold = RuleResult(
        rule="cold_chain", outcome="unknown", sentence_en="Temperatures are known for only 0 %.", sentence_zh="不清楚。"
    )
    boxed.log.claims[BOX] = replace(boxed.log.claims[BOX], results=(cold,))
    words = text_of(await browser.get(LINK))
    assert "No part of the way is missing" not in words
    assert "What could not be checked stands above." in words
    page = await browser.get(LINK, headers={"accept-language": "zh-CN"})
    assert "无法核对的见上面各项" in text_of(page)


async def test_of_goods_of_no_brand_too_whose_temperatures_nobody_knows(
    browser: httpx.AsyncClient, boxed: Behind
) -> None:
    del boxed.log.claims[BOX]
    assert "No part of the way is missing" in text_of(await browser.get(LINK))
    boxed.log.cold_chains[BOX] = chain(curve=(), excursions=(), verdict="unknown", why="little-known")
    words = text_of(await browser.get(LINK))
    assert "No part of the way is missing" not in words and "What could not be checked stands above." in words


async def test_the_lines_of_the_claim_have_names_and_what_did_not_pass_comes_first(
    browser: httpx.AsyncClient, boxed: Behind
) -> None:
    passed = RuleResult(rule="origin", outcome="passed", sentence_en="All from Xi County.", sentence_zh="都来自隰县。")
    unknown = RuleResult(rule="cold_chain", outcome="unknown", sentence_en="Half is known.", sentence_zh="只知道一半。")
    facts = (
        ExpectedFact(fact="sale", name_zh="销售", name_en="its sale"),
        ExpectedFact(fact="harvest", name_zh="采收记录", name_en="a report of every harvest", there=True),
    )
    boxed.log.claims[BOX] = replace(
        boxed.log.claims[BOX],
        verdict="held",
        results=(passed, FAILED, unknown),
        completeness=Completeness(there=1, expected=2, facts=facts),
    )
    words = text_of(await browser.get(LINK))
    places = [
        words.index(name, words.index("What was checked")) for name in ("Certified", "Kept cold", "Where it grew")
    ]
    assert places == sorted(places)
    assert "1 of 2 facts that such a history should have are there. Not reported: its sale" in words
    assert "No part of the way is missing" not in words, "one word for what nobody reported"
    page = await browser.get(LINK, headers={"accept-language": "zh-CN"})
    assert "这类产品应有的 2 项记录，有 1 项。" in text_of(page)
    body = (await browser.get(LINK, headers={"accept": "application/json"})).json()
    assert body["claim"]["completeness"]["facts"][0] == {
        "fact": "sale", "name_zh": "销售", "name_en": "its sale", "there": False,
    }  # fmt: skip


async def test_what_a_granted_label_does_without_comes_last(browser: httpx.AsyncClient, boxed: Behind) -> None:
    passed = RuleResult(rule="origin", outcome="passed", sentence_en="All from Xi County.", sentence_zh="都来自隰县。")
    excused = RuleResult(rule="cold_chain", outcome="unknown", sentence_en="No range.", sentence_zh="没有范围。")
    boxed.log.claims[BOX] = replace(boxed.log.claims[BOX], verdict="granted", results=(excused, passed))
    words = text_of(await browser.get(LINK))
    assert words.index("Where it grew") < words.index("Kept cold")


async def test_what_growers_were_paid_is_on_the_page_as_far_as_it_may_be_told(
    browser: httpx.AsyncClient, boxed: Behind
) -> None:
    assert "What the growers were paid" not in text_of(await browser.get(LINK))
    boxed.payments.prices["BX7K3QM9TPWR"] = PaidPrice(
        yuan_per_kg="4.37",
        covered="1",
        growers=6,
        sentence_zh="平均每公斤得到4.37元",
        sentence_en="Paid 4.37 on average.",
    )
    words = text_of(await browser.get(LINK))
    assert "4.37 yuan a kilogram" in words and "Paid 4.37 on average." in words
    boxed.payments.prices["BX7K3QM9TPWR"] = PaidPrice(
        covered="1", sentence_zh="不公开", sentence_en="It stays private."
    )
    words = text_of(await browser.get(LINK))
    assert "It stays private." in words and "yuan a kilogram" not in words


async def test_the_page_of_a_history_shows_what_its_claim_finds_and_who_can_mend_it(
    browser: httpx.AsyncClient, boxed: Behind
) -> None:
    await sign_in(browser)
    unmended = replace(FAILED, remedy_en="The certifying body reports it again.", remedy_zh="请发证机构上报。")
    boxed.log.claims[BOX] = replace(boxed.log.claims[BOX], verdict="held", results=(unmended,))
    words = text_of(await browser.get("/trace", params={"code": BOX}))
    assert "It was revoked. The certifying body reports it again." in words
    assert "What was checked" not in text_of(await browser.get("/trace", params={"code": BOX, "direction": "forward"}))


async def test_a_check_that_failed_leads_to_the_reports_it_rests_on(browser: httpx.AsyncClient, boxed: Behind) -> None:
    """Each called by what it told and when; to a buyer, who cannot read them, they are not told."""
    await sign_in(browser)
    trace = await browser.get("/api/trace", params={"code": BOX})
    (packed,) = [one["event_id"] for one in trace.json()["steps"] if one["kind"] == "packing"]
    issued = reports.certificate(
        event_id="urn:uuid:00000000-0000-4000-8000-0000000000c1", at=NOW, certificate=CERTIFICATE, state="issued",
        issuer="urn:x:issuer", scheme="green_food", scope=[PLOT], valid_from=NOW.date(),
        valid_to=NOW.date() + timedelta(days=9), number="GF1",
    )  # fmt: skip
    await record(boxed, issued)
    rests = replace(FAILED, event_ids=(packed, issued["eventID"], *(f"urn:x:{n}" for n in range(5))))
    boxed.log.claims[BOX] = replace(boxed.log.claims[BOX], verdict="held", results=(rests,))
    page = await browser.get("/trace", params={"code": BOX})
    checks = page.text.split("What was checked")[1].split("</section>")[0]
    assert re.search(rf'href="/epcis/events/{quote(packed, safe="")}">Packed \d+ \w+ \d{{4}}<', checks)
    assert re.search(r">GF1 issued \d+ \w+ \d{4}<", checks)
    assert "A report" in checks and "and 2 more" in checks
    assert packed[-17:] not in text_of(page)
    browser.cookies.clear()
    assert "/epcis/events/" not in (await browser.get(LINK)).text.split("What was checked")[1].split("</section>")[0]


@pytest.mark.parametrize(
    ("verdict", "outcome", "said"),
    [
        ("refused", "failed", "Refused: these goods may not carry the brand."),
        ("held", "failed", "Held: as things stand, these goods may not carry the brand."),
        ("held", "unknown", "Held: it is not settled"),
    ],
)
async def test_the_verdict_of_the_claim_is_said_plainly_to_buyers_and_on_the_history(
    verdict: str, outcome: str, said: str, browser: httpx.AsyncClient, boxed: Behind
) -> None:
    result = replace(FAILED, outcome=outcome)
    boxed.log.claims[BOX] = replace(boxed.log.claims[BOX], verdict=verdict, results=(result,))
    words = text_of(await browser.get(LINK + "?sig=good"))
    assert words.index(said) < words.index("Issued by this system")
    await sign_in(browser)
    assert said in text_of(await browser.get("/trace", params={"code": BOX}))


async def test_the_history_of_granted_goods_says_so(browser: httpx.AsyncClient, boxed: Behind) -> None:
    await sign_in(browser)
    assert "Granted: these goods may carry the brand." in text_of(await browser.get("/trace", params={"code": BOX}))


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Recalled: do not eat it, take it back to the seller."), ("zh", "已被召回：请不要食用，退回卖家。")],
)
async def test_a_recall_is_said_before_all_else_and_what_to_do(
    language: str, told: str, browser: httpx.AsyncClient, boxed: Behind
) -> None:
    held = RuleResult(rule="custody", outcome="failed", sentence_zh="8eb5-1c79f3a2d4e5 不明。",
                      sentence_en="8eb5-1c79f3a2d4e5 ?")  # fmt: skip
    recall = RuleResult(
        rule="not_recalled",
        outcome="failed",
        concerns=("L1",),
        sentence_zh="已被召回：L1。",
        sentence_en="Recalled: L1.",
    )
    boxed.log.claims[BOX] = Claim(verdict="refused", results=(held, recall))
    page = await browser.get(LINK, headers={"accept-language": language})
    first = page.text.split('<section class="verdict', 1)[1].split("</section>", 1)[0]
    assert told in first and "8eb5" not in first
    assert 'role="alert"' in first
    assert "8eb5" not in page.text
