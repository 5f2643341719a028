"""Temperatures out of the sensor reports of recorded events (EPCIS 2.0, 7.3.7). Other measurements are left alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

FIELDS = ("value", "minValue", "maxValue", "meanValue")
CELSIUS = "CEL"


@dataclass(frozen=True, slots=True)
class Temperatures:
    """Lowest and highest of all readings, in degrees Celsius."""

    least: Decimal
    most: Decimal


def temperatures(events: Iterable[bytes]) -> Temperatures | None:
    """None where none of the events (JSON; may be empty) measured one."""
    values = [value for event in events if event for value in _celsius(orjson.loads(event))]
    return Temperatures(min(values), max(values)) if values else None


def _celsius(body: Any) -> Iterator[Decimal]:
    for element in body.get("sensorElementList", ()):
        for report in element.get("sensorReport", ()):
            if report.get("uom") == CELSIUS:
                yield from (Decimal(str(report[name])) for name in FIELDS if name in report)
