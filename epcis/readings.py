"""Which events do nothing but read sensors, and the names such an event is found by: its asset, and the day.

Loggers report by the minute. Under the plain name of a truck or a room its readings would have to be read by everyone
who asks what was in it; so they stand under names of their own (docs/adr/0086), as a lot's boxes do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from epcis.identifiers import canonical
from epcis.vocabulary import bare_word

READINGS = "#readings"
MOST_DAYS = 400
"""Of one report: whoever says that one number holds for years is taken at his word for the first of them."""
MOST_NAMES = 2_000
"""Days times assets under which one event is found; of one that has more, the first."""

_QUIET = frozenset({None, "in_transit", "in_progress", "active", "conformant", "available"})
"""Dispositions that say nothing of the goods beside that they were measured."""


def readings_of(asset: str) -> str:
    """The name under which all that only reads a sensor on the asset is found."""
    return asset + READINGS


def readings_on(asset: str, day: date) -> str:
    """The name of one day (UTC) of it."""
    return f"{asset}#{day.isoformat()}"


def asset_and_day(name: str) -> tuple[str, date] | None:
    """What `readings_on` was given; None for any other name."""
    asset, mark, day = name.rpartition("#")
    if not mark or len(day) != 10 or day[4] != "-":
        return None
    try:
        return asset, date.fromisoformat(day)
    except ValueError:
        return None


def plain(name: str) -> str:
    """The asset, of either of its names."""
    if name.endswith(READINGS):
        return name.removesuffix(READINGS)
    found = asset_and_day(name) if "#" in name else None
    return found[0] if found else name


def only_reads(body: Mapping[str, Any]) -> bool:
    """Whether the event says nothing but what sensors measured: it moves, makes and ends nothing."""
    return (
        "sensorElementList" in body
        and body["type"] == "ObjectEvent"
        and body.get("action") == "OBSERVE"
        and bare_word(body.get("bizStep")) == "sensor_reporting"
        and bare_word(body.get("disposition")) in _QUIET
    )


def names_by_day(body: Mapping[str, Any], assets: Iterable[str]) -> Iterator[str]:
    """The name of each day it measured on, for each thing, place and device it names; coordinates are no place."""
    found = ((asset, day) for day in _days(body) for asset in assets if not asset.startswith("geo:"))
    for (asset, day), _ in zip(found, range(MOST_NAMES), strict=False):
        yield readings_on(asset, day)


def devices(body: Mapping[str, Any]) -> Iterator[str]:
    """Every device an event's sensor elements and reports name, as often as they do."""
    for element in body.get("sensorElementList", ()):
        metadata = element.get("sensorMetadata", {})
        if "deviceID" in metadata:
            yield canonical(metadata["deviceID"])
        yield from (canonical(report["deviceID"]) for report in element.get("sensorReport", ()) if "deviceID" in report)


def _days(body: Mapping[str, Any]) -> list[date]:
    first = last = _utc(body["eventTime"]).date()
    days = {first}
    for start, end in _times(body):
        first, last = start.date(), end.date()
        days.update(first + timedelta(n) for n in range(min((last - first).days, MOST_DAYS) + 1))
    return sorted(days)[:MOST_DAYS]


def _times(body: Mapping[str, Any]) -> Iterator[tuple[datetime, datetime]]:
    for element in body["sensorElementList"]:
        metadata = element.get("sensorMetadata", {})
        if "startTime" in metadata and "endTime" in metadata:
            yield _utc(metadata["startTime"]), _utc(metadata["endTime"])
        elif "time" in metadata:
            yield (at := _utc(metadata["time"])), at
        for report in element.get("sensorReport", ()):
            if "time" in report:
                yield (at := _utc(report["time"])), at


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
