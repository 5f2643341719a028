"""What is told of look-ups is made of three things: the looks, the box's history, the brand's record."""

from datetime import date

import pytest

from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Brand, Channel, Point, Record, ScanThreshold, Site
from provenance.scans.cells import Cell
from provenance.scans.scan import Look
from services.portal.scanning.looked_up import HOUR_MS, box_of, channels_of, warned
from services.portal.scanning.ports import Looks
from services.portal.telling.histories import Amount, History, LookedUp, Place, Step

BRAND, SHOP, HUT = "https://suyuan.example/brand/1", "https://suyuan.example/shop/1", "https://suyuan.example/site/1"
SERIAL, NOW, ON = "23456789ABCM", 490_000, date(2026, 9, 20)
ITEM = f"https://id.gs1.org/01/09520001000010/21/{SERIAL}"
XI, BEIJING, GUANGZHOU, CHENGDU = (
    Cell.at(Point(*at)) for at in ((36.7, 110.9), (39.9, 116.4), (23.1, 113.3), (30.7, 104.1))
)


def step(kind: str, hour: int, *, key: str = ITEM, site: str = "", standing: str = "in_force") -> Step:
    of = (Amount(key=key),)
    return Step(event_id="e", kind=kind, time_ms=hour * HOUR_MS, objects=of, read_point=site, standing=standing)


def history(*steps: Step) -> History:
    place = Place(latitude="36.7", longitude="110.9")
    return History(code=ITEM, key=ITEM, steps=steps, places={HUT: place, "nowhere": Place()})


def registry(*records: Record) -> MemoryRegistry:
    brand = Brand(id=BRAND, name_zh="隰县玉露香梨", owner="o", county_code="141031")
    site = Site(id=HUT, kind="shop", party=SHOP, name_zh="店", latitude=36.7, longitude=110.9)
    return MemoryRegistry((brand, site, *records))


def channel(kind: str = "shop", party: str = SHOP, number: int = 1) -> Channel:
    return Channel(id=f"{BRAND}/channel/{number}", brand=BRAND, name_zh="直营", party=party, kind=kind)


def told(*looks: Look, of: History | None = None, records: tuple[Record, ...] = ()) -> LookedUp:
    return warned(Looks(looks), of, SERIAL, BRAND, registry(*records), ON)


@pytest.mark.parametrize(
    ("steps", "sold"),
    [
        ((), None),
        ((step("sale", 10),), 10),
        ((step("sale", 10), step("return", 20)), None),
        ((step("sale", 10), step("return", 20), step("sale", 30)), 30),
        ((step("sale", 10, standing="void"),), None),
        ((step("sale", 10, key="https://id.gs1.org/01/09520001000010/10/L1"),), None),
    ],
)
def test_a_box_is_sold_where_its_own_last_sale_stands_and_none_came_back(
    steps: tuple[Step, ...], sold: int | None
) -> None:
    assert box_of(history(*steps), SERIAL, None).sold_hour == sold


def test_a_box_was_where_its_reports_have_it_as_far_as_the_reader_is_told() -> None:
    steps = (step("packing", 1, site=HUT), step("storing", 2, site="nowhere"), step("storing", 3, site="unknown"))
    assert box_of(history(*steps), SERIAL, None).sites == {XI}


def test_a_brand_sells_where_its_channels_have_places_and_anywhere_where_one_has_none() -> None:
    assert channels_of(BRAND, registry(), ON) is None
    assert channels_of(BRAND, registry(channel()), ON) == frozenset({XI})
    assert channels_of(BRAND, registry(channel(), channel("online", number=2)), ON) is None
    assert channels_of(BRAND, registry(channel(), channel(party="somebody", number=2)), ON) is None
    assert channels_of("", registry(channel()), ON) is None


def test_places_outside_the_channels_warn_with_the_reason() -> None:
    far = (Look(NOW - 900, BEIJING), Look(NOW - 500, GUANGZHOU), Look(NOW, CHENGDU))
    assert [one.code for one in told(*far, records=(channel(),)).warnings] == ["outside_channels"]
    assert told(*far).warnings == ()


def test_looks_long_after_the_sale_warn() -> None:
    late = tuple(Look(NOW - day, None) for day in range(4))
    assert [one.code for one in told(*late, of=history(step("sale", NOW - 2_000))).warnings] == ["after_sale"]
    assert told(*late, of=history(step("sale", NOW - 2_000), step("return", NOW - 10))).warnings == ()


def test_a_brand_warns_from_its_own_thresholds_on() -> None:
    strict = Brand(
        id=BRAND, version=2, name_zh="隰县玉露香梨", owner="o", county_code="141031",
        scan_thresholds=(ScanThreshold("many_times", 2),),
    )  # fmt: skip
    (warning,) = told(Look(NOW), Look(NOW - 1), records=(strict,)).warnings
    assert (warning.code, warning.count) == ("many_times", 2) and "2" in warning.sentence_en
    assert told(Look(NOW), Look(NOW - 1)).warnings == ()


def test_the_count_says_since_when_and_at_least_where_not_all_were_read() -> None:
    assert told().sentence_en == "Not looked up before in the last 90 days."
    assert told(Look(NOW)).sentence_en == "Looked up once in the last 90 days, on 2025-11-25."
    assert told(Look(NOW - 48), Look(NOW)).sentence_zh == "近90天内被查询2次，最早一次是2025年11月23日。"
    many = warned(Looks((Look(NOW),), more=True), None, SERIAL, BRAND, registry(), ON)
    assert many.at_least and many.first_ms == 0 and "at least 1 times" in many.sentence_en
