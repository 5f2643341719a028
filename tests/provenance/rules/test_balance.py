"""The balance rule on a small season: what scales differ by, what plots can bear, runs that are still open."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from provenance import reports as reports_of
from provenance.balances.plot_picks import PlotSeason, read_plot_picks
from provenance.graph.runs import RUN_CLOSED
from provenance.histories.harvest_days import begun_on
from provenance.histories.history import build_from
from provenance.histories.picked import picks_of
from provenance.registry.records import Product, ProductionStandard, Site, YieldStep
from provenance.reports import Json
from provenance.rules.beside import Beside
from provenance.rules.verdicts import RuleResult
from simulator.world import CHINA
from tests.provenance.claimed import NOW, Season, good, outcomes
from tests.provenance.reported import reports

YIELDS = (YieldStep(0, Decimal(5)), YieldStep(10, Decimal(8)))
"""Of ten 亩 of trees that bear since 2016: 80 kg in 2026."""


def balance(season: Season, key: str = "", now: datetime = NOW) -> RuleResult:
    return next(result for result in season.claim(now, key).results if result.rule == "balance")


def read_beside(season: Season) -> None:
    """As the service reads it: by the keys of each plot."""
    documents = reports(season.world.events)
    plots = (PlotSeason.of(grower.plot, date(year, 9, 1)) for grower in season.growers for year in (2026, 2027))
    season.beside = Beside(plot_picks={plot: build_from(documents, read_plot_picks(plot)) for plot in plots})


def register_again(season: Season, grower: int, since: date, **fields: Any) -> None:
    plot = next(r for r in season.world.records if r.id == season.growers[grower].plot)
    assert isinstance(plot, Site)
    season.world.register(replace(plot, **{"version": 2, "valid_from": since, **fields}))


@pytest.mark.parametrize(("boxed", "outcome"), [(52, "passed"), (53, "failed")])
def test_what_scales_differ_by_is_no_breach(boxed: int, outcome: str) -> None:
    season = good()
    season.standard(balance_tolerance=Decimal("0.02"))
    pooled = season.world.pool(season.lots, site=season.house, kg=50 * 2)
    box = season.world.pack(pooled, 10, product=season.box, site=season.house, kg=50)[0]
    season.world.pack(pooled, boxed // 5, product=season.box, site=season.house, kg=boxed)
    found = balance(season, box)
    assert found.outcome == outcome
    if outcome == "failed":
        assert f"had 100 kg, and {50 + boxed} kg were taken" in found.sentence_en


def test_a_plot_that_bore_more_than_it_can_holds_its_fruit_in_whichever_lots() -> None:
    season = good()
    season.standard(yields=YIELDS)
    box = season.boxes()[0]
    read_beside(season)
    assert balance(season, box).outcome == "passed"
    season.bring(30, 0)  # another lot, which is not in the box
    read_beside(season)
    found = balance(season, box)
    assert found.outcome == "failed"
    code = season.growers[0].plot.rsplit("/", 1)[1]
    assert f"plot {code} can bear 80 kg in a season, and 90 kg were picked" in found.sentence_en
    assert f"地块{code}一季最多能产80公斤，却采了90公斤" in found.sentence_zh
    assert season.growers[0].plot in found.concerns
    assert len(found.event_ids) == 2
    assert "next season" in found.remedy_en


def test_a_plot_invented_in_the_season_bears_nothing_picked_before() -> None:
    season = good()
    season.standard(yields=YIELDS, season_from="08-01", season_to="11-30")
    box = season.boxes()[0]
    picked = min(begun_on(pick) for pick, _ in picks_of(season.history(box)))
    read_beside(season)
    register_again(season, 0, date.min, proposed_on=picked)
    assert balance(season, box).outcome == "passed", "proposed on the day it was picked"
    invented = picked + timedelta(days=1)
    register_again(season, 0, date.min, version=3, proposed_on=invented)
    found = balance(season, box)
    assert found.outcome == "failed"
    assert f"was first proposed for the register on {invented}, and 60 kg are told of before" in found.sentence_en
    assert len(found.event_ids) == 1


def test_what_was_taken_back_was_not_picked() -> None:
    season = good()
    season.standard(yields=YIELDS)
    box = season.boxes()[0]
    season.bring(30, 0)
    season.world.take_back(season.world.events[-1]["eventID"])
    read_beside(season)
    assert balance(season, box).outcome == "passed"


def test_more_area_on_paper_does_not_help_the_season_that_has_begun() -> None:
    season = good()
    season.standard(yields=YIELDS, season_from="08-20", season_to="10-15")
    season.bring(30, 0)
    register_again(season, 0, date(2026, 9, 1), area_mu=Decimal(20))
    assert balance(season).outcome == "failed"


@pytest.mark.parametrize("since", [date(2026, 9, 1), date(2027, 1, 1)])
def test_an_area_made_larger_meanwhile_is_named_with_who_approved_it_and_when(since: date) -> None:
    season = good()
    season.standard(yields=YIELDS, season_from="08-20", season_to="10-15")
    season.bring(30, 0)
    register_again(season, 0, since, area_mu=Decimal(20), approved_by="urn:x:bureau", author="urn:x:station")
    found = balance(season)
    assert f"its area was changed on paper from 10 to 20 mu, as of {since}, approved by bureau" in found.sentence_en
    assert f"登记面积从10亩改为20亩，自{since}起，由bureau批准" in found.sentence_zh


def test_more_area_before_the_season_counts() -> None:
    season = good()
    season.standard(yields=YIELDS, season_from="08-20", season_to="10-15")
    season.bring(30, 0)
    register_again(season, 0, date(2026, 8, 20), area_mu=Decimal(20))
    assert balance(season).outcome == "passed"


def test_younger_trees_bear_less() -> None:
    season = good()
    season.standard(yields=YIELDS)
    register_again(season, 0, date(2026, 1, 1), bearing_since=2020)
    assert "can bear 50 kg" in balance(season).sentence_en


@pytest.mark.parametrize("missing", ["area_mu", "bearing_since"])
def test_a_plot_of_which_area_or_age_is_not_registered_leaves_the_balance_unknown(missing: str) -> None:
    season = good()
    season.standard(yields=YIELDS)
    register_again(season, 0, date(2026, 1, 1), **{missing: None})
    found = balance(season)
    assert found.outcome == "unknown"
    assert "is not registered" in found.sentence_en
    assert "registrar" in found.remedy_en


def test_a_plot_with_too_many_picks_to_be_read_is_not_said_to_be_good() -> None:
    season = good()
    season.standard(yields=YIELDS)
    box = season.boxes()[0]
    read_beside(season)
    plots = {plot: replace(picks, is_complete=False) for plot, picks in season.beside.plot_picks.items()}
    season.beside = Beside(plot_picks=plots)
    assert balance(season, box).outcome == "unknown"


def test_a_box_answers_for_the_other_boxes_of_its_lot() -> None:
    season = good()
    pooled = season.world.pool(season.lots, site=season.house)
    season.world.pack(pooled, 10, product=season.box, site=season.house, kg=50)
    box = season.world.events[-1]["outputEPCList"][0]
    season.world.pack(pooled, 12, product=season.box, site=season.house, kg=60)
    history = season.history(pooled)
    season.beside = Beside(lot_balances=tuple(b for b in history.balances if b.key == pooled))
    assert balance(season, box).outcome == "failed"


def grading(season: Season, run: str, at: datetime, **sides: dict[str, Decimal]) -> Json:
    season.world.report(reports_of.grading, at=at, run=run, site=season.house, **{"inputs": {}, "outputs": {}, **sides})
    return season.world.events[-1]


@pytest.mark.parametrize(("out", "outcome"), [(60, "passed"), (90, "unknown")])
def test_a_run_that_is_still_open_waits_only_where_more_came_out_than_went_in(out: int, outcome: str) -> None:
    season = good()
    lot, at = season.world.numbers.lot(season.box), NOW - timedelta(hours=3)
    grading(season, "urn:x:run", at, inputs={season.lots[0]: Decimal(60)})
    grading(season, "urn:x:run", at, outputs={lot: Decimal(out)})
    found = balance(season, lot)
    assert found.outcome == outcome
    if outcome == "unknown":
        assert "took in 60 kg and gave 90 kg" in found.sentence_en
        assert "closes the run" in found.remedy_en


@pytest.mark.parametrize("tipped_in", [0, 30])
def test_a_run_that_is_over_is_judged_by_all_that_went_in(tipped_in: int) -> None:
    season = good()
    lot, at = season.world.numbers.lot(season.box), NOW - timedelta(hours=3)
    grading(season, "urn:x:run", at, inputs={season.lots[0]: Decimal(60)})
    last = grading(season, "urn:x:run", at, outputs={lot: Decimal(90)})
    if tipped_in:
        grading(season, "urn:x:run", at, inputs={season.lots[1]: Decimal(tipped_in)})
    outcome = "passed" if tipped_in else "failed"
    assert balance(season, lot, NOW + timedelta(days=3)).outcome == outcome, "nobody closed it for two days"
    last[RUN_CLOSED] = True
    assert balance(season, lot).outcome == outcome


def test_fruit_of_many_households_breaks_no_plot() -> None:
    season = Season()
    season.standard(yields=YIELDS)
    season.growers = [season.world.grow() for _ in range(12)]
    for number in range(12):
        season.bring(70, number)
    assert outcomes(season.claim())["balance"] == "passed"


def test_a_season_over_new_year_is_one() -> None:
    season = good()
    season.standard(yields=YIELDS, season_from="11-01", season_to="02-28")
    for at in (datetime(2026, 12, 20, 9, tzinfo=CHINA), datetime(2027, 1, 20, 9, tzinfo=CHINA)):
        season.bring(45, 0, at=at)
    found = season.claim(datetime(2027, 3, 1, tzinfo=CHINA), season.boxes()[0])
    assert "90 kg were picked" in next(r.sentence_en for r in found.results if r.rule == "balance")


def test_one_delivery_that_nobody_weighed_does_not_make_tonnes_of_it_good() -> None:
    season = good()
    season.bring(None, 0)
    pooled = season.world.pool(season.lots, site=season.house, kg=5000)
    box = season.world.pack(pooled, 1000, product=season.box, site=season.house)[0]
    found = balance(season, box)
    assert found.outcome == "unknown"
    assert "100 kg were weighed and 5000 kg taken" in found.sentence_en
    assert season.lots[-1] in found.concerns
    assert "takes back the delivery that was not weighed" in found.remedy_en


def test_a_delivery_that_nobody_weighed_does_no_harm_where_the_rest_is_enough() -> None:
    season = good()
    season.bring(None, 0)
    pooled = season.world.pool(season.lots, site=season.house, kg=100)
    box = season.world.pack(pooled, 10, product=season.box, site=season.house, kg=50)[0]
    assert balance(season, box).outcome == "passed"


@pytest.mark.parametrize("site", ["lot", "shop"])
def test_sold_more_than_was_weighed_is_not_good_where_some_was_not_weighed(site: str) -> None:
    season = good()
    pooled = season.world.pool(season.lots, site=season.house)
    shop = season.world.site("shop")
    season.world.ship(lots={pooled: 50}, to=shop)
    season.world.receive(lots={pooled: 50}, site=shop)
    season.world.sell(site=shop, lots={pooled: 90 if site == "shop" else 900})
    later = season.world.now + timedelta(days=1)
    assert balance(season, pooled, later).outcome == "failed"
    season.world.receive(lots={pooled: 1}, site=shop)
    season.world.events[-1]["quantityList"] = [{"epcClass": pooled}]
    assert balance(season, pooled, later).outcome != "passed"


@pytest.mark.parametrize("lots", [slice(1), slice(1, 2)])
def test_a_season_that_begins_in_may_and_ends_in_february_is_read_whole(lots: slice) -> None:
    season = Season()
    season.standard(yields=YIELDS, season_from="05-01", season_to="02-15")
    for at in (datetime(2026, 5, 10, 8, tzinfo=CHINA), datetime(2027, 1, 10, 8, tzinfo=CHINA)):
        season.bring(45, 0, at=at)
    read_beside(season)
    box = season.world.pack(
        season.world.pool(season.lots[lots], site=season.house), 9, product=season.box, site=season.house
    )
    found = season.claim(datetime(2027, 3, 1, tzinfo=CHINA), box[0])
    assert "90 kg were picked" in next(r.sentence_en for r in found.results if r.rule == "balance")


GLN = "https://id.gs1.org/414/9520001000508"


def parted(season: Season, *parts: str) -> None:
    """The first grower's fruit, 45 kg from each of these parts of a plot that bears 80 kg."""
    plot = next(r for r in season.world.records if r.id == season.growers[0].plot)
    assert isinstance(plot, Site)
    season.world.register(replace(plot, id=GLN))
    for part in parts:
        season.growers[0] = replace(season.growers[0], plot=GLN + part)
        season.bring(45, 0)
    read_beside(season)


