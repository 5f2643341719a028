"""A thousand codes in one call, each answered as it is alone; ten thousand that somebody made, none of them ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

import pytest

from provenance.label_link import LabelLink, roll_number, serial, short_code_for_people
from services.labels import handlers
from services.labels.bulk import MAX_CODES, check_all, named_serial
from services.labels.domain import Checked, Issued, Order, Reservation, Series
from services.labels.rolls import Part, Roll, RollOrder
from tests.provenance.labels.cheats import GTIN, ISSUER, KEY, URL, cheats, link_of
from tests.services.labels.memory_ledger import MemoryLedger, MemoryRolls
from wire.errors import Rejected, Transient

ROLL = roll_number("roll")
KEYS = {KEY.key_id: KEY.private.public_key()}
CHECK: Any = partial(handlers.check, public_url=URL, issuer=ISSUER, keys=KEYS, revoked_ms={})


@dataclass
class CountedLedger(MemoryLedger):
    """Counts how often it is asked."""

    reads: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    async def issued_all(self, serials: Sequence[str]) -> list[Issued]:
        self.reads += 1
        return await super().issued_all(serials)


@dataclass
class CountedRolls(MemoryRolls):
    reads: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    async def roll(self, number: str) -> Roll | None:
        self.reads += 1
        return await super().roll(number)


@dataclass
class World:
    ledger: CountedLedger = field(default_factory=CountedLedger)
    rolls: CountedRolls = field(default_factory=CountedRolls)

    async def one(self, code: str) -> Checked:
        answer: Checked = await CHECK(code, ledger=self.ledger, rolls=self.rolls)
        return answer

    async def all(self, codes: Sequence[str]) -> list[Checked]:
        return await check_all(codes, check=CHECK, ledger=self.ledger, rolls=self.rolls)


@pytest.fixture
async def world() -> World:
    made = World()
    for lot, roll, seed in (("PK1", "", b"lot"), ("", ROLL, b"roll")):
        await made.ledger.serials(Series(roll or "r1", "brand", GTIN, lot, roll, 200, seed, 1))
    # Of the roll the first hundred labels are bound.
    bound = Reservation(Order("bound", "brand", GTIN, "L1", 100), b"", 1, "owner", act="bound")
    parts = (Part(bound, 0, 99, settled=True),)
    await made.rolls.print(Roll(RollOrder("roll", "brand", GTIN, 200), b"roll", "owner", 1, True, parts))
    await made.ledger.make_void([serial(b"lot", 5), serial(b"roll", 6)], "void")
    return made


def labels() -> list[LabelLink]:
    of_lot = [LabelLink(GTIN, "PK1", serial(b"lot", n)) for n in range(200)]
    return of_lot + [LabelLink(GTIN, "", serial(b"roll", n), ROLL) for n in range(200)]


async def test_a_thousand_codes_are_answered_as_each_is_alone_and_in_their_order(world: World) -> None:
    links = [link_of(label) for label in labels()]
    codes = links + [short_code_for_people(label.serial) for label in labels()] + [f"{one}x" for one in links[:190]]
    codes += ["", "/", "23456789ABCD", "https://evil.example", "\0", "/21/", f"{URL}/01/{GTIN}/21/", "溯源", *links[:2]]
    Random(1).shuffle(codes)
    assert len(codes) == MAX_CODES
    answers = await world.all(codes)
    assert answers == [await world.one(code) for code in codes]
    assert {one.verdict for one in answers} == {"issued", "void", "not_active", "not_ours"}


async def test_the_ledger_is_asked_once_for_fifty_and_once_for_a_roll(world: World) -> None:
    await world.all([link_of(label) for label in labels()])
    assert (world.ledger.reads, world.rolls.reads) == (8, 1)


async def test_more_than_a_thousand_are_asked_for_in_several_calls(world: World) -> None:
    with pytest.raises(Rejected, match="at most 1000"):
        await world.all(["x"] * (MAX_CODES + 1))
    assert await world.all([]) == []


async def test_a_ledger_that_is_away_is_said_to_be(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(serials: Sequence[str]) -> list[Issued]:
        raise Transient("away")

    monkeypatch.setattr(world.ledger, "issued_all", away)
    with pytest.raises(Transient):
        await world.all([link_of(label) for label in labels()])


def test_a_code_names_the_serial_that_is_looked_up_for_it() -> None:
    for label in labels():
        assert named_serial(link_of(label)) == label.serial == named_serial(short_code_for_people(label.serial))


async def test_ten_thousand_labels_that_somebody_made_of_true_ones_are_none_of_ours(world: World) -> None:
    tried, passed = 0, []
    for at, label in enumerate([*labels()[10:24], *labels()[210:224]]):
        made = list(cheats(Random(at), label, 17))
        for start in range(0, len(made), MAX_CODES):
            part = made[start : start + MAX_CODES]
            answers = await world.all([link for _, link in part])
            passed += [one for one, answer in zip(part, answers, strict=True) if answer.verdict != "not_ours"]
        tried += len(made)
    assert tried >= 10_000
    assert passed == []


async def test_short_codes_that_somebody_made_up_are_none_of_ours(world: World) -> None:
    made = [serial(b"made up", n) for n in range(MAX_CODES)]
    assert {one.verdict for one in await world.all(made)} == {"not_ours"}


async def test_what_our_own_key_signed_and_the_ledger_never_issued_is_none_of_ours(world: World) -> None:
    issued = labels()[10]
    stolen = [
        LabelLink(GTIN, "PK1", serial(b"stolen", 1)),
        LabelLink(GTIN, "PK2", issued.serial),
        LabelLink(GTIN, "", issued.serial, ROLL),
        LabelLink("09520001000027", "PK1", issued.serial),
    ]
    assert {one.verdict for one in await world.all([link_of(label) for label in stolen])} == {"not_ours"}
