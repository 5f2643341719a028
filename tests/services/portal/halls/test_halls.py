"""A county's hall: what it shows, to whom, and what it says to programs."""

import asyncio
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import orjson
import pytest

from provenance.registry.records import Brand, Channel, County, CountyStatus, Product
from services.portal.halls.hall import hall
from services.portal.halls.on_sale import KEPT_S, OnSale
from services.portal.halls.ports import LabelCounts
from services.portal.telling.histories import Claim, FoundCode, RuleResult
from tests.services.portal.conftest import BRAND, GTIN, OFFICE
from tests.services.portal.openapi.test_document import DESCRIPTION
from tests.services.portal.people import text_of
from tests.services.portal.upstream import NOW, PUBLIC_URL, SINCE, Behind
from wire.errors import Transient

XI, QIDONG = "141031", "430426"
TODAY = NOW.date()
OTHER_BRAND = "https://suyuan.example/brand/a-jujubes"
LOT = f"{GTIN}/10/P1"
GOOD = RuleResult(rule="origin", outcome="passed", sentence_zh="都来自隰县。", sentence_en="All is of Xi County.")
OPEN = RuleResult(rule="cold_chain", outcome="unknown", sentence_zh="不知道。", sentence_en="It is not known.")


@pytest.fixture
def shown(world: Behind) -> Behind:
    """Xi County stands for its pears; another brand of it sells nothing; a shop, a site and a stream sell the pears."""
    (old,) = (one for one in (world.registry.county(XI, TODAY),) if one)
    brand = Brand(id=BRAND, valid_from=SINCE, name_zh="隰县玉露香梨", name_en="Xi County Yulu Pears", owner=OFFICE,
                  county_code=XI, gtins=frozenset({GTIN}), floor_price_yuan=Decimal(6),
                  accepted_county_schemes=frozenset({"national-832"}))  # fmt: skip
    world.registry.put(replace(old, version=2, outstanding_brand=BRAND))
    world.registry.put(brand)
    world.registry.put(replace(brand, id=OTHER_BRAND, name_zh="隰县大枣", name_en="Xi Jujubes", gtins=frozenset()))
    channel = Channel(id="urn:x:shop", valid_from=SINCE, brand=BRAND, name_zh="迎泽特产店", name_en="Yingze Shop")
    world.registry.put(channel)
    world.registry.put(
        replace(channel, id="urn:x:web", name_en="Web Shop", kind="online", url="https://shop.example/p")
    )
    world.registry.put(replace(channel, id="urn:x:gone", name_en="Gone Shop", valid_to=date(2026, 9, 1)))
    world.registry.put(
        replace(channel, id="urn:x:live", name_en="Harvest Live", kind="live_stream", url="https://live.example/9",
                valid_from=date(2026, 9, 18), valid_to=date(2026, 9, 22))
    )  # fmt: skip
    status = CountyStatus("hunan-provincial", "provincial", None, 2018, "list")
    world.registry.put(County(id=QIDONG, valid_from=SINCE, name_zh="祁东县", name_en="Qidong", statuses=(status,)))
    return world


class Known:
    """Lots as `traceability` tells them, and how often it was asked."""

    def __init__(self, *numbers: str, verdict: str = "granted") -> None:
        self.numbers = numbers
        self.verdict = verdict
        self.asked = 0
        self.away = False

    async def find(self, codes: Any, *, token: str, branded: bool = False) -> Any:
        self.asked += 1
        if self.away:
            raise Transient("traceability does not answer")
        assert branded
        assert token == ""
        return [[FoundCode(key=f"{code}/10/{number}") for number in self.numbers] for code in codes]

    async def claim_and_left(self, code: str, brand: str) -> tuple[Claim, Decimal | None]:
        verdict = "refused" if code.endswith("BAD") else self.verdict
        left_kg = Decimal() if code.endswith("SOLD") else None
        return Claim(verdict=verdict, brand=brand, results=(GOOD, OPEN)), left_kg


async def test_the_outstanding_brand_stands_first_and_says_so(shown: Behind, browser: httpx.AsyncClient) -> None:
    page = await browser.get(f"/halls/{XI}")
    assert page.status_code == 200, page.text
    words = text_of(page).split("<main")[-1].split("The hall of Xi County")[-1]
    assert words.index("The brand the county stands for") < words.index("Xi County Yulu Pears")
    assert words.index("Xi County Yulu Pears") < words.index("Xi Jujubes")
    assert words.count("The brand the county stands for") == 1


