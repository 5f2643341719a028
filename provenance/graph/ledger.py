"""Kilograms of one thing by spot: amounts move between spots, and none is ever made or dropped by moving."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from provenance.graph.whereabouts import Spot
from provenance.quantities import NOTHING, Kilograms, total

Preference: TypeAlias = tuple[Callable[[Spot], bool], ...]
"""Where to take an amount from, the likeliest first."""

_GONE = ("used", "lost")


class Ledger:
    """Kilograms by spot; None is some, nobody knows how much."""

    def __init__(self) -> None:
        self._there: dict[Spot, Kilograms] = {}
        self._gone: dict[Spot, Kilograms] = {}
        """Used or lost: a lot may have gone into a thousand runs, and nothing is moved out of these."""

    @property
    def held(self) -> dict[Spot, Kilograms]:
        return {**self._there, **self._gone}

    def __contains__(self, spot: Spot) -> bool:
        return spot in self._of(spot)

    def at(self, spot: Spot) -> Kilograms:
        """Nothing where none was ever there."""
        return self._of(spot).get(spot, NOTHING)

    def add(self, spot: Spot, kg: Kilograms) -> None:
        amounts = self._of(spot)
        amounts[spot] = total((amounts[spot], kg)) if spot in amounts else kg

    def move(self, kg: Kilograms, to: Spot, prefer: Preference) -> None:
        """Move that much, or everything in the first place preferred that holds any, as far as there is any."""
        elsewhere = [spot for spot in self._there if spot != to]
        for wanted in prefer if elsewhere else ():
            spots = [spot for spot in elsewhere if spot in self._there and wanted(spot)]
            for spot in spots:
                taken = self._take(spot, kg)
                self.add(to, taken)
                if kg is not None:
                    kg -= taken if taken is not None else kg
                    if not kg:
                        return
            if spots and kg is None:
                return

    def _of(self, spot: Spot) -> dict[Spot, Kilograms]:
        return self._gone if spot.kind in _GONE else self._there

    def _take(self, spot: Spot, kg: Kilograms) -> Kilograms:
        held = self._there[spot]
        if kg is None or (held is not None and held <= kg):
            del self._there[spot]
            return held
        if held is not None:
            self._there[spot] = held - kg
        return kg
