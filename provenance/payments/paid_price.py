"""What the growers of some goods were paid for a kilogram, how much of it is paid for, and what they say of it.

Advance, settlement and dividend are parts of the price of the same kilograms: their yuan add up, their kilograms do
not. Which deliveries a payment counts for is `goods`, what of it is in doubt and not counted `doubts`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from provenance.payments.doubts import Known, doubts
from provenance.payments.goods import Delivered, parts_of
from provenance.payments.records import Kind
from provenance.payments.standing import Standing

FEWEST_POOLED = 5
"""Growers: a price of fewer would tell what one of them was paid."""
MOST_OF_ONE = Fraction(1, 2)
"""Of the kilograms paid for: a price of which more is one grower's would tell what that one was paid."""


@dataclass(frozen=True, slots=True)
class Paid:
    """Fractions are of the goods' mass. `yuan_per_kg` is over what is paid for, `of_all` over everything that was
    brought, None where nothing is paid. `confirmed` and `disputed` are fractions of these yuan; `doubted` is what is
    reported besides and not counted, in yuan a kilogram of everything. `largest` is what one grower brought of what is
    paid for. `unweighed` is the least a kilogram that was paid, without dispute, for a delivery nobody weighed: no
    average has it, and it may be any part of the goods. None where all were weighed."""

    growers: int
    largest: Fraction
    covered: Fraction
    settled: Fraction
    yuan_per_kg: Fraction | None
    of_all: Fraction | None
    confirmed: Fraction
    disputed: Fraction
    doubted: Fraction = Fraction(0)
    unweighed: Fraction | None = None

    @property
    def pooled(self) -> bool:
        """Whether the price may be told to anybody."""
        return self.growers >= FEWEST_POOLED and self.largest <= MOST_OF_ONE

    @property
    def undisputed(self) -> Fraction | None:
        """Yuan a kilogram over everything that was brought, of payments to which nobody objects."""
        return None if self.of_all is None else self.of_all * (1 - self.disputed)


@dataclass(slots=True)
class Account:
    """Of one delivery: yuan that count, with those that are confirmed and disputed among them, and that do not, in
    doubt; and kilograms paid for, by kind of payment."""

    yuan: Fraction = Fraction(0)
    doubted: Fraction = Fraction(0)
    confirmed: Fraction = Fraction(0)
    disputed: Fraction = Fraction(0)
    kilograms: defaultdict[Kind, Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    def keep(self, yuan: Fraction) -> None:
        """Not more than this; what is over is doubted."""
        if self.yuan > yuan:
            part = yuan / self.yuan
            self.doubted += self.yuan - yuan
            self.yuan, self.confirmed, self.disputed = yuan, self.confirmed * part, self.disputed * part


def paid(delivered: Sequence[Delivered], payments: Iterable[Standing], *, most: Fraction | None = None) -> Paid:
    """Of payments in force, those to the growers of these deliveries. Of more than `most` yuan a kilogram for one
    delivery, the rest is not counted: an average is not reached by paying one for the others."""
    accounts = accounts_of(delivered, payments)
    per_kg = [(one, account, _weighed(one, account)) for one, account in zip(delivered, accounts, strict=True)]
    by_grower: defaultdict[str, Fraction] = defaultdict(Fraction)
    for one, account, kg in per_kg:
        if most is not None:
            account.keep(most * kg)
        by_grower[one.grower] += one.fraction * min(Fraction(1), _most(account) / kg) if kg else 0

    def over_all(amount: Callable[[Account], Fraction]) -> Fraction:
        return _sum(one.fraction * amount(account) / kg for one, account, kg in per_kg if kg)

    covered, yuan, doubtful = _sum(by_grower.values()), over_all(lambda a: a.yuan), over_all(lambda a: a.doubted)
    return Paid(
        growers=len({one.grower for one, account, _ in per_kg if one.fraction and account.yuan}),
        largest=max(by_grower.values()) / covered if covered else Fraction(0),
        covered=covered,
        settled=_sum(
            one.fraction * min(Fraction(1), account.kilograms["settlement"] / kg) for one, account, kg in per_kg if kg
        ),
        yuan_per_kg=yuan / covered if covered else None,
        of_all=yuan if yuan or doubtful else None,
        confirmed=over_all(lambda a: a.confirmed) / yuan if yuan else Fraction(0),
        disputed=over_all(lambda a: a.disputed) / yuan if yuan else Fraction(0),
        doubted=doubtful,
        unweighed=min((_undisputed(account, kg) for one, account, kg in per_kg if one.kilograms is None), default=None),
    )


def accounts_of(delivered: Sequence[Delivered], payments: Iterable[Standing]) -> list[Account]:
    """What is paid for each of these deliveries, in their order."""
    accounts = [Account() for _ in delivered]
    every = list(payments)
    doubted = doubts(every, Known.only(delivered))
    for standing in every:
        if standing.in_force:
            sure = 1 - max((doubt.part for doubt in doubted[standing.payment.id]), default=Fraction(0))
            _spread(standing, delivered, accounts, sure)
    return accounts


def _spread(standing: Standing, delivered: Sequence[Delivered], accounts: Sequence[Account], sure: Fraction) -> None:
    """`sure` is the fraction of the payment that is in no doubt."""
    for part in parts_of(standing.payment, delivered):
        account, yuan = accounts[part.n], Fraction(standing.payment.net_yuan) * part.share
        counted = yuan * sure * (1 - part.beyond)
        account.yuan += counted
        account.doubted += yuan - counted
        account.kilograms[standing.payment.kind] += part.brought if sure else 0
        if standing.answer is not None:
            account.confirmed += counted if standing.answer.answer == "confirmed" else 0
            account.disputed += counted if standing.answer.answer == "disputed" else 0


def _weighed(one: Delivered, account: Account) -> Fraction:
    """What was brought; where nobody weighed it, what is paid for."""
    return one.kilograms or _most(account)


def _undisputed(account: Account, kg: Fraction) -> Fraction:
    return (account.yuan - account.disputed) / kg if kg else Fraction(0)


def _most(account: Account) -> Fraction:
    return max(account.kilograms.values(), default=Fraction(0))


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction(0))
