"""The inspections on the page of a code: each with its verdict, a failing one in the headline until superseded."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from provenance import reports
from provenance.registry.records import Product, ProductionStandard, QualityLimit
from tests.services.portal.conftest import GROWER, GTIN, PLOT, STATION_SITE
from tests.services.portal.people import sign_in, text_of
from tests.services.portal.test_buyer_page import record
from tests.services.portal.upstream import NOW, SINCE, Behind

LOT, LINK = f"{GTIN}/10/L1", "/01/09520001000010/10/L1"
STANDARD = "https://suyuan.example/standard/pear"


@pytest.fixture
async def tested_twice(world: Behind) -> Behind:
    """A lot that failed, and passed within the minute."""
    limit = QualityLimit("soluble solids", "P1", Decimal("12.5"), Decimal(14), "rules", "2026", "可溶性固形物")
    world.registry.put(ProductionStandard(id=STANDARD, valid_from=SINCE, name_zh="标准", limits=(limit,)))
    world.registry.put(
        Product(id=GTIN, version=2, valid_from=SINCE, name_zh="梨", name_en="Pears", production_standard=STANDARD)
    )
    name = "urn:uuid:00000000-0000-4000-8000-00000000010"
    await record(
        world,
        reports.delivery(event_id=f"{name}0", at=NOW, lot=LOT, kg=Decimal(400), plot=PLOT, grower=GROWER,
                         station=STATION_SITE),
    )  # fmt: skip
    for n, value in enumerate(("11", "13")):
        measured = reports.Measurement("", Decimal(value), "%", "soluble solids")
        at = NOW + timedelta(seconds=n)
        await record(
            world,
            reports.inspection(event_id=f"{name}{n + 1}", at=at, lots={LOT: None}, conformant=None,
                               site=STATION_SITE, measurements=[measured]),
        )  # fmt: skip
    return world


async def test_two_inspections_of_one_moment_are_each_told_and_the_failing_one_is_in_the_headline(
    browser: httpx.AsyncClient, tested_twice: Behind
) -> None:
    words = " ".join(text_of(await browser.get(LINK)).split())
    assert "does not conform soluble solids 11 % (12.5-14 %)" in words
    assert "conforms soluble solids 13 % (12.5-14 %)" in words
    assert "superseded" not in words
    assert words.index("Found not to conform: soluble solids 11 %") < words.index("Its way to you")


async def test_staff_read_it_first_too(browser: httpx.AsyncClient, tested_twice: Behind) -> None:
    await sign_in(browser, "operator.x.token")
    words = " ".join(text_of(await browser.get("/trace", params={"code": LOT})).split())
    assert words.index("Found not to conform: soluble solids 11 %") < words.index("What happened")


async def test_a_program_is_told_what_each_inspection_comes_to(
    program: httpx.AsyncClient, tested_twice: Behind
) -> None:
    tests = (await program.get("/api/trace", params={"code": LOT, "direction": "back"})).json()["tests"]
    assert [(one["verdict"], one["blocking"]) for one in tests] == [("does_not_conform", True), ("conforms", False)]
