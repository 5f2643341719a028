"""Which events a history needs, asked for in whole frontiers so that a driver makes few reads.

A generator yields `Wanted` and is sent the documents that name any of those keys, in any role; what it was sent stays
in `Known`. Gathering follows links of void and contradicting reports too: that may read too much, never too little,
and what counts is decided afterwards from the whole set, so the order of arrival cannot matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from epcis.events import Event
from provenance.standing import Reported

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wanted:
    """All documents naming any of these keys are needed: things, certificates, runs, and event ids in both roles."""

    keys: frozenset[str]


Gathering: TypeAlias = Generator[Wanted, Sequence[Reported], T]


class Known:
    """The documents received so far, found by any key they name."""

    def __init__(self) -> None:
        self.documents: dict[str, Reported] = {}
        self.asked: set[str] = set()
        self._naming: defaultdict[str, list[Reported]] = defaultdict(list)
        self._unasked_ids: set[str] = set()

    def naming(self, key: str) -> Sequence[Reported]:
        return self._naming.get(key, ())

    def ask(self, keys: Iterable[str]) -> Gathering[list[Reported]]:
        """The documents that are new. Event ids met so far are asked for along with the keys."""
        fresh = (set(keys) | self._unasked_ids) - self.asked
        self._unasked_ids = set()
        if not fresh:
            return []
        self.asked |= fresh
        return self._receive((yield Wanted(frozenset(fresh))))

    def settle(self) -> Gathering[list[Reported]]:
        """Ask until every event id met, and every id a declaration names, has been asked for."""
        found: list[Reported] = []
        while self._unasked_ids - self.asked:
            found += yield from self.ask(())
        return found

    def _receive(self, documents: Iterable[Reported]) -> list[Reported]:
        new: list[Reported] = []
        for document in documents:
            known = self.documents.get(document.record_id)
            if known is None:
                self._index(document)
                new.append(document)
            elif document.first < known.first:
                self.documents[document.record_id] = document
        return new

    def _index(self, document: Reported) -> None:
        self.documents[document.record_id] = document
        for key in dict.fromkeys(key for _, key in document.event.keys):
            self._naming[key].append(document)
        self._unasked_ids.add(document.event.event_id)
        declaration = document.event.error_declaration
        if declaration is not None:
            self._unasked_ids.update(declaration.corrective_event_ids)


Follow: TypeAlias = Callable[[Event, str], Iterator[str]]
"""The keys to which an event leads from a key it names."""


def closure(known: Known, reached: set[str], seeds: Iterable[str], follow: Follow) -> Gathering[None]:
    """Grow `reached` from the seeds by `follow` until nothing new is reached. Each (event, key) is followed once."""
    frontier = set(seeds) - reached
    reached |= frontier
    while True:
        old = {document.record_id: document for key in frontier for document in known.naming(key)}
        new = yield from known.ask(frontier)
        leads = _leads(old.values(), frontier, follow) | _leads(new, reached, follow)
        frontier = leads - reached
        reached |= frontier
        if not frontier and not new:
            return


def _leads(documents: Iterable[Reported], keys: set[str], follow: Follow) -> set[str]:
    found: set[str] = set()
    for document in documents:
        event = document.event
        for _, key in event.keys:
            if key in keys:
                found.update(follow(event, key))
    return found


def backward(event: Event, key: str) -> Iterator[str]:
    """From an output to the inputs of its run, all events under its transformation id; from an item to its lot."""
    if event.item_lots:
        yield from (lot for item, lot in event.item_lots if item == key)
    if event.type != "TransformationEvent":
        return
    if key == event.transformation:
        yield from (item.key for item in event.inputs)
    elif any(item.key == key for item in event.outputs):
        yield from (item.key for item in event.inputs)
        if event.transformation:
            yield event.transformation


def onward(event: Event, key: str) -> Iterator[str]:
    """From an input to the outputs of its run; from a lot to the items commissioned of it."""
    if event.item_lots:
        yield from (item for item, lot in event.item_lots if lot == key)
    if event.type != "TransformationEvent":
        return
    if key == event.transformation:
        yield from (item.key for item in event.outputs)
    elif any(item.key == key for item in event.inputs):
        yield from (item.key for item in event.outputs)
        if event.transformation:
            yield event.transformation


def inward(event: Event, key: str) -> Iterator[str]:
    """From a container to everything that was ever put into it."""
    if event.type == "AggregationEvent" and event.parent == key and event.action != "DELETE":
        yield from (item.key for item in event.children)
