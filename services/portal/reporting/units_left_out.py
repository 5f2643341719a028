"""Weights typed without a unit: a person chooses one, a program is told as what it was read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.portal.reporting.fields import Command, Field, Given, Rows, as_text, filled_rows
from services.portal.sentences import N_, Sentence, say

_MASSES = ("gross", "tare", "crate_weight", "mass", "net_weight")
_HAS_UNIT = re.compile(r"[^\W\d_]")


def unit_left_out(command: Command, given: Given) -> Iterator[Sentence]:
    """A person chooses the unit; a program that names none may mean another than the command's."""
    if not needs_unit(command, given):
        return
    is_jin = any(one.default == "斤" for one in command.entries if isinstance(one, Field) and one.name == "unit")
    yield say(READ_AS_JIN if is_jin else READ_AS_KG)


READ_AS_JIN = N_("No unit was given: weights without one were read as 斤 (0.5 kg). Say unit: kg or 斤.")
READ_AS_KG = N_("No unit was given: weights without one were read as kilograms. Say unit: kg or 斤.")


def needs_unit(command: Command, given: Given) -> bool:
    """Whether a weight is typed without its unit, and none is chosen for them all."""
    if "unit" not in command.field_names() or as_text(given.get("unit")).strip():
        return False
    rows = [
        row for entry in command.entries if isinstance(entry, Rows) for _, row in filled_rows(given.get(entry.name))
    ]
    masses = (as_text(row.get(name)).strip() for row in (given, *rows) for name in _MASSES)
    return any(text and not _HAS_UNIT.search(text) for text in masses)
