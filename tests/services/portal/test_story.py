"""A history told to a person: moments, names, shares, and what is not known."""

import orjson
import pytest

from services.portal import languages
from services.portal.histories import (
    Actor,
    Amount,
    Conflict,
    Gap,
    History,
    Holder,
    Place,
    ProductName,
    Share,
    Step,
    TypedId,
)
from services.portal.languages import Language
from services.portal.story import MOST_MOMENTS, MOST_ORIGINS, tell

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
        "1.3",
    )
    assert (told.origins[1].grower, told.origins[1].percent) == ("L0", "4 %")
    assert told.more_origins == 5


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
    assert told.unknowns[0] == "Nobody reported where L9 comes from."
    assert told.unknowns[1] == "Something about k is not known."
    assert "000000000001" in told.unknowns[2]
    assert told.unknowns[3] == "The place 9520001000317 is not registered."


def test_product_box_and_lot_are_named() -> None:
    names = ProductName(name_zh="玉露香梨", name_en="", variety="玉露香", net_weight_kg="4.50")
    box = history(key=f"{GTIN}/21/BX%2F1", code=f"{GTIN}/10/L1/21/BX%2F1", products={GTIN: names})
    told = tell(box, EN)
    assert (told.product, told.serial, told.lot, told.net_weight) == ("玉露香梨", "BX/1", "L1", "4.5")


def test_holders_and_losses_are_told_forward() -> None:
    told = tell(history(holders=(Holder(site="s", kilograms="12.34"),), lost_kg="8.00", places={"s": PLACE}), ZH)
    assert (told.holders, told.lost) == ((("东坡地", "12.3"),), "8")
