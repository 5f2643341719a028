"""Registry records in files: YAML lists, CSV with a column for each field, and the list of 832 counties.

YAML: a list of ``{record: site, id: …, valid_from: 2026-01-01, kind: plot, …}``: what record it is, and its fields.
Where ``record`` is missing, ``kind`` says it, and the kind of a site is its ``site_kind``; of a party likewise.
CSV: the same names as column headings; an empty cell is an absent field, ``;`` separates several values. A CSV with
the columns ``code, name_2024, name_in_832_list, province, city, exit_year`` is the national list of counties, one with
``code, name, province, city, scheme, level, exit_year, source`` another list of counties.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, get_type_hints

import yaml

from cli.failures import NO, Failure
from cli.files import called, text_of
from cli.language import headed, say
from cli.said_of_registry import said, said_of_record
from epcis.problems import Problem
from provenance.registry.county_lists import NotTheList, counties, is_county_list
from provenance.registry.records import Record
from provenance.registry.values import KINDS, InvalidRecord, record_of

_COUNTY_SOURCE = "the list of 832 national key counties for poverty alleviation"


@dataclass(frozen=True, slots=True)
class Entry:
    """A record and where it stands in its file."""

    record: Record
    place: str
    is_listing: bool = False
    """Of a list of counties: it adds to what is registered of the county, and replaces none of it."""


def read_records(name: str, raw: bytes) -> list[Entry]:
    """By the file's ending: .csv, else YAML (which JSON is a part of). Raises Failure."""
    is_table = PurePath(name).suffix.lower() == ".csv"
    text = text_of(name, raw, is_table=is_table)
    try:
        return list(_csv(text) if is_table else _yaml(text))
    except (yaml.YAMLError, csv.Error, _NotRecords, NotTheList) as error:
        raise Failure(headed(called(name), said_of_record(str(error)))) from error
    except _Misfit as error:
        more = f" ({say('and {count} more', count=len(error.problems) - 1)})" if len(error.problems) > 1 else ""
        raise Failure(headed(called(name), said(error.problems[0], error.place) + more), NO) from error


class _NotRecords(ValueError):
    """The file has no records where they should be."""


class _Misfit(ValueError):
    """What stands at a place of the file is no record."""

    def __init__(self, place: str, problems: Sequence[Problem]) -> None:
        super().__init__(place)
        self.place, self.problems = place, problems


def _entry(what: str, fields: Mapping[str, Any], place: str) -> Entry:
    try:
        return Entry(record_of(what, fields), place)
    except InvalidRecord as error:
        raise _Misfit(place, error.problems) from error


def _yaml(text: str) -> Iterator[Entry]:
    listed = yaml.safe_load(text) or []
    if not isinstance(listed, list):
        raise _NotRecords(say("this should be a list of records, each with a kind and an id"))
    for number, values in enumerate(listed):
        if not isinstance(values, dict):
            said = "record {number} should be named fields, record and id among them"
            raise _NotRecords(say(said, number=number + 1))
        what, fields = _what(values)
        yield _entry(what, fields, f"record {number + 1}")


def _what(values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Which record the fields make, and the fields by their names in `provenance.registry.records`."""
    fields = dict(values)
    if "record" in fields:
        return str(fields.pop("record")), fields
    what = str(fields.pop("kind", ""))
    if f"{what}_kind" in fields:
        fields["kind"] = fields.pop(f"{what}_kind")
    return what, fields


def _csv(text: str) -> Iterator[Entry]:
    rows = csv.DictReader(io.StringIO(text), strict=True)
    columns = set(rows.fieldnames or ())
    if is_county_list(columns) or "exit_year" in columns:
        found = counties(text, source=_COUNTY_SOURCE)
        yield from (Entry(county, f"county {county.id}", is_listing=True) for county in found)
        return
    if "id" not in columns or not columns & {"record", "kind"}:
        raise _NotRecords(say("the first line should name the columns, record and id among them"))
    for row in rows:
        what, cells = _what({name: cell.strip() for name, cell in row.items() if name and cell})
        values = {name: _cell(what, name, cell) for name, cell in cells.items()}
        yield _entry(what, values, f"line {rows.line_num}")


def _cell(kind: str, field: str, cell: str) -> Any:
    """Text where the field is text; a number, a day or a list where it is one."""
    hint = get_type_hints(KINDS[kind]).get(field, str) if kind in KINDS else str
    if hint is str:
        return cell
    if str(hint).startswith("frozenset"):
        return [part.strip() for part in cell.split(";") if part.strip()]
    return yaml.safe_load(cell)
