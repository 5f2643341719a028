"""Who may write which record: one table, and what an office or a party may call its own.

Kinds of party and weights of products are what others are trusted by and labels are counted by, so only those who keep
the registry write them. A brand's office gains by a better story: it brings in growers and plots, and changes none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from provenance.authority import Principal
from provenance.registry import Brand, Channel, Mandate, Party, Record, Site
from provenance.registry_values import KIND_OF, KINDS

VersionsOf = Callable[[str, str], Sequence[Record]]
"""Of a kind and id, the highest first."""


class Right(Enum):
    """What a role may write of a kind of record."""

    NOTHING = "none"
    OWN = "its own"
    FIRST = "the first version of a grower or a plot"
    ALL = "all"


_LETTERS = {".": Right.NOTHING, "o": Right.OWN, "f": Right.FIRST, "a": Right.ALL}

# A column for each kind, in the order of `KINDS`. `a` all, `f` the first version of a grower or plot, `o` its own.
# Whoever is somebody gives mandates in its own name. Approval by a second person: `author` is kept for it (ADR 0043).
_TABLE = """
    #             party mandate site logger product standard county brand channel accreditation lesson beneficiary
    registrar     a     a       a    a      a       a        a      a     a       a             a      a
    operator      a     a       a    a      a       a        a      a     a       a             a      a
    brand_office  f     o       f    .      .       .        .      o     o       .             .      .
    anybody       .     o       .    .      .       .        .      .     .       .             .      .
"""


def _read(table: str) -> Mapping[str, Mapping[str, Right]]:
    rows = (line.split() for line in table.strip().splitlines()[1:])
    return {role: dict(zip(KINDS, (_LETTERS[cell] for cell in cells), strict=True)) for role, *cells in rows}


MAY_WRITE = _read(_TABLE)
_BROUGHT_IN = {Party: "grower", Site: "plot"}


def may_write(principal: Principal, record: Record, versions_of: VersionsOf) -> bool:
    """By the table, and by what stands in `record` and in the version it replaces."""
    kind = KIND_OF[type(record)]
    there = versions_of(kind, record.id)
    rights = {MAY_WRITE[role][kind] for role in (*(principal.roles & MAY_WRITE.keys()), "anybody")}
    return (
        Right.ALL in rights
        or (Right.FIRST in rights and _is_brought_in(principal, record, there))
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
    return ""


def _is_brought_in(principal: Principal, record: Record, there: Sequence[Record]) -> bool:
    """A first version, or the same caller's put sent again."""
    is_first = record.version == 1 and all(version.author == principal.party for version in there[-1:])
    return is_first and isinstance(record, Party | Site) and record.kind == _BROUGHT_IN[type(record)]
