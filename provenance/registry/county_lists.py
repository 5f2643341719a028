"""Lists of counties with their status, from files whose columns may have slipped.

Two forms: the national list of 832 counties as it is published, and a list of one's own that names its scheme and level
in each line. Owns which columns a list has, what each must hold, and the county records its lines make. Leaves files,
YAML and other tables to the command, and whether a record may stand to the registry.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from provenance.registry.county_codes import COUNTY_CODE, PROVINCES
from provenance.registry.records import County, CountyStatus

SCHEME = "national-832"
COLUMNS = ("code", "name_2024", "name_in_832_list", "province", "city", "exit_year")
"""What the national list must have; `source_code` and `note` may stand beside them."""
OWN_COLUMNS = ("code", "name", "province", "city", "scheme", "level", "exit_year", "source")
"""What a list of one's own must have; `listed_from` may stand beside them."""
LEVELS = ("national", "provincial")

_YEAR = re.compile(r"(?:19|20)\d\d")
_NAME = re.compile(r"\D+")

Cells = Mapping[str, str]
Holds = Mapping[str, tuple[str, Callable[[str], bool]]]
"""By column: what it holds in words, and whether a cell does."""

_EVERYWHERE: Holds = {
    "code": (
        "a county code of six digits as in GB/T 2260, such as 141031",
        lambda cell: COUNTY_CODE.fullmatch(cell) is not None,
    ),
    "name": ("a county's name", lambda cell: _NAME.fullmatch(cell) is not None),
    "province": ("a province's name", lambda cell: _NAME.fullmatch(cell) is not None),
    "exit_year": ("a year such as 2018", lambda cell: _YEAR.fullmatch(cell) is not None),
}
_OWN: Holds = {
    **_EVERYWHERE,
    "scheme": ("the list's name, such as hunan-provincial", bool),
    "level": (" or ".join(LEVELS), lambda cell: cell in LEVELS),
    "source": ("the document that says so", bool),
    "listed_from": ("a year such as 2012, or nothing", lambda cell: not cell or _YEAR.fullmatch(cell) is not None),
}


class NotTheList(ValueError):
    """The text is not such a list; one sentence says where it stops being so."""


@dataclass(frozen=True, slots=True)
class _Line:
    """`cells` by the names of a list of one's own, `columns` what the file calls those."""

    number: int
    cells: Cells
    columns: Mapping[str, str]


def is_county_list(columns: Collection[str]) -> bool:
    return set(COLUMNS) <= set(columns) or set(OWN_COLUMNS) <= set(columns)


def counties(text: str, *, source: str) -> tuple[County, ...]:
    """A record a county code, in the order of the list; a county that took in another keeps both listings.

    `source` is where the national list was published, for the badge. Raises NotTheList.
    """
    found: dict[str, County] = {}
    for line in _lines(text, source):
        cells = line.cells
        there = found.get(cells["code"]) or County(
            id=cells["code"], name_zh=cells["name"], province_zh=cells["province"], city_zh=cells["city"]
        )
        found[there.id] = replace(there, statuses=(*there.statuses, _status(cells)))
    return tuple(found.values())


def listed(present: County, county: County) -> County:
    """What is registered with the listings of a list: those of its schemes are replaced, all else stays as it is.

    Raises NotTheList where the code is registered under another name: a county that is renamed is renamed first.
    """
    if present.name_zh and present.name_zh != county.name_zh:
        sentence = f"it is registered as {present.name_zh} and the list says {county.name_zh}; is a column shifted?"
        raise NotTheList(sentence)
    schemes = {status.scheme for status in county.statuses}
    kept = tuple(status for status in present.statuses if status.scheme not in schemes)
    return replace(present, statuses=(*kept, *county.statuses))


def _status(cells: Cells) -> CountyStatus:
    since = int(cells["listed_from"]) if cells.get("listed_from") else None
    return CountyStatus(cells["scheme"], cells["level"], since, int(cells["exit_year"]), cells["source"])


def _lines(text: str, source: str) -> list[_Line]:
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        (_, heading), *numbered = [(rows.line_num, row) for row in rows if row]
    except (csv.Error, ValueError) as error:
        raise NotTheList(f"this is no table: {error}") from error
    own = "scheme" in heading
    if not is_county_list(heading):
        wanted = OWN_COLUMNS if own else COLUMNS
        missing = ", ".join(name for name in wanted if name not in heading)
        raise NotTheList(f"line 1 should name the columns {', '.join(wanted)}; it lacks {missing}")
    lines = [_line(number, heading, row, "" if own else source) for number, row in numbered]
    _refuse_shifted(lines, _OWN if own else _EVERYWHERE)
    _refuse_elsewhere(lines)
    _refuse_doubled(lines)
    return lines


def _line(number: int, heading: Sequence[str], row: Sequence[str], national: str) -> _Line:
    if len(row) != len(heading):
        raise NotTheList(f"line {number} has {len(row)} cells under {len(heading)} headings; is a column shifted?")
    cells = {name: cell.strip() for name, cell in zip(heading, row, strict=True)}
    return _Line(number, _national(cells, national), {"name": "name_2024"}) if national else _Line(number, cells, {})


def _national(cells: Cells, source: str) -> Cells:
    """A line of the national list by the names of one's own. A place without a code of its own has the list's."""
    then = cells["name_in_832_list"]
    name = cells["name_2024"] or then
    as_then = f", as {then}" if then and then != name else ""
    code = cells["code"] or cells.get("source_code", "")
    return {**cells, "code": code, "name": name, "scheme": SCHEME, "level": "national", "source": source + as_then}


def _refuse_shifted(lines: Sequence[_Line], holds: Holds) -> None:
    """One sentence for the first column that does not hold what it should, however many lines are like it."""
    for column, (what, good) in holds.items():
        wrong = [line for line in lines if not good(line.cells.get(column, ""))]
        if wrong:
            cell, named = wrong[0].cells.get(column, ""), wrong[0].columns.get(column, column)
            more = f", and {len(wrong) - 1} more lines are like it: is a column shifted?" if wrong[1:] else ""
            raise NotTheList(f"line {wrong[0].number}, column {named}: should hold {what} and holds {cell!r}{more}")


def _refuse_elsewhere(lines: Sequence[_Line]) -> None:
    """A code bears its province and has one name: beside the wrong ones, the column of codes has slipped by itself."""
    names: dict[str, _Line] = {}
    for line in lines:
        code, province = line.cells["code"], PROVINCES[line.cells["code"][:2]]
        if not line.cells["province"].startswith(province):
            said = f"{code} is a code of {province} and stands beside {line.cells['province']}; is a column shifted?"
            raise NotTheList(f"line {line.number}, column code: {said}")
        first = names.setdefault(code, line)
        if first.cells["name"] != line.cells["name"]:
            said = f"{code} is {first.cells['name']} in line {first.number} and {line.cells['name']} here"
            raise NotTheList(f"line {line.number}, column code: {said}; is a column shifted?")


def _refuse_doubled(lines: Sequence[_Line]) -> None:
    """A county stands in a list once, but for what it took in, which was listed under another name."""
    seen: dict[tuple[str, ...], int] = {}
    for line, listing in _listings(lines):
        if listing in seen:
            sentence = f"{line.cells['code']} {line.cells['name']} stands in line {seen[listing]} already"
            raise NotTheList(f"line {line.number}, column code: {sentence}")
        seen[listing] = line.number


def _listings(lines: Sequence[_Line]) -> Iterator[tuple[_Line, tuple[str, ...]]]:
    for line in lines:
        cells = line.cells
        yield line, (cells["code"], cells["scheme"], cells.get("name_in_832_list", ""))
