"""Days of a harvest are believed up to its report and from sixty days before; what is not believed is unknown."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from epcis.events import Event
from provenance import reports
from provenance.cold_chain.of_history import cold_plan
from provenance.days import CHINA, china_midnight
from provenance.histories.harvest_days import HarvestDays, begun_on, harvest_days, picked_by_ms
from provenance.histories.history import Pick
from provenance.registry.records import PreHarvestInterval, YieldStep
from provenance.rules.verdicts import RuleResult
from tests.provenance.claimed import NOW, Season

REPORTED = datetime(2026, 9, 10, 8, tzinfo=CHINA)


def pick(start: Any = None, end: Any = None, **fields: Any) -> Pick:
    said = {"cbvmda:harvestStartDate": start, "cbvmda:harvestEndDate": end}
    body = {"eventTime": REPORTED.isoformat(), "eventTimeZoneOffset": "+08:00", "ilmd": said} | fields
    return Pick(Event(body), None)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (None, None, (date(2026, 9, 10), date(2026, 9, 10))),
        ("2026-09-08", "2026-09-10", (date(2026, 9, 8), date(2026, 9, 10))),
        ("2026-07-12", None, (date(2026, 7, 12), date(2026, 7, 12))),
        ("2026-09-09T22:00:00Z", None, (date(2026, 9, 10), date(2026, 9, 10))),
        ("2026-07-11", None, None),
        ("2020-01-01", "2026-09-10", None),
        ("2026-09-10", "2026-09-11", None),
        ("2026-09-10", "2026-09-09", None),
        ("yesterday", None, None),
    ],
)
def test_what_is_believed(start: str | None, end: str | None, days: tuple[date, date] | None) -> None:
    assert harvest_days(pick(start, end)) == (HarvestDays(*days) if days else None)


def test_the_day_of_a_report_in_utc_is_that_of_its_offset() -> None:
    early = pick("2026-09-11", eventTime="2026-09-10T22:10:00.000Z")
    assert harvest_days(early) == HarvestDays(date(2026, 9, 11), date(2026, 9, 11))


def test_fruit_was_picked_by_its_report_and_by_the_end_of_the_first_day() -> None:
    at = [REPORTED, REPORTED, datetime(2026, 9, 9, tzinfo=CHINA), REPORTED]
    said = [None, "2026-09-10", "2026-09-08", "2020-01-01"]
    assert [picked_by_ms(pick(day)) for day in said] == [int(one.timestamp() * 1000) for one in at]
    assert begun_on(pick("2020-01-01")) == date(2026, 9, 10)


def picked(season: Season, kg: int, at: datetime, day: str) -> None:
    season.bring(kg, 0, at=at)
    season.world.events[-1]["ilmd"] |= {"cbvmda:harvestStartDate": day, "cbvmda:harvestEndDate": day}


def judged(season: Season, rule: str) -> RuleResult:
    return next(one for one in season.claim().results if one.rule == rule)


@pytest.mark.parametrize(
    ("reported", "day", "outcome"),
    [
        (datetime(2026, 7, 20, 8, tzinfo=CHINA), "2026-09-10", "unknown"),
        (datetime(2026, 9, 12, 8, tzinfo=CHINA), "2026-09-10", "passed"),
        (datetime(2026, 9, 12, 8, tzinfo=CHINA), "2025-09-10", "unknown"),
        (datetime(2026, 9, 12, 8, tzinfo=CHINA), "2026-07-20", "failed"),
    ],
)
def test_no_fruit_is_in_season_by_a_day_it_cannot_have_been_picked_on(
    reported: datetime, day: str, outcome: str
) -> None:
    season = Season()
    season.standard(season_from="08-20", season_to="10-15")
    picked(season, 50, reported, day)
    assert judged(season, "season").outcome == outcome


def test_a_day_that_is_not_believed_is_unknown_where_no_season_is_set_too_and_says_why() -> None:
    season = Season()
    picked(season, 50, REPORTED, "2020-01-01")
    found = judged(season, "season")
    assert found.outcome == "unknown"
    assert "on 2026-09-10, which says it was picked 2020-01-01" in found.sentence_en
    assert "2026-09-10上报、写明2020-01-01" in found.sentence_zh


def test_no_harvest_long_ago_sheds_a_spray() -> None:
    season = Season()
    season.standard(pre_harvest_intervals=(PreHarvestInterval("imidacloprid", 14),))
    at, plot = REPORTED - timedelta(days=3), season.growers[0].plot
    season.world.report(reports.farm_input, at=at, plot=plot, substance="imidacloprid")
    picked(season, 50, REPORTED, "2020-01-01")
    assert judged(season, "interval").outcome == "failed"


@pytest.mark.parametrize(
    ("time", "outcome"), [("2026-09-11T07:00:00.000+08:00", "failed"), ("2026-09-10T23:00:00.000Z", "failed")]
)
def test_a_spray_told_in_utc_is_as_near_as_in_china(time: str, outcome: str) -> None:
    season = Season()
    season.standard(pre_harvest_intervals=(PreHarvestInterval("imidacloprid", 14),))
    at, plot = datetime(2026, 9, 11, 7, tzinfo=CHINA), season.growers[0].plot
    season.world.report(reports.farm_input, at=at, plot=plot, substance="imidacloprid")
    season.world.events[-1]["eventTime"] = time
    season.bring(60, 0, at=datetime(2026, 9, 24, 8, tzinfo=CHINA))
    assert judged(season, "interval").outcome == outcome


def test_a_plot_bears_in_the_year_of_the_harvest_and_not_of_its_report() -> None:
    season = Season()
    season.standard(yields=(YieldStep(0, Decimal(50)),))
    picked(season, 450, datetime(2026, 1, 2, 8, tzinfo=CHINA), "2025-12-30")
    picked(season, 450, datetime(2026, 9, 12, 8, tzinfo=CHINA), "2026-09-12")
    assert judged(season, "balance").outcome == "passed"
    again = Season()
    again.standard(yields=(YieldStep(0, Decimal(50)),))
    picked(again, 450, datetime(2026, 1, 2, 8, tzinfo=CHINA), "2026-01-02")
    picked(again, 450, datetime(2026, 9, 12, 8, tzinfo=CHINA), "2026-09-12")
    assert judged(again, "balance").outcome == "failed"


@pytest.mark.parametrize("kg", [50, None])
def test_it_must_be_cool_so_long_after_its_harvest_weighed_or_not(kg: int | None) -> None:
    season = Season()
    season.standard(storage_min_c=Decimal(-1), storage_max_c=Decimal(2), cool_within_minutes=600)
    season.bring(kg, 0, at=REPORTED)
    season.world.events[-1]["ilmd"] |= {"cbvmda:harvestStartDate": "2026-09-07", "cbvmda:harvestEndDate": "2026-09-07"}
    season.bring(50, 1)
    history, now_ms = season.history(season.boxes()[0]), round(NOW.timestamp() * 1000)
    plan = cold_plan(history, season.world.registry, now_ms)
    assert plan.cool_by_ms == china_midnight(date(2026, 9, 8)) + 600 * 60_000
