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
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from epcis.events import Event
from provenance.cold_chain.temperatures import UNITS, temperatures
from provenance.days import CHINA
from provenance.reports.event_json import Json, event, instant, number, place, texts

MOST_ROWS = 100_000
COLUMNS: Mapping[str, str] = {
    "time": "time", "时间": "time", "timestamp": "time",
    "temperature": "temperature", "温度": "temperature",
    "unit": "unit", "单位": "unit",
    "humidity": "humidity", "湿度": "humidity",
}  # fmt: skip
"""What a column may be called, in any case, and what it is."""
SPELLED: Mapping[str, str] = {"°C": "CEL", "℃": "CEL", "C": "CEL", "°F": "FAH", "℉": "FAH", "F": "FAH", "K": "KEL"}
POSSIBLE_C = (-100, 120)
"""What a logger beside produce may measure; anything else is another column, or another unit."""
_COLD_C = (-5, 15)
_USUAL_C = (-10, 32)
"""Where the middle of a cold chain's readings is, and where that of any fruit's in China."""
_WITH_UNIT = re.compile(r"(.+?)\s*[(（\[]\s*(.*?)\s*[)）\]]")
"""A heading as loggers write it: the column, and in brackets its unit."""


class LoggerFileError(ValueError):
    """The file cannot be taken; the sentence names the row and the column, and what would be right."""


@dataclass(frozen=True, slots=True)
class LoggerFile:
    """Whose the readings are: `goods` are a pallet or truck, `site` a room; the unit where no column says it."""

    device: str
    goods: str = ""
    site: str = ""
    unit: str = "CEL"

    def __post_init__(self) -> None:
        if not self.device:
            raise LoggerFileError("device: name the logger that measured")
        if bool(self.goods) == bool(self.site):
            raise LoggerFileError("say what it measured: either goods (a pallet or truck) or a site (a room)")
        _unit(self.unit, "unit")


@dataclass(frozen=True, slots=True)
class Readings:
    """An event without an id for each row, in the order of the file, repeats once; `rows` says where each stands."""

    events: tuple[Json, ...]
    rows: tuple[int, ...]
    doubles: int
    other_unit: str
    """In which unit all would be as cold as fruit is kept, where in the file's own it is not; else ""."""


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
        raise LoggerFileError(f"this is no CSV file: {error}") from error
    if not found:
        raise LoggerFileError("the file has a header and no readings")
    if len(found) > MOST_ROWS:
        raise LoggerFileError(f"the file has {len(found):,} readings; send at most {MOST_ROWS:,} at a time")
    first: dict[int, int] = {}
    for row, one in found.items():
        other = first.setdefault(Event(one).time_ms, row)
        if celsius_of(found[other]) != celsius_of(one):
            said = f"rows {other} and {row}: two temperatures at {one['eventTime']}; a logger measures one at a time"
            raise LoggerFileError(f"{said}: keep the right row")
    once = {row: found[row] for row in first.values()}
    return Readings(tuple(once.values()), tuple(once), len(found) - len(once), _other_unit(list(once.values())))


def celsius_of(one: Json) -> Fraction | None:
    """What an event of a logger measured; None where that is no single temperature."""
    return next((found.mean for found in temperatures(Event({"eventID": "", **one}))), None)


def _other_unit(events: Sequence[Json]) -> str:
    """Half of the readings are warmer or colder than fruit ever is, and in another unit they are those of a cold room:
    1.5 °C that were taken for degrees Fahrenheit, and the other way round."""
    reports = [one["sensorElementList"][0]["sensorReport"][0] for one in events]
    middle = sorted(UNITS[one["uom"]](Fraction(str(one["value"]))) for one in reports)[len(reports) // 2]
    if _USUAL_C[0] <= middle <= _USUAL_C[1]:
        return ""
    raw = sorted(Fraction(str(one["value"])) for one in reports)[len(reports) // 2]
    return next((unit for unit, celsius in UNITS.items() if _COLD_C[0] <= celsius(raw) <= _COLD_C[1]), "")


def _columns(header: Sequence[str]) -> tuple[Sequence[str], str]:
    """What each column is, and the unit that the temperature's heading gives; "" where it gives none."""
    parted = [_WITH_UNIT.fullmatch(cell.strip()) for cell in header]
    bare = [found[1] if found else cell.strip() for found, cell in zip(parted, header, strict=True)]
    names = [COLUMNS.get(cell.lower(), "") for cell in bare]
    for cell, name in zip(header, names, strict=True):
        if not name:
            raise LoggerFileError(f"row 1: {cell.strip()!r} is no column; there are time, temperature, unit, humidity")
    for needed in ("time", "temperature"):
        if names.count(needed) != 1:
            raise LoggerFileError(f"row 1: the header needs one column {needed}; it has {', '.join(header) or 'none'}")
    found = parted[names.index("temperature")]
    return names, _unit(found[2], "row 1, temperature") if found else ""


def _reading(row: int, cells: Sequence[str], columns: Sequence[str], of: LoggerFile) -> Json:
    if len(cells) != len(columns):
        said = f"row {row}: it has {len(cells)} cells and the header {len(columns)}; the columns are shifted"
        raise LoggerFileError(said)
    given = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    at, unit = _time(given["time"], f"row {row}, time"), _unit(given.get("unit") or of.unit, f"row {row}, unit")
    value = _number(given["temperature"], f"row {row}, temperature")
    celsius = UNITS[unit](Fraction(value))
    if not POSSIBLE_C[0] <= celsius <= POSSIBLE_C[1]:
        said = f"row {row}, temperature: {value} {unit} cannot be; {_meant(Fraction(value))}"
        raise LoggerFileError(said)
    measured = [{"type": "Temperature", "value": number(value), "uom": unit}]
    if given.get("humidity"):
        humidity = _number(given["humidity"], f"row {row}, humidity")
        measured.append({"type": "RelativeHumidity", "value": number(humidity), "uom": "P1"})
    return _event(at, measured, of)


def _meant(value: Fraction) -> str:
    unit = next((unit for unit, celsius in UNITS.items() if _COLD_C[0] <= celsius(value) <= _COLD_C[1]), "")
    return f"is it {unit}, as in --unit {unit}?" if unit else "are the columns shifted?"


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


def _time(text: str, where: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise LoggerFileError(f"{where}: {text!r} is no time; write it as 2026-09-14 01:00 or with an offset") from None
    return at if at.tzinfo else at.replace(tzinfo=CHINA)


def _unit(text: str, where: str) -> str:
    unit = SPELLED.get(text, text)
    if unit not in UNITS:
        raise LoggerFileError(f"{where}: {text!r} is no unit of temperature; write CEL, FAH or KEL")
    return unit


def _number(text: str, where: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise LoggerFileError(f"{where}: {text!r} is no number") from None
    if not value.is_finite():
        raise LoggerFileError(f"{where}: {text!r} is no number")
    return value