async def test_a_badge_is_dated_and_of_its_own_list(shown: Behind, browser: httpx.AsyncClient) -> None:
    assert "formerly on the national list of poor counties, left it in 2018" in text_of(
        await browser.get(f"/halls/{XI}")
    )
    shown.registry.put(
        Brand(id=OTHER_BRAND + "2", valid_from=SINCE, name_zh="祁东黄花菜", owner=OFFICE, county_code=QIDONG)
    )
    words = text_of(await browser.get(f"/halls/{QIDONG}"))
    assert "its province's list of poor counties, exit approved in 2018" in words
    assert "national" not in words


async def test_where_to_buy_is_told_for_the_days_it_is_so(shown: Behind, browser: httpx.AsyncClient) -> None:
    page = await browser.get(f"/halls/{XI}")
    words = text_of(page)
    for told in ("Yingze Shop", "Web Shop", "Harvest Live", "2026-09-18 until 2026-09-22"):
        assert told in words, told
    assert "Gone Shop" not in words
    assert 'href="https://shop.example/p" rel="nofollow noreferrer"' in page.text


async def test_a_county_nobody_registered_has_no_hall(shown: Behind, browser: httpx.AsyncClient) -> None:
    for code in ("110101", "14103", "14103x"):
        assert (await browser.get(f"/halls/{code}")).status_code == 404
    assert (await browser.get(f"/halls/{QIDONG}")).status_code == 200, "a county without a brand has an empty one"


async def test_lots_on_sale_are_those_with_a_granted_claim_that_are_not_sold_out(
    shown: Behind, program: httpx.AsyncClient
) -> None:
    hall_ = hall(_county(shown), shown.registry, TODAY)
    filled = await OnSale(
        lots=Known("P1", "BAD", "SOLD", "P3"), listings=shown.listings, clock_s=lambda: 0.0, root=PUBLIC_URL
    ).filled(hall_)
    lots = filled.brands[0].lots or ()
    assert [lot.number for lot in lots] == ["P1", "P3"]
    assert lots[0].link == f"{PUBLIC_URL}/01/09520001000010/10/P1"
    assert lots[0].passed == (GOOD,), "what is not known is not told as a check that passed"


async def test_a_thousand_visitors_ask_once(shown: Behind) -> None:
    known, clock = Known("P1"), [0.0]
    on_sale = OnSale(lots=known, listings=shown.listings, clock_s=lambda: clock[0], root=PUBLIC_URL)
    hall_ = hall(_county(shown), shown.registry, TODAY)
    await asyncio.gather(*(on_sale.filled(hall_) for _ in range(1000)))
    assert known.asked == 1
    clock[0] = KEPT_S + 1
    await on_sale.filled(hall_)
    assert known.asked == 2


async def test_who_leaves_does_not_end_the_question_of_the_others(shown: Behind) -> None:
    on_sale = OnSale(lots=Known("P1"), listings=shown.listings, clock_s=lambda: 0.0, root=PUBLIC_URL)
    hall_ = hall(_county(shown), shown.registry, TODAY)
    left = asyncio.create_task(on_sale.filled(hall_))
    stays = asyncio.create_task(on_sale.filled(hall_))
    await asyncio.sleep(0)
    left.cancel()
    assert (await stays).brands[0].lots


async def test_while_nobody_can_say_what_is_on_sale_the_hall_says_so_and_asks_again(shown: Behind) -> None:
    known = Known("P1")
    on_sale = OnSale(lots=known, listings=shown.listings, clock_s=lambda: 0.0, root=PUBLIC_URL)
    hall_ = hall(_county(shown), shown.registry, TODAY)
    known.away = True
    assert {one.lots for one in (await on_sale.filled(hall_)).brands} == {None}
    known.away = False
    assert (await on_sale.filled(hall_)).brands[0].lots


