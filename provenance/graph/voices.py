"""Of events in force, looked at once: who tells each, whom it names, what names a thing, and what is a container."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from epcis.events import JOINING, Event
from provenance.access.say import Parties, Say, covers, named, tellers
from provenance.days import day_of
from provenance.graph.unloading import taken_off
from provenance.graph.whereabouts import makes
from provenance.standing import Reported


class Voices:
    """`naming` are the reports on a thing and `received` those that it is where they say by its own number, in order.
    `several` are the things that more than one party reports on."""

    def __init__(self, in_force: Sequence[Reported], parties: Parties) -> None:
        self.in_force, self.parties = in_force, parties
        self.naming: defaultdict[str, list[Reported]] = defaultdict(list)
        self.received: defaultdict[str, list[Reported]] = defaultdict(list)
        for document in in_force:
            for thing in things(document.event):
                self.naming[thing].append(document)
            for item in taken_off(document.event):
                self.received[item.key].append(document)
        self.carriers = _carriers(in_force)
        several = (thing for thing, told in self.naming.items() if len({d.first.capturer for d in told}) > 1)
        self.several = frozenset(several)
        self._keepers: dict[str, str] = {}
        self._telling: dict[str, frozenset[str]] = {}
        self._named: dict[str, frozenset[str]] = {}
        self._speaks: dict[tuple[str, str], bool] = {}

    def telling(self, document: Reported) -> frozenset[str]:
        """Its tellers, and who keeps the place."""
        if (found := self._telling.get(document.record_id)) is None:
            found = self._telling[document.record_id] = self.with_keepers(tellers(document))
        return found

    def named(self, document: Reported) -> frozenset[str]:
        """Whom it names, and who keeps the places."""
        if (found := self._named.get(document.record_id)) is None:
            found = self._named[document.record_id] = self.with_keepers(named(document))
        return found

    def with_keepers(self, names: Iterable[str]) -> frozenset[str]:
        found = set(names)
        for name in tuple(found):
            if name not in self._keepers:
                self._keepers[name] = self.parties.keeper(name)
            found.add(self._keepers[name])
        return frozenset(found - {""})

    def say(self, document: Reported, thing: str) -> Say:
        return self.say_of(document.first.capturer, thing, document.event)

    def say_of(self, party: str, thing: str, event: Event) -> Say:
        return self.parties.say(party, thing, day_of(event))

    def speaks(self, document: Reported, thing: str) -> bool:
        """Whether its reporter may say that of the thing, whoever had to do with it."""
        if (found := self._speaks.get((document.record_id, thing))) is None:
            found = covers(self.say(document, thing), document.event)
            self._speaks[document.record_id, thing] = found
        return found


def things(event: Event) -> frozenset[str]:
    """What a report is about: the goods it names, the lots it says they are of, and what they are in. What sensors
    read is judged with the cold chain."""
    if event.only_reads:
        return frozenset()
    return frozenset((*event.items_by_key, *event.items_by_lot, *([event.parent] if event.parent else ())))


def is_about(event: Event, thing: str) -> bool:
    """Whether it is one of these."""
    told = thing in event.items_by_key or thing in event.items_by_lot or thing == event.parent
    return told and not event.only_reads


def into(event: Event, thing: str) -> str:
    """The container that it is in by this report, "" for none."""
    inside = event.type in JOINING and event.action != "DELETE" and event.parent not in (None, thing)
    return str(event.parent) if inside and thing in event.items_by_key else ""


def bottom_up(containers: Collection[str], naming: Mapping[str, Iterable[Reported]]) -> list[str]:
    """What is in another one before that; of several the same way round whatever came first."""
    found: dict[str, None] = {}
    begun = set[str]()
    left = sorted(containers, reverse=True)
    while left:
        if (container := left[-1]) in begun:
            found.setdefault(left.pop())
            continue
        begun.add(container)
        joining = (d.event for d in naming[container] if d.event.parent == container)
        inside = {item.key for event in joining for item in event.children if item.key in containers}
        left += sorted(inside - begun, reverse=True)
    return list(found)


def _carriers(in_force: Iterable[Reported]) -> frozenset[str]:
    """What things were put into, and nobody made or used as a lot: a pallet, a bin, a truck."""
    events = [document.event for document in in_force]
    parents = {event.parent for event in events if event.type in JOINING and event.children and event.parent}
    lots = {key for event in events for key in parents & event.items_by_key.keys() if _as_lot(event, key)}
    return frozenset(parents - lots)


def _as_lot(event: Event, key: str) -> bool:
    return makes(event, key) or any(item.of_class for item in event.items_by_key[key])
