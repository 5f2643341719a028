"""The national list of counties, from a file whose columns may have slipped.

Owns which columns the list has, what each must hold, and the county records its lines make. Leaves files, YAML
and other tables to the command, and whether a record may stand to the registry.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from provenance.registry import County, CountyStatus

SCHEME = "national-832"
COLUMNS = ("code", "name_2024", "name_in_832_list", "province", "city", "exit_year")
"""What the list must have; `source_code` and `note` may stand beside them."""

_SIX_DIGITS = re.compile(r"[1-8]\d{5}")
_YEAR = re.compile(r"20\d\d")
_NAME = re.compile(r"\D+")

Line = Mapping[str, str]

# By column: what it holds in words, and whether a line holds it.
_HOLDS: Mapping[str, tuple[str, Callable[[Line], bool]]] = {
    "code": ("a county code of six digits", lambda line: _SIX_DIGITS.fullmatch(_code(line)) is not None),
    "name_2024": ("a county's name", lambda line: _NAME.fullmatch(_name(line)) is not None),
    "province": ("a province's name", lambda line: _NAME.fullmatch(line["province"]) is not None),
    "exit_year": ("a year such as 2018", lambda line: _YEAR.fullmatch(line["exit_year"]) is not None),
}


class NotTheList(ValueError):
    """The text is not the list of counties; one sentence says where it stops being so."""


def is_county_list(columns: Collection[str]) -> bool:
    return set(COLUMNS) <= set(columns)


def counties(text: str, *, source: str) -> tuple[County, ...]:
    """A record a county code, in the order of the list; a county that took in another keeps both listings.

    `source` is where the list was published, for the badge. Raises NotTheList.
    """
    found: dict[str, County] = {}
    for line in _lines(text):
        county = found.get(_code(line)) or _county(line)
        found[county.id] = replace(county, statuses=(*county.statuses, _status(line, source)))
    return tuple(found.values())


def _county(line: Line) -> County:
    return County(id=_code(line), name_zh=_name(line), province_zh=line["province"], city_zh=line["city"])


def _status(line: Line, source: str) -> CountyStatus:
    then = line["name_in_832_list"]
    listed_as = f", as {then}" if then and then != _name(line) else ""
    return CountyStatus(SCHEME, "national", None, int(line["exit_year"]), source + listed_as)


def _lines(text: str) -> list[Line]:
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        heading, *cells = [row for row in rows if row]
    except (csv.Error, ValueError) as error:
        raise NotTheList(f"this is no table: {error}") from error
    if not is_county_list(heading):
        missing = ", ".join(name for name in COLUMNS if name not in heading)
        raise NotTheList(f"the first line should name the columns {', '.join(COLUMNS)}; it lacks {missing}")
    for number, row in enumerate(cells, 2):
        if len(row) != len(heading):
            sentence = f"line {number} has {len(row)} cells under {len(heading)} headings; is a column shifted?"
            raise NotTheList(sentence)
    lines: list[Line] = [{name: cell.strip() for name, cell in zip(heading, row, strict=True)} for row in cells]
    _refuse_shifted(lines)
    return lines


def _refuse_shifted(lines: Sequence[Line]) -> None:
    """One sentence for the first column that does not hold what it should, however many lines are like it."""
    for column, (what, holds) in _HOLDS.items():
        wrong = [(number, line) for number, line in enumerate(lines, 2) if not holds(line)]
        if wrong:
            number, line = wrong[0]
            more = f", and {len(wrong) - 1} more lines are like it: is a column shifted?" if wrong[1:] else ""
            raise NotTheList(f"line {number}: {column} should hold {what} and holds {line[column]!r}{more}")


def _code(line: Line) -> str:
    """A place that never had a county code of its own stands under the code of the list."""
    return line["code"] or line.get("source_code", "")


def _name(line: Line) -> str:
    return line["name_2024"] or line["name_in_832_list"]
