"""Which deliveries a payment is for. Its yuan belong to them by their kilograms, and it counts only for goods that its
payee brought, no further than they weigh."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from provenance.days import day_of
from provenance.histories.history import History
from provenance.histories.picked import picks_of
from provenance.payments.records import PaidFor, Payment
from provenance.registry.records import Registry
from provenance.rules.case import grower_of


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one grower brought in one event: kilograms, None where not weighed, and its fraction of the goods asked, 0
    where that is not known. `floor_yuan` is asked for a kilogram of it by a brand. `former` are the ids of reports in
    whose place this one counts: who paid before the correction named one of them."""

    lots: tuple[str, ...]
    event_id: str
    grower: str
    kilograms: Fraction | None
    fraction: Fraction
    day: date | None = None
    floor_yuan: Decimal | None = None
    former: frozenset[str] = frozenset()

    @property
    def keys(self) -> frozenset[str]:
        """A payment that names one of these speaks of it."""
        return self.former.union((*self.lots, self.event_id))


@dataclass(frozen=True, slots=True)
class Part:
    """What of a payment is for one delivery of its payee: `share` of the yuan, and the kilograms it speaks of, of which
    the grower brought no more than `brought`."""

    n: int
    key: str
    share: Fraction
    claimed: Fraction
    brought: Fraction

    @property
    def beyond(self) -> Fraction:
        """Of the share, the fraction that is for kilograms nobody brought."""
        return 1 - self.brought / self.claimed if self.claimed > self.brought else Fraction(0)


def delivered_by(history: History, registry: Registry) -> tuple[Delivered, ...]:
    """Every pick of a back history, weighed or not."""
    former = former_ids(history)
    return tuple(
        Delivered(
            tuple(item.key for item in pick.event.objects),
            pick.event.event_id,
            grower_of(pick, registry),
            pick.kilograms,
            fraction,
            day_of(pick.event),
            former=former.get(pick.event.event_id, frozenset()),
        )
        for pick, fraction in picks_of(history)
    )


def former_ids(history: History) -> Mapping[str, frozenset[str]]:
    """Of each report that counts in the place of others, their ids."""
    return stood_for((step.event_id, step.counting) for step in history.steps if not step.in_force)


def stood_for(counting: Iterable[tuple[str, Iterable[str]]]) -> Mapping[str, frozenset[str]]:
    """The same of event ids, each with those that count now."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for id_, after in counting:
        for one in after:
            found[one].add(id_)
    return {one: frozenset(ids - {one}) for one, ids in found.items()}


def parts_of(payment: Payment, delivered: Sequence[Delivered]) -> Iterator[Part]:
    """In the order in which the payment names them."""
    meant = _meant(payment, delivered)
    claims = [_claimed(part, these, delivered) for part, these in zip(payment.deliveries, meant, strict=True)]
    for part, these, claimed, share in zip(payment.deliveries, meant, claims, _shares(claims), strict=True):
        weights = [delivered[n].kilograms or Fraction(0) for n in these]
        for n, kg in zip(these, weights, strict=True):
            of_it = kg / sum(weights) if any(weights) else Fraction(1, len(these))
            spoken_of = kg if claimed is None else claimed * of_it
            weighed = delivered[n].kilograms is not None
            yield Part(n, part.key, share * of_it, spoken_of, min(kg, spoken_of) if weighed else spoken_of)


def is_split_blindly(payment: Payment, delivered: Sequence[Delivered]) -> bool:
    """Whether it names several deliveries, and of one nobody knows the kilograms it would have its yuan by."""
    if len(payment.deliveries) < 2:
        return False
    meant = _meant(payment, delivered)
    return any(_claimed(part, n, delivered) is None for part, n in zip(payment.deliveries, meant, strict=True))


def _meant(payment: Payment, delivered: Sequence[Delivered]) -> list[list[int]]:
    """Of each delivery that the payment names, where it is among those of its payee."""
    found: dict[str, list[int]] = {part.key: [] for part in payment.deliveries}
    for n, one in enumerate(delivered):
        if one.grower == payment.payee:
            for key in found.keys() & one.keys:
                found[key].append(n)
    return [found[part.key] for part in payment.deliveries]


def _claimed(part: PaidFor, meant: Iterable[int], delivered: Sequence[Delivered]) -> Fraction | None:
    """As told, else all that was brought."""
    if part.kilograms is not None:
        return Fraction(part.kilograms)
    return sum((delivered[n].kilograms or Fraction(0) for n in meant), Fraction(0)) or None


def _shares(claims: Sequence[Fraction | None]) -> list[Fraction]:
    """By kilograms where all are known, else equal."""
    whole = sum((claim or Fraction(0) for claim in claims), Fraction(0))
    if None in claims:
        return [Fraction(1, len(claims))] * len(claims)
    return [(claim or Fraction(0)) / whole for claim in claims]
