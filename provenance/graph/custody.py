"""How much of a thing is where: its kilograms by spot, after all that was reported of it.

Amounts are moved from where they were to where a report saw them; nothing is ever added or dropped on the way, so the
spots sum to what came in. A lot keeps its name when part of it is shipped, so it may be in several places. What makes
a thing is applied first, whatever the clocks say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from epcis.events import JOINING, Event, Item
from provenance.graph.containment import Containment
from provenance.graph.ledger import Ledger, Preference
from provenance.graph.masses import Masses, counted
from provenance.graph.runs import Run, Runs
from provenance.graph.unloading import empties
from provenance.graph.whereabouts import (
    ARRIVING,
    COUNTING,
    DESTROYED,
    LEAVING,
    NOWHERE,
    SOLD,
    Spot,
    Trails,
    above,
    ends,
    makes,
    moved_to,
    origin,
    place,
    returns,
    says,
    sent_from,
)
from provenance.order import between, in_order
from provenance.quantities import Kilograms, known, summed
from provenance.standing import Reported


def _at(spot: Spot | None) -> Callable[[Spot], bool]:
    return lambda held: spot is not None and held == spot


def _kind(*kinds: str) -> Callable[[Spot], bool]:
    return lambda held: held.kind in kinds


_ANYWHERE: Preference = (_kind("at"), _kind("on_the_way"), _kind("in"), _kind("sold"))
_LOOSE: Preference = (_kind("at"), _kind("on_the_way"), _kind("sold"))
Measure: TypeAlias = Callable[[Item], Kilograms]
"""How much an event names of a thing; None where it does not say."""


class Custody:
    """Follows things through a set of events in force."""

    def __init__(
        self, *, naming: Mapping[str, Sequence[Reported]], containment: Containment, runs: Runs, masses: Masses
    ) -> None:
        self._naming = naming
        self._containment = containment
        self._runs = runs
        self._masses = masses
        self._trails = Trails(naming, containment)
        self._openings: dict[str, list[Reported]] = {}

    def amounts(self, thing: str) -> dict[Spot, Kilograms]:
        """Kilograms of a thing by spot, containers given as where they were last seen. They sum to what came in.

        A lot nobody weighed but everybody counted is followed by its pieces; their kilograms stay unknown.
        """
        ledger = Ledger()
        lot = self._masses.is_lot(thing)
        pieces = self._masses.count(thing) if lot and self._masses.inflow.get(thing) is None else None
        measure = self._masses.weight if pieces is None else counted
        self._make(ledger, thing, pieces)
        for document in self._timeline(thing):
            self._apply(ledger, document.event, thing, measure if lot else _nothing)
        held = ledger.held
        if pieces is None and not any(spot.kind == "in" for spot in held):
            return held
        resolved, aside = Ledger(), self._containment.aside(thing)
        for spot, amount in held.items():
            resolved.add(
                self._trails.at(spot.id, aside=aside) if spot.kind == "in" else spot, amount if pieces is None else None
            )
        return resolved.held

    def _make(self, ledger: Ledger, thing: str, pieces: Kilograms) -> None:
        made = [(self._origin(run, thing), kg) for run, kg in self._masses.parts(thing) if run]
        made += [(place(event), kg) for event, kg in self._masses.begun(thing)]
        whole = self._masses.inflow.get(thing) if pieces is None else pieces
        if whole is not None and any(kg is None for _, kg in made):
            made = [(made[0][0], whole)]
        for spot, kg in made if self._masses.is_lot(thing) else made[:1]:
            ledger.add(spot or NOWHERE, kg)
        if not made:
            ledger.add(NOWHERE, self._masses.inflow.get(thing))

    def _origin(self, run: Run, thing: str) -> Spot | None:
        """Where a run made a thing; what was only seen of a lot, where it was first seen."""
        first = self._naming[thing][0] if run.open_ended else run.documents[-1]
        return place(first.event)

    def _timeline(self, thing: str) -> list[Reported]:
        named = [document for document in self._naming.get(thing, ()) if not _only_makes(document.event, thing)]
        told = {document.record_id: document for document in named}
        told |= {document.record_id: document for run in self._runs.using(thing) for document in run.documents}
        aside = self._containment.aside(thing) if self._containment.stays(thing) else ()
        for _, container, since, until in above(thing, self._containment):
            opened = self._opened(container, since, until)
            told |= {document.record_id: document for document in opened if document.record_id not in aside}
        return in_order(told.values()) if len(told) > len(named) else named

    def _opened(self, container: str, since: int, until: int | None) -> list[Reported]:
        """What ended what was in the container, from and to inclusive. An asset has carried thousands of loads."""
        if container not in self._openings:
            named = self._naming.get(container, ())
            self._openings[container] = [document for document in named if _opens(document.event, container)]
        return between(self._openings[container], since, until)

    def _apply(self, ledger: Ledger, event: Event, thing: str, measure: Measure) -> None:
        runs = [run for run in self._runs.of_event(event) if thing in run.input_keys]
        for run in runs:
            self._use(ledger, event, thing, run, measure)
        if event.type == "TransformationEvent" or any(not run.serialising for run in runs):
            return
        amount = _said(event.items_by_key.get(thing, ()), measure)
        if event.type in JOINING:
            self._aggregate(ledger, event, thing, amount)
        elif ends(event):
            self._end(ledger, event, amount, named=thing in event.object_keys)
        elif event.biz_step in COUNTING and thing in event.object_keys:
            self._count(ledger, event, amount)
        elif thing in event.object_keys or event.parent == thing:
            _see(ledger, event, amount, lot=measure is not _nothing)

    def _use(self, ledger: Ledger, event: Event, thing: str, run: Run, measure: Measure) -> None:
        if Spot("used", run.id) not in ledger:
            weighed = measure is not counted
            used = self._masses.used(run).get(thing) if weighed else _said(run.inputs_by_key[thing], measure)
            if used != 0:
                ledger.move(used, Spot("used", run.id), (self._within(event), _at(place(event)), *_ANYWHERE))

    def _aggregate(self, ledger: Ledger, event: Event, thing: str, amount: Kilograms) -> None:
        """What is on a pallet and joined to a truck is where the pallet is."""
        if event.parent == thing:
            moved = moved_to(event)
            if moved:
                ledger.move(None, moved, _ANYWHERE)
        elif thing not in event.items_by_key and event.children:
            return
        elif event.action != "DELETE" and event.parent:
            if event.action == "ADD" or Spot("in", event.parent) not in ledger:
                wherever = _ANYWHERE if event.type == "AggregationEvent" else _LOOSE
                ledger.move(amount, Spot("in", event.parent), (_at(place(event)), *wherever))
        else:
            inside = _at(Spot("in", event.parent)) if event.parent else _kind("in")
            out = place(event) or self._trails.at(event.parent or "", event.time_ms)
            ledger.move(amount, out, (inside,))

    def _end(self, ledger: Ledger, event: Event, kg: Kilograms, *, named: bool) -> None:
        """The thing, or a container it was in, is no more: sold, gone, or (the container alone) retired."""
        seen = place(event) or NOWHERE
        if says(event, SOLD):
            to = Spot("sold", seen.id, seen.party)
        else:
            gone = named or says(event, DESTROYED)
            to = Spot("lost", seen.id, seen.party) if gone else seen
        ledger.move(kg, to, (_at(place(event)), *_ANYWHERE) if named else (self._within(event),))

    def _count(self, ledger: Ledger, event: Event, amount: Kilograms) -> None:
        """A stock-take counts all there is at a site, in containers too: less than should be there was lost. More was
        there than anybody reported; no mass comes of that (`provenance.balances.of_history` tells it)."""
        here = place(event)
        if here is None or amount is None:
            return

        def stands_here(spot: Spot) -> bool:
            return spot == here or (spot.kind == "in" and self._trails.at(spot.id, event.time_ms) == here)

        there = [held for spot, held in ledger.held.items() if stands_here(spot)]
        if None not in there and (short := known(there) - amount) > 0:
            ledger.move(short, Spot("lost", here.id, here.party), (_at(here), stands_here))

    def _within(self, event: Event) -> Callable[[Spot], bool]:
        """In a container the event names, or in one that was in it then."""
        gone = event.object_keys | event.input_keys if event.inputs else event.object_keys

        def inside(spot: Spot) -> bool:
            return spot.kind == "in" and (
                spot.id in gone
                or any(
                    container in gone and since <= event.time_ms and (until is None or event.time_ms <= until)
                    for _, container, since, until in above(spot.id, self._containment)
                )
            )

        return inside


def _said(items: Iterable[Item], measure: Measure) -> Kilograms:
    amounts = [measure(item) for item in items]
    known = [amount for amount in amounts if amount is not None]
    return summed(known) if known else None


def _nothing(_item: Item) -> Kilograms:
    """One thing is moved whole."""
    return None


def _see(ledger: Ledger, event: Event, kg: Kilograms, *, lot: bool) -> None:
    to = moved_to(event)
    if to is None:
        return
    if event.biz_step in LEAVING:
        ledger.move(kg, to, (_at(origin(event)), *_ANYWHERE))
        return
    coming = (_at(Spot("on_the_way", to.id, to.party)), lambda s: s.kind == "on_the_way" and s.id == to.id)
    if lot and returns(event):
        back = (_at(sent_from(event)), _at(Spot("sold", to.id, to.party)), _kind("sold"))
        ledger.move(kg, to, (*coming, *back, _kind("on_the_way"), *_ANYWHERE))
        return
    here = ledger.at(to)
    if event.biz_step not in ARRIVING and lot and to in ledger:
        if kg is None or here is None or here >= kg:
            return
        kg -= here
    ledger.move(kg, to, (*coming, _kind("on_the_way"), *_ANYWHERE))


def _only_makes(event: Event, thing: str) -> bool:
    return makes(event, thing) and thing not in event.input_keys


def _opens(event: Event, container: str) -> bool:
    """Whether the event ends what was in the container: emptied, sold or destroyed with it, or used."""
    if event.type in JOINING:
        return empties(event, container)
    return ends(event) or container in event.input_keys
