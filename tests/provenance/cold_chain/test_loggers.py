"""For how long what a logger measures holds, and when it vouches for nothing."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from provenance.cold_chain.loggers import Registered, registered_on
from provenance.cold_chain.temperatures import Temperature
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Logger

LOGGER = "https://id.gs1.org/8004/9520001LOGGER01"
HOUR_MS = 3_600_000
DAY = date(2026, 9, 12)


@pytest.mark.parametrize(
    ("interval_s", "hours"), [(600, Fraction(1, 2)), (None, Fraction(3, 4)), (6 * 3600, 18), (7 * 86_400, 24)]
)
def test_a_reading_holds_three_intervals_and_never_more_than_a_day(interval_s: int | None, hours: Fraction) -> None:
    assert Registered(interval_s).hold_ms == hours * HOUR_MS


@pytest.mark.parametrize(
    ("calibrated_on", "believed"),
    [(None, True), (date(2026, 9, 12), True), (date(2025, 9, 12), True), (date(2025, 9, 10), False)],
)
def test_a_calibration_is_good_for_a_year(calibrated_on: date | None, believed: bool) -> None:
    assert Registered(600, calibrated_on).is_calibrated(DAY) == believed


def test_a_calibration_after_the_reading_is_as_good() -> None:
    assert Registered(600, date(2026, 12, 1)).is_calibrated(DAY)


def spanning(hours: int, *, bounded: bool = False) -> Temperature:
    return Temperature(0, hours * HOUR_MS, LOGGER, "urn:r:1", Fraction(1), Fraction(1), Fraction(1), False, bounded)


def test_a_mean_is_known_for_as_long_as_a_reading_holds_and_with_its_extremes_for_all_its_time() -> None:
    six_hours = Registered(6 * 3600)
    assert [six_hours.covers(spanning(hours)) for hours in (6, 18, 19)] == [True, True, False]
    assert six_hours.covers(spanning(720, bounded=True))
    assert [Registered(60).covers(spanning(hours)) for hours in (1, 2)] == [True, False]


def test_the_registry_is_asked_for_the_day() -> None:
    registry = MemoryRegistry(
        [Logger(id=LOGGER, valid_from=DAY, site="urn:x:room", interval_seconds=60, calibrated_on=date(2026, 1, 2))]
    )
    assert registered_on(registry, LOGGER, DAY) == Registered(60, date(2026, 1, 2), "urn:x:room")
    assert registered_on(registry, LOGGER, date(2026, 9, 11)) == Registered()
    assert registered_on(registry, "", DAY) == Registered()
