"""The summary of an asset's day as bytes in the store, and back: a few numbers of each teller, and all points, packed.

Exact numbers are written as fractions; the points of a day by the minute take 20 to 30 KB.
"""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import lru_cache
from itertools import repeat
from typing import Any

import orjson

from epcis.readings import asset_and_day
from provenance.cold_chain.asset_days import AssetDay, ToldDay
from provenance.cold_chain.loggers import Registered
from provenance.cold_chain.temperatures import Temperature
from provenance.spans import Span
from services.traceability.ports import KeptDay

EDITION = 6
"""Of the two forms; what another has written is made anew."""


def light_bytes(told: ToldDay) -> bytes:
    parts = [[*by, _light(part)] for by, part in told.parts.items()]
    declarers = [[*key, answer] for key, answer in told.declarers.items()]
    return orjson.dumps({"edition": EDITION, "declarers": declarers, "parts": parts})


def _light(day: AssetDay) -> dict[str, Any]:
    return {
        "number": day.number,
        "lost": day.lost,
        "alarms": day.alarms,
        "least": _text(day.least),
        "most": _text(day.most),
        "vouched": dict(day.vouched),
        "stood": [[places, spans] for places, spans in day.stood.items()],
        "firsts": dict(day.firsts),
        "loggers": [[*key, one.interval_s, one.calibrated_on, one.site] for key, one in day.loggers.items()],
        "withdrawn": [_row(point) for point in day.withdrawn],
    }


def points_bytes(told: ToldDay) -> bytes:
    rows = [[_row(point) for point in part.points or ()] for part in told.parts.values()]
    return zlib.compress(orjson.dumps(rows), 6)


def day_of_bytes(asset: str, day: date, light: bytes, points: bytes | None) -> ToldDay | None:
    """None where another edition wrote it."""
    body = orjson.loads(light)
    if body["edition"] != EDITION:
        return None
    rows = repeat(None) if points is None else orjson.loads(zlib.decompress(points))
    parts = {
        (capturer, place): _part(asset, day, part, mine)
        for (capturer, place, part), mine in zip(body["parts"], rows, strict=False)
    }
    declarers = {(party, date.fromisoformat(on)): answer for party, on, answer in body["declarers"]}
    return ToldDay(asset, day, parts, declarers)


def _part(asset: str, day: date, body: dict[str, Any], rows: list[Any] | None) -> AssetDay:
    body |= {"least": _fraction(body["least"]), "most": _fraction(body["most"])}
    body["vouched"] = {device: _spans(spans) for device, spans in body["vouched"].items()}
    body["stood"] = {tuple(places): _spans(spans) for places, spans in body["stood"]}
    body["loggers"] = dict(map(_logger, body["loggers"]))
    body["withdrawn"] = tuple(map(_point, body["withdrawn"]))
    return AssetDay(asset, day, **body, points=None if rows is None else tuple(map(_point, rows)))


def first_reading_ms(name: str, kept: KeptDay) -> int:
    """The first reading of a day, where its summary says so; else the beginning of the day."""
    found = asset_and_day(name)
    begins_ms = round(datetime.combine(found[1], datetime.min.time(), UTC).timestamp() * 1000) if found else 0
    if kept.token is not None or kept.light is None:
        return begins_ms
    body = orjson.loads(kept.light)
    if body["edition"] != EDITION:
        return begins_ms
    return min((ms for *_, part in body["parts"] for ms in part["firsts"].values()), default=begins_ms)


def _spans(listed: list[list[int]]) -> tuple[Span, ...]:
    return tuple((since, until) for since, until in listed)


def _row(point: Temperature) -> list[Any]:
    values = [_text(value) for value in (point.least, point.mean, point.most)]
    return [point.start_ms, point.end_ms, point.device, point.event_id, *values, point.alarm, point.bounded]


def _point(row: list[Any]) -> Temperature:
    start, end, device, event_id, least, mean, most, *flags = row
    return Temperature(start, end, device, event_id, _fraction(least), _fraction(mean), _fraction(most), *flags)


def _logger(row: list[Any]) -> tuple[tuple[str, date], Registered]:
    device, on, interval_s, calibrated_on, site = row
    known = None if calibrated_on is None else date.fromisoformat(calibrated_on)
    return (device, date.fromisoformat(on)), Registered(interval_s, known, site)


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


@lru_cache(maxsize=4096)
def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
