"""A balance: what there was of something, and what went of it, in kilograms, with the reports that say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from provenance.quantities import known, over

BalanceKind = Literal["run", "lot", "site", "lineage", "plot"]

NONE = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Of `key`: a run, a lot, a lot at `site`, all that came to be a thing (lineage), or a plot's season.

    `there_kg` came in, None where some of that is unknown: then `weighed_kg` is what did come in for sure. Of a plot
    it is what is believed of it. `went_kg` came out
    of a run; was used, labelled, sold or shipped of a lot; was picked on a plot. `counted_kg` is what a stock-take then
    found, None where nobody counted. A run that may still be open is provisional until `provisional_until_ms`.
    `used_kg` is the part of what went of a lot that went into others, None where some was not weighed.
    `twice_kg` is the part of what left a site that may be told twice: as much, from there to there, within hours.
    `instead_kg` is the part of what was picked on a plot that other fruit of the season took the place of.
    `proposed_on` is of a plot's picks that are told of before the plot was proposed for the register.
    `product` is a thing of the product whose production standard says how far scales may differ.
    """

    kind: BalanceKind
    key: str
    site: str = ""
    since_ms: int = 0
    there_kg: Fraction | None = None
    weighed_kg: Fraction = NONE
    went_kg: Fraction = NONE
    twice_kg: Fraction = NONE
    instead_kg: Fraction = NONE
    used_kg: Fraction | None = NONE
    lost_kg: Fraction = NONE
    counted_kg: Fraction | None = None
    provisional_until_ms: int | None = None
    event_ids: tuple[str, ...] = ()
    product: str = ""
    proposed_on: date | None = None

    @property
    def taken_kg(self) -> Fraction:
        return known((self.went_kg, self.lost_kg, self.counted_kg))

    @property
    def excess_kg(self) -> Fraction:
        """How much more there is than there was; nothing where it is not known what there was."""
        return NONE if self.there_kg is None else self.beyond_kg

    @property
    def bears_kg(self) -> Fraction:
        """Of a lot: so much of it may bear labels, for it went into no other and was not lost (domain.md). What was not
        weighed may have been all of it."""
        return NONE if self.used_kg is None else over(self.least_kg, self.used_kg + self.lost_kg)

    @property
    def least_kg(self) -> Fraction:
        """What there was for sure."""
        return self.weighed_kg if self.there_kg is None else self.there_kg

    @property
    def beyond_kg(self) -> Fraction:
        """How much more there is than there was for sure: an unweighed delivery may have been that, and may not."""
        return over(self.taken_kg, self.least_kg)

    @property
    def left_kg(self) -> Fraction | None:
        if self.counted_kg is not None or self.there_kg is None:
            return self.counted_kg
        return over(self.there_kg, self.taken_kg)


def told_in_order(balance: Balance) -> tuple[str, str, str, int]:
    """Sort key: what belongs together stands together, whatever the order of the reports."""
    return balance.kind, balance.key, balance.site, balance.since_ms
