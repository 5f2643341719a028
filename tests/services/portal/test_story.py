"""A history told to a person: moments, names, shares, and what is not known."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal import languages
from services.portal.languages import Language
from services.portal.telling.histories import (
    Actor,
    Amount,
    Certificate,
    CertificateState,
    Conflict,
    Gap,
    History,
    Hold,
    Holder,
    Place,
    ProductName,
    Share,
    Step,
    TypedId,
)
from services.portal.telling.story import MOST_MOMENTS, MOST_ORIGINS, tell
from services.portal.weights import in_tenths

EN, ZH = languages.load().en, languages.load().zh
DAY_MS = 24 * 60 * 60 * 1000
NOON = 1_789_185_600_000  # 2026-09-12 12:00 in China
GTIN = "https://id.gs1.org/01/09520001000010"
PLACE = Place(name_zh="东坡地", name_en="East slope", county_zh="隰县", county_en="Xi County", village="上庄村")


def step(kind: str, number: int = 0, **fields: object) -> Step:
    at = NOON + number * 60_000
    known = {"event_id": f"urn:uuid:{kind}{number}", "record_id": f"{number:03d}", "offset": "+08:00", "time_ms": at}
    return Step(**{"kind": kind, **known, **fields})  # type: ignore[arg-type]


def history(*steps: Step, **fields: object) -> History:
    return History(**{"code": "c", "key": f"{GTIN}/10/L1", "steps": steps, **fields})  # type: ignore[arg-type]


def picked(number: int, place: str) -> Step:
    return step("harvest", number, read_point=place, objects=(Amount(key="k", quantity="100.50", uom="KGM"),))


def test_a_days_picking_is_one_moment_for_a_buyer_and_each_delivery_for_those_who_work_with_it() -> None:
    steps = history(picked(0, "a"), picked(1, "b"), step("pooling", 2), places={"a": PLACE, "b": PLACE})
    brief = tell(steps, EN, brief=True).moments
    assert [moment.title for moment in brief] == ["Picked", "Deliveries pooled"]
    assert brief[0].notes == ("2 deliveries, 201 kg together",)
    assert len(tell(steps, EN).moments) == 3


def test_what_was_corrected_is_told_after_what_stands_and_not_counted_with_it() -> None:
    wrong = step("harvest", 1, read_point="a", standing="corrected")
    moments = tell(history(picked(0, "a"), wrong, picked(2, "a")), EN, brief=True).moments
    assert [(moment.count, moment.standing) for moment in moments] == [(2, ""), (1, "corrected later")]


def test_a_release_that_changes_nothing_is_no_end_of_a_recall() -> None:
    zh, en = "不起作用：召回只能由监管机构解除。", "Without effect: only the regulator may."
    steps = [step("recall", 0), step("release", 1), step("release", 2), step("release", 3)]
    holds = (
        Hold(event_id="urn:uuid:recall0", kind="recall", keys=(f"{GTIN}/10/L1",)),
        Hold(event_id="urn:uuid:release1", kind="release", sentence_zh=zh, sentence_en=en),
        Hold(event_id="urn:uuid:release2", kind="release", sentence_zh=zh, sentence_en=en),
        Hold(event_id="urn:uuid:release3", kind="release", keys=(f"{GTIN}/10/L1",)),
    )
    recalled, asked, ended = tell(history(*steps, holds=holds), EN).moments
    assert (recalled.title, asked.title, ended.title) == ("Recalled", "Asked to be released", "Released")
    assert (recalled.notes, asked.notes, ended.notes) == ((), ("2 reports", en), ())
    _, told, _ = tell(history(*steps, holds=holds), ZH, brief=True).moments
    assert (told.title, told.notes[1:]) == ("申请解除扣留", (zh,))


def test_a_recall_by_who_may_only_hold_is_told_as_the_hold_it_is() -> None:
    (told,) = tell(history(step("recall"), holds=(Hold(event_id="urn:uuid:recall0", kind="hold"),)), EN).moments
    assert told.title == "Held back"


def test_what_strangers_reported_again_and_again_is_told_once() -> None:
    gaps = [Gap(key=f"{GTIN}/10/L1", code="stranger", event_ids=(f"urn:uuid:{n}",)) for n in range(4)]
    assert len(tell(history(gaps=tuple(gaps)), EN).unknowns) == 1


def test_readings_are_one_moment_until_something_happens() -> None:
    def reading(number: int, celsius: float) -> Step:
        report = {"type": "Temperature", "meanValue": celsius, "uom": "CEL"}
        event = orjson.dumps({"sensorElementList": [{"sensorReport": [report]}]})
        return step("reading", number, event=event, carried=True)

    told = tell(history(reading(0, 0.4), reading(1, -0.2), step("receiving", 2), reading(3, 5)), EN).moments
    assert [moment.notes for moment in told] == [("2 reports", "-0.2 to 0.4 °C"), (), ("5 °C",)]


@pytest.mark.parametrize(("language", "when"), [(EN, "12 Sep 2026 12:00"), (ZH, "2026年9月12日 12:00")])
def test_a_time_is_the_reporters_own_in_the_readers_language(language: Language, when: str) -> None:
    assert tell(history(step("sale")), language).moments[0].when == when


def test_a_shipment_says_from_where_to_where() -> None:
    sent = step(
        "shipping", read_point="a", sources=(TypedId(type="location", id="a"),),
        destinations=(TypedId(type="location", id="https://id.gs1.org/414/9520001000317"),),
    )  # fmt: skip
    assert tell(history(sent, places={"a": PLACE}), EN).moments[0].route == "East slope → 9520001000317"


def test_shares_are_shown_largest_first_and_the_rest_counted() -> None:
    shares = [Share(lot=f"{GTIN}/10/L{n}", fraction="0.040000000000") for n in range(MOST_ORIGINS + 4)]
    first = Share(lot="x", fraction="0.174500000000", grower="g", kilograms="1.25")
    told = tell(history(shares=(*shares, first), parties={"g": Actor(name_en="Grower 17")}), EN)
    assert (told.origins[0].grower, told.origins[0].percent, told.origins[0].kilograms) == (
        "Grower 17",
        "17.5 %",
        "1.3 kg",
    )
    assert (told.origins[1].grower, told.origins[1].percent) == ("L0", "4.0 %")
    assert told.more_origins == 5


def test_shares_add_up_to_the_whole_and_all_have_as_many_digits() -> None:
    fractions = (
        "0.174946921444",
        "0.152229299363",
        "0.106581740977",
        "0.214649681529",
        "0.07983014862",
        "0.271762208067",
    )
    shares = [
        Share(lot=f"L{n}", fraction=f, kilograms=str(Decimal(f) * Decimal("4.5"))) for n, f in enumerate(fractions)
    ]
    origins = tell(history(shares=tuple(shares)), EN).origins
    assert sum(Decimal(one.percent.removesuffix(" %")) for one in origins) == 100
    assert sum(Decimal(one.kilograms.removesuffix(" kg")) for one in origins) == Decimal("4.5")
    assert "8.0 %" in [one.percent for one in origins]


@given(st.lists(st.decimals(0, 1000, places=6), max_size=30))
def test_rounded_parts_add_up_and_none_is_off_by_a_tenth(parts: list[Decimal]) -> None:
    shown = in_tenths(parts)
    assert sum(shown, Decimal(0)) == sum(parts, Decimal(0)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert all(abs(one - part) <= Decimal("0.1") for one, part in zip(shown, parts, strict=True))


def test_a_corrected_delivery_says_what_was_reported_first_and_what_stands() -> None:
    stands = replace(picked(1, "a"), objects=(Amount(key="k", quantity="2355", uom="KGM"),))
    wrong = replace(picked(0, "a"), standing="corrected", counting_event_ids=(stands.event_id,))
    told = tell(history(wrong, stands), EN, brief=True).moments
    assert told[1].notes == ("first reported: 100.5 kg; corrected to 2,355 kg",)
    assert tell(history(wrong), ZH).moments[0].notes == ("最初登记：100.5 公斤，不计入",)


def test_weights_of_a_stay_say_what_they_are_of() -> None:
    def worked(kind: str, number: int, used: str, made: str) -> Step:
        amounts = {
            "inputs": (Amount(key="i", quantity=used, uom="KGM"),),
            "outputs": (Amount(key="o", quantity=made, uom="KGM"),),
        }
        return step(kind, number, read_point="a", **amounts)

    runs = [worked("transformation", 0, "1000", "900"), worked("transformation", 1, "1355", "1254")]
    told = tell(history(*runs, worked("packing", 2, "540", "540"), places={"a": PLACE}), EN, brief=True).moments
    assert told[0].notes == ("Sorted and graded: 2,355 kg went in, 2,154 kg came out", "Packed: 540 kg")


def test_of_several_lots_made_at_one_place_each_is_named_with_its_own_weights() -> None:
    def pooled(number: int, lot: str, used: str, made: str) -> Step:
        amounts = {
            "inputs": (Amount(key="i", quantity=used, uom="KGM"),),
            "outputs": (Amount(key=f"{GTIN}/10/{lot}", quantity=made, uom="KGM"),),
        }
        return step("pooling", number, read_point="a", **amounts)

    pools = [pooled(0, "UP1", "400", "400"), pooled(1, "UP2", "400", "450"), pooled(2, "UP3", "200", "200")]
    told = tell(history(*pools, places={"a": PLACE}), EN, brief=True).moments
    assert told[0].notes == ("UP1: 400 kg", "UP2: 400 kg went in, 450 kg came out", "UP3: 200 kg")
    many = [pooled(n, f"U{n}", "10", "10") for n in range(6)]
    assert tell(history(*many, places={"a": PLACE}), EN, brief=True).moments[0].notes == ("60 kg",)


def test_a_very_long_way_is_cut_and_counted() -> None:
    steps = [step("other", n, read_point=str(n)) for n in range(MOST_MOMENTS + 7)]
    told = tell(history(*steps), EN)
    assert (len(told.moments), told.more_moments) == (MOST_MOMENTS, 7)


def test_gaps_conflicts_and_unregistered_places_are_said() -> None:
    told = tell(
        history(
            step("sale", read_point="https://id.gs1.org/414/9520001000317"),
            gaps=(Gap(key=f"{GTIN}/10/L9", code="missing-origin"), Gap(key="k", code="new-code")),
            conflicts=(Conflict(event_id="urn:uuid:5a7c1f0e-0000-4000-8000-000000000001"),),
        ),
        EN,
    )
    assert [one.sentence for one in told.unknowns[:2]] == [
        "Nobody reported where L9 comes from.",
        "Something about k is not known.",
    ]
    assert told.unknowns[0].remedy == "This can be reported by: whoever had it first."
    assert "000000000001" in told.unknowns[2].sentence
    assert "inspector" in told.unknowns[2].remedy
    assert told.unknowns[3].sentence == "The place 9520001000317 is not registered."
    assert "registrar" in told.unknowns[3].remedy


def test_ten_boxes_that_did_not_arrive_are_one_line_with_their_codes_and_who_can_say() -> None:
    centre, shop = "https://id.gs1.org/414/9520001000300", "https://id.gs1.org/414/9520001000317"
    sent = step("shipping", read_point=centre, destinations=(TypedId(type="location", id=shop),))
    earlier = step("shipping", 1, read_point=shop, destinations=(TypedId(type="location", id=centre),))
    sent = replace(sent, event_id="urn:uuid:last", time_ms=NOON + DAY_MS)
    ids = (earlier.event_id, sent.event_id)
    gaps = tuple(Gap(key=f"{GTIN}/21/B{n:02}", code="missing-receipt", event_ids=ids) for n in range(15))
    names = {GTIN: ProductName(name_zh="梨礼盒", name_en="pear box")}
    places = {centre: Place(name_en="Centre"), shop: Place(name_en="Shop")}
    (one,) = tell(history(earlier, sent, gaps=gaps, products=names, places=places), EN).unknowns
    assert one.sentence == "Nobody reported that 15 × pear box arrived. It left Centre on 13 Sep 2026."
    assert one.remedy == "This can be reported by: Shop."
    assert (one.codes[0], len(one.codes), one.more) == ("B00", 12, 3)


def test_one_box_that_did_not_arrive_is_named_by_its_code() -> None:
    names = {GTIN: ProductName(name_zh="梨礼盒", name_en="pear box")}
    (one,) = tell(history(gaps=(Gap(key=f"{GTIN}/21/B7", code="missing-receipt"),), products=names), EN).unknowns
    assert one.sentence == "Nobody reported that pear box B7 arrived."
    assert one.remedy == "This can be reported by: the receiver."


def test_product_box_and_lot_are_named() -> None:
    names = ProductName(name_zh="玉露香梨", name_en="", variety="玉露香", net_weight_kg="4.50")
    box = history(key=f"{GTIN}/21/BX%2F1", code=f"{GTIN}/10/L1/21/BX%2F1", products={GTIN: names})
    told = tell(box, EN)
    assert (told.product, told.serial, told.lot, told.net_weight) == ("玉露香梨", "BX/1", "L1", "4.5 kg")


def test_holders_say_what_is_on_the_shelf_sold_returned_on_its_way_and_lost_in_one_row() -> None:
    shop = replace(PLACE, kind="shop")
    holders = [Holder(site="s", kilograms=kg, state=state) for kg, state in
               (("12.34", "there"), ("5", "on_the_way"), ("1200", "sold"), ("", "returned"))]  # fmt: skip
    losses = (Holder(site="s", kilograms="8", state="lost"),)
    told = tell(history(holders=tuple(holders), losses=losses, lost_kg="8.00", places={"s": shop}), EN)
    (row,) = told.holdings
    assert row.name == "East slope"
    assert [(part.word, part.weight) for part in row.parts] == [
        ("on the shelf", "12.3 kg"), ("sold", "1,200 kg"), ("returned", "weight not known"),
        ("on the way there", "5 kg"), ("lost or sorted out", "8 kg"),
    ]  # fmt: skip
    assert told.lost == "8 kg"
    told = tell(history(holders=(Holder(site="s", kilograms="12.34"),), places={"s": PLACE}), ZH)
    assert [(part.word, part.weight) for part in told.holdings[0].parts] == [("在库", "12.3 公斤")]


def test_holders_that_are_not_shown_are_counted() -> None:
    assert tell(history(withheld_holders=3, withheld_kg="1930.5"), EN).withheld == (
        "Further holders not shown to you: 3, with 1,930.5 kg."
    )
    assert tell(history(withheld_holders=3), ZH).withheld == "另有 3 个持有方您无权查看，重量不详。"
    assert tell(history(), EN).withheld == ""


CERTIFICATE = Certificate(
    id="urn:x:c", scheme="green_food", number="GF1", issuer="i", scope=("p",), valid_from="2026-03-15",
    valid_to="2029-03-15", validity="revoked",
    states=(CertificateState(time_ms=NOON, state="issued", event_id="e1"),
            CertificateState(time_ms=NOON + DAY_MS, state="revoked", event_id="e2")),
)  # fmt: skip


def test_a_certificate_is_told_with_issuer_scope_days_states_and_whether_the_tick_rests_on_it() -> None:
    plot = replace(PLACE, kind="plot", village_en="Shangzhuang")
    goods = history(
        step("harvest", certificates=("urn:x:c",)),
        certificates=(CERTIFICATE,), parties={"i": Actor(name_en="Certifier")}, places={"p": plot},
    )  # fmt: skip
    told = tell(goods, EN, evidence={"e1"})
    (one,) = told.certificates
    assert (one.scheme, one.number, one.issuer, one.carries) == ("Green Food", "GF1", "Certifier", True)
    assert (one.scope, one.days) == ("orchard p (Shangzhuang, Xi County)", "15 Mar 2026 – 14 Mar 2029")
    assert (one.status, one.tone) == ("revoked since 13 Sep 2026", "bad")
    assert [(change.when, change.word) for change in one.history] == [
        ("12 Sep 2026", "issued"),
        ("13 Sep 2026", "revoked"),
    ]
    assert told.moments[0].notes == ("certificate GF1 (revoked)",)
    assert tell(goods, ZH).certificates[0].status == "2026年9月13日起已撤销"


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({}, True),
        ({"valid_from": "2026-11-01"}, False),
        ({"valid_to": "2026-09-12"}, False),
        ({"states": (CertificateState(time_ms=NOON + DAY_MS, state="issued", event_id="e1"),)}, False),
        ({"scope": (GTIN,)}, True),
    ],
)
def test_a_certificate_of_another_time_than_the_harvest_is_none_of_the_boxes(
    changed: dict[str, Any], shown: bool
) -> None:
    picked_there = step("harvest", read_point="p", event_type="ObjectEvent", action="ADD")
    goods = history(picked_there, certificates=(replace(CERTIFICATE, **changed),))
    assert bool(tell(goods, EN).certificates) is shown


def test_the_lots_a_certificate_is_for_are_named_by_product_and_number() -> None:
    goods = history(
        step("harvest", certificates=("urn:x:c",)),
        certificates=(replace(CERTIFICATE, scope=(f"{GTIN}/10/L1",)),),
        products={f"{GTIN}/10/L1": ProductName(name_zh="梨", name_en="pear")},
    )
    assert tell(goods, EN).certificates[0].scope == "pear L1"


@pytest.mark.parametrize(("standing", "origins"), [("void", 0), ("in_force", 1), ("disputed", 1)])
def test_what_was_taken_back_comes_from_nobodys_orchard(standing: str, origins: int) -> None:
    share = Share(lot=f"{GTIN}/10/L1", fraction="1")
    assert len(tell(history(step("harvest", standing=standing), shares=(share,)), EN).origins) == origins


def test_a_certificate_that_is_only_named_is_shown_as_that() -> None:
    (one,) = tell(history(step("harvest", certificates=("urn:x:c",))), EN).certificates
    assert (one.number, one.status, one.carries) == (
        "c",
        "named, but its issuer has not reported what it says",
        False,
    )


def test_names_and_weights_are_the_languages_own() -> None:
    plot = replace(PLACE, village_en="Shangzhuang", township="城南乡", township_en="Chengnan Township")
    share = Share(lot="x", fraction="1", grower="g", plot="p", kilograms="5055")
    names = {GTIN: ProductName(name_zh="梨", name_en="Pears", variety="玉露香", variety_en="Yuluxiang")}
    goods = history(picked(0, "p"), shares=(share,), places={"p": plot}, products=names)
    english, chinese = tell(goods, EN), tell(goods, ZH)
    assert (english.variety, english.origins[0].place, english.origins[0].kilograms) == (
        "Yuluxiang", "Shangzhuang, Xi County", "5,055 kg",
    )  # fmt: skip
    assert english.villages == ("Xi County · Shangzhuang",)
    assert (chinese.variety, chinese.origins[0].kilograms) == ("玉露香", "5055 公斤")
    assert chinese.moments[0].notes == ("100.5 公斤",)


def test_labelling_and_loading_have_their_own_words() -> None:
    told = tell(history(step("labelling"), step("packing", 1, event_type="AggregationEvent")), EN)
    assert [moment.title for moment in told.moments] == ["Labelled", "Loaded"]


def test_a_buyer_is_told_of_a_stay_in_one_line() -> None:
    steps = history(
        step("receiving", 0, read_point="a"), step("transformation", 1, read_point="a"),
        step("packing", 2, read_point="a"), step("shipping", 3, read_point="a"), step("sale", 4, read_point="b"),
        places={"a": PLACE, "b": replace(PLACE, name_en="Shop")},
    )  # fmt: skip
    brief = tell(steps, EN, brief=True).moments
    assert [(moment.where, moment.title) for moment in brief] == [
        ("East slope", "Arrived · Sorted and graded · Packed · Sent on its way"),
        ("Shop", "Sold"),
    ]
    assert len(tell(steps, EN).moments) == 5


def test_deliveries_of_one_grower_from_one_plot_are_one_share() -> None:
    parts = [("0.515", "206"), ("0.3", "120"), ("0.185", "74")]
    plots = ("p", "p", "q")
    shares = [
        Share(lot=f"L{n}", fraction=fraction, kilograms=kg, grower="g", plot=plot)
        for n, ((fraction, kg), plot) in enumerate(zip(parts, plots, strict=True))
    ]
    story = tell(history(shares=tuple(shares)), EN)
    assert [(one.percent, one.kilograms) for one in story.origins] == [("81.5 %", "326 kg"), ("18.5 %", "74 kg")]
