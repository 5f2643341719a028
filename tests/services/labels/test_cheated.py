"""Rolls as somebody uses them who wants more labels than there is fruit."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.label_link import LabelLink
from services.labels.domain import MAX_LABELS
from tests.services.labels.memory_ledger import MemoryLedger, MemoryRolls, MemoryVoids
from tests.services.labels.packing import GRANTED, PackingHouse
from wire.errors import Rejected

LOTS = ("PK1", "PK2")
BEARS = 20
"""Boxes of 5 kg in each lot's 100 kg."""


async def test_a_roll_of_more_labels_than_are_asked_for_at_once_is_none(house: PackingHouse) -> None:
    for count in (0, -1, MAX_LABELS + 1, 10**12):
        with pytest.raises(Rejected, match="count is"):
            await house.print_roll(count=count)


async def test_a_stretch_that_touches_one_that_is_bound_is_refused_on_either_side(house: PackingHouse) -> None:
    roll = await house.print_roll()
    await house.bind("b1", roll[10], roll[14])
    for request, first, last in (("b2", 9, 10), ("b3", 14, 15), ("b4", 0, 29), ("b5", 12, 12)):
        with pytest.raises(Rejected, match="Labels 11 to 15"):
            await house.bind(request, roll[last], roll[first], lot="PK2")


async def test_void_labels_of_a_stretch_count_with_it_and_come_back_with_nothing(house: PackingHouse) -> None:
    roll = await house.print_roll()
    await house.make_void("v1", roll[2:5])
    assert await house.bind("b1", roll[0], roll[19]) == 20
    with pytest.raises(Rejected, match="more than the lot's"):
        await house.issue("r1", 1)
    assert await house.give_back("x1", roll[0], roll[19]) == 17
    with pytest.raises(Rejected, match="more than the lot's"):
        await house.issue("r2", 18)
    assert len(await house.issue("r3", 17)) == 17


async def test_what_was_returned_is_not_returned_again_under_another_id(house: PackingHouse) -> None:
    roll = await house.print_roll()
    await house.bind("b1", roll[0], roll[9])
    assert [await house.give_back("x1", roll[0], roll[4]) for _ in range(2)] == [5, 5]
    for request, first, last in (("x2", 0, 4), ("x3", 4, 5), ("x4", 0, 9)):
        with pytest.raises(Rejected, match="return each part by itself"):
            await house.give_back(request, roll[first], roll[last])


async def test_a_lot_whose_claim_fell_binds_no_more_and_what_is_on_it_is_judged_at_the_scan(
    house: PackingHouse,
) -> None:
    roll = await house.print_roll()
    await house.bind("b1", roll[0], roll[4])
    house.grant = replace(GRANTED, granted=False)
    assert await house.bind("b2", roll[5], roll[9]) == 0
    assert await house.bind("b1", roll[0], roll[4]) == 5, "a retry is told what was done"
    assert await house.verdicts(roll[4:6]) == [("issued", "PK1"), ("not_active", "")]


ACTS = st.tuples(st.sampled_from(["bind", "return", "void", "issue"]), st.integers(0, 29), st.integers(0, 29))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ACTS, st.sampled_from(LOTS)), max_size=14))
def test_whatever_is_done_in_whatever_order_no_lot_bears_more_than_it_weighs(
    acts: list[tuple[tuple[str, int, int], str]],
) -> None:
    asyncio.run(_tried(acts))


async def _tried(acts: list[tuple[tuple[str, int, int], str]]) -> None:
    house = PackingHouse(MemoryLedger(), MemoryRolls(), MemoryVoids())
    roll, made = await house.print_roll(), list[LabelLink]()
    for n, ((act, one, other), lot) in enumerate(acts):
        try:
            match act:
                case "bind":
                    await house.bind(f"{n}", roll[one], roll[other], lot=lot)
                case "return":
                    await house.give_back(f"{n}", roll[one], roll[other])
                case "void":
                    await house.make_void(f"{n}", (made or roll)[one % 7 :][:3] or roll[:1])
                case "issue":
                    made += await house.issue(f"{n}", one + 1, lot=lot)
        except Rejected:
            continue
        said = Counter(await house.verdicts([*roll, *made]))
        assert all(said["issued", lot] <= BEARS for lot in LOTS)
