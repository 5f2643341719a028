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

from epcis.events import ITEMS, Event, items_of
from provenance.standing import Reported

T = TypeVar("T")

MOST_EVENTS = 20_000
MOST_NAMES = 500_000
MOST_JUDGED = 200_000
"""What one history may read, and name, and judge again as it grows: events, names in them, events times judgements."""

MOST_OF_ITEMS = 5_000
"""Reports about the boxes of a lot that are read to see whether they weigh more than it: its origin is told anyway."""

_ELSEWHERE = frozenset({"site", "device"})
"""Roles in which an event names where or with what it was seen, and not what it is about."""


class TooMuchError(Exception):
    """The history would take more work than one caller may ask for; the message says so to him."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """All documents naming any of these keys are needed: things, certificates, runs, and event ids in both roles.

    Those that name one only as a site or a device may be sent too, and are not taken. Where there are more than can be
    read, TooMuchError is thrown in instead.
    """

    keys: frozenset[str]


Gathering: TypeAlias = Generator[Wanted, Sequence[Reported], T]


class Known:
    """The documents received so far, found by any key they name."""

    def __init__(self) -> None:
        self.documents: dict[str, Reported] = {}
        self.asked: set[str] = set()
        self.changes = 0
        """How often a document came or was found to be recorded earlier."""
        self._naming: defaultdict[str, list[Reported]] = defaultdict(list)
        self._unasked_ids: set[str] = set()
        self._names = 0
        self._judged = 0

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

    def ask_with_items(self, keys: Iterable[str], lot: str) -> Gathering[bool]:
        """The keys, and in the same read what names the items of a lot. False where that was too much to be read."""
        fresh, items = set(keys) - self.asked, items_of(lot)
        self.asked |= {*fresh, items}
        try:
            found = yield Wanted(frozenset({*fresh, items}))
            few = len(found) <= MOST_OF_ITEMS
        except TooMuchError:
            few = False
        self._receive(found if few else (yield Wanted(frozenset(fresh))))
        return few

    def settle(self) -> Gathering[list[Reported]]:
        """Ask until every event id met, and every id a declaration names, has been asked for."""
        found: list[Reported] = []
        while self._unasked_ids - self.asked:
            found += yield from self.ask(())
        return found

    def judge(self) -> Iterable[Reported]:
        """All documents, for one more judgement of them. Raises TooMuchError."""
        self._judged += len(self.documents)
        if self._judged > MOST_JUDGED:
            raise TooMuchError("this is packed and unpacked too deeply to be followed; ask for something it went into")
        return self.documents.values()

    def _receive(self, documents: Iterable[Reported]) -> list[Reported]:
        """Takes what is about something asked for; an event merely seen at a site that was asked for is not."""
        new: list[Reported] = []
        for document in documents:
            known = self.documents.get(document.record_id)
            if known is None and not self._about_asked(document.event):
                continue
            if known is None:
                self._index(document)
                new.append(document)
            elif document.first < known.first:
                self.documents[document.record_id] = document
                self.changes += 1
        return new

    def _about_asked(self, event: Event) -> bool:
        return any(key in self.asked and role not in _ELSEWHERE for role, key in event.keys)

    def _index(self, document: Reported) -> None:
        self.documents[document.record_id] = document
        self.changes += 1
        self._names += len(document.event.keys)
        if len(self.documents) > MOST_EVENTS or self._names > MOST_NAMES:
            raise TooMuchError(f"more than {MOST_EVENTS:,} events or {MOST_NAMES:,} names in them tell of this")
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
    yield from event.lots_by_item.get(key, ())
    if event.type != "TransformationEvent":
        return
    if key == event.transformation:
        yield from event.input_keys
    elif key in event.output_keys:
        yield from event.input_keys
        if event.transformation:
            yield event.transformation


def onward(event: Event, key: str) -> Iterator[str]:
    """From an input to the outputs of its run; from a lot to the items of it."""
    yield from event.items_by_lot.get(key.removesuffix(ITEMS), ())
    if is_lot(key):
        yield items_of(key)
    if event.type != "TransformationEvent":
        return
    if key == event.transformation:
        yield from event.output_keys
    elif key in event.input_keys:
        yield from event.output_keys
        if event.transformation:
            yield event.transformation


def is_lot(key: str) -> bool:
    """Whether a lot's items may be named with it: it has a GTIN."""
    return "/01/" in key and "/10/" in key and "/21/" not in key and not key.endswith(ITEMS)


def inward(event: Event, key: str) -> Iterator[str]:
    """From a container to everything that was ever put into it or joined to it; from the items of a lot to each."""
    if key.endswith(ITEMS):
        yield from event.items_by_lot.get(key.removesuffix(ITEMS), ())
    if event.type in ("AggregationEvent", "AssociationEvent") and event.parent == key and event.action != "DELETE":
        yield from (item.key for item in event.children)
