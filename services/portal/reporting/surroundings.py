"""What is known around a report before it is sent: the names of whom and what it speaks of, which of it nobody knows,
and what is recorded of its goods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from provenance.short_names import Words
from services.portal.telling.naming import of_record

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`records` by key, None for one that is not registered; `unheard` are the keys no other report names, `used` the
    new lots' that one does; `breaches` are (what, key) of what this report would do with goods that must not be, such
    as recalled or sold-twice; `left` has the kilograms that are left of lots it takes of. Whoever `corrects` speaks of
    a day that is over."""

    records: Mapping[str, Record | None] = field(default_factory=dict)
    unheard: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    breaches: frozenset[tuple[str, str]] = frozenset()
    left: Mapping[str, Decimal] = field(default_factory=dict)
    party: str = ""
    corrects: bool = False
    alike: int = 0
    season: tuple[str, str] = ("", "")

    def record(self, key: str) -> Record:
        return self.records.get(key) or {}

    def told(self, key: str) -> Words:
        """Its name, where that is known, and its number."""
        return of_record(key, self.record(key))

    def is_unregistered(self, key: str) -> bool:
        return key in self.records and self.records[key] is None
