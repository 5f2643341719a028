"""What is reported of containers while a thing is in them, and whether it counts for the thing (docs/adr/0117).

A pallet, a bin or a truck is whose goods are in it: of each thing by itself it is asked whether who tells something of
the container had to do with the thing, for whoever put something else in there had not. Things that the same reports
name alike, with the same parties around them, are one load: it is asked once for all of these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from epcis.events import JOINING, Event
from provenance.graph.concerned import Concerned
from provenance.graph.unloading import empties, place_of, rides, takes_off
from provenance.graph.voices import Voices, into, is_about
from provenance.graph.whereabouts import DEEPEST
from provenance.order import in_order
from provenance.standing import Reported

MOST_ROUNDS = 24
"""Each lets in who was named by what the one before let in: how long a chain of those may be that nobody else names."""

MOST_LOOKS = 2_000_000
"""Times that a report is looked at for what one party put into containers by reports of their own, about a second's
work: of who says that he put more in there, no container is followed. The least that this takes is 100 reports of his
on a container that all the reports a history reads are about."""


@dataclass(slots=True)
class Load:
    """Who has to do with a thing, and by them, and besides, what is reported of the containers while it is in them."""

    names: set[str]
    counting: dict[str, Reported] = field(default_factory=dict)
    beside: dict[str, Reported] = field(default_factory=dict)

    def admits(self, telling: Collection[str], document: Reported) -> bool:
        return document.record_id in self.counting or not self.names.isdisjoint(telling)

    def takes(self, document: Reported, names: Collection[str]) -> None:
        self.counting[document.record_id] = document
        self.names.update(names)

    @property
    def aside(self) -> frozenset[str]:
        return frozenset(self.beside.keys() - self.counting.keys())


_NO_LOAD = Load(set())


_Seen: TypeAlias = set[tuple[str, str, str]]
"""What was followed: a container, the report that put something in there, and what that was."""


class Loads:
    def __init__(self, voices: Voices, concerned: Concerned) -> None:
        self._voices, self._concerned = voices, concerned
        self._of_thing: dict[tuple[str, str], Load] = {}
        self._alike: dict[object, Load] = {}
        self._crowding = _crowding(voices)
        self._before: dict[tuple[str, int], Sequence[tuple[Reported, str]]] = {}

    def forget(self) -> None:
        """More counts by now."""
        self._of_thing.clear()
        self._alike.clear()

    def of(self, thing: str, put_in: str = "") -> Load:
        """Of a thing; of a container that was put into another one by this report, by that alone."""
        if (found := self._of_thing.get((thing, put_in))) is None:
            group = self._group(thing), put_in
            if (found := self._alike.get(group)) is None:
                found = self._alike[group] = self._loaded(thing, put_in)
            self._of_thing[thing, put_in] = found
        return found

    def put_in(self, document: Reported, container: str) -> Iterator[Load]:
        """Each with what a report puts into a container; of what nothing else is known here, by this report alone."""
        event = document.event
        loads: dict[int, Load] = {}
        joins = event.type in JOINING and event.action != "DELETE" and event.parent == container
        for item in event.children if joins else ():
            thing = item.key
            load = self.of(thing) if self._concerned.is_counted(document, thing) else self._unknown(document, thing)
            loads.setdefault(id(load), load)
        yield from loads.values()

    def _unknown(self, document: Reported, thing: str) -> Load:
        group = document.record_id, self._group(thing)
        if (load := self._alike.get(group)) is None:
            load = self._alike[group] = Load(set())
            load.takes(document, self._voices.named(document))
            self._follow(load, str(document.event.parent), (thing,), document.event.time_ms, document, set())
        return load

    def _group(self, thing: str) -> object:
        """Of what is told and found of the thing itself."""
        told = tuple(
            (id(document), thing in document.event.items_by_key, tuple(document.event.lots_by_item.get(thing, ())))
            for document in self._voices.naming.get(thing, ())
        )
        return told, thing if thing in self._voices.carriers else "/8004/" in thing, self._concerned.state(thing)

    def _loaded(self, thing: str, only: str = "") -> Load:
        """Who has to do with what it is in, while it is in there. Of a container in another one, who put it there."""
        counted = self._concerned.counted(thing)
        put_in = [(c, d) for d in counted if (c := into(d.event, thing)) and only in ("", d.record_id)]
        if not put_in:
            return _NO_LOAD
        load = Load(set() if thing in self._voices.carriers else set(self._concerned.around(thing)))
        for _ in range(MOST_ROUNDS):
            known = len(load.counting), len(load.names)
            load.beside.clear()
            seen: _Seen = set()
            for container, document in put_in:
                load.takes(document, self._voices.named(document))
                self._follow(load, container, (thing,), document.event.time_ms, document, seen)
            if known == (len(load.counting), len(load.names)):
                break
        return load

    def _follow(
        self, load: Load, container: str, inside: tuple[str, ...], since_ms: int, put_in: Reported, seen: _Seen
    ) -> None:
        """What is reported of a container from when the thing came in until somebody who may takes it out, or receives
        it, or what it carries (`inside`: the thing, in what it is, and so on from the innermost last), off a truck."""
        way = container, put_in.record_id, inside[0]
        if way in seen or container in inside or len(inside) > DEEPEST or put_in.first.capturer in self._crowding:
            return
        seen.add(way)
        voices = self._voices
        for before, outer in self._put_before(container, since_ms):
            if load.admits(voices.telling(before), before):
                load.takes(before, voices.named(before))
            self._follow(load, outer, (container, *inside), since_ms, before, seen)
        for document in self._while_in(container, inside, put_in):
            event = document.event
            if event.time_ms < since_ms or document is put_in:
                continue
            speaks = load.admits(voices.telling(document), document) or voices.speaks(document, container)
            if not is_about(event, container):
                if speaks:
                    return
            elif not speaks:
                load.beside[document.record_id] = document
            elif not _is_of_others(event, container, inside[0]):
                load.takes(document, voices.named(document))
                if outer := into(event, container):
                    self._follow(load, outer, (container, *inside), event.time_ms, document, seen)
                if event.type in JOINING and event.action == "DELETE" and event.parent == container:
                    return

    def _put_before(self, container: str, since_ms: int) -> Sequence[tuple[Reported, str]]:
        if (found := self._before.get((container, since_ms))) is None:
            found = self._before[container, since_ms] = tuple(self._found_before(container, since_ms))
        return found

    def _found_before(self, container: str, since_ms: int) -> Iterator[tuple[Reported, str]]:
        """What it was in already when the thing came in, and the reports that put it there: where nobody's goods were
        in it yet, whoever put it there is believed that it is there, and is nobody to do with them by that."""
        inside: dict[str, Reported] = {}
        for document in self._voices.naming.get(container, ()):
            event = document.event
            if event.time_ms >= since_ms:
                break
            if outer := into(event, container):
                inside.setdefault(outer, document)
            elif event.type in JOINING and container in event.items_by_key:
                inside.pop(event.parent or "", None)
        for outer, document in inside.items():
            if not self._is_out(container, outer, document, since_ms):
                yield document, outer

    def _is_out(self, thing: str, container: str, put_in: Reported, time_ms: int) -> bool:
        """Whether the container was emptied by then, or the thing received off it."""
        told = self._while_in(container, (thing,), put_in)
        later = (d.event for d in told if put_in.event.time_ms < d.event.time_ms < time_ms)
        return any(not is_about(event, container) or empties(event, container) for event in later)

    def _while_in(self, container: str, inside: Sequence[str], put_in: Reported) -> Sequence[Reported]:
        """What names a container, in order; of a truck, with what takes these things off it."""
        told, event = self._voices.naming.get(container, ()), put_in.event
        if not rides(inside[0], container, alone=event.type == "AggregationEvent"):
            return told
        off = [
            document
            for thing in inside
            for document in self._voices.received.get(thing, ())
            if document.event.time_ms > event.time_ms and takes_off(document.event, container, place_of(event))
        ]
        return in_order({d.record_id: d for d in (*told, *off)}.values()) if off else told


def _crowding(voices: Voices) -> frozenset[str]:
    """Who put so much into containers that nobody could look at all that is told of them for each."""
    looks: Counter[str] = Counter()
    for document in voices.in_force:
        event = document.event
        if event.type in JOINING and event.parent:
            looks[document.first.capturer] += len(voices.naming[event.parent])
    return frozenset(party for party, many in looks.items() if many > MOST_LOOKS)


def _is_of_others(event: Event, container: str, thing: str) -> bool:
    """Whether it puts other things in there, or takes them out."""
    joins = event.type in JOINING and event.parent == container and bool(event.children)
    return joins and thing not in event.items_by_key