@pytest.mark.parametrize("parts", [("", ""), ("/254/1", "/254/2"), ("", "/254/1")])
def test_the_parts_of_a_plot_bear_no_more_than_the_plot(parts: tuple[str, ...]) -> None:
    season = Season()
    season.standard(yields=YIELDS)
    parted(season, *parts)
    first = season.lots[:1]
    box = season.world.pack(season.world.pool(first, site=season.house), 9, product=season.box, site=season.house)[0]
    found = balance(season, box)
    assert found.outcome == "failed"
    assert "can bear 80 kg in a season, and 90 kg were picked" in found.sentence_en


def test_a_part_that_is_registered_in_its_own_right_bears_its_own() -> None:
    season = Season()
    season.standard(yields=YIELDS)
    plot = next(r for r in season.world.records if r.id == season.growers[0].plot)
    assert isinstance(plot, Site)
    season.world.register(replace(plot, id=GLN + "/254/1"))
    parted(season, "", "/254/1")
    assert balance(season).outcome == "passed"


def another_fruit(season: Season, kg: int, yields: tuple[YieldStep, ...] = YIELDS) -> str:
    """A lot picked on the first grower's plot, of a product with a production standard of its own."""
    world = season.world
    other = world.product("苹果", net_weight_kg=None)
    product = next(r for r in world.records if isinstance(r, Product) and r.id == other)
    world.register(ProductionStandard(id="urn:x:apples", name_zh="苹果标准", yields=yields))
    world.register(replace(product, version=2, production_standard="urn:x:apples"))
    pears, world.fruit = world.fruit, other
    lot = world.pick(season.growers[0], kg, station=season.station)
    world.fruit = pears
    return lot


