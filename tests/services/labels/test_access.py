"""Who may do what with labels, cell by cell."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

import pytest

from provenance.access.authority import ROLES, Principal
from services.labels.access import MAY, Doing
from tests.services.labels.packing import GTIN, OFFICE, OWNER, PACKER, PackingHouse
from wire.errors import Rejected, Unauthorised

OTHER = "https://other.example"
ANYBODYS = {
    (role, doing)
    for role, doings in {"operator": set(Doing), "regulator": {Doing.LOOK}, "inspector": {Doing.LOOK}}.items()
    for doing in doings
}
MANDATED = {("packer", doing) for doing in (Doing.BIND, Doing.RETURN, Doing.LOOK)}
OWNS = {("brand_office", doing) for doing in Doing}


async def done(house: PackingHouse, doing: Doing, principal: Principal) -> bool:
    roll = await house.print_roll()
    await house.bind("b0", roll[0], roll[4])
    asked: Awaitable[Any]
    match doing:
        case Doing.MAKE:
            asked = house.print_roll("r2", principal=principal)
        case Doing.BIND:
            asked = house.bind("b1", roll[10], roll[11], principal=principal)
        case Doing.RETURN:
            asked = house.give_back("x1", roll[0], roll[1], principal=principal)
        case Doing.VOID:
            asked = house.make_void("v1", roll[20:21], principal=principal)
        case Doing.LOOK:
            asked = house.between(roll[0], roll[3], principal=principal)
    try:
        await asked
    except Unauthorised:
        return False
    return True


@pytest.mark.parametrize("house", ["memory"], indirect=True)
@pytest.mark.parametrize("doing", Doing)
@pytest.mark.parametrize("role", sorted(ROLES))
async def test_only_who_the_table_names_and_only_with_what_it_says(
    house: PackingHouse, role: str, doing: Doing
) -> None:
    roles = frozenset({role})
    assert await done(house, doing, Principal(OTHER, roles)) == ((role, doing) in ANYBODYS)
    house.mandates = {(OWNER, OTHER)}
    assert await done(house, doing, Principal(OTHER, roles)) == ((role, doing) in ANYBODYS | MANDATED)
    house.mandates = {(OWNER, OWNER)}
    assert await done(house, doing, Principal(OWNER, roles)) == ((role, doing) in ANYBODYS | MANDATED | OWNS)


def test_every_role_of_the_table_is_one_there_is() -> None:
    assert set(MAY) <= ROLES


async def test_a_mandate_of_who_had_the_brand_before_labels_nothing_of_who_has_it_now(house: PackingHouse) -> None:
    roll = await house.print_roll()
    house.mandates, house.grant = {(OWNER, PACKER.party)}, replace(house.grant, brand_owner=OTHER)
    with pytest.raises(Unauthorised):
        await house.bind("b1", roll[0], roll[1], principal=PACKER)


async def test_a_roll_is_of_a_brand_that_is_registered_and_lists_the_product(house: PackingHouse) -> None:
    with pytest.raises(Rejected, match="No brand"):
        await house.print_roll(brand="nobody's")
    with pytest.raises(Rejected, match="does not list product"):
        await house.print_roll(gtin="09520001000010")
    assert (await house.print_roll("r3", brand=""))[0].gtin == GTIN


async def test_an_operators_roll_is_the_brands(house: PackingHouse) -> None:
    roll = await house.print_roll(principal=Principal(OTHER, frozenset({"operator"})))
    assert await house.bind("b1", roll[0], roll[1], principal=OFFICE) == 2
