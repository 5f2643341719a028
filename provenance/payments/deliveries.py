"""What was brought: the reports of picking that name certain lots, reports or plots, whichever count now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from epcis.events import Event, picks
from provenance.balances.plot_picks import picked_kg
from provenance.days import day_of
from provenance.graph.crowds import bounded
from provenance.graph.gathering import During, Gathering, Known, TooMuchError
from provenance.histories.history import Pick
from provenance.order import in_order
from provenance.payments.floors import floor_of
from provenance.payments.goods import Delivered, stood_for
from provenance.registry.records import Registry
from provenance.rules.case import grower_of
from provenance.standing import MayDeclare, Reported, nobody, standings
from provenance.weights import NetWeight, nothing_registered


@dataclass(frozen=True, slots=True)
class Brought:
    """One report of picking in force; `reporter` is the party that was first to send it, `former` the ids of reports in
    whose place it counts."""

    pick: Pick
    reporter: str
    former: frozenset[str] = frozenset()

    @property
    def event(self) -> Event:
        return self.pick.event

    @property
    def day(self) -> date:
        return day_of(self.event)

    def delivered(self, registry: Registry) -> Delivered:
        """As payments speak of it; its fraction of any goods is not known here."""
        lots = tuple(item.key for item in self.event.objects)
        grower, floor = grower_of(self.pick, registry), floor_of(self.pick, registry)
        return Delivered(
            lots, self.event.event_id, grower, self.pick.kilograms, Fraction(0), self.day, floor, self.former
        )


def read_deliveries(
    keys: Collection[str], *, may_declare: MayDeclare = nobody, net_weight: NetWeight = nothing_registered
) -> Gathering[tuple[Brought, ...]]:
    """A pure function of the set of reports. Raises TooMuchError; not for how often one is declared wrong."""

    def read(known: Known) -> Gathering[Collection[Reported]]:
        yield from known.ask(keys)
        yield from known.settle()
        while rest := _beside(known):
            if known.bounded:
                raise TooMuchError("very much is reported of what was brought")
            yield from known.ask_rest(rest)
            yield from known.settle()
        return known.documents.values()

    reported = yield from bounded(read, Known(may_declare))
    judged = standings(reported, may_declare=may_declare).values()
    former = stood_for((one.event_id, one.counting) for one in judged)
    standing = in_order(one.document for one in judged if one.in_force and picks(one.document.event.body))
    return tuple(
        Brought(
            Pick(document.event, picked_kg(document.event, net_weight)),
            document.first.capturer,
            former.get(document.event.event_id, frozenset()),
        )
        for document in standing
    )


def _beside(known: Known) -> Sequence[During]:
    """What is left, but for what many say of one report."""
    ids = {document.event.event_id for document in known.documents.values()}
    return [part for part in known.left if part.key not in ids]
