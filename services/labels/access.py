"""Who may do what with labels and rolls: one table, and the one question asked of it.

A brand's labels are its owner's. Who packs for the owner has a mandate to `label` of it, and binds and returns rolls
under that; making labels is the owner's alone, for whoever packs is tempted to print more than there is fruit.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Protocol

from provenance.access.authority import Principal
from provenance.registry.records import Brand
from wire.errors import Unauthorised

LABEL = "label"
"""The action of a mandate under which somebody puts the labels of another's brand on goods."""
WHERE_GIVEN = "its office gives one at /labels/packers, or with `suyuan registry import`"


class Doing(Enum):
    """Each with what is said to whoever may not, after whose it is and whom to ask."""

    MAKE = "Labels are asked for by the brand's office: sign in with role brand_office."
    BIND = "Rolls are bound by the brand's office, or by who packs for it: sign in with role brand_office or packer."
    RETURN = (
        "Labels are returned by the brand's office, or by who packs for it: sign in with role brand_office or packer."
    )
    VOID = "Labels are made void by the brand's office: sign in with role brand_office."
    LOOK = "A roll is looked at by the brand's office, by who packs for it, and by who recalls goods."


# `.` may not, `o` with what is its own, `m` also with what is another's who gave it a mandate to label, `a` with all.
_TABLE = """
    #             make bind return void look
    brand_office  o    o    o      o    o
    packer        .    m    m      .    m
    inspector     .    .    .      .    a
    regulator     .    .    .      .    a
    operator      a    a    a      a    a
"""


def _read(table: str) -> Mapping[str, Mapping[Doing, str]]:
    rows = (line.split() for line in table.strip().splitlines()[1:])
    return {role: dict(zip(Doing, cells, strict=True)) for role, *cells in rows}


MAY: Mapping[str, Mapping[Doing, str]] = _read(_TABLE)


class Register(Protocol):
    """What of the registry, as it is today, decides about labels."""

    async def brand(self, id: str, gtin: str) -> Brand | None:
        """The brand of this id, or for "" the one that lists the product of fourteen digits."""
        ...

    async def mandated(self, owner: str, party: str) -> bool:
        """Whether the owner of a brand has given this party a mandate to label, for all of its sites."""
        ...


def check_role(principal: Principal, doing: Doing) -> None:
    """Raises Unauthorised where no role of the caller does this with anybody's labels."""
    if not _scopes(principal, doing) - {"."}:
        raise Unauthorised(doing.value)


def check_owner(principal: Principal, doing: Doing, owner: str) -> None:
    """Raises Unauthorised for labels of another."""
    check_role(principal, doing)
    if not _is_own(principal, doing, owner):
        raise Unauthorised("This brand belongs to another party; only its own office may ask for its labels.")


async def check_labeller(principal: Principal, doing: Doing, owner: str, register: Register) -> None:
    """Raises Unauthorised for labels of another that gave no mandate."""
    check_role(principal, doing)
    if _is_own(principal, doing, owner):
        return
    if not ("m" in _scopes(principal, doing) and owner and await register.mandated(owner, principal.party)):
        raise Unauthorised(f"{owner or 'The brand'} has given you no mandate to label: {WHERE_GIVEN}.")


def _is_own(principal: Principal, doing: Doing, owner: str) -> bool:
    scopes = _scopes(principal, doing)
    return "a" in scopes or ("o" in scopes and bool(owner) and principal.party == owner)


def _scopes(principal: Principal, doing: Doing) -> frozenset[str]:
    return frozenset(MAY[role][doing] for role in principal.roles if role in MAY)
