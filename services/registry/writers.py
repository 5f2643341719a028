"""Who may write which record by itself: one table, and what an office or a party may call its own.

Kinds of party and weights of products are what others are trusted by and labels are counted by, so only those who keep
the registry write them. Growers, plots, mandates for others and beneficiaries take two (`services.registry.enrolment`);
the operator alone brings them in directly, as seed data, and such a record names nobody who approved it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from provenance.access.authority import Principal
from provenance.registry.records import Brand, Channel, Mandate, Party, Record, Site, Subscription
from provenance.registry.values import KIND_OF, KINDS

VersionsOf = Callable[[str, str], Sequence[Record]]
"""Of a kind and id, the highest first."""


class Right(Enum):
    """What a role may write of a kind of record."""

    NOTHING = "none"
    OWN = "its own"
    NOT_ENROLLED = "all but growers and plots"
    ALL = "all"


_LETTERS = {".": Right.NOTHING, "o": Right.OWN, "n": Right.NOT_ENROLLED, "a": Right.ALL}

# A column for each kind, in the order of `KINDS`. `a` all, `n` all but growers and plots, `o` its own.
# Whoever is somebody gives mandates in its own name. A proposal is never put: it is proposed, and decided (ADR 0091).
_TABLE = """
    #            party mandate site logger product standard county brand channel accred. lesson benefic. proposal subs.
    registrar    n     o       n    a      a       a        a      a     a       a       a      .        .        a
    operator     a     a       a    a      a       a        a      a     a       a       a      a        .        a
    brand_office .     o       .    .      .       .        .      o     o       .       .      .        .        .
    partner      .     o       .    .      .       .        .      .     .       .       .      .        .        o
    anybody      .     o       .    .      .       .        .      .     .       .       .      .        .        .
"""


def _read(table: str) -> Mapping[str, Mapping[str, Right]]:
    rows = (line.split() for line in table.strip().splitlines()[1:])
    return {role: dict(zip(KINDS, (_LETTERS[cell] for cell in cells), strict=True)) for role, *cells in rows}


MAY_WRITE = _read(_TABLE)
_ENROLLED = {Party: "grower", Site: "plot"}


def may_write(principal: Principal, record: Record, versions_of: VersionsOf) -> bool:
    """By the table, and by what stands in `record` and in the version it replaces."""
    kind = KIND_OF[type(record)]
    there = versions_of(kind, record.id)
    rights = {MAY_WRITE[role][kind] for role in (*(principal.roles & MAY_WRITE.keys()), "anybody")}
    return (
        Right.ALL in rights
        or (Right.NOT_ENROLLED in rights and not any(is_grower_or_plot(r) for r in (record, *there[:1])))
        or (Right.OWN in rights and _is_own(principal, record, there, versions_of))
    )


def _is_own(principal: Principal, record: Record, there: Sequence[Record], versions_of: VersionsOf) -> bool:
    """Both before and after: nobody takes another's record by writing its own name into it."""
    return bool(principal.party) and all(_owner(r, versions_of) == principal.party for r in (record, *there[:1]))


def _owner(record: Record, versions_of: VersionsOf) -> str:
    match record:
        case Mandate():
            return record.from_party
        case Brand():
            return record.owner
        case Channel():
            brand = next(iter(versions_of("brand", record.brand)), None)
            return brand.owner if isinstance(brand, Brand) else ""
        case Subscription():
            return record.party
    return ""


def is_grower_or_plot(record: Record) -> bool:
    return isinstance(record, Party | Site) and record.kind == _ENROLLED[type(record)]
