"""One instant has one day, however its time is written."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epcis.events import Event
from provenance.days import CHINA, china_day, china_midnight, day_at, day_of


@pytest.mark.parametrize(
    ("time", "offset", "day"),
    [
        ("2026-09-10T23:00:00.000Z", "+08:00", date(2026, 9, 11)),
        ("2026-09-11T07:00:00.000+08:00", "+08:00", date(2026, 9, 11)),
        ("2026-09-11T07:00:00.000+08:00", "+00:00", date(2026, 9, 10)),
        ("2026-09-12T05:30:00.000Z", "-09:30", date(2026, 9, 11)),
        ("0001-01-01T00:00:00.000Z", "-12:00", date.min),
        ("9999-12-31T23:59:59.000Z", "+14:00", date.max),
    ],
)
def test_the_day_of_an_event_is_that_of_its_own_offset_however_its_time_is_written(
    time: str, offset: str, day: date
) -> None:
    assert day_of(Event({"eventTime": time, "eventTimeZoneOffset": offset})) == day


@given(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),
    st.integers(-14 * 60, 14 * 60),
)
def test_the_day_is_that_of_a_clock_at_the_offset(at: datetime, ahead: int) -> None:
    offset = f"{'-' if ahead < 0 else '+'}{abs(ahead) // 60:02}:{abs(ahead) % 60:02}"
    time_ms = (at.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert day_at(time_ms, offset) == at.replace(tzinfo=UTC).astimezone(timezone(timedelta(minutes=ahead))).date()


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_a_day_in_china_begins_at_its_midnight(day: date) -> None:
    assert china_midnight(day) == int(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp()) * 1000
    assert (china_day(china_midnight(day)), china_day(china_midnight(day) - 1)) == (day, day - timedelta(days=1))


def test_no_rule_takes_the_day_out_of_the_text_of_a_time() -> None:
    domain = Path(__file__).parents[2] / "provenance"
    texts = {path: path.read_text(encoding="utf-8") for path in domain.rglob("*.py")}
    assert len(texts) > 50
    assert [path.name for path, text in texts.items() if re.search(r"eventTime.{1,4}\[:10\]", text)] == []
    assert [path.name for path, text in texts.items() if re.search(r"fromisoformat\(.*eventTime", text)] == []
