"""What of a lot is away, sold or sent: no more than that can come back, and more that does was never there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from provenance.balances.balance import NONE
from provenance.quantities import Kilograms


@dataclass(slots=True)
class Away:
    """Told in the order of the reports. A shipment may be told in two steps (shipping, departing): it went once."""

    is_known: bool = True
    _sold: Fraction = NONE
    _sent: defaultdict[tuple[str, str], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    _back: Fraction = NONE

    def sold(self, kg: Kilograms) -> None:
        self.is_known &= kg is not None
        self._sold += kg or NONE

    def sent(self, site: str, step: str, kg: Kilograms) -> None:
        self.is_known &= kg is not None
        self._sent[site, step] += kg or NONE

    def comes_back(self, kg: Fraction) -> Fraction:
        """How much of this was away."""
        counts = min(kg, max(self.gone - self._back, NONE))
        self._back += counts
        return counts

    @property
    def gone(self) -> Fraction:
        """All that ever went out, come back or not."""
        return self._sold + sum(self._most_by_site(), NONE)

    def _most_by_site(self) -> Iterator[Fraction]:
        for site in {site for site, _ in self._sent}:
            yield max(kg for (where, _), kg in self._sent.items() if where == site)
