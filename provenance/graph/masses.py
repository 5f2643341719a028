"""How many kilograms came into each thing, and went into and came out of each run: what was reported, else inferred.

The rules of inference are ADR 0031: a thing without a weight weighs an equal part of what is left of its run; a lot
used without saying how much was used up. What was inferred is marked, what cannot be inferred stays None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from epcis.events import Event, Item
from provenance.cycles import components
from provenance.graph.draws import Draws
from provenance.graph.runs import Run, Runs
from provenance.graph.whereabouts import makes
from provenance.quantities import COUNTS, NOTHING, Kilograms, kilograms, known, total
from provenance.rounding import near
from provenance.standing import Reported
from provenance.weights import NetWeight, piece_kg, weigh


class Masses:
    """Masses of the things given and of the runs that made them. `naming` finds the events in force by key."""

    def __init__(
        self, things: Iterable[str], *, runs: Runs, naming: Mapping[str, Sequence[Reported]], net_weight: NetWeight
    ) -> None:
        self._runs = runs
        self._naming = naming
        self._net_weight = net_weight
        self._used: dict[str, dict[str, Kilograms]] = {}
        self._made: dict[str, dict[str, Kilograms]] = {}
        self._totals: dict[str, tuple[Kilograms, Kilograms]] = {}
        self._pieces: dict[str, Decimal | Fraction | None] = {}
        self._lots: dict[str, bool] = {}
        self._begun: dict[str, list[tuple[Event, Kilograms]]] = {}
        self.assumed: dict[str, tuple[str, ...]] = {}
        """By run, in order, the things to which an equal part was given."""
        self.inflow: dict[str, Kilograms] = {}
        self.order = components(sorted(things), self._sources)
        for members in self.order:
            for thing in members:
                self.inflow[thing] = self._inflow(thing)
                self._divide(thing)

    @property
    def draws(self) -> Draws:
        """Made when it is asked for: kept here, it and this would hold each other for the collector to find."""
        return Draws(runs=self._runs, naming=self._naming, weight=self.weight)

    def used(self, run: Run) -> Mapping[str, Kilograms]:
        """Kilograms of each thing that went in, what came out of it under the same name already taken off."""
        self._weigh_run(run)
        return self._used[run.id]

    def made(self, run: Run) -> Mapping[str, Kilograms]:
        self._weigh_run(run)
        return self._made[run.id]

    def put_in(self, run: Run) -> Kilograms:
        """All that went in; None where some of it is unknown."""
        self._weigh_run(run)
        return self._totals[run.id][0]

    def came_out(self, run: Run) -> Kilograms:
        """All that came out; None where some of it is unknown."""
        self._weigh_run(run)
        return self._totals[run.id][1]

    def picked(self, thing: str) -> list[tuple[Event, Kilograms]]:
        """What came into being without being made of anything: harvests (ObjectEvent ADD).

        Of a lot that is used by amount and was picked in crates of its number alone, the crates. An item that is named
        with several lots began nobody knows where.
        """
        if thing in self._runs.contradicted:
            return []
        events = [document.event for document in self._naming.get(thing, ()) if document.event.commissions]
        found = [(event, self.weight(item)) for event in events for item in event.items_by_key.get(thing, ())]
        if found or self._runs.making(thing) or not self.is_lot(thing):
            return found
        crates = ((event, event.items_by_lot.get(thing, ())) for event in events)
        return [(event, total(self.weight(Item(item)) for item in items)) for event, items in crates if items]

    def begun(self, thing: str) -> list[tuple[Event, Kilograms]]:
        """Of what was picked, that which is not what runs made: reported as begun with as much as came out of them, or
        without saying how much, it is the same goods told twice."""
        if thing not in self._begun:
            self._begun[thing] = self._beginnings(thing)
        return self._begun[thing]

    def _beginnings(self, thing: str) -> list[tuple[Event, Kilograms]]:
        picked = self.picked(thing)
        out_of_runs = map(self.made, self._runs.making(thing) if picked else ())
        made = [came_out[thing] for came_out in out_of_runs if thing in came_out]
        if not made:
            return picked
        weighed = [pick for pick in picked if pick[1] is not None]
        told_twice = total(kg for _, kg in weighed) == total(made)
        return weighed if self.is_lot(thing) and not told_twice else []

    def weight(self, item: Item) -> Kilograms:
        """Kilograms an event names of a thing; None where it does not say and no piece of it has a known weight."""
        return weigh(item, self._piece(item.key) if item.uom in COUNTS else None)

    def parts(self, thing: str) -> list[tuple[Run | None, Kilograms]]:
        """What makes it up: what each run put into it, and (None) what was picked into it."""
        parts: list[tuple[Run | None, Kilograms]] = [
            (run, made[thing]) for run in self._runs.making(thing) if thing in (made := self.made(run))
        ]
        begun = [kg for _, kg in self.begun(thing)]
        if begun:
            parts.append((None, total(begun) if self.is_lot(thing) else begun[0]))
        return parts

    def count(self, thing: str) -> Fraction | None:
        """How many pieces a lot was made with, where all who made it counted it in one unit."""
        made = [item for run in self._runs.making(thing) for item in run.outputs if item.key == thing]
        made += [item for event, _ in self.begun(thing) for item in event.items_by_key.get(thing, ())]
        return (total(map(counted, made)) or None) if made else None

    def _sources(self, thing: str) -> Iterable[str]:
        """Of what else the mass is to be known, to know that of a thing."""
        return self._runs.sources(thing)

    def _inflow(self, thing: str) -> Kilograms:
        parts = self.parts(thing)
        weights = [kg for _, kg in parts]
        if not self.is_lot(thing):
            return next((kg for kg in weights if kg is not None), None) if parts else self.weight(Item(thing))
        whole = total(weights) if parts else None
        return self._delivered(thing) if whole is None and not any(run for run, _ in parts) else whole

    def _delivered(self, lot: str) -> Kilograms:
        """Of a lot nobody weighed when it began, what was first weighed of it, unless more of it was used or packed."""
        named = [document.event for document in self._naming.get(lot, ())]
        events = [event for event in named if self._known(event.items_by_key.get(lot, ()))]
        if not events or lot not in events[0].object_keys:
            return None
        there = self._known(events[0].items_by_key[lot])
        used = self._known(item for run in self._runs.using(lot) for item in run.inputs_by_key[lot])
        packed = self._known(i for e in events if e.parent and e.action == "ADD" for i in e.items_by_key[lot])
        return there if there >= max(used, packed) else None

    def _known(self, items: Iterable[Item]) -> Fraction:
        """What those weigh together whose weight is known."""
        return known(map(self.weight, items))

    def _divide(self, lot: str) -> None:
        """Where nobody knows what a piece of a counted lot weighs, each is an equal part of what the lot weighs."""
        whole = self.inflow[lot]
        if whole and self.is_lot(lot) and (count := self.count(lot)) and self._piece(lot) is None:
            self._pieces[lot] = whole / count
            self._begun.pop(lot, None)  # its pieces weigh something now

    def _weigh_run(self, run: Run) -> None:
        if run.id in self._used:
            return
        self._used[run.id] = self._made[run.id] = {}
        self._totals[run.id] = None, None
        used, made = self._taken_out(run) if run.open_ended else self._mixed(run)
        for thing in used.keys() & made.keys():
            _take_off(used, made, thing)
        self._used[run.id], self._made[run.id] = used, made
        put_in = total(used.values())
        self._totals[run.id] = put_in, put_in if run.open_ended else total(made.values())

    def _mixed(self, run: Run) -> tuple[dict[str, Kilograms], dict[str, Kilograms]]:
        used = _by_key((item, self._input(item)) for item in run.inputs)
        if run.serialising and (weighed := total(map(self.weight, run.outputs))) is not None:
            used = dict.fromkeys(used, weighed)
        return used, self._outputs(run, total(used.values()))

    def _taken_out(self, run: Run) -> tuple[dict[str, Kilograms], dict[str, Kilograms]]:
        """Items seen of a lot take from it what they weigh; those nobody weighed take some, nobody knows how much."""
        made = _by_key((item, self.weight(item)) for item in run.outputs)
        return dict.fromkeys(run.input_keys, self._known(run.outputs)), made

    def _input(self, item: Item) -> Kilograms:
        reported = self.weight(item)
        if reported is not None:
            return reported
        if item.quantity is not None:
            return None
        return self._rest(item.key) if item.of_class else self.inflow.get(item.key)

    def _outputs(self, run: Run, put_in: Kilograms) -> dict[str, Kilograms]:
        weighed = [(item, self._weighed_out(item)) for item in run.outputs]
        unknown = [item for item, kg in weighed if kg is None]
        if unknown and put_in is not None:
            left = put_in - sum(kg for _, kg in weighed if kg is not None)
            each = near(max(left, NOTHING) / len(unknown))
            if len(run.outputs) > 1:
                self.assumed[run.id] = tuple(dict.fromkeys(item.key for item in unknown))
            weighed = [(item, each if kg is None else kg) for item, kg in weighed]
        return _by_key(weighed)

    def _weighed_out(self, item: Item) -> Kilograms:
        """What came out of a run; where it does not say, what it was reported as beginning with."""
        said = self.weight(item)
        if said is None and item.of_class and item.quantity is None:
            return total(kg for _, kg in self.picked(item.key)) or None
        return said

    def _rest(self, lot: str) -> Kilograms:
        """What is left of a lot after all amounts taken from it, shared by the uses that did not say how much."""
        came_in = self.inflow.get(lot)
        if came_in is None:
            return None
        taken = [draw.kilograms for draw in self.draws.of(lot)]
        open_uses = sum(1 for kg in taken if kg is None)
        left = max(came_in - known(taken), NOTHING)
        return near(left / max(open_uses, 1)) if left or self.parts(lot) else None

    def taken(self, lot: str) -> Fraction:
        """All that was said to have been taken from it, more than there was or not."""
        return known(draw.kilograms for draw in self.draws.of(lot))

    def _piece(self, thing: str) -> Decimal | Fraction | None:
        if thing not in self._pieces:
            events = [document.event for document in self._naming.get(thing, ())]
            making = [event for event in events if makes(event, thing)]
            time_ms = min((event.time_ms for event in making or events), default=0)
            self._pieces[thing] = piece_kg(thing, making, self._net_weight, time_ms)
        return self._pieces[thing]

    def is_lot(self, thing: str) -> bool:
        if thing not in self._lots:
            documents = self._naming.get(thing, ())
            items = (item for document in documents for item in document.event.items_by_key.get(thing, ()))
            of_items = any(run.serialising for run in self._runs.using(thing))
            self._lots[thing] = next((item.of_class for item in items), of_items)
        return self._lots[thing]


def counted(item: Item) -> Fraction | None:
    """How many pieces an event names; None where it does not count them."""
    kg = kilograms(item.quantity, item.uom, Decimal(1)) if item.uom in COUNTS else None
    return None if kg is None else Fraction(kg)


def _by_key(weighed: Iterable[tuple[Item, Kilograms]]) -> dict[str, Kilograms]:
    grouped: dict[str, Kilograms] = {}
    for item, kg in weighed:
        grouped[item.key] = total((grouped[item.key], kg)) if item.key in grouped else kg
    return grouped


def _take_off(used: dict[str, Kilograms], made: dict[str, Kilograms], thing: str) -> None:
    """A lot that went in and partly came out again was only used by the difference."""
    went_in, came_out = used[thing], made.pop(thing)
    if went_in is None or came_out is None:
        return
    used[thing] = max(went_in - came_out, NOTHING)
    if came_out > went_in:
        made[thing] = came_out - went_in
