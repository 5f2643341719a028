"""Of which fruit a product is made, and how long it may lie before it is packed: the rule *balance* asks both."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from provenance.registry.records import Product
from simulator.world import CHINA
from tests.provenance.claimed import Season, good
from tests.provenance.rules.test_balance import another_fruit, balance


def mixed() -> Season:
    season = good()
    season.lots.append(another_fruit(season, 900, ()))
    return season


def make_of(season: Season, *fruits: str) -> None:
    box = max((r for r in season.world.records if r.id == season.box), key=lambda record: record.version)
    assert isinstance(box, Product)
    season.world.register(replace(box, version=box.version + 1, made_of=frozenset(fruits)))


def test_apples_are_not_what_a_box_of_pears_is_made_of() -> None:
    season = mixed()
    found = balance(season)
    assert found.outcome == "failed"
    lot = season.lots[-1].rsplit("/", 1)[1]
    assert f"lot {lot} is 苹果 and does not belong in 礼盒" in found.sentence_en
    assert f"批次{lot}是苹果，不该装进礼盒" in found.sentence_zh
    assert found.concerns == (season.lots[-1],) and len(found.event_ids) == 1


def test_a_product_may_name_the_fruit_it_is_made_of() -> None:
    season = mixed()
    apples, box = season.lots[-1].split("/10/")[0], season.boxes()[0]
    make_of(season, season.world.fruit, apples)
    assert balance(season, box).outcome == "passed"
    make_of(season, apples)
    found = balance(season, box)
    assert found.outcome == "failed"
    assert set(found.concerns) == set(season.lots[:2])


def test_fruit_that_nobody_registered_may_be_anything() -> None:
    season = good()
    pears, season.world.fruit = season.world.fruit, "https://id.gs1.org/01/09520009999996"
    season.bring(5)
    season.world.fruit = pears
    found = balance(season)
    assert found.outcome == "unknown"
    assert "Which fruit it is is not known" in found.sentence_en and "没有登记" in found.sentence_zh
    assert found.concerns == (season.lots[-1],)


def told_of(season: Season, picked: datetime, kg: int = 5) -> None:
    """Told of a harvest of some day, and packed on 11 September."""
    season.bring(kg, 0, at=picked)
    season.world.now = datetime(2026, 9, 11, 8, tzinfo=CHINA)


@pytest.mark.parametrize(("days", "outcome"), [(365, "passed"), (366, "unknown")])
def test_what_trees_could_have_borne_in_years_past_is_not_in_this_years_boxes(days: int, outcome: str) -> None:
    season = good()
    told_of(season, datetime(2026, 9, 11, 7, tzinfo=CHINA) - timedelta(days=days))
    found = balance(season)
    assert found.outcome == outcome
    if outcome == "unknown":
        assert f"was picked on 2025-09-10 and packed {days} days later (it keeps for 365)" in found.sentence_en
        assert "2025-09-10采收" in found.sentence_zh and found.concerns == (season.lots[-1],)


@pytest.mark.parametrize(("days", "outcome"), [(10, "passed"), (9, "unknown")])
def test_a_standard_says_how_long_its_fruit_keeps(days: int, outcome: str) -> None:
    season = good()
    season.standard(storage_days=days)
    told_of(season, datetime(2026, 9, 1, 8, tzinfo=CHINA))
    assert balance(season).outcome == outcome


def test_fruit_as_it_was_picked_is_not_packed() -> None:
    season = good()
    told_of(season, datetime(2020, 9, 1, 8, tzinfo=CHINA))
    assert balance(season, season.lots[-1]).outcome == "passed"
