"""Whose word on a report that it is wrong counts: its reporter's, and that of parties of two kinds (rule 4).

What follows from a declaration that counts is `provenance.standing`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from provenance.registry.records import Registry

DECLARING_KINDS = frozenset({"inspector", "operator"})
"""Kinds of party that may declare anybody's report wrong (architecture.md, rule 4), and the roles they do it in."""


def may_declare(registry: Registry, party: str, on: date) -> bool:
    """Whether the registry knew the party, on the day its word was recorded, as one that may declare anybody's report
    wrong: what it said then stays said when its registration ends (docs/adr/0123)."""
    record = registry.party(party, on)
    return record is not None and record.kind in DECLARING_KINDS


def lacks_the_role(registry: Registry, party: str, roles: Collection[str], days: Iterable[date]) -> bool:
    """Whether its word would count on anybody's report for what the party is, although the token it is said with was
    given for something less (docs/adr/0129)."""
    return DECLARING_KINDS.isdisjoint(roles) and any(may_declare(registry, party, on) for on in days)
