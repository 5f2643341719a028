"""Kilograms of one thing by spot: amounts move between spots, and none is ever made or dropped by moving."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from provenance.quantities import Kilograms
from provenance.whereabouts import Spot

Preference: TypeAlias = tuple[Callable[[Spot], bool], ...]
"""Where to take an amount from, the likeliest first."""

_GONE = ("used", "lost")


class Ledger:
    """Kilograms by spot; None is some, nobody knows how much."""

    def __init__(self) -> None:
        self.held: dict[Spot, Kilograms] = {}

    def add(self, spot: Spot, kg: Kilograms) -> None:
        before = self.held.get(spot, Fraction(0))
        self.held[spot] = None if before is None or kg is None else before + kg

    def move(self, kg: Kilograms, to: Spot, prefer: Preference) -> None:
        """Move that much, or everything in the first place preferred that holds any, as far as there is any."""
        for wanted in prefer:
            spots = [s for s in self.held if s != to and s.kind not in _GONE and wanted(s)]
            for spot in spots:
                taken = self._take(spot, kg)
                self.add(to, taken)
                if kg is not None:
                    kg -= taken if taken is not None else kg
                    if not kg:
                        return
            if spots and kg is None:
                return

    def _take(self, spot: Spot, kg: Kilograms) -> Kilograms:
        held = self.held[spot]
        if kg is None or (held is not None and held <= kg):
            del self.held[spot]
            return held
        if held is not None:
            self.held[spot] = held - kg
        return kg
