"""A delivery that nobody weighed is in the boxes too: every rule asks about it, and it excuses nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from provenance import reports
from provenance.registry.records import PreHarvestInterval
from simulator.world import CHINA, Grower
from tests.provenance.claimed import GOOD, Season, good, outcomes

IN_SEASON = datetime(2026, 9, 10, 8, tzinfo=CHINA)
BEFORE = datetime(2026, 8, 31, 8, tzinfo=CHINA)


def asked(**standard: Any) -> Season:
    """Two growers' weighed fruit, and a third grower whose fruit nobody weighs."""
    season = Season()
    season.standard(**standard)
    season.growers.append(season.world.grow())
    season.bring(60, 0, at=IN_SEASON)
    season.bring(40, 1, at=IN_SEASON)
    return season


def sprayed_the_day_before() -> Season:
    season = asked(pre_harvest_intervals=(PreHarvestInterval("imidacloprid", 14),))
    sprayed = datetime(2026, 8, 30, 8, tzinfo=CHINA)
    season.world.report(reports.farm_input, at=sprayed, plot=season.growers[2].plot, substance="Imidacloprid")
    season.bring(None, 2, at=BEFORE)
    return season


def out_of_season() -> Season:
    season = asked(season_from="09-01", season_to="11-30")
    season.bring(None, 2, at=BEFORE)
    return season


def by_a_stranger() -> Season:
    season = asked()
    season.growers.append(Grower("urn:x:stranger", season.growers[2].plot))
    season.bring(None, 3, at=IN_SEASON)
    return season


@pytest.mark.parametrize(
    ("rule", "season"),
    [("interval", sprayed_the_day_before), ("season", out_of_season), ("producer", by_a_stranger)],
)
def test_what_nobody_weighed_is_judged_as_if_it_had_been(rule: str, season: Callable[[], Season]) -> None:
    assert outcomes(season().claim())[rule] == "failed"


def test_a_lot_that_nobody_picked_or_weighed_is_named() -> None:
    season = good()
    lot = season.world.pick(season.growers[0], None, station=season.station)
    season.world.events.pop()
    season.lots.append(lot)
    found = season.claim()
    assert outcomes(found) == {**GOOD, "origin": "unknown", "producer": "unknown", "certified": "failed"}
    assert all(lot in result.concerns for result in found.results if result.rule in ("origin", "producer"))
