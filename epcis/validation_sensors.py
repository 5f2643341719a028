"""Checks of sensor elements (EPCIS 2.0, 7.3.7): when and how was measured, and what was read."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeGuard

from epcis.validation_elements import not_empty
from epcis.validation_extensions import extension
from epcis.validation_inspection import Check, Inspection, Shape, each
from epcis.validation_values import (
    boolean,
    hex_binary,
    identifier,
    number,
    text,
    time,
    time_problem,
    unit,
    uri,
)
from epcis.validation_words import word_of
from epcis.vocabulary import COMPONENT, MEASUREMENT_TYPE, SENSOR_EXCEPTION

_ORIGIN: dict[str, Check] = {
    "deviceID": identifier,
    "deviceMetadata": identifier,
    "rawData": identifier,
    "dataProcessingMethod": identifier,
    "bizRules": identifier,
    "time": time,
}
_VALUES = ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue")
_METADATA = Shape("sensorMetadata", {**_ORIGIN, "startTime": time, "endTime": time}, (), extension)
_REPORT = Shape(
    "a sensor report",
    {
        **_ORIGIN,
        "type": word_of(MEASUREMENT_TYPE),
        "exception": word_of(SENSOR_EXCEPTION),
        "microorganism": uri,
        "chemicalSubstance": uri,
        "coordinateReferenceSystem": uri,
        "component": word_of(COMPONENT),
        "stringValue": text,
        "booleanValue": boolean,
        "hexBinaryValue": hex_binary,
        "uriValue": identifier,
        "uom": unit,
        **dict.fromkeys(_VALUES, number),
    },
    ("type",),
    extension,
)


def _metadata(inspection: Inspection, pointer: str, value: Any) -> None:
    _METADATA(inspection, pointer, value)
    if isinstance(value, dict):
        start, end = _instant(value.get("startTime")), _instant(value.get("endTime"))
        if start and end and start > end:
            inspection.error(f"{pointer}/endTime", "ends-before-start", "endTime is earlier than startTime")


def _instant(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and time_problem(value) is None else None


def _report(inspection: Inspection, pointer: str, value: Any) -> None:
    _REPORT(inspection, pointer, value)
    if not isinstance(value, dict):
        return
    low, high = value.get("minValue"), value.get("maxValue")
    if _is_number(low) and _is_number(high) and low > high:
        inspection.error(f"{pointer}/minValue", "minimum-above-maximum", "minValue is greater than maxValue")


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


sensor_elements = each(
    Shape(
        "a sensor element",
        {"sensorMetadata": _metadata, "sensorReport": not_empty(each(_report))},
        ("sensorReport",),
        extension,
    )
)
