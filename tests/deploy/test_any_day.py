"""The demo looks the same on whatever day it is first played, and keeps its days when it is played again."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from deploy.demo.story import DAYLILY, FRAUD, MOVE_WITH, SEASON, days_of, move_on, played_from, read_season
from provenance.days import CHINA
from tests.deploy.told import back, judged, not_passed, ordered, registry_of

PLAYED = [date(2026, 12, 8), date(2027, 1, 6), date(2028, 3, 1)]
"""When its own days are just past being told in time, when a season would hang over New Year, and later."""


GAPS = {"on_the_way": ["missing-receipt"]}


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=CHINA)


@pytest.mark.parametrize("day", PLAYED, ids=str)
@pytest.mark.parametrize("file", [SEASON, DAYLILY], ids=lambda file: file.stem)
def test_the_honest_goods_get_their_labels_and_nothing_of_them_is_told_late(file: Path, day: date) -> None:
    move, now = move_on(file, day), noon(day)
    story, registry = read_season(file, move=move), registry_of(move=move)
    for order in story.labels:
        assert ordered(story, order, registry, now=now).verdict == "granted"
    first, there = read_season(file), registry_of()
    for name, key in story.show.items():
        assert not_passed(judged(story, key, registry, now=now, played=now)) == not_passed(judged(first, key, there))
        assert [g.code for g in back(story, key, registry, played=now).gaps] == GAPS.get(name, [])


@pytest.mark.parametrize("day", PLAYED, ids=str)
def test_each_fraud_is_caught_by_the_rule_it_breaks_and_by_no_other(day: date) -> None:
    move = move_on(MOVE_WITH[FRAUD], day)
    story, registry = read_season(FRAUD, move=move), registry_of(move=move)
    for order in story.labels:
        found = ordered(story, order, registry, now=noon(day))
        assert {result.rule for result in found.results if result.outcome == "failed"} == order.fails, order.title


@pytest.mark.parametrize("file", [SEASON, DAYLILY], ids=lambda file: file.stem)
def test_a_season_is_over_lies_in_one_year_and_is_moved_only_when_it_is_long_ago(file: Path) -> None:
    first, last = days_of(file)
    assert move_on(file, last + timedelta(days=75)).days == 0
    for n in range(76, 900):
        today = last + timedelta(days=n)
        move = move_on(file, today)
        assert move.day(last) < today
        assert move.day(first).year == move.day(last).year == first.year + move.years
        assert today - move.day(first) < timedelta(days=90), "or it is told late"


@pytest.mark.parametrize("day", PLAYED, ids=str)
def test_what_was_played_keeps_its_days(day: date) -> None:
    move = move_on(SEASON, day)
    assert played_from(SEASON, move.day(date(2026, 1, 1))) == move
    assert [told.event["eventID"] for told in read_season(move=move).told] == [
        told.event["eventID"] for told in read_season().told
    ]
