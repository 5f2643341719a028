"""What a form shows when it is served, and served again: what was typed, and what is said about it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.portal.fields import MAX_ROWS, Field, Rows, as_text
from services.portal.sentences import Sentence

MORE_ROWS = 3


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form shows: the texts as typed, the problems at their fields, how many rows each list offers."""

    given: Mapping[str, Any]
    event_id: str
    problems: Mapping[str, Sentence]
    notice: Sentence | None = None
    more: str = ""

    def text(self, field: Field, row: Mapping[str, Any] | None = None) -> str:
        return as_text((self.given if row is None else row).get(field.name, ""))

    def rows(self, rows: Rows) -> list[Mapping[str, Any]]:
        typed = list(self.given.get(rows.name) or ())
        wanted = max(rows.offered, len(typed)) + (MORE_ROWS if self.more == rows.name else 0)
        return (typed + [{}] * wanted)[: min(wanted, MAX_ROWS)]


def read_uuid(text: str) -> str:
    """The UUID the page was served with; a new one where it is none, so that no foreign id gets in."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return str(uuid.uuid4())
