"""What is wrong with a report, said so that the person who sent it can mend it.

Owns the shape of a problem: where (a JSON pointer), which rule (a code that programs can rely on), and one sentence
for people. Leaves the rules to `epcis.validation`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """`pointer` is RFC 6901 into the value that was given ("" is the whole of it); `code` is kebab-case and stable."""

    pointer: str
    code: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.message} [{self.code}]"


def below(pointer: str, key: str) -> str:
    """The pointer to member `key` of what `pointer` points at, with RFC 6901's two escapes."""
    if "~" in key or "/" in key:
        key = key.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{key}"


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Those that refuse the report; the rest are advice."""
    return [problem for problem in problems if problem.severity == "error"]
