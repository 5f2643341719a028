"""What a form shows when it is served, and served again: what was typed, and what is said about it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.portal.reporting.fields import MAX_ROWS, Field, Rows, as_text
from services.portal.sentences import Sentence

MORE_ROWS = 3
LONGEST_OPEN = timedelta(days=2)
"""A page served before is taken as served now."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form shows: the texts as typed, the problems at their fields, how many rows each list offers; `doubts`
    are what is asked before it is recorded."""

    given: Mapping[str, Any]
    event_id: str
    problems: Mapping[str, Sentence]
    notice: Sentence | None = None
    more: str = ""
    doubts: tuple[Sentence, ...] = ()

    def text(self, field: Field, row: Mapping[str, Any] | None = None) -> str:
        return as_text((self.given if row is None else row).get(field.name, ""))

    def asks(self, name: str) -> bool:
        """Whether a doubt is about the field of this name."""
        return any(one.about == name for one in self.doubts)

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


def written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def read_moment(text: str, now: datetime) -> datetime | None:
    """A moment that a page of ours was served with; None where it cannot be, so that no other time gets in."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None and now - LONGEST_OPEN < at <= now else None


def sent_at(times: Mapping[str, str], now: datetime) -> datetime:
    """When a page was first sent: as it says itself; else now, in whole minutes since it was served, so that a second
    tap on its button is the same moment and the next page's is a later one."""
    first, served = (read_moment(times.get(name, ""), now) for name in ("sent_at", "served_at"))
    return first or (served + (now - served) // _MINUTE * _MINUTE if served else now)


_MINUTE = timedelta(minutes=1)
