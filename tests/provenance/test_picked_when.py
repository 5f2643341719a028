"""When fruit was picked: in the season, which may go over the new year, and long enough after every spray."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from epcis.events import Event, declared
from provenance import reports
from provenance.registry.records import PreHarvestInterval
from provenance.rules.claims import Claim
from provenance.rules.season import in_season
from provenance.rules.verdicts import RuleResult
from services.traceability.store.names import names
from simulator.world import CHINA
from tests.provenance.claimed import Season, good

SPRAY = "https://id.gs1.org/01/09520001009990"
PICKED = datetime(2026, 9, 10, 6, 20, tzinfo=CHINA)
"""The second thing of the season, ten minutes after the certificate."""


def result(found: Claim, rule: str) -> RuleResult:
    return next(one for one in found.results if one.rule == rule)


def sprayed(days: int, **fields: Any) -> Season:
    """A season one of whose plots was sprayed so many days before it was picked."""
    season = good()
    intervals = (PreHarvestInterval("imidacloprid", 14), PreHarvestInterval(SPRAY, 7))
    season.standard(pre_harvest_intervals=intervals)
    said = fields or {"substance": "Imidacloprid"}
    at = PICKED - timedelta(days=days)
    season.world.report(reports.farm_input, at=at, plot=season.growers[0].plot, **said)
    return season


@pytest.mark.parametrize(
    ("days", "fields", "outcome"),
    [
        (14, {}, "passed"),
        (13, {}, "failed"),
        (0, {}, "failed"),
        (7, {"input_lot": f"{SPRAY}/10/A"}, "passed"),
        (6, {"input_lot": f"{SPRAY}/10/A"}, "failed"),
        (6, {"input_lot": f"{SPRAY}/10/A", "substance": "imidacloprid"}, "failed"),
        (10, {"input_lot": f"{SPRAY}/10/A", "substance": "imidacloprid"}, "failed"),
        (1, {"substance": "compost"}, "passed"),
        (1, {"input_lot": "https://example.org/lot/sack"}, "unknown"),
        (-1, {}, "passed"),
        (400, {}, "passed"),
    ],
)
def test_the_days_between_the_last_spray_and_picking_reach_what_is_set(
    days: int, fields: dict[str, str], outcome: str
) -> None:
    assert result(sprayed(days, **fields).claim(), "interval").outcome == outcome


def test_the_plot_the_substance_the_days_and_both_reports_are_named() -> None:
    season = sprayed(3)
    found = result(season.claim(), "interval")
    plot = season.growers[0].plot
    assert f"Imidacloprid on plot {plot.rsplit('/', 1)[1]} on 2026-09-07, 3 days before picking, 14 asked for" in (
        found.sentence_en
    )
    assert len(found.event_ids) == 2 and {plot, season.lots[0]} <= set(found.concerns)


def test_a_spray_on_another_plot_says_nothing_of_this_fruit() -> None:
    season = good()
    season.standard(pre_harvest_intervals=(PreHarvestInterval("imidacloprid", 14),))
    other = season.world.grow()
    season.world.report(reports.farm_input, at=PICKED, plot=other.plot, substance="imidacloprid")
    assert "No spray" in result(season.claim(), "interval").sentence_en


def test_a_spray_that_is_taken_back_holds_nothing_any_more() -> None:
    season = sprayed(3)
    wrong = next(body for body in season.world.events if "applying_input" in body.get("bizStep", ""))
    box = season.boxes()[0]
    assert result(season.claim(key=box), "interval").outcome == "failed"
    season.world.take_back(wrong["eventID"])
    assert result(season.claim(key=box), "interval").outcome == "passed"


def test_what_was_used_on_a_plot_is_stored_under_a_key_of_its_own() -> None:
    body = reports.farm_input(event_id="urn:x:1", at=PICKED, plot="urn:x:plot", substance="imidacloprid")
    assert ("applied", "urn:x:plot#applied") in {(name.role, name.key) for name in names(body)}
    other = reports.delivery(event_id="urn:x:2", at=PICKED, lot="urn:x:lot", kg=None, plot="urn:x:plot", grower="g")
    assert "applied" not in {name.role for name in names(other)}


def test_who_declares_one_wrong_is_found_by_its_id_and_crowds_no_plot() -> None:
    spray = reports.farm_input(event_id="urn:x:1", at=PICKED, plot="urn:x:plot", substance="imidacloprid")
    pick = reports.delivery(event_id="urn:x:2", at=PICKED, lot="urn:x:lot", kg=None, plot="urn:x:plot", grower="g")
    for body, role in ((spray, "applied"), (pick, "picked")):
        wrong = {**body, "errorDeclaration": {"declarationTime": body["eventTime"], "reason": "did_not_occur"}}
        found = {(name.role, name.key) for name in names(wrong)}
        assert found == set(Event(wrong).keys)
        assert {("event", body["eventID"]), ("declared", declared(body["eventID"]))} < found
        assert role in {name.role for name in names(body)} - {name.role for name in names(wrong)}


@pytest.mark.parametrize(
    ("day", "first", "last", "inside"),
    [
        ("2026-08-20", "08-20", "10-15", True),
        ("2026-10-15", "08-20", "10-15", True),
        ("2026-08-19", "08-20", "10-15", False),
        ("2026-10-16", "08-20", "10-15", False),
        ("2026-12-31", "11-01", "02-28", True),
        ("2027-01-01", "11-01", "02-28", True),
        ("2027-02-28", "11-01", "02-28", True),
        ("2027-03-01", "11-01", "02-28", False),
        ("2026-10-31", "11-01", "02-28", False),
    ],
)
def test_a_season_may_go_over_the_new_year(day: str, first: str, last: str, inside: bool) -> None:
    assert in_season(date.fromisoformat(day), first, last) is inside


def test_fruit_from_out_of_season_is_named_with_its_plot_and_day() -> None:
    season = good()
    season.standard(season_from="09-20", season_to="10-15")
    found = result(season.claim(), "season")
    assert found.outcome == "failed"
    assert "on 2026-09-10 (season 09-20–10-15)" in found.sentence_en
    assert set(season.lots) <= set(found.concerns)


def test_the_days_of_the_harvest_count_before_the_time_of_the_report() -> None:
    season = good()
    season.standard(season_from="08-20", season_to="10-15")
    body = next(body for body in season.world.events if "ilmd" in body)
    body["ilmd"]["cbvmda:harvestStartDate"] = "2026-08-19"
    box = season.boxes()[0]
    assert result(season.claim(key=box), "season").outcome == "failed"
    body["ilmd"]["cbvmda:harvestStartDate"] = "the other day"
    assert result(season.claim(key=box), "season").outcome == "unknown"


def delivered_late(sprayed: datetime, picked: str, until: str) -> str:
    """The outcome of `interval` of fruit picked as its report says, and delivered on 20 September."""
    season = good()
    season.standard(pre_harvest_intervals=(PreHarvestInterval("imidacloprid", 14),))
    season.world.report(reports.farm_input, at=sprayed, plot=season.growers[0].plot, substance="Imidacloprid")
    season.bring(60, 0, at=datetime(2026, 9, 20, 8, tzinfo=CHINA))
    body = season.world.events[-1]
    body["ilmd"] |= {"cbvmda:harvestStartDate": picked, "cbvmda:harvestEndDate": until or picked}
    season.lots = season.lots[-1:]
    return result(season.claim(), "interval").outcome


@pytest.mark.parametrize(
    ("sprayed", "picked", "until", "outcome"),
    [
        (1, "2026-09-03", "", "failed"),
        (1, "2026-09-15", "", "passed"),
        (10, "2026-09-03", "", "passed"),
        (10, "2026-09-03", "2026-09-12", "failed"),
        (10, "2026-10-30", "", "failed"),
        (1, "the other day", "", "unknown"),
    ],
)
def test_the_waiting_time_ends_with_the_first_day_of_the_harvest_and_not_with_the_delivery(
    sprayed: int, picked: str, until: str, outcome: str
) -> None:
    assert delivered_late(datetime(2026, 9, sprayed, 8, tzinfo=CHINA), picked, until) == outcome


def test_a_number_made_up_for_a_part_of_a_plot_washes_off_no_spray() -> None:
    season = good()
    season.standard(pre_harvest_intervals=(PreHarvestInterval("imidacloprid", 14),))
    plot = "https://id.gs1.org/414/9520001000508"
    season.world.report(reports.farm_input, at=PICKED, plot=f"{plot}/254/1", substance="imidacloprid")
    season.growers[0] = replace(season.growers[0], plot=f"{plot}/254/2")
    season.bring(60, 0)
    assert result(season.claim(), "interval").outcome == "failed"
