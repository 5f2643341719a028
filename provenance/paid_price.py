"""What the growers of some goods were paid for a kilogram, how much of it is paid for, and what they say of it.

Advance, settlement and dividend are parts of the price of the same kilograms: their yuan add up, their kilograms do
not. A payment's yuan belong to its deliveries by their kilograms; it counts only for goods that its payee brought.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from provenance.case import grower_of
from provenance.history import History
from provenance.payment_standing import Standing
from provenance.payments import Kind, PaidFor
from provenance.picked import shared_picks
from provenance.registry import Registry

FEWEST_POOLED = 5
"""Growers: a price of fewer would tell what one of them was paid."""
MOST_OF_ONE = Fraction(1, 2)
"""Of the kilograms paid for: a price of which more is one grower's would tell what that one was paid."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one grower brought in one event: kilograms, None where not weighed, and its fraction of the goods asked."""

    lots: tuple[str, ...]
    event_id: str
    grower: str
    kilograms: Fraction | None
    fraction: Fraction


@dataclass(frozen=True, slots=True)
class Paid:
    """Fractions are of the goods' mass. `yuan_per_kg` is over what is paid for, `of_all` over everything that was
    brought, None where nothing is paid. `confirmed` and `disputed` are fractions of the yuan. `largest` is what one
    grower brought of what is paid for."""

    growers: int
    largest: Fraction
    covered: Fraction
    settled: Fraction
    yuan_per_kg: Fraction | None
    of_all: Fraction | None
    confirmed: Fraction
    disputed: Fraction

    @property
    def pooled(self) -> bool:
        """Whether the price may be told to anybody."""
        return self.growers >= FEWEST_POOLED and self.largest <= MOST_OF_ONE

    @property
    def undisputed(self) -> Fraction | None:
        """Yuan a kilogram over everything that was brought, of payments to which nobody objects."""
        return None if self.of_all is None else self.of_all * (1 - self.disputed)


@dataclass(slots=True)
class _Account:
    """Of one delivery, while it is summed."""

    yuan: Fraction = Fraction(0)
    confirmed: Fraction = Fraction(0)
    disputed: Fraction = Fraction(0)
    kilograms: defaultdict[Kind, Fraction] = field(default_factory=lambda: defaultdict(Fraction))


def delivered_by(history: History, registry: Registry) -> tuple[Delivered, ...]:
    """Every pick of a back history that has a part in its mass."""
    return tuple(
        Delivered(
            tuple(item.key for item in pick.event.objects),
            pick.event.event_id,
            grower_of(pick, registry),
            pick.kilograms,
            fraction,
        )
        for pick, fraction in shared_picks(history)
    )


def paid(delivered: Sequence[Delivered], payments: Iterable[Standing]) -> Paid:
    """Of payments in force, those to the growers of these deliveries."""
    accounts = [_Account() for _ in delivered]
    for standing in payments:
        if standing.in_force:
            _spread(standing, delivered, accounts)
    per_kg = [(one, account, _weighed(one, account)) for one, account in zip(delivered, accounts, strict=True)]
    by_grower: defaultdict[str, Fraction] = defaultdict(Fraction)
    for one, account, kg in per_kg:
        by_grower[one.grower] += one.fraction * min(Fraction(1), _most(account) / kg) if kg else 0
    covered = _sum(by_grower.values())
    settled = _sum(
        one.fraction * min(Fraction(1), account.kilograms["settlement"] / kg) for one, account, kg in per_kg if kg
    )
    yuan = _sum(one.fraction * account.yuan / kg for one, account, kg in per_kg if kg)
    confirmed = _sum(one.fraction * account.confirmed / kg for one, account, kg in per_kg if kg)
    disputed = _sum(one.fraction * account.disputed / kg for one, account, kg in per_kg if kg)
    growers = {one.grower for one, account in zip(delivered, accounts, strict=True) if account.yuan}
    return Paid(
        len(growers),
        max(by_grower.values()) / covered if covered else Fraction(0),
        covered,
        settled,
        yuan / covered if covered else None,
        yuan if covered else None,
        confirmed / yuan if yuan else Fraction(0),
        disputed / yuan if yuan else Fraction(0),
    )


def _spread(standing: Standing, delivered: Sequence[Delivered], accounts: Sequence[_Account]) -> None:
    payment = standing.payment
    shares = _shares(payment.deliveries)
    for part, share in zip(payment.deliveries, shares, strict=True):
        meant = [n for n, one in enumerate(delivered) if one.grower == payment.payee and _names(part.key, one)]
        whole = _sum(delivered[n].kilograms or Fraction(0) for n in meant)
        for n in meant:
            of_it = (delivered[n].kilograms or Fraction(0)) / whole if whole else Fraction(1, len(meant))
            _add(accounts[n], standing, share * of_it, _kilograms(part, delivered[n], of_it))


def _add(account: _Account, standing: Standing, share: Fraction, kilograms: Fraction) -> None:
    yuan = Fraction(standing.payment.net_yuan) * share
    account.yuan += yuan
    account.kilograms[standing.payment.kind] += kilograms
    if standing.answer is not None:
        account.confirmed += yuan if standing.answer.answer == "confirmed" else 0
        account.disputed += yuan if standing.answer.answer == "disputed" else 0


def _shares(deliveries: Sequence[PaidFor]) -> list[Fraction]:
    """By kilograms where all are told, else equal."""
    told = [each.kilograms for each in deliveries]
    if any(kilograms is None for kilograms in told):
        return [Fraction(1, len(told))] * len(told)
    whole = sum(Fraction(kilograms or 0) for kilograms in told)
    return [Fraction(kilograms or 0) / whole for kilograms in told]


def _kilograms(part: PaidFor, one: Delivered, of_it: Fraction) -> Fraction:
    return Fraction(part.kilograms) * of_it if part.kilograms is not None else one.kilograms or Fraction(0)


def _names(key: str, one: Delivered) -> bool:
    return key == one.event_id or key in one.lots


def _weighed(one: Delivered, account: _Account) -> Fraction:
    """What was brought; where nobody weighed it, what is paid for."""
    return one.kilograms or _most(account)


def _most(account: _Account) -> Fraction:
    return max(account.kilograms.values(), default=Fraction(0))


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction(0))
