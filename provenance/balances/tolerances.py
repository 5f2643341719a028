"""Which balances can be so: by how much scales may differ, as the production standard of the product says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from provenance.balances.balance import Balance
from provenance.registry.records import ProductionStandard, Registry
from provenance.weights import gtin_of

State = Literal["kept", "breached", "provisional", "unknown"]
Finding = Literal["good", "breached", "ahead", "unsure", "twice", "no_yield"]
_MORE: Mapping[State, Finding] = {"kept": "good", "breached": "breached", "provisional": "ahead", "unknown": "unsure"}
"""What it is that more came of something than there was: of a run that is open it came before the rest went in, which
may never be; where not all was weighed, what nobody weighed may have been that, and any amount can be said to."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A balance, the part of what there was that scales may differ by, and whether it can be so."""

    balance: Balance
    tolerance: Fraction
    state: State

    @property
    def finding(self) -> Finding:
        """What it says of the goods."""
        if self.state == "unknown" and self.balance.kind == "plot":
            return "no_yield"
        if self.state == "unknown" and self.balance.there_kg is not None:
            return "twice"
        return _MORE[self.state] if _is_more(self.balance, self.tolerance) else "good"


def weighed(balance: Balance, registry: Registry, now_ms: int, today: date, asked: str) -> Weighed:
    """By the standard of its product today; else of the thing that was asked about, else to the gram."""
    standards = (standard_of(key, registry, today) for key in (balance.product, asked))
    standard = next((found for found in standards if found is not None), None)
    tolerance = Fraction(standard.balance_tolerance) if standard else Fraction(0)
    return Weighed(balance, tolerance, _state(balance, tolerance, now_ms))


def standard_of(key: str, registry: Registry, on: date) -> ProductionStandard | None:
    """The production standard of what has this key, on a day."""
    gtin = gtin_of(key)
    product = registry.product(gtin, on) if gtin else None
    return registry.production_standard(product.production_standard, on) if product else None


def _state(balance: Balance, tolerance: Fraction, now_ms: int) -> State:
    if balance.there_kg is None:
        return "unknown"
    if balance.provisional_until_ms is not None and now_ms < balance.provisional_until_ms:
        return "provisional"
    if not _is_more(balance, tolerance):
        return "kept"
    once = replace(balance, went_kg=balance.went_kg - balance.twice_kg)
    return "breached" if _is_more(once, tolerance) else "unknown"


def _is_more(balance: Balance, tolerance: Fraction) -> bool:
    """More than there was for sure, beyond what scales differ by."""
    return balance.beyond_kg > balance.least_kg * tolerance
