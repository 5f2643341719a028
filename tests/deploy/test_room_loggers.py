"""The loggers of the demo's rooms: what they measured up to the day the story is played, and nothing of later."""

from __future__ import annotations

from datetime import date

from deploy.demo.story import FRAUD, SEASON, read_season
from provenance.reports.logger_file import LoggerFile, readings_of_file

TODAY = date(2026, 11, 23)
LOGGERS = [logger for file in (SEASON, FRAUD) for logger in read_season(file).loggers]


def test_a_file_ends_with_the_day_it_is_played_on() -> None:
    for logger in LOGGERS:
        rows = logger.file(TODAY).splitlines()
        assert rows[-1].startswith("2026-11-23T00:00:00+08:00,")
        of = LoggerFile(logger.device, site=logger.site)
        assert len(readings_of_file(logger.file(TODAY), of)) == len(rows) - 1


def test_played_again_it_says_the_same_and_what_came_since() -> None:
    for logger in LOGGERS:
        earlier, later = logger.file(TODAY), logger.file(date(2026, 11, 25))
        assert earlier == logger.file(TODAY)
        assert later.startswith(earlier) and later.count("\n") == earlier.count("\n") + 8


def test_before_its_first_reading_there_is_no_file() -> None:
    assert [logger.file(date(2026, 9, 1)) for logger in LOGGERS] == [""] * len(LOGGERS)


def test_played_years_later_it_sends_no_more_than_a_year_and_some() -> None:
    assert {logger.file(date(2036, 1, 1)).count("\n") for logger in LOGGERS} == {400 * 4 + 2}
