"""Transformation runs: what went in and what came out of them.

A run is one event, or all events under one transformation id: a grading run is open for hours. A container that went
in stands for what was in it then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from epcis.events import Event, Item
from provenance.containment import Containment, Stay
from provenance.order import in_order
from provenance.standing import Reported


@dataclass(frozen=True)
class Run:
    """`inputs` and `outputs` as named, in order; a lot tipped in twice is there twice.

    `serialising` where items were commissioned of a lot: it was used by as much as they weigh.
    """

    id: str
    documents: tuple[Reported, ...]
    inputs: tuple[Item, ...]
    outputs: tuple[Item, ...]
    serialising: bool = False

    @property
    def event_ids(self) -> tuple[str, ...]:
        return tuple(document.event.event_id for document in self.documents)

    @property
    def time_ms(self) -> int:
        return max(document.event.time_ms for document in self.documents)

    @cached_property
    def input_keys(self) -> frozenset[str]:
        return frozenset(self.inputs_by_key)

    @cached_property
    def inputs_by_key(self) -> Mapping[str, Sequence[Item]]:
        found: dict[str, list[Item]] = {}
        for item in self.inputs:
            found.setdefault(item.key, []).append(item)
        return found


class Runs:
    """All runs of a set of events in force, by what went in and by what came out."""

    def __init__(self, documents: Sequence[Reported], containment: Containment) -> None:
        grouped: defaultdict[str, list[Reported]] = defaultdict(list)
        for document in in_order(d for d in documents if d.event.type == "TransformationEvent"):
            grouped[document.event.transformation or document.event.event_id].append(document)
        self.all: dict[str, Run] = {id_: _run(id_, listed, containment) for id_, listed in grouped.items()}
        self.all |= {run.id: run for run in _serialising(documents)}
        self._making: defaultdict[str, list[Run]] = defaultdict(list)
        self._using: defaultdict[str, list[Run]] = defaultdict(list)
        for run in self.all.values():
            for key in dict.fromkeys(item.key for item in run.outputs):
                self._making[key].append(run)
            for key in dict.fromkeys(item.key for item in run.inputs):
                self._using[key].append(run)

    def making(self, key: str) -> Sequence[Run]:
        return self._making.get(key, ())

    def using(self, key: str) -> Sequence[Run]:
        return self._using.get(key, ())

    def sources(self, key: str) -> Iterator[str]:
        """What a thing was made from, itself left out."""
        return (source for run in self.making(key) for source in run.input_keys if source != key)

    def products(self, key: str) -> Iterator[str]:
        return (item.key for run in self.using(key) for item in run.outputs if item.key != key)


def _run(id_: str, documents: Sequence[Reported], containment: Containment) -> Run:
    inputs = [item for d in documents for named in d.event.inputs for item in opened(named, d.event, containment)]
    outputs = [item for d in documents for item in d.event.outputs]
    return Run(id_, tuple(documents), tuple(inputs), tuple(outputs))


def _serialising(documents: Sequence[Reported]) -> Iterator[Run]:
    """Commissionings of items of lots that were reported made; of any other lot they are the beginning."""
    commissioned = [document for document in documents if document.event.item_lots]
    made = {item.key for d in documents for item in _made(d.event) if item.of_class} if commissioned else set()
    for document in commissioned:
        listed = [(item, lot) for item, lot in document.event.item_lots if lot in made]
        if listed:
            lots = dict.fromkeys(lot for _, lot in listed)
            inputs = tuple(Item(lot, of_class=True) for lot in lots)
            outputs = tuple(Item(item) for item, _ in listed)
            yield Run(document.event.event_id, (document,), inputs, outputs, serialising=True)


def _made(event: Event) -> tuple[Item, ...]:
    if event.type == "TransformationEvent":
        return event.outputs
    return event.objects if event.type == "ObjectEvent" and event.action == "ADD" else ()


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
