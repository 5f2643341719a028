"""Labels never weigh more than their lot, whoever asks at once and however often."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from services.labels.asking import reserve
from services.labels.domain import Order, Reservation
from tests.services.labels.packing import GRANTED, GTIN, OWNER, PackingHouse
from wire.errors import Rejected


async def test_fifty_orders_each_sent_twice_at_once_fill_the_lot_and_a_retry_gets_the_same_labels(
    house: PackingHouse,
) -> None:
    asked = [house.issue(f"r{n % 25}", 3) for n in range(50)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(one, list | Rejected) for one in answers)
    granted = {n % 25: one for n, one in enumerate(answers) if isinstance(one, list)}
    assert len(granted) == 6  # 6 x 3 x 5 kg = 90 kg; a seventh would make 105 kg
    assert len({label.serial for labels in granted.values() for label in labels}) == 18
    for n, labels in granted.items():
        assert answers[n] == answers[n + 25] == labels == await house.issue(f"r{n}", 3)


async def test_a_claim_that_comes_after_another_lot_took_the_request_gets_no_labels(house: PackingHouse) -> None:
    order = Order("r1", "brand", GTIN, "PK1", 1)
    late = Reservation(order, b"late", 1_000, OWNER, net_g=10_000, lot_g=100_000)
    labels = await house.issue("r1", 20, lot="PK2")
    with pytest.raises(Rejected, match="request_id was used before for another lot"):
        await reserve(late, house.ledger)
    await house.make_void("v1", labels[:1])
    assert await house.issue("r2", 1, lot="PK2") and not await _more(house, 1, lot="PK2"), (
        "one for one, of PK2's weight"
    )
    assert await house.ordered("r1") == labels


async def test_orders_scans_and_voidings_at_once_never_pass_the_lots_mass(house: PackingHouse) -> None:
    roll, made = await house.print_roll(count=50), await house.issue("first", 4)
    asked = [
        *(house.bind(f"b{n}", roll[2 * n], roll[2 * n + 1]) for n in range(15)),
        *(house.issue(f"r{n}", 2) for n in range(15)),
        *(house.make_void(f"v{n % 2}", made[2 * (n % 2) : 2 * (n % 2) + 2]) for n in range(10)),
    ]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(one, list | int | Rejected) for one in answers)
    codes = [*roll, *made, *(label for one in answers if isinstance(one, list) for label in one)]
    out = (await house.verdicts(codes)).count(("issued", "PK1"))
    rest = [await _more(house, n) for n in range(out, 21)]
    assert out + sum(rest) == 20, "100 kg bear 20 boxes of 5 kg, whatever was void"


async def test_fruit_that_bears_labels_of_one_lot_gets_none_of_another_it_is_packed_into(house: PackingHouse) -> None:
    made = await house.issue("r1", 10, lot="PK2")  # 50 kg of 100
    house.grant = replace(GRANTED, made_of={f"{GTIN}/PK2": "49.9", f"{GTIN}/GRADED": "0"})
    with pytest.raises(Rejected, match="made of lot PK2, whose labels are still out"):
        await house.issue("r2", 1)
    roll = await house.print_roll()
    with pytest.raises(Rejected, match="made of lot PK2"):
        await house.bind("b1", roll[0], roll[1])
    await house.make_void("v1", made[:1])
    assert len(await house.issue("r3", 1)) == 1 and await house.bind("b2", roll[0], roll[1]) == 2


async def test_a_lot_that_went_into_another_bears_no_labels_any_more(house: PackingHouse) -> None:
    house.weighs("0")
    with pytest.raises(Rejected, match="went into other goods"):
        await house.issue("r1", 1)


async def _more(house: PackingHouse, n: int, *, lot: str = "PK1") -> bool:
    try:
        return bool(await house.issue(f"more{n}", 1, lot=lot))
    except Rejected:
        return False
