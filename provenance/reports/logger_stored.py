"""A logger's file beside what is stored of the same logger: what is new, what is there, and what contradicts it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from epcis.event_id import event_hash_id
from epcis.events import Event
from epcis.identifiers import canonical
from provenance.cold_chain.temperatures import temperatures
from provenance.reports.event_json import Json
from provenance.reports.logger_file import LoggerFileError, Readings, celsius_of
from provenance.short_names import Words


@dataclass(frozen=True, slots=True)
class Beside:
    """Events with their ids. `taken_back` were there and are declared wrong: they stay so, whoever sends them again."""

    new: tuple[Json, ...]
    there: tuple[Json, ...]
    taken_back: tuple[Json, ...]


def beside(readings: Readings, stored: Iterable[Json]) -> Beside:
    """`stored` are events of the times of the file, of whatever loggers, with the declarations about them.

    Raises LoggerFileError where the same logger is stored with another temperature at the same time.
    """
    known = list(stored)
    wrong = {str(one["eventID"]) for one in known if "errorDeclaration" in one}
    ids = {str(one["eventID"]) for one in known}
    given = [
        (row, {"eventID": event_hash_id(one), **one}) for row, one in zip(readings.rows, readings.events, strict=True)
    ]
    _refuse_contradictions(given, [one for one in known if str(one["eventID"]) not in wrong])
    return Beside(
        tuple(one for _, one in given if one["eventID"] not in ids),
        tuple(one for _, one in given if one["eventID"] in ids - wrong),
        tuple(one for _, one in given if one["eventID"] in wrong),
    )


def _refuse_contradictions(given: Iterable[tuple[int, Json]], known: Iterable[Json]) -> None:
    """One sentence for all rows: a file in another unit contradicts with every one of them."""
    measured = {key: one for one in known if (key := _key(one)) is not None}
    wrong = [(row, one, measured[key]) for row, one in given if (key := _key(one)) in measured and key is not None]
    wrong = [(row, one, there) for row, one, there in wrong if celsius_of(one) != celsius_of(there)]
    if not wrong:
        return
    row, one, there = wrong[0]
    given_c, there_c = _apart(one, there)
    zh = f"{one['eventTime']}是{given_c}，而已存的是{there_c}（{there['eventID']}）"
    en = f"{given_c} at {one['eventTime']}, where {there_c} is stored ({there['eventID']})"
    zh += f"，另有{len(wrong) - 1}行也是这样" if wrong[1:] else ""
    en += f", and {len(wrong) - 1} more rows are like it" if wrong[1:] else ""
    raise LoggerFileError(
        f"{zh}。单位是不是错了？已存的如果错了，请先撤回",
        f"{en}; is the unit wrong? What is stored wrongly is taken back first",
        Words(f"第{row}行", f"row {row}"),
    )


def _key(one: Mapping[str, object]) -> tuple[int, str] | None:
    """When, and by which logger; None of what is no single temperature."""
    found = list(temperatures(Event(dict(one))))
    return (found[0].start_ms, canonical(found[0].device)) if len(found) == 1 and found[0].device else None


def _apart(one: Json, other: Json) -> tuple[str, str]:
    """Both to the tenth, or finer where that would be the same."""
    said = [(_said(one, places), _said(other, places)) for places in (1, 2, 4)]
    return next((pair for pair in said if pair[0] != pair[1]), said[-1])


def _said(one: Json, places: int) -> str:
    celsius = celsius_of(one)
    return f"{float(celsius):.{places}f} °C" if celsius is not None else "?"
