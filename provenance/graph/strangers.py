"""Which reports are of somebody who had nothing to do with the goods: told, and counted for nothing (docs/adr/0106).

A report counts for a thing if one of its tellers (who sent it in, or the place it was at) had to do with the thing:
made it, is named by a report on it that counts, or has to do with what it is in, what is in it, the lot it is of, its
items. Of a thing nobody made, whoever was first recorded to name it. Besides, whoever the registry gives a say.

A pure function of the set: the documents are always looked at in the same order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from epcis.computed_once import cached_property
from epcis.events import JOINING, Event
from epcis.identifiers import whole_place
from provenance.access.say import Parties, Say, covers, named, tellers
from provenance.graph.makers import had, of_one_maker
from provenance.graph.whereabouts import LEAVING, RECEIVING, makes
from provenance.spans import Span
from provenance.standing import MayDeclare, Reported

MOST_ROUNDS = 24
"""Each lets in who was named by what the one before let in by way of a container or a lot."""


class Strangers:
    """Of events in force, in order. `of` gives, by record id, the things its teller had nothing to do with."""

    def __init__(self, in_force: Sequence[Reported], parties: Parties, may_declare: MayDeclare) -> None:
        self._parties = parties
        self._may_declare = may_declare
        self._in_force = in_force
        self._naming: defaultdict[str, list[Reported]] = defaultdict(list)
        self._concerned: dict[str, set[str]] = {}
        self._left: dict[str, dict[str, Reported]] = {}
        self._keepers: dict[str, str] = {}
        for document in in_force:
            for thing in things(document.event):
                self._naming[thing].append(document)
        for thing, documents in self._naming.items():
            if len({document.first.capturer for document in documents}) > 1:
                self._begin(thing, documents)
        for _ in range(MOST_ROUNDS):
            grown = [self._grow(thing) for thing in list(self._left)]
            if True not in grown:
                break
        self.of: Mapping[str, frozenset[str]] = self._by_document()

    def concerned(self, party: str, event: Event) -> bool:
        """Whether a party had to do with any of what an event names, or is named by it; of what names no goods, it may
        say anything."""
        about = things(event)
        names = chain.from_iterable(self._widened(thing) for thing in about)
        may_say = any(self._say(party, thing) == "all" for thing in about)
        return not about or may_say or party in {*names, *self._with_keepers(_names(event))}

    def concerned_with(self, thing: str, during: Span | None = None) -> frozenset[str]:
        """The parties and places that reports on it name which count: all of them, or of a time, to inclusive."""
        if during is None:
            return frozenset(self._names(thing)) if thing in self._naming else frozenset()
        then = (d for d in self._counted(thing) if during[0] <= d.event.time_ms <= during[1])
        return frozenset[str]().union(*map(named, then))

    def is_named(self, thing: str) -> bool:
        return thing in self._naming

    def counts(self, document: Reported, thing: str) -> bool:
        """Whether it is in force and says something of the thing that counts."""
        in_force = document.record_id in self._in_force_ids
        return in_force and thing in things(document.event) and self._is_counted(document, thing)

    @cached_property
    def _in_force_ids(self) -> frozenset[str]:
        return frozenset(document.record_id for document in self._in_force)

    def hears(self, document: Reported) -> bool:
        """Whether what only reads sensors is told by somebody who had to do with any goods it names, or keeps a place
        it names."""
        measured = [thing for thing in document.event.measured if thing in self._naming]
        telling = self._with_keepers(tellers(document))
        wide = set[str]().union(*map(self._widened, measured), map(self._parties.keeper, document.event.places))
        capturer = document.first.capturer
        return not (measured and telling.isdisjoint(wide)) or any(self._say(capturer, t) == "all" for t in measured)

    def of_void(self, document: Reported) -> frozenset[str]:
        """The same of a report that was taken back."""
        about = things(document.event) & self._naming.keys()
        return frozenset(thing for thing in about if not self._counts(document, thing, self._widened(thing)))

    def _begin(self, thing: str, documents: Sequence[Reported]) -> None:
        """Who made it and whom their reports name, one after the other; most often that is all who report on it."""
        concerned = set[str]().union(*map(named, self._first(thing, documents)))
        left = list(documents)
        while True:
            waiting = []
            for document in left:
                if tellers(document).isdisjoint(concerned) and not _brought(document, thing, concerned):
                    waiting.append(document)
                else:
                    concerned |= named(document)
            if len(waiting) in (0, len(left)):
                break
            left = waiting
        self._concerned[thing] = concerned
        if waiting:
            self._left[thing] = {document.record_id: document for document in waiting}

    def _first(self, thing: str, documents: Sequence[Reported]) -> Sequence[Reported]:
        making = [document for document in documents if makes(document.event, thing)]
        if not making:
            return [min(documents, key=_recorded)]
        groups = of_one_maker([d for d in making if d.event.type == "TransformationEvent"] or making, tellers)
        if len(groups) == 1:
            return groups[0]
        return min(groups, key=lambda group: (*self._doubt(group, thing), min(map(_recorded, group))))

    def _doubt(self, group: Sequence[Reported], thing: str) -> tuple[bool, bool]:
        """Who puts others' reports right made nothing; nor did who never had what it is made of."""
        puts_right = all(self._say(document.first.capturer, thing) == "all" for document in group)
        return puts_right, not self._had_inputs(group)

    def _had_inputs(self, group: Sequence[Reported]) -> bool:
        runs = {document.event.transformation for document in group} - {None}
        names = set[str]().union(*map(tellers, group))
        more = (d for d in self._in_force if d.event.transformation in runs and not names.isdisjoint(tellers(d)))
        making = (*group, *more) if runs else group
        inputs = {key for document in making for key in document.event.input_keys}
        return bool(inputs) and had(making, inputs, self._in_force)

    def _grow(self, thing: str) -> bool:
        """Whether more of what is left counts by now."""
        wide = self._widened(thing)
        now = [document for document in self._left[thing].values() if self._counts(document, thing, wide)]
        self._concerned[thing].update(*map(named, now))
        for document in now:
            del self._left[thing][document.record_id]
        if not self._left[thing]:
            del self._left[thing]
        return bool(now)

    def _counts(self, document: Reported, thing: str, wide: set[str]) -> bool:
        telling, event = tellers(document), document.event
        if not self._with_keepers(telling).isdisjoint(wide) or _brought(document, thing, wide):
            return True
        if covers(self._say(document.first.capturer, thing), event):
            return True
        if event.biz_step in RECEIVING and self._is_open(thing):
            return True
        if event.parent == thing and _is_anybodys(thing):
            return any(self._is_counted(document, item.key) for item in event.children)
        return False

    def _say(self, party: str, thing: str) -> Say:
        return "all" if self._may_declare(party) else self._parties.say(party, thing)

    def _is_open(self, thing: str) -> bool:
        """Whether it was sent without saying to whom: then whoever received it did."""
        sent = (d.event for d in chain(self._counted(thing), self._carrying(thing)) if d.event.biz_step in LEAVING)
        return any(not event.destinations for event in sent)

    def _widened(self, thing: str) -> set[str]:
        """All who have to do with it, by way of others too, and who keeps the places."""
        beside = (self._names(other) for other in self._beside(thing))
        load = (name for document in self._carrying(thing) for name in named(document))
        return self._with_keepers({*self._names(thing), *chain.from_iterable(beside), *load})

    def _names(self, thing: str) -> set[str]:
        if thing not in self._concerned:
            self._concerned[thing] = set[str]().union(*map(named, self._naming.get(thing, ())))
        return self._concerned[thing]

    def _beside(self, thing: str) -> Iterator[str]:
        """The lot it is of and its items, by who has to do with both; and what is in it."""
        for document in self._counted(thing):
            event = document.event
            yield from (lot for lot in event.lots_by_item.get(thing, ()) if self._is_counted(document, lot))
            yield from (item for item in event.items_by_lot.get(thing, ()) if self._is_counted(document, item))
            if event.parent == thing:
                yield from (item.key for item in event.children if self._is_counted(document, item.key))

    def _carrying(self, thing: str) -> Iterator[Reported]:
        """What counts of the containers it is in, while it is in them."""
        for document in self._counted(thing):
            event = document.event
            if event.type in JOINING and event.parent not in (None, thing) and event.action != "DELETE":
                yield from self._until_emptied(str(event.parent), thing, event.time_ms)

    def _until_emptied(self, container: str, thing: str, since_ms: int) -> Iterator[Reported]:
        for document in self._counted(container):
            event = document.event
            if event.time_ms < since_ms:
                continue
            yield document
            takes_out = event.type in JOINING and event.action == "DELETE" and event.parent == container
            if takes_out and (not event.children or thing in event.items_by_key):
                return

    def _counted(self, thing: str) -> Iterator[Reported]:
        left = self._left.get(thing, {})
        return (document for document in self._naming.get(thing, ()) if document.record_id not in left)

    def _is_counted(self, document: Reported, thing: str) -> bool:
        return document.record_id not in self._left.get(thing, {})

    def _with_keepers(self, names: Iterable[str]) -> set[str]:
        found = set(names)
        for name in tuple(found):
            if name not in self._keepers:
                self._keepers[name] = self._parties.keeper(name)
            found.add(self._keepers[name])
        return found - {""}

    def _by_document(self) -> dict[str, frozenset[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for thing, documents in self._left.items():
            for record_id in documents:
                found[record_id].add(thing)
        return {record_id: frozenset(left) for record_id, left in found.items()}


def things(event: Event) -> frozenset[str]:
    """What a report is about: the goods it names, the lots it says they are of, and what they are in. What sensors
    read is judged with the cold chain."""
    if event.only_reads:
        return frozenset()
    return frozenset((*event.items_by_key, *event.items_by_lot, *([event.parent] if event.parent else ())))


def _brought(document: Reported, thing: str, concerned: set[str]) -> bool:
    """Fruit brought into a lot where that is made: a grower reports it for the station."""
    at = document.event.biz_location
    return (
        bool(at) and makes(document.event, thing) and whole_place(str(at)) in concerned and document.event.commissions
    )


def _is_anybodys(container: str) -> bool:
    """A bin or a truck is anybody's who puts his goods in it; the number of a pallet is that of one load."""
    return "/00/" not in container


def _names(event: Event) -> Iterator[str]:
    yield from event.places
    yield from (id_ for _, id_ in (*event.sources, *event.destinations))


def _recorded(document: Reported) -> tuple[object, str]:
    return document.first, document.record_id
