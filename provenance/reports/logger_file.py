"""A logger's file (CSV) as readings, one event each. Checked as a whole first: nothing of a file with a fault is made.

The header names the columns: `time` and `temperature`, and where there are, `unit` (CEL, FAH or KEL) and `humidity`
(per cent). A time without an offset is China's. The same row always gives the same event, which has no id of its own:
it gets the hash of its content, so that sending a file again, or a longer one of the same logger, is harmless.
One logger measures one temperature at a time: two values of one minute are refused with both rows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from epcis.events import Event
from provenance.cold_chain.temperatures import UNITS, temperatures
from provenance.days import CHINA, DAY_MS, MEASURED_YEARS
from provenance.reports.event_json import Json, event, instant, number, place, texts
from provenance.short_names import Words

MOST_ROWS, MOST_DAYS = 100_000, 400
COLUMNS: Mapping[str, str] = {
    "time": "time", "时间": "time", "timestamp": "time",
    "temperature": "temperature", "温度": "temperature",
    "unit": "unit", "单位": "unit",
    "humidity": "humidity", "湿度": "humidity",
}  # fmt: skip
"""What a column may be called, in any case, and what it is."""
_CALLED = {"time": "时间", "temperature": "温度", "unit": "单位", "humidity": "湿度"}
SPELLED: Mapping[str, str] = {"°C": "CEL", "℃": "CEL", "C": "CEL", "°F": "FAH", "℉": "FAH", "F": "FAH", "K": "KEL"}
POSSIBLE_C = (-100, 120)
"""What a logger beside produce may measure; anything else is another column, or another unit."""
MOST_HUMIDITY = 100
_COLD_C = (-5, 15)
_USUAL_C = (-10, 32)
"""Where the middle of a cold chain's readings is, and where that of any fruit's in China."""
_MOST_C = 50
"""A parked truck in August."""
_WITH_UNIT = re.compile(r"(.+?)\s*[(（\[]\s*(.*?)\s*[)）\]]")
"""A heading as loggers write it: the column, and in brackets its unit."""
_PLAIN = re.compile(r"[+-]?([0-9]{1,9}(\.[0-9]{0,9})?|\.[0-9]{1,9})")
"""Without an exponent: a thermometer shows none, and ten bytes with one are a number of gigabytes."""
_SHOWN = 40


class LoggerFileError(ValueError):
    """The file cannot be taken; the sentence names the row and the column, and what would be right, in `words`."""

    def __init__(self, zh: str, en: str, at: Words | None = None) -> None:
        self.words = Words(f"{at.zh}：{zh}", f"{at.en}: {en}") if at else Words(zh, en)
        super().__init__(self.words.en)


def _row(number: int, column: str = "") -> Words:
    """As people name a place in a table."""
    zh, en = f"第{number}行", f"row {number}"
    return Words(f"{zh}，{_CALLED[column]}", f"{en}, {column}") if column else Words(zh, en)


@dataclass(frozen=True, slots=True)
class LoggerFile:
    """Whose the readings are: `goods` are a pallet or truck, `site` a room; the unit where no column says it."""

    device: str
    goods: str = ""
    site: str = ""
    unit: str = "CEL"

    def __post_init__(self) -> None:
        if not self.device:
            raise LoggerFileError("请写明是哪个记录仪测的", "name the logger that measured", Words("device", "device"))
        if bool(self.goods) == bool(self.site):
            raise LoggerFileError(
                "请写明测的是什么：货物（goods：托盘或车），或者地点（site：库房），只写一个",
                "say what it measured: either goods (a pallet or truck) or a site (a room)",
            )
        _unit(self.unit, Words("unit", "unit"))


@dataclass(frozen=True, slots=True)
class Readings:
    """An event without an id for each row, in the order of the file, repeats once; `rows` says where each stands."""

    events: tuple[Json, ...]
    rows: tuple[int, ...]
    doubles: int
    other_unit: str
    """In which unit all would be as cold as fruit is kept, where in the file's own it is not; else ""."""
    unlikely: Words | None = None
    """That nothing with fruit in it is as warm or as cold for most of a file; None where it may be."""