async def test_a_program_reads_the_same_hall(shown: Behind, program: httpx.AsyncClient) -> None:
    shown.log.claims[LOT] = Claim(verdict="granted", brand=BRAND, results=(GOOD,))
    for path, accept in ((f"/api/halls/{XI}", "*/*"), (f"/halls/{XI}", "application/json")):
        answer = await program.get(path, headers={"accept": accept})
        assert answer.headers["access-control-allow-origin"] == "*"
        said = answer.json()
        assert said["county"]["code"] == XI
        assert [one["outstanding"] for one in said["brands"]] == [True, False]
        assert said["brands"][0]["floor_price_yuan"] == "6"
        assert {one.get("kind", "") for one in said["brands"][0]["channels"]} == {"", "online", "live_stream"}


async def test_the_page_carries_its_hall_for_search_engines_and_nothing_ends_the_script(
    shown: Behind, browser: httpx.AsyncClient
) -> None:
    evil = "</script><script>alert(1)</script>"
    shown.registry.put(
        Product(id=GTIN, version=2, valid_from=SINCE, name_zh="梨", name_en=evil, net_weight_kg=Decimal(5))
    )
    page = (await browser.get(f"/halls/{XI}")).text
    assert page.count("<script") == 1
    body = orjson.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    (pears, _) = body["hasPart"]
    (product,) = pears["itemListElement"]
    assert product["gtin"] == product["gs1:gtin"] == "09520001000010"
    assert {"@value": evil, "@language": "en"} in product["gs1:productName"]
    assert (product["name"], product["alternateName"]) == ("梨", evil)
    assert product["gs1:netWeight"] == {"@type": "gs1:QuantitativeValue", "gs1:value": 5.0, "gs1:unitCode": "KGM"}
    assert [one["@type"] for one in pears["potentialAction"]] == ["WatchAction", "BuyAction", "BuyAction"]


@pytest.mark.parametrize(
    ("end", "kind"), [("", "Product"), ("/10/P1", "SomeProducts"), ("/10/P1/21/ABC", "IndividualProduct")]
)
async def test_a_digital_link_answers_in_the_web_vocabulary(
    shown: Behind, program: httpx.AsyncClient, end: str, kind: str
) -> None:
    path = "/01/09520001000010" + end
    answer = await program.get(path, headers={"accept": "application/ld+json"})
    assert answer.headers["content-type"] == "application/ld+json"
    said = answer.json()
    assert (said["@type"], said["@id"]) == ([kind, "gs1:Product"], PUBLIC_URL + path)
    assert said["brand"][0]["@id"] == BRAND


async def test_where_a_product_is_bought_is_a_link_of_it(shown: Behind, program: httpx.AsyncClient) -> None:
    answer = await program.get("/01/09520001000010/10/P1", params={"linkType": "gs1:hasRetailers"})
    assert answer.headers["location"] == f"{PUBLIC_URL}/halls/{XI}?linkType=gs1%3AhasRetailers"
    assert (await program.get(answer.headers["location"])).status_code == 200


def test_halls_are_described() -> None:
    assert "/api/halls/{county}" in DESCRIPTION["paths"]


def _county(world: Behind) -> County:
    found = world.registry.county(XI, TODAY)
    assert found is not None
    return found


async def test_the_labels_of_a_brand_are_counted_and_while_nobody_can_count_the_hall_is_shown_without(
    shown: Behind, browser: httpx.AsyncClient, program: httpx.AsyncClient
) -> None:
    counts = LabelCounts(issued=120, on_rolls=500, bound=40, returned=7, voided=3, kilograms="765")
    shown.listings.counted[BRAND] = counts
    words = text_of(await browser.get(f"/halls/{XI}"))
    for told in ("120 made for lots, 500 on rolls", "40 of these bound, 7 given back", "3 void", "765 kg"):
        assert told in words, told
    assert "on average at least 6 yuan a kilogram" in words
    assert (await program.get(f"/api/halls/{XI}")).json()["brands"][0]["labels"] == asdict(counts)
    shown.listings.failure = Transient("the ledger does not answer")
    hall_ = hall(_county(shown), shown.registry, TODAY)
    lots = Known("P1")
    filled = await OnSale(lots=lots, listings=shown.listings, clock_s=lambda: 0.0, root=PUBLIC_URL).filled(hall_)
    assert (filled.brands[0].labels, len(filled.brands[0].lots or ())) == (None, 1)
