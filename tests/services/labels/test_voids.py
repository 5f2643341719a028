"""Labels made void: they say so for ever, and a lot may have others in their place."""

from __future__ import annotations

import asyncio

import pytest

from tests.services.labels.packing import PackingHouse
from wire.errors import NotFound, Rejected


async def test_a_void_label_says_so_and_another_may_take_its_place(house: PackingHouse) -> None:
    made = await house.issue("r1", 20)
    assert await house.make_void("v1", made[:2]) == 2
    assert await house.verdicts(made[1:3]) == [("void", "PK1"), ("issued", "PK1")]
    assert len(await house.issue("r2", 2)) == 2
    with pytest.raises(Rejected, match="more than"):
        await house.issue("r3", 1)


async def test_a_label_made_void_by_many_at_once_gives_its_kilograms_back_once(house: PackingHouse) -> None:
    made = await house.issue("r1", 20)
    voided = await asyncio.gather(*[house.make_void(f"v{n % 10}", made[n % 10 : n % 10 + 3]) for n in range(50)])
    assert sum(voided) >= 12  # each label is one of somebody's, and a retry says the same again
    assert len(await house.issue("r2", 12)) == 12
    with pytest.raises(Rejected, match="more than"):
        await house.issue("r3", 1)


async def test_the_same_request_again_says_the_same_and_is_told_once(house: PackingHouse) -> None:
    made = await house.issue("r1", 4)
    assert [await house.make_void("v1", made[:2]) for _ in range(2)] == [2, 2]
    assert house.told.count(("void", "v1")) == 1
    with pytest.raises(Rejected, match="other labels"):
        await house.make_void("v1", made[2:])


async def test_a_void_label_of_a_roll_stays_void_whatever_its_stretch_is_bound_to(house: PackingHouse) -> None:
    roll = await house.print_roll()
    await house.bind("b1", roll[0], roll[19])
    await house.make_void("v1", roll[3:5])
    assert await house.give_back("x1", roll[0], roll[9]) == 8, "the void ones have nothing to give back"
    await house.bind("b2", roll[0], roll[9], lot="PK2")
    assert await house.verdicts(roll[2:4]) == [("issued", "PK2"), ("void", "PK2")]
    assert len(await house.issue("r1", 8)) == 8
    with pytest.raises(Rejected, match="more than"):
        await house.issue("r2", 1)


async def test_labels_of_two_lots_or_of_nobody_or_for_no_reason_are_not_made_void(house: PackingHouse) -> None:
    one, other = await house.issue("r1", 2), await house.issue("r2", 2, lot="PK2")
    with pytest.raises(Rejected, match="one lot or of one roll"):
        await house.make_void("v1", [one[0], other[0]])
    with pytest.raises(Rejected, match="reason"):
        await house.make_void("v1", one, reason=" ")
    with pytest.raises(Rejected, match="codes has 0"):
        await house.make_void("v1", [])
    assert await house.verdicts(one) == [("issued", "PK1")] * 2
    lost = [type(one[0])(one[0].gtin, "PK1", "222222222222")]
    with pytest.raises(NotFound):
        await house.make_void("v2", lost)
