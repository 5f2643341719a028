"""What sensors say of the temperature (EPCIS 2.0, 7.3.7), in exact degrees Celsius. All else is left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from epcis.events import Event, milliseconds
from epcis.identifiers import canonical

UNITS: Mapping[str, Callable[[Fraction], Fraction]] = {
    "CEL": lambda value: value,
    "FAH": lambda value: (value - 32) * 5 / 9,
    "KEL": lambda value: value - Fraction("273.15"),
}
"""UN/ECE Recommendation 20 codes of temperature, and what each is in degrees Celsius."""

_VALUES = ("value", "minValue", "meanValue", "maxValue")
COLDEST = Fraction("-273.15")
HOTTEST = Fraction(10_000)
"""No sensor that lies with fruit measures beyond these: what it says then is not of heat."""


@dataclass(frozen=True, slots=True)
class Temperature:
    """One report: from and to inclusive (ms, alike for a moment), what was lowest, on average and highest.

    `mean` None where only extremes were given. All None where it says nothing that counts: an unknown unit, less or
    more than is possible, or a logger that says of itself that it is out of order. `alarm` where it raised one itself.
    `bounded` where it gives both extremes, and not only what it was on average.
    """

    start_ms: int
    end_ms: int
    device: str
    event_id: str
    least: Fraction | None = None
    mean: Fraction | None = None
    most: Fraction | None = None
    alarm: bool = False
    bounded: bool = False


def temperatures(event: Event) -> Iterator[Temperature]:
    """Every temperature in an event, in the order given. `device` is "" where none is named."""
    for element in event.body.get("sensorElementList", ()):
        metadata = element.get("sensorMetadata", {})
        for report in element.get("sensorReport", ()):
            if _of_temperature(report):
                yield _read(event, metadata, report)


def values_of(event: Event) -> Iterator[tuple[str, Fraction]]:
    """Every temperature as a number in degrees Celsius, and the pointer to it."""
    for i, element in enumerate(event.body.get("sensorElementList", ())):
        for j, report in enumerate(element.get("sensorReport", ())):
            convert = UNITS.get(str(report.get("uom")))
            if convert is not None and _of_temperature(report):
                pointer = f"/sensorElementList/{i}/sensorReport/{j}"
                yield from ((f"{pointer}/{n}", convert(_number(report[n]))) for n in _VALUES if n in report)


def _of_temperature(report: Mapping[str, Any]) -> bool:
    kind = report.get("type")
    named = str(kind).replace("#", ":").replace("/", ":").rsplit(":", 1)[-1] if kind else ""
    return named == "Temperature" or (not named and report.get("uom") in UNITS)


def _read(event: Event, metadata: Mapping[str, Any], report: Mapping[str, Any]) -> Temperature:
    start, end = _when(event, metadata, report)
    device = report.get("deviceID") or metadata.get("deviceID")
    exception = str(report.get("exception", ""))
    known = _extremes(report) if not exception.endswith("ERROR_CONDITION") else (None, None, None)
    alarm = exception.endswith("ALARM_CONDITION")
    bounded = report.keys() >= {"minValue", "maxValue"}
    return Temperature(start, end, canonical(device) if device else "", event.event_id, *known, alarm, bounded)


def _when(event: Event, metadata: Mapping[str, Any], report: Mapping[str, Any]) -> tuple[int, int]:
    """Of a report with its own time, that; else of the whole element, else of the event."""
    if "time" not in report and "startTime" in metadata and "endTime" in metadata:
        start, end = milliseconds(metadata["startTime"]), milliseconds(metadata["endTime"])
        return min(start, end), max(start, end)
    text = report.get("time") or metadata.get("time") or metadata.get("startTime")
    at = milliseconds(text) if text else event.time_ms
    return at, at


def _extremes(report: Mapping[str, Any]) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    uom = str(report.get("uom"))
    given = {name: _celsius(uom, str(report[name])) for name in _VALUES if name in report}
    known = [value for value in given.values() if value is not None]
    if not known or len(known) < len(given):
        return None, None, None
    return min(known), given.get("value", given.get("meanValue")), max(known)


@lru_cache(maxsize=8192)
def _celsius(uom: str, text: str) -> Fraction | None:
    """None of what is in no unit, or impossible. A logger writes the same few numbers over and over."""
    convert = UNITS.get(uom)
    celsius = convert(_number(text)) if convert else None
    return celsius if celsius is not None and COLDEST <= celsius <= HOTTEST else None


def _number(value: Any) -> Fraction:
    # Through the text: 0.1 on a logger is a tenth, not its binary neighbour.
    return Fraction(Decimal(str(value)))
