"""Everything picked on a plot in a season, of whichever lots: read beside a history, which knows its own lots alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from epcis.events import Event, picked_on
from epcis.identifiers import whole_place
from provenance.graph.crowds import bounded
from provenance.graph.gathering import Gathering, Known, TooMuchError
from provenance.histories.history import Pick
from provenance.order import in_order
from provenance.quantities import COUNTS, Kilograms, total
from provenance.standing import MayDeclare, Reported, nobody, standings
from provenance.weights import NetWeight, nothing_registered, piece_kg, weigh


@dataclass(frozen=True, slots=True)
class PlotSeason:
    """A plot, the whole of it, and a year: no season in which something was picked then began or ends further away."""

    plot: str
    year: int

    @classmethod
    def of(cls, plot: str, on: date) -> PlotSeason:
        """The one in which something was picked on that day."""
        return cls(whole_place(plot), on.year)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(picked_on(self.plot, str(self.year + n)) for n in (-1, 0, 1))


@dataclass(frozen=True, slots=True)
class PlotPicks:
    """What was picked there in and around this year; not all of it where there is too much to be read."""

    season: PlotSeason
    picks: tuple[Pick, ...]
    is_complete: bool = True


def read_plot_picks(
    season: PlotSeason, *, may_declare: MayDeclare = nobody, net_weight: NetWeight = nothing_registered
) -> Gathering[PlotPicks]:
    """Of the reports in force; a pure function of the set of them, as a history is."""

    def read(known: Known) -> Gathering[Collection[Reported]]:
        yield from known.ask(season.keys)
        yield from known.settle()
        return known.documents.values()

    try:
        reported = yield from bounded(read, Known(may_declare))
    except TooMuchError:
        return PlotPicks(season, (), is_complete=False)
    judged = standings(reported, may_declare=may_declare)
    standing = in_order(s.document for s in judged.values() if s.in_force)
    return PlotPicks(season, tuple(_picks(standing, season, net_weight)))


def _picks(documents: Sequence[Reported], season: PlotSeason, net_weight: NetWeight) -> list[Pick]:
    """A correction may have moved one to another plot."""
    keys = set(season.keys)
    events = (document.event for document in documents)
    return [Pick(event, picked_kg(event, net_weight)) for event in events if not keys.isdisjoint(event.picked_keys)]


def picked_kg(event: Event, net_weight: NetWeight) -> Kilograms:
    """What a report of picking brought."""
    return total(
        weigh(item, piece_kg(item.key, [event], net_weight, event.time_ms) if item.uom in COUNTS else None)
        for item in event.objects
    )
