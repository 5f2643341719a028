"""Runs one act of the labels service and kills it with SIGKILL before each of its store's and topic's steps in turn.

`python -m tests.services.labels.killed MONGO_URL DATABASE ACT` prints, a line a step, what stood after the kill and the
next start, and what the same request was answered then. Forked from a process without threads, so that it is quick.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from provenance.label_link import LabelLink, roll_number
from services.labels.domain import Reservation
from services.labels.mongo import MongoLedger
from services.labels.mongo_rolls import MongoRolls
from services.labels.mongo_voids import MongoVoids
from services.labels.rolls import Roll
from services.labels.voids import Voiding
from tests.services.labels.packing import PackingHouse

_STEPS = {"update_one", "update_many", "insert_many", "find_one"}
Labels = Sequence[LabelLink]


async def _printed(house: PackingHouse, name: str) -> Labels:
    return await house.print_roll(f"roll {name}", 10)


async def _bound(house: PackingHouse, name: str) -> Labels:
    roll = await _printed(house, name)
    await _bind(house, name, roll)
    return roll


async def _made(house: PackingHouse, name: str) -> Labels:
    return await house.issue(f"made {name}", 4, lot=name)


async def _nothing(house: PackingHouse, name: str) -> Labels:
    return ()


async def _issue(house: PackingHouse, name: str, labels: Labels) -> list[str]:
    house.weighs("3000")  # two writes of rows
    return [label.serial for label in await house.issue(f"issue {name}", 501, lot=name)]


async def _bind(house: PackingHouse, name: str, roll: Labels) -> int:
    return await house.bind(f"bind {name}", roll[0], roll[9], lot=name)


async def _return(house: PackingHouse, name: str, roll: Labels) -> int:
    return await house.give_back(f"return {name}", roll[2], roll[4])


async def _void(house: PackingHouse, name: str, made: Labels) -> int:
    return await house.make_void(f"void {name}", made[:2])


Before = Callable[[PackingHouse, str], Awaitable[Labels]]
Act = Callable[[PackingHouse, str, Labels], Awaitable[Any]]
ACTS: dict[str, tuple[Before, Act]] = {
    "issue": (_nothing, _issue),
    "bind": (_printed, _bind),
    "return": (_bound, _return),
    "void": (_made, _void),
}
"""What is done before, and what is killed."""


class Life:
    """Ends with SIGKILL once `left` steps are done; None for a long one."""

    left: int | None = None

    def step(self) -> None:
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left = None if self.left is None else self.left - 1


class Mortal:
    """A collection, each of whose calls is a step."""

    def __init__(self, collection: Any, life: Life) -> None:
        self._collection, self._life = collection, life

    def __getattr__(self, name: str) -> Any:
        if name in _STEPS:
            self._life.step()
        return getattr(self._collection, name)


class MortalHouse(PackingHouse):
    life = Life()

    async def publish(self, reservation: Reservation, serials: Sequence[str]) -> None:
        self.life.step()
        await super().publish(reservation, serials)

    async def publish_roll(self, roll: Roll, serials: Sequence[str]) -> None:
        self.life.step()
        await super().publish_roll(roll, serials)

    async def publish_void(self, voiding: Voiding) -> None:
        self.life.step()
        await super().publish_void(voiding)


def house_of(url: str, database: str) -> tuple[MortalHouse, Any]:
    ledger: Any = MongoLedger(url, database)
    life = Life()
    ledger._lots, ledger._labels = Mortal(ledger._lots, life), Mortal(ledger._labels, life)
    rolls, voids = MongoRolls(Mortal(ledger.rolls, life)), MongoVoids(Mortal(ledger.voids, life))
    house = MortalHouse(ledger, rolls, voids)
    house.life = life
    return house, ledger


def forked(run: Callable[[], Awaitable[None]]) -> bool:
    """Whether it lived to its end."""
    child = os.fork()
    if child == 0:
        asyncio.run(_awaited(run))
        sys.stdout.flush()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status not in (0, signal.SIGKILL):
        sys.exit(f"neither ended nor was killed: {status}")
    return status == 0


async def _awaited(run: Callable[[], Awaitable[None]]) -> None:
    await run()


async def _killed_at(steps: int, url: str, database: str, act: str) -> None:
    name, (before, killed) = f"{act}{steps}", ACTS[act]
    house, _ = house_of(url, database)
    labels = await before(house, name)
    house.life.left = steps
    await killed(house, name, labels)


async def _afterwards(steps: int, url: str, database: str, act: str) -> None:
    name, (before, again) = f"{act}{steps}", ACTS[act]
    house, ledger = house_of(url, database)
    await house.start_again()
    once = await _state(ledger, house, name)
    labels = await before(house, name)
    answers = [await again(house, name, labels) for _ in range(2)]
    twice = await _state(ledger, house, name)
    unfinished = await house.start_again()
    print(json.dumps({"after": once, "answers": answers, "then": twice, "unfinished": unfinished}))


async def _state(ledger: Any, house: PackingHouse, name: str) -> dict[str, int]:
    """Boxes the lot has counted, and labels that say they are its."""
    book = await ledger._lots.find_one({"lot": name}) or {"reserved_g": 0}
    made = [one["_id"] async for one in ledger._labels.find({"lot": name, "void": {"$exists": False}})]
    rolled = [one["_id"] async for one in ledger._labels.find({"request": roll_number(f"roll {name}")})]
    bound = (await house.verdicts([LabelLink("", "", one) for one in rolled])).count(("issued", name))
    return {"counted": book["reserved_g"] // 5_000, "labels": len(made) + bound}


def main(url: str, database: str, act: str) -> None:
    steps, lived = 0, False
    while not lived:
        lived = forked(lambda: _killed_at(steps, url, database, act))  # noqa: B023
        forked(lambda: _afterwards(steps, url, database, act))  # noqa: B023
        steps += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
