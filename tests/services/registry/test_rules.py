"""Each field of each kind of record, wrong in one way at a time: one sentence that names it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from provenance.registry.records import (
    Accreditation,
    Beneficiary,
    Brand,
    Channel,
    County,
    CountyStatus,
    LessonCompleted,
    Logger,
    Mandate,
    Party,
    Point,
    PreHarvestInterval,
    Product,
    ProductionStandard,
    QualityLimit,
    Record,
    ResidueLimit,
    ScanThreshold,
    Site,
    Subscription,
    YieldStep,
)
from services.registry.rules import problems_of

HERE = "https://suyuan.example"
KNOWN = {
    ("party", f"{HERE}/grower/1"),
    ("party", f"{HERE}/station/1"),
    ("site", f"{HERE}/plot/1"),
    ("brand", f"{HERE}/brand/1"),
    ("product", "https://id.gs1.org/01/09520001000010"),
    ("production_standard", f"{HERE}/standard/1"),
}
RIGHT: dict[str, Record] = {
    "party": Party(
        id="https://id.gs1.org/417/9520001000003",
        kind="station",
        name_zh="上庄村级服务站",
        credit_code="91110000600037341L",
        county_code="141031",
    ),
    "mandate": Mandate(
        id=f"{HERE}/mandate/1",
        from_party=f"{HERE}/grower/1",
        to_party=f"{HERE}/station/1",
        actions=frozenset({"report"}),
        sites=frozenset({f"{HERE}/plot/1"}),
    ),
    "plot": Site(
        id="https://id.gs1.org/414/9520001000102/254/PLOT-07",
        kind="plot",
        party=f"{HERE}/grower/1",
        name_zh="七号园",
        county_code="141031",
        area_mu=Decimal("12.5"),
        bearing_since=2015,
        latitude=36.69,
        longitude=110.93,
        parcel_code="1410311002030000017",
        boundary=(Point(36.69, 110.93), Point(36.69, 110.931), Point(36.691, 110.931)),
        confirmed_beside=frozenset({f"{HERE}/plot/1"}),
    ),
    "logger": Logger(id="https://id.gs1.org/8004/9520001LOGGER01", site=f"{HERE}/plot/1", interval_seconds=600),
    "product": Product(
        id="https://id.gs1.org/01/09520001000010",
        name_zh="玉露香梨",
        net_weight_kg=Decimal("5"),
        production_standard=f"{HERE}/standard/1",
    ),
    "standard": ProductionStandard(
        id=f"{HERE}/standard/1",
        name_zh="玉露香梨",
        storage_min_c=Decimal("-1"),
        storage_max_c=Decimal("1"),
        season_from="09-01",
        season_to="10-31",
        limits=(QualityLimit("brix", "P1", Decimal("12.5"), Decimal("14"), "GB/T"),),
        yields=(YieldStep(4, Decimal(800)), YieldStep(8, Decimal(2500))),
        residue_limits=(
            ResidueLimit("carbendazim", Decimal(3), "GB 2763", "2021", "多菌灵", frozenset({"10605-21-7"}), True),
            ResidueLimit("Carbendazim", Decimal(5), "NY/T 844", "2017", "多菌灵"),
        ),
        pre_harvest_intervals=(PreHarvestInterval("carbendazim", 28),),
        tests_required=frozenset({"laboratory"}),
        test_within_days=365,
    ),
    "county": County(
        id="141031",
        name_zh="隰县",
        statuses=(CountyStatus("national-832", "national", 2012, 2018, "list"),),
        outstanding_brand=f"{HERE}/brand/1",
    ),
    "brand": Brand(
        id=f"{HERE}/brand/1",
        name_zh="隰县玉露香梨",
        owner=f"{HERE}/station/1",
        county_code="141031",
        gtins=frozenset({"https://id.gs1.org/01/09520001000010"}),
        least_origin_share=Decimal("0.95"),
        required_certificate_schemes=frozenset({"green_food"}),
    ),
    "channel": Channel(
        id=f"{HERE}/channel/1",
        brand=f"{HERE}/brand/1",
        name_zh="直营",
        party=f"{HERE}/station/1",
        county_codes=frozenset({"110105"}),
    ),
    "accreditation": Accreditation(
        id=f"{HERE}/accreditation/1", party=f"{HERE}/station/1", schemes=frozenset({"laboratory"})
    ),
    "lesson": LessonCompleted(
        id=f"{HERE}/lesson/1", party=f"{HERE}/station/1", lesson="weighing", completed_on=date(2026, 5, 1)
    ),
    "subscription": Subscription(
        id=f"{HERE}/subscription/1", party=f"{HERE}/station/1", url="https://platform.example/suyuan"
    ),
    "beneficiary": Beneficiary(
        id=f"{HERE}/beneficiary/1", party=f"{HERE}/grower/1", county_code="141031", source="隰县2016年建档立卡名册"
    ),
}
SPRAY = ResidueLimit("chlorpyrifos", Decimal(1), "GB 2763", "2026", "毒死蜱", frozenset({"2921-88-2"}))
NO_PLOT: dict[str, Any] = {
    "area_mu": None,
    "bearing_since": None,
    "parcel_code": "",
    "boundary": (),
    "confirmed_beside": frozenset(),
}

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("party", {"id": "station seven"}, "/id"),
    ("party", {"id": ""}, "/id"),
    ("party", {"id": f"{HERE}/{'x' * 500}"}, "/id"),
    ("party", {"id": "https://id.gs1.org/417/9520001000004"}, "/id"),
    ("party", {"id": "https://id.gs1.org/01/09520001000010"}, "/id"),
    ("party", {"id": "urn:epc:id:pgln:9520001.00000"}, "/id"),
    ("party", {"id": "https://coop.example/417/9520001000003"}, "/id"),
    ("party", {"id": "https://id.gs1.org/235/whatever"}, "/id"),
    ("party", {"kind": "king"}, "/kind"),
    ("party", {"credit_code": "91110000600037341X"}, "/credit_code"),
    ("party", {"county_code": "14103"}, "/county_code"),
    ("party", {"county_code": "991031"}, "/county_code"),
    ("party", {"county_code": "141000"}, "/county_code"),
    ("party", {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 1, 1)}, "/valid_to"),
    ("party", {"valid_to": date(9999, 12, 31)}, "/valid_to"),
    ("plot", {"valid_from": date(9999, 12, 31)}, "/valid_from"),
    ("mandate", {"from_party": f"{HERE}/grower/9"}, "/from_party"),
    ("mandate", {"to_party": f"{HERE}/station/9"}, "/to_party"),
    ("mandate", {"to_party": f"{HERE}/grower/1"}, "/to_party"),
    ("mandate", {"actions": frozenset()}, "/actions"),
    ("mandate", {"actions": frozenset({"report", "sell"})}, "/actions"),
    ("mandate", {"sites": frozenset({f"{HERE}/plot/9"})}, "/sites"),
    ("plot", {"kind": "castle", **NO_PLOT}, "/kind"),
    ("plot", {"party": f"{HERE}/grower/9"}, "/party"),
    ("plot", {"area_mu": Decimal(0)}, "/area_mu"),
    *(
        ("plot", {"kind": "station", **{name: value for name, value in NO_PLOT.items() if name != only}}, f"/{only}")
        for only in NO_PLOT
    ),
    ("plot", {"parcel_code": "141031100203"}, "/parcel_code"),
    ("plot", {"parcel_code": "9910311002030000017"}, "/parcel_code"),
    ("plot", {"boundary": (Point(36.69, 110.93), Point(36.69, 110.931))}, "/boundary"),
    ("plot", {"boundary": (Point(36.69, 110.93), Point(36.69, 110.931), Point(136.0, 110.0))}, "/boundary/2"),
    ("plot", {"bearing_since": 15}, "/bearing_since"),
    ("plot", {"latitude": 90.5}, "/latitude"),
    ("plot", {"latitude": 48.9, "longitude": 2.4}, "/latitude"),
    ("plot", {"longitude": -181.0}, "/longitude"),
    ("plot", {"id": "https://id.gs1.org/417/9520001000003"}, "/id"),
    ("logger", {"site": f"{HERE}/plot/9"}, "/site"),
    ("logger", {"interval_seconds": 0}, "/interval_seconds"),
    ("product", {"id": "https://id.gs1.org/01/09520001000011"}, "/id"),
    ("product", {"net_weight_kg": Decimal(0)}, "/net_weight_kg"),
    ("product", {"production_standard": f"{HERE}/standard/9"}, "/production_standard"),
    ("product", {"made_of": frozenset({"https://id.gs1.org/01/09520001000027"})}, "/made_of"),
    ("standard", {"storage_max_c": Decimal("-2")}, "/storage_max_c"),
    ("standard", {"balance_tolerance": Decimal("1.5")}, "/balance_tolerance"),
    ("standard", {"transit_days": -1}, "/transit_days"),
    ("standard", {"storage_days": -1}, "/storage_days"),
    ("standard", {"season_from": "9-1"}, "/season_from"),
    ("standard", {"season_to": "13-01"}, "/season_to"),
    ("standard", {"limits": (QualityLimit("brix", "P1", Decimal(14), Decimal(12), "x"),)}, "/limits/0/maximum"),
    ("standard", {"yields": (YieldStep(8, Decimal(1)), YieldStep(4, Decimal(2)))}, "/yields"),
    ("standard", {"residue_limits": (ResidueLimit("x", Decimal(-1), "y"),)}, "/residue_limits/0/maximum_mg_per_kg"),
    (
        "standard",
        {"residue_limits": (SPRAY, ResidueLimit("y", Decimal(1), "z", "", "毒死蜱"))},
        "/residue_limits/1/aliases",
    ),
    ("standard", {"pre_harvest_intervals": (PreHarvestInterval("x", -1),)}, "/pre_harvest_intervals/0/days"),
    ("standard", {"tests_required": frozenset({"smell"})}, "/tests_required"),
    ("standard", {"test_within_days": 0}, "/test_within_days"),
    ("county", {"id": "望都县"}, "/id"),
    ("county", {"statuses": (CountyStatus("s", "village", None, None, "x"),)}, "/statuses/0/level"),
    ("county", {"statuses": (CountyStatus("s", "national", 2019, 2018, "x"),)}, "/statuses/0/exit_year"),
    ("brand", {"owner": f"{HERE}/station/9"}, "/owner"),
    ("brand", {"county_code": "xi"}, "/county_code"),
    ("brand", {"gtins": frozenset({"https://id.gs1.org/01/09520001000027"})}, "/gtins"),
    ("brand", {"least_origin_share": Decimal("95")}, "/least_origin_share"),
    ("brand", {"least_confirmed_share": Decimal("95")}, "/least_confirmed_share"),
    ("brand", {"scan_thresholds": (ScanThreshold("many", 3),)}, "/scan_thresholds/0"),
    ("brand", {"scan_thresholds": (ScanThreshold("many_times", 1),)}, "/scan_thresholds/0"),
    ("brand", {"scan_thresholds": (ScanThreshold("many_times", 9),) * 2}, "/scan_thresholds/1"),
    ("brand", {"required_certificate_schemes": frozenset({"gold_medal"})}, "/required_certificate_schemes"),
    ("channel", {"brand": f"{HERE}/brand/9"}, "/brand"),
    ("channel", {"county_codes": frozenset({"Beijing"})}, "/county_codes"),
    ("channel", {"kind": "market"}, "/kind"),
    ("channel", {"url": "http://shop.example/pears"}, "/url"),
    ("channel", {"url": "https://bank.example@shop.example/"}, "/url"),
    ("channel", {"kind": "live_stream", "url": "https://live.example/9"}, "/valid_to"),
    ("channel", {"platform": f"{HERE}/platform/9"}, "/platform"),
    ("subscription", {"party": f"{HERE}/platform/9"}, "/party"),
    ("subscription", {"url": ""}, "/url"),
    ("subscription", {"url": "http://platform.example/suyuan"}, "/url"),
    ("county", {"outstanding_brand": f"{HERE}/brand/9"}, "/outstanding_brand"),
    ("accreditation", {"party": f"{HERE}/station/9"}, "/party"),
    ("accreditation", {"schemes": frozenset()}, "/schemes"),
    ("accreditation", {"schemes": frozenset({"gold_medal"})}, "/schemes"),
    ("lesson", {"party": f"{HERE}/station/9"}, "/party"),
    ("beneficiary", {"party": f"{HERE}/grower/9"}, "/party"),
    ("beneficiary", {"county_code": "xi"}, "/county_code"),
    ("beneficiary", {"county_code": ""}, "/county_code"),
    ("beneficiary", {"source": ""}, "/source"),
]


def problems(record: Record) -> list[str]:
    return [problem.pointer for problem in problems_of(record, lambda kind, id_: (kind, id_) in KNOWN)]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_record_has_no_problem(name: str) -> None:
    assert problems(RIGHT[name]) == []


@pytest.mark.parametrize(("name", "change", "pointer"), WRONG)
def test_a_wrong_field_has_one_problem_that_names_it(name: str, change: dict[str, Any], pointer: str) -> None:
    assert problems(replace(RIGHT[name], **change)) == [pointer]


def test_every_problem_is_one_sentence_for_a_person() -> None:
    for name, change, _ in WRONG:
        for problem in problems_of(replace(RIGHT[name], **change), lambda kind, id_: (kind, id_) in KNOWN):
            assert 10 < len(problem.message) < 700
            assert "\n" not in problem.message
