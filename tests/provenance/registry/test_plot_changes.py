"""A plot that could bear more counts from a coming 1 January; one that bears less, at once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.registry.plot_changes import next_season, within_season
from provenance.registry.reading import valid_on
from provenance.registry.records import Site

TODAY = date(2026, 9, 20)
PLOT = Site(
    id="urn:x:plot",
    valid_from=date(2024, 3, 1),
    kind="plot",
    party="urn:x:grower",
    name_zh="园",
    county_code="141031",
    area_mu=Decimal(8),
    bearing_since=2016,
)


def fields(*versions: Site, today: date = TODAY, **change: Any) -> list[str]:
    """The fields refused of a next version; `versions` are there, the highest first."""
    there = versions or (PLOT,)
    new = replace(there[0], version=there[0].version + 1, **change)
    return [problem.pointer for problem in within_season(new, there, today)]


GROWN: list[tuple[dict[str, Any], str]] = [
    ({"area_mu": Decimal(16)}, "/area_mu"),
    ({"area_mu": None}, "/area_mu"),
    ({"bearing_since": 2010}, "/bearing_since"),
    ({"bearing_since": None}, "/bearing_since"),
    ({"county_code": "140106"}, "/county_code"),
]


@pytest.mark.parametrize(("change", "pointer"), GROWN)
@pytest.mark.parametrize("day", [TODAY, date(2026, 1, 1), date(2024, 3, 1), date(2026, 12, 31), date(2027, 9, 10)])
def test_what_lets_a_plot_bear_more_does_not_begin_within_a_season(
    change: dict[str, Any], pointer: str, day: date
) -> None:
    assert fields(**change, valid_from=day) == [pointer]


@pytest.mark.parametrize(("change", "_"), GROWN)
def test_it_begins_with_a_season_to_come(change: dict[str, Any], _: str) -> None:
    assert fields(**change, valid_from=date(2027, 1, 1)) == []


@pytest.mark.parametrize("change", [{"area_mu": Decimal(7)}, {"bearing_since": 2018}, {"name_zh": "新名"}, {}])
def test_what_makes_a_plot_smaller_or_younger_counts_at_once(change: dict[str, Any]) -> None:
    assert fields(**change, valid_from=TODAY) == []


def test_a_new_plot_is_no_change() -> None:
    assert list(within_season(replace(PLOT, valid_from=TODAY), (), TODAY)) == []


def test_what_is_registered_for_next_season_cannot_be_drawn_into_this_one() -> None:
    coming = replace(PLOT, version=2, area_mu=Decimal(16), valid_from=date(2027, 1, 1))
    assert fields(coming, PLOT, valid_from=TODAY) == ["/area_mu"]


def test_a_plot_made_smaller_does_not_grow_back_in_the_same_season() -> None:
    smaller = replace(PLOT, version=2, area_mu=Decimal(5), valid_from=date(2026, 6, 1))
    assert fields(smaller, PLOT, area_mu=Decimal(8), valid_from=TODAY) == ["/area_mu"]


@pytest.mark.parametrize("ends", [date(2020, 1, 2), date(2026, 6, 1), TODAY])
def test_a_plot_that_was_ended_does_not_begin_again_larger_in_the_same_season(ends: date) -> None:
    ended = replace(PLOT, version=2, valid_to=ends)
    larger: dict[str, Any] = {"area_mu": Decimal(16), "valid_to": None}
    assert fields(ended, PLOT, **larger, valid_from=TODAY) == ["/area_mu"]
    assert fields(ended, PLOT, **larger, valid_from=date(2027, 1, 1)) == []


def test_the_sentence_says_the_day_that_would_be_right() -> None:
    grown = replace(PLOT, version=2, area_mu=Decimal(16), valid_from=TODAY)
    (problem,) = within_season(grown, (PLOT,), TODAY)
    assert "8 stands" in problem.message
    assert "send valid_from 2027-01-01" in problem.message


DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@given(st.integers(1, 20), DAYS, st.none() | DAYS)
def test_whatever_is_let_through_changes_no_day_of_a_season_that_has_begun(
    area: int, begins: date, ends: date | None
) -> None:
    new = replace(PLOT, version=2, area_mu=Decimal(area), valid_from=begins, valid_to=ends)
    if (ends is not None and ends <= begins) or list(within_season(new, (PLOT,), TODAY)):
        return
    for day in (date(2024, 6, 1), date(2025, 9, 1), TODAY, date(2026, 12, 31)):
        before, after = valid_on((PLOT,), day), valid_on((new, PLOT), day)
        assert isinstance(before, Site)
        assert after is None or isinstance(after, Site)
        assert (after.area_mu or 0 if after else 0) <= (before.area_mu or 0)


def test_the_next_season_begins_on_the_first_of_january() -> None:
    assert next_season(date(2026, 1, 1)) == next_season(date(2026, 12, 31)) == date(2027, 1, 1)
