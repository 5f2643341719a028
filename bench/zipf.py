"""Draws by Zipf's law, exponent 1: the second is drawn half as often as the first, the third a third as often."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Zipf(Generic[Thing]):
    """Over `things`, in an order of their own; the same draws for the same seed."""

    def __init__(self, things: Sequence[Thing], *, seed: int = 7) -> None:
        self._random = Random(seed)  # repeatable, and nothing secret
        self._things = list(things)
        self._random.shuffle(self._things)
        self._weights = list(accumulate(1 / rank for rank in range(1, len(self._things) + 1)))

    def draw(self) -> Thing:
        return self._random.choices(self._things, cum_weights=self._weights)[0]

    def __len__(self) -> int:
        return len(self._things)
