"""What is reported of containers while a thing is in them, and whether it counts for the thing (docs/adr/0117).

A pallet, a bin or a truck is whose goods are in it: of each thing by itself it is asked whether who tells something of
the container had to do with the thing, for whoever put something else in there had not. Things that the same reports
name alike, with the same parties around them, are one load: it is asked once for all of these.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from epcis.computed_once import cached_property
from epcis.events import JOINING
from provenance.graph.concerned import Concerned
from provenance.graph.container_reports import ContainerReports, Part, crowding, documents_of
from provenance.graph.unloading import place_of, rides, takes_off
from provenance.graph.voices import Voices, into, is_about
from provenance.graph.whereabouts import DEEPEST
from provenance.order import order
from provenance.standing import Reported

MOST_ROUNDS = 24
"""Each lets in who was named by what the one before let in: how long a chain of those may be that nobody else names."""


MOST_NESTED_LOOKS = 1_000_000
"""Looks at what is told of containers that one party put containers into, one in the other and round about: beyond it,
a second's work or two, nothing more of what he put in there is followed. A pallet is on a truck, and that is all."""


@dataclass
class Load:
    """Who has to do with a thing, and by them, and besides, what is reported of the containers while it is in them."""

    names: set[str]
    counting: dict[str, Reported] = field(default_factory=dict)
    beside: list[Part] = field(default_factory=list)

    def takes(self, document: Reported, names: Collection[str]) -> None:
        self.counting[document.record_id] = document
        self.names.update(names)

    @cached_property
    def aside(self) -> frozenset[str]:
        """Asked for when all is followed, of each thing that it is the load of."""
        return frozenset(d.record_id for d in documents_of(self.beside) if d.record_id not in self.counting)


_NO_LOAD = Load(set())


_Seen: TypeAlias = set[tuple[str, str, str]]
"""What was followed: a container, the report that put something in there, and what that was."""


class Loads:
    def __init__(self, voices: Voices, concerned: Concerned) -> None:
        self._voices, self._concerned = voices, concerned
        self._of_thing: dict[tuple[str, str], Load] = {}
        self._alike: dict[object, Load] = {}
        self._crowding = crowding(voices)
        self._reports: dict[str, ContainerReports] = {}
        self._looked: Counter[str] = Counter()
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
            load = self._alike[group] = self._settled(Load(set()), thing, [(str(document.event.parent), document)])
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
        names = set[str]() if thing in self._voices.carriers else set(self._concerned.around(thing))
        return self._settled(Load(names), thing, put_in)

    def _settled(self, load: Load, thing: str, put_in: Sequence[tuple[str, Reported]]) -> Load:
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
        by = put_in.first.capturer
        if way in seen or container in inside or len(inside) > DEEPEST or by in self._crowding:
            return
        if len(inside) > 1 and self._looked[by] > MOST_NESTED_LOOKS:
            return
        seen.add(way)
        for before, outer in self._put_before(container, since_ms):
            if self._speaks(load, before, container):
                load.takes(before, self._voices.named(before))
            self._follow(load, outer, (container, *inside), since_ms, before, seen)
        reports = self._reports_on(container)
        of_thing = [*reports.moving.get(inside[0], ()), *self._off(container, inside, put_in)]
        listed = reports.of_all_in_there(load.names, since_ms)
        for document in of_thing:
            if document.event.time_ms >= since_ms and document is not put_in:
                insort(listed, document, key=order)
        self._looked[by] += 1 + len(listed) if len(inside) > 1 else 0
        end = self._walk(load, listed, container, inside, seen)
        load.beside += (one.part(since_ms, end) for one in reports.told if not one.speaks(load.names))

    def _walk(
        self, load: Load, listed: Sequence[Reported], container: str, inside: tuple[str, ...], seen: _Seen
    ) -> Reported | None:
        """Of these, who speaks of the thing has by that to do with it, and all whom he names. What ends it, if
        anything does."""
        for document in listed:
            event = document.event
            if not self._speaks(load, document, container):
                continue
            if not is_about(event, container):
                return document
            load.takes(document, self._voices.named(document))
            if outer := into(event, container):
                self._follow(load, outer, (container, *inside), event.time_ms, document, seen)
            if event.type in JOINING and event.action == "DELETE" and event.parent == container:
                return document
        return None

    def _speaks(self, load: Load, document: Reported, container: str) -> bool:
        known = not load.names.isdisjoint(self._voices.telling(document))
        return known or self._voices.speaks(document, container)

    def _reports_on(self, container: str) -> ContainerReports:
        if (found := self._reports.get(container)) is None:
            found = self._reports[container] = ContainerReports(container, self._voices, self._crowding)
        return found

    def _put_before(self, container: str, since_ms: int) -> Sequence[tuple[Reported, str]]:
        if (found := self._before.get((container, since_ms))) is None:
            found = self._before[container, since_ms] = tuple(self._found_before(container, since_ms))
        return found

    def _found_before(self, container: str, since_ms: int) -> Iterator[tuple[Reported, str]]:
        """What it was in already when the thing came in, and the reports that put it there: where nobody's goods were
        in it yet, whoever put it there is believed that it is there, and is nobody to do with them by that."""
        inside: dict[str, Reported] = {}
        for document in self._reports_on(container).carrying:
            event = document.event
            if event.time_ms >= since_ms:
                break
            if outer := into(event, container):
                inside.setdefault(outer, document)
            else:
                inside.pop(event.parent or "", None)
        for outer, document in inside.items():
            if not self._is_out(container, outer, document, since_ms):
                yield document, outer

    def _is_out(self, thing: str, container: str, put_in: Reported, time_ms: int) -> bool:
        """Whether the container was emptied by then, or the thing received off it."""
        out = (*self._reports_on(container).emptying, *self._off(container, (thing,), put_in))
        return any(put_in.event.time_ms < document.event.time_ms < time_ms for document in out)

    def _off(self, container: str, inside: Sequence[str], put_in: Reported) -> Sequence[Reported]:
        """What takes any of these off a truck, without a word of that."""
        event = put_in.event
        if not rides(inside[0], container, alone=event.type == "AggregationEvent"):
            return ()
        off = {
            document.record_id: document
            for thing in inside
            for document in self._voices.received.get(thing, ())
            if document.event.time_ms > event.time_ms and takes_off(document.event, container, place_of(event))
        }
        return tuple(off.values())
