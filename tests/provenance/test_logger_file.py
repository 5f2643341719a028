"""A logger's CSV file: what it says, and the sentence for what is wrong with it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from epcis.event_id import event_hash_id
from epcis.events import Event
from epcis.problems import errors
from epcis.validation import validate_event
from provenance.cold_chain.temperatures import temperatures
from provenance.reports.logger_file import LoggerFile, LoggerFileError, read_logger_file, readings_of_file
from provenance.reports.logger_stored import beside

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
        ("time,temperature\n2026-09-14 01:00,1e999999999\n", "row 2, temperature: '1e999999999' is no number"),
        (f"time,temperature\n2026-09-14 01:00,{'9' * 99}\n", f"temperature: '{'9' * 40}…' is no number"),
        ("time,temperature\n0001-01-01 00:00,1\n", "row 2, time: '0001-01-01 00:00' is no time"),
        ("time,temperature\n2020-09-14 01:00,1\n2026-09-14 01:00,1\n", "span more than 400 days"),
        ("time,temperature,unit\n2026-09-14 01:00,1,CEL\n2026-09-14 01:10,1,XYZ\n", "row 3, unit: 'XYZ' is no unit"),
        ("time,temperature\n2026-09-14 01:00,4711\n", "row 2, temperature: 4711 CEL cannot be"),
        ("time,temperature\n2026-09-14 01:00,274.2\n", "274.2 CEL cannot be; is it KEL, as in --unit KEL?"),
        ("time,temperature\n2026-09-14 01:00,1\n2026-09-13T17:00Z,2\n", "rows 2 and 3: two temperatures at 2026-09-1"),
        ("时间,温度(hPa)\n2026-09-14 01:00,1\n", "row 1, temperature: 'hPa' is no unit"),
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


@pytest.mark.parametrize("heading", ["温度(℃)", "温度（°C）", "Temperature [C]"])
def test_a_heading_may_say_the_unit_in_brackets(heading: str) -> None:
    [one] = readings_of_file(
        f"时间,{heading},湿度(%RH)\n2026-09-14 01:00,1.5,90\n", LoggerFile(LOGGER, TRUCK, unit="FAH")
    )
    assert one["sensorElementList"][0]["sensorReport"][0] == {"type": "Temperature", "value": 1.5, "uom": "CEL"}


@pytest.mark.parametrize(
    ("unit", "values", "other"),
    [("FAH", "1.5 1.2 0.8", "CEL"), ("CEL", "34 35 36", "FAH"), ("CEL", "1.5 35 1.2", ""), ("CEL", "20 21 22", "")],
)
def test_a_file_that_another_unit_makes_a_cold_room_is_told(unit: str, values: str, other: str) -> None:
    rows = "".join(f"2026-09-14 01:0{n},{value}\n" for n, value in enumerate(values.split()))
    read = read_logger_file("time,temperature\n" + rows, LoggerFile(LOGGER, site=TRUCK, unit=unit))
    assert read.other_unit == other


HOUR = "time,temperature\n2026-09-14 01:00,1.5\n2026-09-14 01:10,1\n2026-09-14 01:10,1\n"


def test_new_rows_doubles_and_those_there_already_are_told_apart() -> None:
    read = read_logger_file(HOUR, OF)
    first = beside(read, [])
    assert (len(first.new), read.doubles, first.there) == (2, 1, ())
    again = beside(read_logger_file(HOUR + "2026-09-14 01:20,1\n", OF), first.new)
    assert (len(again.new), again.there) == (1, first.new)


def test_another_temperature_at_a_stored_time_is_refused_until_that_is_taken_back() -> None:
    stored = beside(read_logger_file(HOUR, OF), []).new
    fahrenheit = read_logger_file(HOUR, LoggerFile(LOGGER, goods=TRUCK, unit="FAH"))
    with pytest.raises(
        LoggerFileError, match=r"row 2: -16.9 °C at .*, where 1.5 °C is stored \(ni:.*1 more rows .*unit"
    ):
        beside(fahrenheit, stored)
    taken = [one | {"errorDeclaration": {"declarationTime": "2026-09-15T00:00:00Z"}} for one in stored]
    assert len(beside(fahrenheit, [*stored, *taken]).new) == 2
    assert len(beside(read_logger_file(HOUR, OF), [*stored, *taken]).taken_back) == 2
    other = read_logger_file(HOUR.replace("1.5", "2"), LoggerFile(LOGGER + "2", goods=TRUCK))
    assert len(beside(other, stored).new) == 2


def test_no_air_is_more_than_saturated() -> None:
    with pytest.raises(LoggerFileError, match="row 2, humidity: a humidity of 185 % cannot be"):
        readings_of_file("time,temperature,humidity\n2026-09-14 01:00,1.5,185\n", OF)


def test_a_file_that_is_as_warm_as_no_place_with_fruit_says_so_itself() -> None:
    def rows(celsius: object) -> str:
        return "time,temperature\n" + "".join(f"2026-09-14 {hour:02}:00,{celsius}\n" for hour in range(9))

    shifted = read_logger_file(rows(85), OF).unlikely
    assert shifted and shifted.zh.startswith("一半以上的读数在85.0 °C左右")
    assert [read_logger_file(rows(celsius), OF).unlikely for celsius in (1, 14, 38)] == [None] * 3


def test_two_temperatures_that_round_to_one_are_said_apart() -> None:
    rows = "time,temperature\n2026-09-14 01:00,{}\n"
    stored = beside(read_logger_file(rows.format("33.1"), LoggerFile(LOGGER, goods=TRUCK, unit="FAH")), []).new
    with pytest.raises(LoggerFileError, match=r"0\.60 °C at .*, where 0\.61 °C is stored"):
        beside(read_logger_file(rows.format("0.6"), OF), stored)