def text_of(raw: bytes) -> str:
    """Loggers sold in China write GB 18030 where they do not write UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def readings_of_file(text: str, of: LoggerFile) -> list[Json]:
    """Raises LoggerFileError."""
    return list(read_logger_file(text, of).events)


def read_logger_file(text: str, of: LoggerFile) -> Readings:
    """Raises LoggerFileError."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        columns, unit = _columns(next(rows, []))
        of = replace(of, unit=unit or of.unit)
        found = {number: _reading(number, cells, columns, of) for number, cells in enumerate(rows, 2) if any(cells)}
    except csv.Error as error:
        raise LoggerFileError(f"这不是CSV文件：{error}", f"this is no CSV file: {error}") from error
    if not found:
        raise LoggerFileError("文件只有表头，没有读数", "the file has a header and no readings")
    if len(found) > MOST_ROWS:
        raise LoggerFileError(
            f"文件有{len(found):,}条读数，一次最多{MOST_ROWS:,}条",
            f"the file has {len(found):,} readings; send at most {MOST_ROWS:,} at a time",
        )
    _refuse_long([Event(one).time_ms for one in found.values()])
    first: dict[int, int] = {}
    for row, one in found.items():
        other = first.setdefault(Event(one).time_ms, row)
        if celsius_of(found[other]) != celsius_of(one):
            raise LoggerFileError(
                f"{one['eventTime']}有两个温度；一个记录仪一次只测一个：请只留对的一行",
                f"two temperatures at {one['eventTime']}; a logger measures one at a time: keep the right row",
                Words(f"第{other}行和第{row}行", f"rows {other} and {row}"),
            )
    once = {row: found[row] for row in first.values()}
    events = list(once.values())
    return Readings(tuple(events), tuple(once), len(found) - len(once), _other_unit(events), _unlikely(events))


def _refuse_long(times_ms: Sequence[int]) -> None:
    """What is stored of the file's time is compared with it."""
    if max(times_ms) - min(times_ms) > MOST_DAYS * DAY_MS:
        raise LoggerFileError(
            f"文件的读数跨了{MOST_DAYS}天以上：是不是有一行日期错了？没有错的话，请分成几个文件",
            f"the readings of the file span more than {MOST_DAYS} days: is one of its dates wrong? If not, split it",
        )


def celsius_of(one: Json) -> Fraction | None:
    """What an event of a logger measured; None where that is no single temperature."""
    return next((found.mean for found in temperatures(Event({"eventID": "", **one}))), None)


