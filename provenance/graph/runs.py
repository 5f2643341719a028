"""Transformation runs: what went in and what came out of them.

A run is one event, or all events under one transformation id: a grading run is open for hours. A container that went
in stands for what was in it then. Filling a bin whose content is used as a lot is a run too, and so is taking items out
of their lot.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from epcis.computed_once import cached_property
from epcis.events import Event, Item
from provenance.access.say import tellers
from provenance.graph.containment import Containment, Stay
from provenance.graph.item_lots import ItemLots, Strange
from provenance.graph.makers import believed, of_one_maker
from provenance.order import in_order
from provenance.standing import Reported

RUN_CLOSED = "suyuan:runClosed"
"""True in the event with which a run ends: no more goes in or comes out under its transformation id."""


@dataclass(frozen=True)
class Run:
    """`inputs` and `outputs` as named, in order; a lot tipped in twice is there twice.

    `serialising` where items are of a lot: it was used by as much as they weigh. `open_ended` where they were not
    commissioned but only seen: there may be more, so those nobody weighed do not divide the lot among them. What its
    maker had nothing to do with is `strange`: it is said to be in what was made, and nothing was taken of it.
    """

    id: str
    documents: tuple[Reported, ...]
    inputs: tuple[Item, ...]
    outputs: tuple[Item, ...]
    serialising: bool = False
    open_ended: bool = False
    strange: frozenset[str] = frozenset()

    @cached_property
    def event_ids(self) -> tuple[str, ...]:
        return tuple([document.event.event_id for document in self.documents])

    def ids_naming(self, key: str) -> tuple[str, ...]:
        """Of its events that name a thing. Of a run that only used it, no others need be known; a container that went
        in is named for what was in it."""
        named = tuple([d.event.event_id for d in self.documents if key in d.event.items_by_key])
        return named or self.event_ids

    @cached_property
    def time_ms(self) -> int:
        return max([document.event.time_ms for document in self.documents])

    @property
    def may_go_on(self) -> bool:
        """Whether more may come: it has a transformation id, and no event of it says that it is over."""
        events = [document.event for document in self.documents]
        named = any(event.transformation for event in events)
        return named and not any(event.body.get(RUN_CLOSED) in (True, "true") for event in events)

    @cached_property
    def input_keys(self) -> frozenset[str]:
        return frozenset(self.inputs_by_key)

    @cached_property
    def output_keys(self) -> tuple[str, ...]:
        """Each once, in order."""
        return tuple(dict.fromkeys([item.key for item in self.outputs]))

    @cached_property
    def inputs_by_key(self) -> Mapping[str, Sequence[Item]]:
        found: dict[str, list[Item]] = {}
        for item in self.inputs:
            found.setdefault(item.key, []).append(item)
        return found


class Runs:
    """All runs of events in force, in order, by what went in and by what came out. `told` are those of strangers too:
    whoever reports on goods knows of them."""

    def __init__(
        self,
        documents: Sequence[Reported],
        containment: Containment,
        lots: ItemLots,
        *,
        told: Sequence[Reported],
        strange: Strange,
    ) -> None:
        grouped: defaultdict[str, list[Reported]] = defaultdict(list)
        for document in documents:
            if document.event.type == "TransformationEvent":
                grouped[document.event.transformation or document.event.event_id].append(document)
        by_maker = ((id_, listed) for named, of_all in grouped.items() for id_, listed in _by_maker(named, of_all))
        runs = [_run(id_, listed, containment, lots, strange) for id_, listed in by_maker]
        runs += [_filling(document) for document in documents if containment.is_pooling(document.event)]
        runs, self.strange = believed(runs, told, strange)
        """By thing, the runs that say they made what somebody else did."""
        self.contradicted: Collection[str] = lots.contradictions.keys() - lots.of_item.keys()
        """Items named with several lots, nobody knows which is true."""
        self._made = _made(documents, runs) if lots.of_item else set()
        runs += _serialising(documents, lots, self._made)
        self.all: dict[str, Run] = {run.id: run for run in runs}
        self._making: defaultdict[str, list[Run]] = defaultdict(list)
        self._using: defaultdict[str, list[Run]] = defaultdict(list)
        self._of_event: defaultdict[str, list[Run]] = defaultdict(list)
        self._items: defaultdict[str, list[str]] = defaultdict(list)
        for run in self.all.values():
            for key in run.output_keys:
                self._making[key].append(run)
            for key in run.inputs_by_key:
                if key not in run.strange:
                    self._using[key].append(run)
            for id_ in run.event_ids:
                self._of_event[id_].append(run)
        for item, claim in lots.of_item.items():
            if claim.lot not in self._made:
                self._items[claim.lot].append(item)

    def of_event(self, event: Event) -> Sequence[Run]:
        """The runs it is a part of."""
        return self._of_event.get(event.event_id, ())

    def items(self, lot: str) -> Sequence[str]:
        """What a lot consists of that nobody reported made but as the items of it, and that they are not made of."""
        return [i for i in self._items.get(lot, ()) if not any(run.serialising for run in self.making(i))]

    def making(self, key: str) -> Sequence[Run]:
        return self._making.get(key, ())

    def using(self, key: str) -> Sequence[Run]:
        return self._using.get(key, ())

    def sources(self, key: str) -> Iterator[str]:
        """What a thing was made from, itself left out."""
        return (source for run in self.making(key) for source in run.input_keys if source != key)

    def products(self, key: str) -> Iterator[str]:
        return (item.key for run in self.using(key) for item in run.outputs if item.key != key)


def _by_maker(id_: str, documents: list[Reported]) -> Iterator[tuple[str, list[Reported]]]:
    """Under a transformation id go on who began it, and those at his place; another's is a run of his own."""
    if len({document.first.capturer for document in documents}) == 1:
        yield id_, documents
        return
    makers = of_one_maker(documents, tellers)
    first = min(makers, key=lambda maker: min(document.first for document in maker))
    for maker in makers:
        own = min(document.record_id for document in maker)
        yield id_ if maker is first else f"{id_} {own}", in_order(maker)


