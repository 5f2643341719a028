"""Which temperatures goods are to be kept at."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from provenance.cold_chain.asset_days import AssetDay


@dataclass(frozen=True, slots=True)
class Limits:
    """Degrees Celsius, None where open; degree-minutes; minutes after picking, None where none are set."""

    least_c: Fraction | None
    most_c: Fraction | None
    tolerated: Fraction = Fraction(0)
    cool_within: int | None = None

    @property
    def is_set(self) -> bool:
        return self.least_c is not None or self.most_c is not None

    def excess(self, celsius: Fraction) -> Fraction:
        """How far outside of the range, negative below it; 0 inside."""
        if self.most_c is not None and celsius > self.most_c:
            return celsius - self.most_c
        if self.least_c is not None and celsius < self.least_c:
            return celsius - self.least_c
        return Fraction(0)

    def hold(self, day: AssetDay) -> bool:
        """Whether all that was measured on the day was inside."""
        extremes = [value for value in (day.least, day.most) if value is not None]
        return not any(self.excess(value) for value in extremes)


NOT_SET = Limits(None, None)
