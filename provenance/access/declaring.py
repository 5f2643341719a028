"""Whose word on a report that it is wrong counts: its reporter's, and that of parties of two kinds (rule 4).

What follows from a declaration that counts is `provenance.standing`.
"""

from __future__ import annotations

from datetime import date

from provenance.registry.records import Registry

DECLARING_KINDS = frozenset({"inspector", "operator"})
"""Kinds of party that may declare anybody's report wrong (architecture.md, rule 4)."""


def may_declare(party: str, *, registry: Registry, today: date) -> bool:
    """Whether the registry knows the party as one that may declare anybody's report wrong."""
    record = registry.party(party, today)
    return record is not None and record.kind in DECLARING_KINDS