def _run(id_: str, documents: Sequence[Reported], containment: Containment, lots: ItemLots, strange: Strange) -> Run:
    """Where a lot comes out and its items are named beside it, they are of the lot and not more of the same."""
    inputs: list[Item] = []
    of_others: set[str] = set()
    for document in documents:
        for named in document.event.inputs:
            found = opened(named, document.event, containment)
            inputs += found
            if named.key in strange.get(document.record_id, ()):
                of_others.update(item.key for item in found)
    outputs = [item for d in documents for item in d.event.outputs]
    whole = {item.key for item in outputs if item.of_class}
    alone = [item for item in outputs if item.key not in lots.of_item or lots.of_item[item.key].lot not in whole]
    return Run(id_, tuple(documents), tuple(inputs), tuple(alone), strange=frozenset(of_others))


def _filling(document: Reported) -> Run:
    """What was put into a bin whose content is a lot."""
    event = document.event
    return Run(event.event_id, (document,), event.children, (Item(str(event.parent), of_class=True),))


def _made(documents: Sequence[Reported], runs: Iterable[Run]) -> set[str]:
    """Everything that came out of a run, and the lots that came into being without one."""
    outputs = {item.key for run in runs for item in run.outputs}
    commissioned = (item for d in documents if d.event.commissions for item in d.event.objects)
    return outputs | {item.key for item in commissioned if item.of_class}


def _serialising(documents: Sequence[Reported], lots: ItemLots, made: Collection[str]) -> Iterator[Run]:
    """Items that came out of no run come out of their lot, except that nobody reported how that was made but they were
    commissioned: those are the beginning."""
    if not lots.of_item:
        return
    begun = {key for document in documents if document.event.commissions for key in document.event.object_keys}
    taken: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for item, claim in lots.of_item.items():
        if item not in made and (claim.lot in made or item not in begun):
            taken[claim.document.event.event_id, claim.lot].append(item)
    found = {claim.document.event.event_id: claim.document for claim in lots.of_item.values()}
    for (id_, lot), items in taken.items():
        outputs = tuple(map(Item, items))
        open_ended = not found[id_].event.commissions
        yield Run(f"{id_} {lot}", (found[id_],), (Item(lot, of_class=True),), outputs, True, open_ended)


def opened(item: Item, event: Event, containment: Containment) -> list[Item]:
    """What a thing stands for when it is used: what was in it, and in that, at the time; else itself."""
    if item.of_class:
        return [item]
    found: list[Item] = []
    seen = {item.key}
    left = [item]
    while left:
        thing = left.pop()
        stays = [s for s in containment.contents(thing.key, event.time_ms) if s.alone and s.thing not in seen]
        seen.update(stay.thing for stay in stays)
        left += [inside(stay) for stay in stays]
        if not stays:
            found.append(thing)
    return found


def inside(stay: Stay) -> Item:
    """What a stay holds, as an amount; one unit of it where there are several."""
    if not stay.of_class:
        return Item(stay.thing)
    uom, quantity = next(iter(stay.packed.items()))
    return Item(stay.thing, quantity if len(stay.packed) == 1 else None, uom, True)
