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


@dataclass(slots=True)
class Inspection:
    """What is known while checking and what was found. `context` is what is in force, `document_context` as written."""

    context: Context
    strict: bool = False
    document_context: Any = None
    problems: list[Problem] = field(default_factory=list)

    def error(self, pointer: str, code: str, message: str) -> None:
        self.problems.append(Problem(pointer, code, message))

    def warn(self, pointer: str, code: str, message: str) -> None:
        self.problems.append(Problem(pointer, code, message, "warning"))

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
            else:
                self.other(inspection, below(pointer, str(key)), self, str(key), member)
        for key in self.required:
            if key not in value:
                inspection.error(pointer, "missing-field", f"{self.name} needs {key}, which is not there")


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
