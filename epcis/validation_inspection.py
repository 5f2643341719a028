"""Collecting what is wrong: one inspection goes over one event or document and never stops at the first problem.

Owns the notebook every check writes into, and the walk over an object's members by a table of checks. A check is given
the notebook, the pointer of the value and the value, which may be any JSON value at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from epcis.context import Context
from epcis.problems import Problem, below

_MOST_HINTS = 50  # looking for a near word is slow, and a document with more mistakes needs another remedy
MOST_PROBLEMS = 1000
"""Of each severity. Nobody reads more, and a document of nothing but mistakes would otherwise fill the memory."""
MAX_NAME = 1000
"""Characters of a member's name, which is repeated in the pointer of everything below it."""


class TooManyProblems(Exception):
    """Leaves the event that is being checked: it is wrong, and what else is wrong with it will not be listed."""


@dataclass(slots=True)
class Inspection:
    """What is known while checking and what was found. `context` is what is in force, `document_context` as written.

    Past MOST_PROBLEMS errors each event is left at its first (so every event is judged); warnings are only counted.
    """

    context: Context
    strict: bool = False
    document_context: Any = None
    problems: list[Problem] = field(default_factory=list)
    errors: int = 0
    warnings: int = 0

    def error(self, pointer: str, code: str, message: str) -> None:
        """Raises TooManyProblems."""
        self.problems.append(Problem(pointer, code, message))
        self.errors += 1
        if self.errors >= MOST_PROBLEMS:
            raise TooManyProblems

    def warn(self, pointer: str, code: str, message: str) -> None:
        self.warnings += 1
        if self.warnings <= MOST_PROBLEMS:
            self.problems.append(Problem(pointer, code, message, "warning"))

    def listed(self, pointer: str) -> list[Problem]:
        """The problems, and what of them is not listed."""
        if self.errors >= MOST_PROBLEMS:
            message = (
                f"there are at least {self.errors} errors; past {MOST_PROBLEMS} each event is named with its first"
            )
            self.problems.append(Problem(pointer, "too-many-errors", message, "warning"))
        if self.warnings > MOST_PROBLEMS:
            message = f"there are {self.warnings} warnings, of which {MOST_PROBLEMS} are named"
            self.problems.append(Problem(pointer, "too-many-warnings", message, "warning"))
        return self.problems

    def did_you_mean(self, word: str, known: Iterable[str]) -> str:
        """`; did you mean "shipping"?`, or nothing when no known word is near, or when hints are past helping."""
        if len(self.problems) >= _MOST_HINTS:
            return ""
        near = get_close_matches(word[:64], sorted(known), n=1, cutoff=0.75)
        return f'; did you mean "{near[0]}"?' if near else ""

    def wrong_type(self, pointer: str, wanted: str, value: Any) -> None:
        self.error(pointer, "wrong-type", f"{last(pointer)} must be {wanted}; this is {json_kind(value)}")


Check = Callable[[Inspection, str, Any], None]
Other = Callable[[Inspection, str, "Shape", str, Any], None]
"""(inspection, pointer of the member, the shape, key, value): a member the shape does not list."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The members an object may have, those it must have, and what to do with any other."""

    name: str
    fields: Mapping[str, Check]
    required: tuple[str, ...]
    other: Other

    def __call__(self, inspection: Inspection, pointer: str, value: Any) -> None:
        if not isinstance(value, dict):
            inspection.wrong_type(pointer, "an object", value)
            return
        fields = self.fields
        for key, member in value.items():
            check = fields.get(key)
            if check is not None:
                check(inspection, f"{pointer}/{key}", member)
            elif not too_long(inspection, pointer, str(key)):
                self.other(inspection, below(pointer, str(key)), self, str(key), member)
        for key in self.required:
            if key not in value:
                inspection.error(pointer, "missing-field", f"{self.name} needs {key}, which is not there")


def too_long(inspection: Inspection, pointer: str, name: str) -> bool:
    if len(name) <= MAX_NAME:
        return False
    inspection.error(pointer, "name-too-long", f"the name {shown(name)} has more than {MAX_NAME} characters")
    return True


def each(check: Check) -> Check:
    """A check of every member of an array."""

    def checked(inspection: Inspection, pointer: str, value: Any) -> None:
        if not isinstance(value, list):
            inspection.wrong_type(pointer, "an array", value)
            return
        for index, member in enumerate(value):
            check(inspection, f"{pointer}/{index}", member)

    return checked


def last(pointer: str) -> str:
    """The name a person knows a value by: the last member name on its pointer, with the index where it is in a list."""
    names = pointer.split("/")
    if names[-1].isdigit() and len(names) > 2:
        return f"{names[-2]}[{names[-1]}]"
    return names[-1].replace("~1", "/").replace("~0", "~") or "the document"


def json_kind(value: Any) -> str:
    """What a value is called in JSON, with its article."""
    if value is None:
        return "null"
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return name
    return f"{type(value).__name__}, which JSON does not have"


_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"),
    (str, "a string"),
    (int, "a number"),
    (float, "a number"),
    (list, "an array"),
    (dict, "an object"),
)


def shown(value: str) -> str:
    """A value as a sentence quotes it: cut when long."""
    return f'"{value[:80]}…"' if len(value) > 80 else f'"{value}"'
