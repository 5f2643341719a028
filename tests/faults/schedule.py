"""Which blow comes when: a pure function of the seed. Every kind comes once before any comes again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from random import Random

from tests.faults.gate import PLACES, Place


class Kind(Enum):
    KILL_CAPTURE = "kill -9 of a capture service"
    KILL_PROJECTOR = "kill -9 of the projector"
    KILL_PROJECTOR_IN_WRITE = "kill -9 of the projector in the middle of a write"
    STOP_PROJECTOR_IN_WRITE = "SIGTERM of the projector in the middle of a write"
    KILL_BROKER = "kill -9 of the broker"
    KILL_STORE = "kill -9 of the store"
    KILL_STORE_IN_WRITE = "kill -9 of the store in the middle of a write"
    KILL_ALL = "kill -9 of all of them at once"
    REBALANCE_IN_WRITE = "rebalance in the middle of a write"


@dataclass(frozen=True, slots=True)
class Blow:
    """`after_s` seconds of undisturbed work go before it. `door` and `place` matter to the kinds that have one."""

    kind: Kind
    after_s: float
    door: str
    place: Place


def blows(seed: int) -> Iterator[Blow]:
    """Without end."""
    random = Random(seed)
    while True:
        for kind in random.sample(list(Kind), len(Kind)):
            door = random.choice(("harvest", "harvest", "quality", "shipping"))
            yield Blow(kind, random.uniform(0.05, 0.5), door, random.choice(PLACES))


def schedule(seed: int, rounds: int) -> list[Blow]:
    return list(islice(blows(seed), rounds))
