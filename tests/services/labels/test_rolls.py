"""Rolls: printed before the lot is known, bound by scanning the first and the last, given back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from provenance.access.authority import Principal
from tests.services.labels.packing import GRANTED, OFFICE, PackingHouse
from wire.errors import NotFound, Rejected, Unauthorised

STRANGER = Principal("https://other.example", OFFICE.roles)


async def test_a_label_of_a_roll_is_on_no_goods_until_the_first_and_the_last_are_scanned(house: PackingHouse) -> None:
    roll = await house.print_roll()
    assert {label.lot for label in roll} == {""} and len({label.roll for label in roll}) == 1
    assert await house.verdicts(roll[:2]) == [("not_active", "")] * 2
    assert await house.bind("b1", roll[0], roll[9]) == 10
    assert await house.verdicts(roll[:11]) == [("issued", "PK1")] * 10 + [("not_active", "")]
    assert house.told == [("roll", "roll"), ("bound", "b1")]


async def test_a_roll_asked_for_again_is_the_same_roll(house: PackingHouse) -> None:
    roll = await house.print_roll()
    assert await house.print_roll() == roll and house.told == [("roll", "roll")]
    with pytest.raises(Rejected, match="another roll"):
        await house.print_roll(count=7)


async def test_a_roll_ordered_without_naming_a_brand_counts_for_the_one_that_lists_its_product(
    house: PackingHouse,
) -> None:
    roll = await house.print_roll(brand="")
    await house.bind("b1", roll[0], roll[9])
    kept, entered = await house.rolls.roll(roll[0].roll), await house.ledger.ordered("b1")
    assert kept and entered and kept.order.brand == entered.order.brand == "brand"
    assert await house.print_roll(brand="") == await house.print_roll() == roll


async def test_it_does_not_matter_which_end_is_scanned_first_nor_how_often(house: PackingHouse) -> None:
    roll = await house.print_roll()
    assert [await house.bind("b1", *ends) for ends in ((roll[9], roll[3]), (roll[3], roll[9]))] == [7, 7]
    assert house.told == [("roll", "roll"), ("bound", "b1")]


async def test_a_roll_fills_several_lots_and_no_label_is_of_two(house: PackingHouse) -> None:
    roll = await house.print_roll()
    await house.bind("b1", roll[0], roll[9], lot="PK1")
    await house.bind("b2", roll[10], roll[19], lot="PK2")
    with pytest.raises(Rejected, match=r"Labels 1 to 10 of this roll are bound to lot PK1"):
        await house.bind("b3", roll[9], roll[9], lot="PK3")
    assert await house.verdicts([roll[9], roll[10]]) == [("issued", "PK1"), ("issued", "PK2")]


async def test_what_is_bound_counts_with_what_was_made_for_the_lot(house: PackingHouse) -> None:
    roll = await house.print_roll()
    await house.issue("r1", 15)
    with pytest.raises(Rejected, match="more than the lot's 100 kg at 5 kg a box; there are 5 left"):
        await house.bind("b1", roll[0], roll[5])
    assert await house.verdicts(roll[:1]) == [("not_active", "")]
    assert await house.bind("b2", roll[0], roll[4]) == 5


async def test_a_held_lot_binds_nothing_and_the_labels_stay_free(house: PackingHouse) -> None:
    roll = await house.print_roll()
    house.grant = replace(GRANTED, granted=False)
    assert await house.bind("b1", roll[0], roll[9]) == 0
    house.grant = GRANTED
    assert await house.bind("b2", roll[0], roll[9], lot="PK2") == 10


async def test_ends_of_two_rolls_or_of_none_are_refused(house: PackingHouse) -> None:
    one, other, made = await house.print_roll("a"), await house.print_roll("b"), await house.issue("r1", 1)
    for last in (other[3], made[0]):
        with pytest.raises(Rejected, match="not labels of one roll"):
            await house.bind("b1", one[0], last)
    with pytest.raises(NotFound):
        await house.bind("b1", one[0], replace(one[1], serial="222222222222"))


async def test_a_roll_is_bound_by_its_own_office_to_its_own_product(house: PackingHouse) -> None:
    roll = await house.print_roll()
    with pytest.raises(Unauthorised):
        await house.bind("b1", roll[0], roll[1], principal=STRANGER)
    with pytest.raises(Rejected, match="printed for"):
        await house.bind("b1", roll[0], roll[1], gtin="09520001000010")
    house.grant = replace(GRANTED, brand_owner=STRANGER.party)
    with pytest.raises(Unauthorised):
        await house.bind("b1", roll[0], roll[1])


async def test_a_request_id_binds_one_stretch_to_one_lot(house: PackingHouse) -> None:
    roll = await house.print_roll()
    await house.bind("b1", roll[0], roll[9])
    for ends, lot in (((roll[0], roll[8]), "PK1"), ((roll[10], roll[19]), "PK1"), ((roll[0], roll[9]), "PK2")):
        with pytest.raises(Rejected, match="request_id was used before"):
            await house.bind("b1", *ends, lot=lot)


async def test_what_is_given_back_may_be_bound_again_and_so_may_the_kilograms(house: PackingHouse) -> None:
    roll = await house.print_roll()
    await house.bind("b1", roll[0], roll[19])
    assert [await house.give_back("x1", roll[8], roll[5]) for _ in range(2)] == [4, 4]
    assert await house.verdicts([roll[4], roll[5], roll[8], roll[9]]) == [
        ("issued", "PK1"), ("not_active", ""), ("not_active", ""), ("issued", "PK1"),
    ]  # fmt: skip
    assert await house.bind("b2", roll[5], roll[8], lot="PK2") == 4
    assert len(await house.issue("r1", 4)) == 4
    with pytest.raises(Rejected, match="more than"):
        await house.issue("r2", 1)
    assert house.told.count(("returned", "x1")) == 1


async def test_what_is_not_bound_cannot_be_given_back(house: PackingHouse) -> None:
    roll = await house.print_roll()
    await house.bind("b1", roll[0], roll[4])
    await house.bind("b2", roll[5], roll[9])
    for first, last in ((10, 12), (4, 5), (9, 10)):
        with pytest.raises(Rejected, match="not all bound to one lot"):
            await house.give_back("x1", roll[first], roll[last])


async def test_fifty_lines_at_once_share_a_roll_and_a_lot_without_passing_either(house: PackingHouse) -> None:
    roll = await house.print_roll(count=150)
    stretches = [(roll[6 * n % 150], roll[6 * n % 150 + 5]) for n in range(50)]  # each stretch is asked for twice
    house.weighs("300")
    asked = [house.bind(f"b{n}", *ends) for n, ends in enumerate(stretches)]
    counts = [one for one in await asyncio.gather(*asked, return_exceptions=True) if not isinstance(one, Rejected)]
    assert counts == [6] * 10  # 10 x 6 x 5 kg = 300 kg
    assert (await house.verdicts(roll)).count(("issued", "PK1")) == 60
    with pytest.raises(Rejected, match="more than"):
        await house.issue("r1", 1)


async def test_fifty_retries_of_one_scan_bind_once(house: PackingHouse) -> None:
    roll = await house.print_roll()
    assert await asyncio.gather(*[house.bind("b1", roll[0], roll[9]) for _ in range(50)]) == [10] * 50
    assert len(await house.issue("r1", 10)) == 10
    with pytest.raises(Rejected, match="more than"):
        await house.issue("r2", 1)


async def test_one_request_id_for_a_scan_and_for_an_order_counts_once_whoever_comes_first(house: PackingHouse) -> None:
    roll = await house.print_roll()
    asked = [house.bind("r1", roll[0], roll[9]), house.issue("r1", 10)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(one, Rejected) for one in answers) == 1
    bound = (await house.verdicts(roll)).count(("issued", "PK1"))
    assert bound in (0, 10) and isinstance(answers[0], Rejected) == (bound == 0)
    assert len(await house.issue("r2", 10)) == 10
    assert await house.start_again() == 0


async def test_a_scan_has_no_labels_to_print_again(house: PackingHouse) -> None:
    roll = await house.print_roll()
    await house.bind("b1", roll[0], roll[9])
    with pytest.raises(NotFound):
        await house.ordered("b1")
