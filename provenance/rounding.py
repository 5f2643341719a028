"""Fractions stay exact through a score of mixings, and short through a thousand (ADR 0031)."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeVar

FINEST = 10**120
"""A denominator beyond this is rounded to it: each mixing multiplies denominators, and nobody weighs so finely."""

ROUNDED = Fraction(1, 10**60)
"""What is less than this is left over from rounding."""

Amount = TypeVar("Amount", Fraction, Fraction | None)


def near(value: Amount) -> Amount:
    """The value; rounded to 120 places where it is written more finely than that."""
    if value is None or value.denominator <= FINEST:
        return value
    return Fraction(round(value * FINEST), FINEST)


def whole(shares: dict[str, Fraction]) -> dict[str, Fraction]:
    """Shares that sum to one again after rounding."""
    rounded = {name: near(share) for name, share in shares.items()}
    summed = sum(rounded.values(), Fraction(0))
    return rounded if summed in (0, 1) else {name: share / summed for name, share in rounded.items()}