def _other_unit(events: Sequence[Json]) -> str:
    """Half of the readings are warmer or colder than fruit ever is, and in another unit they are those of a cold room:
    1.5 °C that were taken for degrees Fahrenheit, and the other way round."""
    if _USUAL_C[0] <= _middle_c(events) <= _USUAL_C[1]:
        return ""
    raw = sorted(Fraction(str(one["value"])) for one in _reports(events))[len(events) // 2]
    return next((unit for unit, celsius in UNITS.items() if _COLD_C[0] <= celsius(raw) <= _COLD_C[1]), "")


def _unlikely(events: Sequence[Json]) -> Words | None:
    middle = _middle_c(events)
    if _USUAL_C[0] <= middle <= _MOST_C:
        return None
    said = f"{float(middle):.1f} °C"
    return Words(
        f"一半以上的读数在{said}左右，放果品的地方不会这样：列是不是错位了（例如把湿度当成了温度），单位是不是错了？",
        f"half of the readings are about {said}, as no place with fruit in it is: are the columns shifted (humidity"
        " taken for temperature), or is the unit wrong?",
    )


def _reports(events: Sequence[Json]) -> Sequence[Json]:
    return [one["sensorElementList"][0]["sensorReport"][0] for one in events]


def _middle_c(events: Sequence[Json]) -> Fraction:
    celsius = sorted(UNITS[one["uom"]](Fraction(str(one["value"]))) for one in _reports(events))
    return celsius[len(celsius) // 2]


def _columns(header: Sequence[str]) -> tuple[Sequence[str], str]:
    """What each column is, and the unit that the temperature's heading gives; "" where it gives none."""
    parted = [_WITH_UNIT.fullmatch(cell.strip()) for cell in header]
    bare = [found[1] if found else cell.strip() for found, cell in zip(parted, header, strict=True)]
    names = [COLUMNS.get(cell.lower(), "") for cell in bare]
    for cell, name in zip(header, names, strict=True):
        if not name:
            named = cell.strip()
            raise LoggerFileError(
                f"“{named}”不是可用的列；列有：时间、温度、单位、湿度",
                f"{named!r} is no column; there are time, temperature, unit, humidity",
                _row(1),
            )
    for needed in ("time", "temperature"):
        if names.count(needed) != 1:
            raise LoggerFileError(
                f"表头要有一列“{_CALLED[needed]}”；现在是：{'、'.join(header) or '空'}",
                f"the header needs one column {needed}; it has {', '.join(header) or 'none'}",
                _row(1),
            )
    found = parted[names.index("temperature")]
    return names, _unit(found[2], _row(1, "temperature")) if found else ""


def _reading(row: int, cells: Sequence[str], columns: Sequence[str], of: LoggerFile) -> Json:
    if len(cells) != len(columns):
        raise LoggerFileError(
            f"有{len(cells)}格，而表头有{len(columns)}列；列错位了",
            f"it has {len(cells)} cells and the header {len(columns)}; the columns are shifted",
            _row(row),
        )
    given = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    at, unit = _time(given["time"], _row(row, "time")), _unit(given.get("unit") or of.unit, _row(row, "unit"))
    value = _number(given["temperature"], _row(row, "temperature"))
    celsius = UNITS[unit](Fraction(value))
    if not POSSIBLE_C[0] <= celsius <= POSSIBLE_C[1]:
        meant = _meant(Fraction(value))
        zh, en = f"{value} {unit}不可能；{meant.zh}", f"{value} {unit} cannot be; {meant.en}"
        raise LoggerFileError(zh, en, _row(row, "temperature"))
    measured = [{"type": "Temperature", "value": number(value), "uom": unit}]
    if given.get("humidity"):
        humidity = _number(given["humidity"], _row(row, "humidity"))
        if not 0 <= humidity <= MOST_HUMIDITY:
            raise LoggerFileError(
                f"湿度{humidity}%不可能；列是不是错位了？",
                f"a humidity of {humidity} % cannot be; are the columns shifted?",
                _row(row, "humidity"),
            )
        measured.append({"type": "RelativeHumidity", "value": number(humidity), "uom": "P1"})
    return _event(at, measured, of)


def _meant(value: Fraction) -> Words:
    unit = next((unit for unit, celsius in UNITS.items() if _COLD_C[0] <= celsius(value) <= _COLD_C[1]), "")
    if not unit:
        return Words("列是不是错位了？", "are the columns shifted?")
    return Words(f"单位是不是{unit}（--unit {unit}）？", f"is it {unit}, as in --unit {unit}?")


def _event(at: datetime, measured: Sequence[Json], of: LoggerFile) -> Json:
    body = event(
        "ObjectEvent",
        event_id="",
        at=at,
        action="OBSERVE",
        bizStep="sensor_reporting",
        epcList=texts([of.goods] if of.goods else []),
        readPoint=place(of.site),
        sensorElementList=[
            {"sensorMetadata": {"time": instant(at), "deviceID": of.device}, "sensorReport": list(measured)}
        ],
    )
    del body["eventID"]
    return body


def _time(text: str, at: Words) -> datetime:
    try:
        time = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        time = None
    if time is None or time.year not in MEASURED_YEARS:
        said = text[:_SHOWN]
        zh = f"“{said}”不是时间；请写成2026-09-14 01:00，或带时区"
        en = f"{said!r} is no time; write it as 2026-09-14 01:00 or with an offset"
        raise LoggerFileError(zh, en, at)
    return time if time.tzinfo else time.replace(tzinfo=CHINA)


def _unit(text: str, at: Words) -> str:
    unit = SPELLED.get(text, text)
    if unit not in UNITS:
        zh = f"“{text}”不是温度单位；请写CEL（摄氏）、FAH（华氏）或KEL"
        raise LoggerFileError(zh, f"{text!r} is no unit of temperature; write CEL, FAH or KEL", at)
    return unit


def _number(text: str, at: Words) -> Decimal:
    if not _PLAIN.fullmatch(text):
        said = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise LoggerFileError(f"“{said}”不是数字", f"{said!r} is no number", at)
    return Decimal(text)
