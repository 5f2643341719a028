"""Which balances can be so: by how much scales may differ, as the production standard of the product says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from provenance.balance import Balance
from provenance.registry import ProductionStandard, Registry
from provenance.weights import gtin_of

State = Literal["kept", "breached", "provisional", "unknown"]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A balance, the part of what there was that scales may differ by, and whether it can be so."""

    balance: Balance
    tolerance: Fraction
    state: State

    @property
    def is_unsure(self) -> bool:
        """Whether only what nobody weighed keeps it from being a breach: any amount can be said to have been that."""
        least = self.balance.least_kg
        return self.state == "unknown" and self.balance.beyond_kg > least * self.tolerance

    @property
    def is_ahead(self) -> bool:
        """Whether more came out of a run than went in so far: what is still to be tipped in may never be."""
        there = self.balance.there_kg or Fraction(0)
        return self.state == "provisional" and self.balance.excess_kg > there * self.tolerance


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
    return "breached" if balance.excess_kg > balance.there_kg * tolerance else "kept"
