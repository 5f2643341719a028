"""A logger's CSV file: what it says, and the sentence for what is wrong with it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from epcis.event_id import event_hash_id
from epcis.events import Event
from epcis.problems import errors
from epcis.validation import validate_event
from provenance.reports.logger_file import LoggerFile, LoggerFileError, readings_of_file
from provenance.temperatures import temperatures

LOGGER = "https://id.gs1.org/8004/9520001LOGGER01"
TRUCK = "https://id.gs1.org/8004/9520001TRUCK1"
OF = LoggerFile(LOGGER, goods=TRUCK)


def test_each_row_is_a_valid_event() -> None:
    [one, other] = readings_of_file("time,temperature\n2026-09-14 01:00,1.5\n2026-09-14T01:10:00Z,2\n", OF)
    assert not errors(validate_event(one | {"eventID": event_hash_id(one)}))
    assert one["eventTime"] == "2026-09-14T01:00:00.000+08:00"
    assert other["epcList"] == [TRUCK]


def test_chinese_columns_and_units_are_read() -> None:
    [one] = readings_of_file("\ufeff时间,温度,单位,湿度\n2026/09/14 01:00,33.8,°F,91\n", OF)
    [point] = temperatures(Event(one | {"eventID": "urn:x"}))
    assert (point.mean, len(one["sensorElementList"][0]["sensorReport"])) == (Fraction(1), 2)


def test_the_same_row_is_the_same_event_whatever_file_it_stands_in() -> None:
    short = readings_of_file("time,temperature\n2026-09-14 01:00,1.5\n", OF)
    long = readings_of_file("time,temperature\n2026-09-14 01:00,1.5\n2026-09-14 01:00,1.5\n2026-09-14 02:00,1\n", OF)
    assert event_hash_id(long[0]) == event_hash_id(short[0])
    assert len(long) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("zeit,temperature\n", "row 1: 'zeit' is no column; there are time, temperature, unit, humidity"),
        ("time,humidity\n", "row 1: the header needs one column temperature; it has time, humidity"),
        ("time,temperature\n2026-09-14 01:00,1,5\n", "row 2: it has 3 cells and the header 2; the columns are shifted"),
        ("time,temperature\n1.5,2026-09-14 01:00\n", "row 2, time: '1.5' is no time"),
        ("time,temperature\n2026-09-14 01:00,warm\n", "row 2, temperature: 'warm' is no number"),
        ("time,temperature,unit\n2026-09-14 01:00,1,CEL\n2026-09-14 01:10,1,XYZ\n", "row 3, unit: 'XYZ' is no unit"),
        ("time,temperature\n2026-09-14 01:00,4711\n", "row 2, temperature: 4711 CEL cannot be"),
        ("time,temperature\n", "the file has a header and no readings"),
        ("", "row 1: the header needs one column time"),
    ],
)
def test_what_is_wrong_is_said_with_its_row_and_column(text: str, said: str) -> None:
    with pytest.raises(LoggerFileError) as error:
        readings_of_file(text, OF)
    assert said in str(error.value)


def test_whose_readings_they_are_must_be_said_once() -> None:
    with pytest.raises(LoggerFileError, match="either goods"):
        LoggerFile(LOGGER)
    with pytest.raises(LoggerFileError, match="is no unit of temperature"):
        LoggerFile(LOGGER, site=TRUCK, unit="XYZ")