@pytest.mark.parametrize(("kg", "outcome"), [(10, "passed"), (11, "failed")])
def test_a_plot_that_bears_one_fruit_has_no_place_for_all_of_another(kg: int, outcome: str) -> None:
    """60 kg of 80 are three quarters of the plot; it could bear 40 kg of the other."""
    season = good()
    season.standard(yields=YIELDS)
    another_fruit(season, kg, (YieldStep(0, Decimal(4)),))
    box = season.boxes()[0]
    read_beside(season)
    found = balance(season, box)
    assert found.outcome == outcome
    if outcome == "failed":
        assert (
            "can bear 80 kg in a season, and 60 kg were picked beside other fruit in the place of 22 kg"
            in found.sentence_en
        )
        assert len(found.event_ids) == 2


def test_fruit_for_which_no_yield_is_set_takes_nobodys_place() -> None:
    season = good()
    season.standard(yields=YIELDS)
    another_fruit(season, 900, ())
    box = season.boxes()[0]
    read_beside(season)
    assert balance(season, box).outcome == "passed"


@pytest.mark.parametrize(
    ("loads", "hours", "outcome"),
    [([80, 80], 2, "unknown"), ([80, 80], 8, "failed"), ([80, 79], 2, "failed"), ([50, 50], 2, "passed")],
)
def test_as_much_of_a_lot_sent_twice_within_hours_may_be_one_shipment_told_twice(
    loads: list[int], hours: int, outcome: str
) -> None:
    """There were 100 kg: of 160 that left nobody knows which is true; of 100 all are."""
    season = good()
    lot, shop = season.world.pool(season.lots, site=season.house, kg=100), season.world.site("shop")
    for kg in loads:
        season.world.ship(lots={lot: kg}, to=shop)
        season.world.now += timedelta(hours=hours)
    found = balance(season, lot, season.world.now)
    assert found.outcome == outcome
    if outcome == "unknown":
        assert "One shipment may have been reported twice: 100 kg" in found.sentence_en
        assert "takes one of the reports back" in found.remedy_en


def test_what_was_sold_twice_within_hours_was_sold() -> None:
    season = good()
    lot = season.world.pool(season.lots, site=season.house, kg=100)
    for _ in range(2):
        season.world.report(reports_of.sale, site=season.house, lots={lot: Decimal(80)})
    assert balance(season, lot, season.world.now).outcome == "failed"
