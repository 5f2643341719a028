"""Badges end to end: from a list of counties, through a season of fruit, to what a buyer reads."""

from dataclasses import replace
from datetime import date

import pytest

from provenance.registry.county_lists import counties
from provenance.registry.records import County, Site
from provenance.rules.badges import badges
from tests.material import shared
from tests.provenance.claimed import QIDONG, good

NATIONAL, PROVINCIAL = "national-832", "hunan-provincial"


def listed() -> dict[str, County]:
    """Every county of the national list, by its code of today."""
    text = shared("data", "counties_832.csv").read_text(encoding="utf-8")
    return {county.id: county for county in counties(text, source="832个国家级贫困县名单")}


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("141031", "隰县：原国家级贫困县，2018年脱贫"),
        ("430822", "桑植县：原国家级贫困县，2019年脱贫"),
        ("140215", "云州区：原国家级贫困县，2018年脱贫"),
    ],
)
def test_a_county_of_the_national_list_has_the_national_badge_with_its_year(code: str, sentence: str) -> None:
    assert [badge.sentence_zh for badge in badges(listed()[code], {NATIONAL})] == [sentence]


def test_a_county_renamed_since_tells_under_which_name_it_was_listed() -> None:
    (status,) = listed()["140215"].statuses
    assert "大同县" in status.source


def test_every_badge_of_the_list_gives_a_year_and_claims_nothing_of_today() -> None:
    for county in listed().values():
        for badge in badges(county, {NATIONAL}):
            assert badge.level == "national"
            assert "原国家级贫困县" in badge.sentence_zh and "年脱贫" in badge.sentence_zh


def test_qidong_is_on_no_national_list() -> None:
    assert QIDONG.id not in listed()


@pytest.mark.parametrize(
    ("accepted", "levels"), [({PROVINCIAL}, ["provincial"]), (set(), ["provincial"]), ({NATIONAL}, [])]
)
def test_qidongs_fruit_has_the_provincial_badge_and_none_under_a_brand_that_takes_national_lists_alone(
    accepted: set[str], levels: list[str]
) -> None:
    season = good(county=QIDONG.id, accepted_county_schemes=frozenset(accepted))
    for grower in season.growers:
        plot = next(r for r in season.world.records if r.id == grower.plot)
        assert isinstance(plot, Site)
        season.world.register(replace(plot, version=2, county_code=QIDONG.id))
    found = season.claim()
    assert found.verdict == "granted"
    assert [badge.level for badge in found.badges] == levels
    assert not any("国家级" in badge.sentence_zh for badge in found.badges)


def test_fruit_picked_under_the_countys_earlier_code_keeps_its_badge_under_the_new_one() -> None:
    """The county got another code after the harvest: plots and brand have records for both days."""
    season = good(county="140227")
    old = County(id="140227", name_zh="大同县")
    season.world.register(old)
    season.world.register(replace(listed()["140215"], valid_from=date(2026, 11, 1)))
    for grower in season.growers:
        plot = next(r for r in season.world.records if r.id == grower.plot)
        assert isinstance(plot, Site)
        before = replace(plot, version=2, county_code="140227")
        season.world.register(before)
        season.world.register(replace(before, version=3, county_code="140215", valid_from=date(2026, 11, 1)))
    season.brand = replace(season.brand, version=2, county_code="140215", valid_from=date(2026, 11, 1))
    season.world.register(season.brand)
    found = season.claim()
    assert found.results[0].outcome == "passed"
    assert [badge.sentence_zh for badge in found.badges] == ["云州区：原国家级贫困县，2018年脱贫"]
