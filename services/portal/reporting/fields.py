"""Forms as tables: fields, rows of fields, and commands made of them; and how what was typed becomes values.

The same table serves the page, the JSON API and its description, so a sentence is written once. Owns the walk over a
table and the collecting of every problem. How one field is read is `domain`, which commands there are is `commands`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from services.portal.reporting.typed import FieldError
from services.portal.sentences import N_, Sentence, say

MAX_ROWS = 50
MAX_TEXT = 4000

Values = Mapping[str, Any]
Meanings = Mapping[str, tuple[str, ...]]
"""Canonical keys by what was typed."""

Given = Mapping[str, Any]
"""What was typed: text by field name, and for rows a list of such mappings."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Who reports, when, and the start of the private URIs short codes stand for."""

    party: str
    now: datetime
    base: str
    meanings: Meanings | None = None
    """What codes mean that say too little by themselves; None where nobody was asked yet."""


Reader = Callable[[str, Values, Situation], Any]
Widget = Literal["text", "code", "number", "time", "date", "choice", "lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One input. `read` gets the text, the values before it, and the situation; a `sticky` one is offered again, also
    in other forms, where a field has the same name or is `sticky_as` it.

    `earlier`: what it names was spoken of by an earlier report; where it was not, the receipt says so. `spellings`:
    words that a choice went by before. A `default` that is not `preselected` is a program's: a person chooses.
    """

    name: str
    label: str
    read: Reader
    hint: str = ""
    example: str = ""
    required: bool = True
    widget: Widget = "text"
    choices: tuple[tuple[str, str], ...] = ()
    spellings: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    preselected: bool = True
    sticky: bool = False
    sticky_as: str = ""
    earlier: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The same fields several times; rows left empty are not there."""

    name: str
    label: str
    fields: tuple[Field, ...]
    least: int = 1
    offered: int = 3


Entry = Field | Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something people report. `build` makes the EPCIS event from values that are all right."""

    noun: str
    title: str
    lead: str
    done: str
    entries: tuple[Entry, ...]
    build: Callable[[Values, Situation, str], Mapping[str, Any]]

    def field_names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.entries)


def sticky_of(command: Command) -> Mapping[str, str]:
    """Names of the fields that are offered again, and what each is remembered as."""
    sticky = (entry for entry in command.entries if isinstance(entry, Field) and entry.sticky)
    return {entry.name: entry.sticky_as or entry.name for entry in sticky}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """`path` is the field's name, with row and inner name for rows: ``inputs.0.mass``."""

    path: str
    sentence: Sentence


def by_field(problems: Iterable[FieldProblem]) -> dict[str, Sentence]:
    """As a page shows them: the sentence of each field."""
    return {problem.path: problem.sentence for problem in problems}


def label_of(command: Command, path: str) -> str:
    """Of the field that a problem is at; that of its rows where it is in one."""
    return next((entry.label for entry in command.entries if entry.name == path.split(".")[0]), path)


@dataclass(frozen=True, slots=True)
class Reading:
    """`values` only holds what could be read; it is complete where there are no problems. `halves` are codes that have
    to be looked up before they can be."""

    values: Values
    problems: tuple[FieldProblem, ...]
    halves: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Walk:
    situation: Situation
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)
    halves: set[str] = field(default_factory=set)

    def read(self, one: Field, text: str, values: dict[str, Any], path: str) -> None:
        try:
            values[one.name] = _read(one, text, values, self.situation)
        except FieldError as error:
            self.problems.append(FieldProblem(path, error.sentence))
            self.halves.update(error.halves)


def read(entries: Sequence[Entry], given: Given, situation: Situation) -> Reading:
    """Reads every field; all problems are reported, not the first."""
    walk = _Walk(situation)
    for name in given.keys() - {entry.name for entry in entries}:
        walk.problems.append(FieldProblem(name, say(N_("There is no such field here."))))
    for entry in entries:
        if isinstance(entry, Field):
            walk.read(entry, as_text(given.get(entry.name)), walk.values, entry.name)
        else:
            _read_rows(entry, given.get(entry.name), walk)
    return Reading(walk.values, tuple(walk.problems), frozenset(walk.halves))


def _read_rows(rows: Rows, given: Any, walk: _Walk) -> None:
    listed: list[Values] = []
    for index, row in filled_rows(given):
        values: dict[str, Any] = dict(walk.values)
        for one in rows.fields:
            walk.read(one, as_text(row.get(one.name)), values, f"{rows.name}.{index}.{one.name}")
        listed.append({one.name: values.get(one.name) for one in rows.fields})
    if len(listed) < rows.least:
        first = f"{rows.name}.0.{rows.fields[0].name}"
        walk.problems.append(FieldProblem(first, say(N_("At least {least} of these is needed."), least=rows.least)))
    walk.values[rows.name] = tuple(listed)


def filled_rows(given: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(place, row) of each row in which something is typed."""
    listed = given if isinstance(given, list | tuple) else ()
    for index, row in enumerate(listed[:MAX_ROWS]):
        if isinstance(row, Mapping) and any(as_text(value).strip() for value in row.values()):
            yield index, row


def _read(one: Field, text: str, values: Values, situation: Situation) -> Any:
    typed = text.strip() or one.default
    typed = one.spellings.get(typed, typed)
    if len(typed) > MAX_TEXT:
        raise FieldError(say(N_("This is too long.")))
    if not typed and one.required:
        raise FieldError(say(N_("Please fill this in.")))
    if one.choices and typed and typed not in {value for value, _ in one.choices}:
        raise FieldError(say(N_("Choose one of: {choices}."), choices=", ".join(value for value, _ in one.choices)))
    return one.read(typed, values, situation) if typed or one.widget == "time" else None


def as_text(value: Any) -> str:
    """What a program gave, as if typed: numbers as their digits, a list as lines."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "\n".join(as_text(member) for member in value)
    return value if isinstance(value, str) else str(value)


def nested(flat: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The inputs of a page (``inputs.0.mass``) as the mapping a program would send."""
    given: dict[str, Any] = {}
    for name, text in flat:
        parts = name.split(".")
        if len(parts) == 1:
            given[name] = text
        elif len(parts) == 3 and parts[1].isascii() and parts[1].isdigit() and int(parts[1]) < MAX_ROWS:
            rows = given.setdefault(parts[0], [])
            if isinstance(rows, list):
                rows.extend({} for _ in range(int(parts[1]) + 1 - len(rows)))
                rows[int(parts[1])][parts[2]] = text
    return given
