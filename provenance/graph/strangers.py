"""Which reports are of somebody who had nothing to do with the goods: told, and counted for nothing (docs/adr/0106).

A report counts for a thing if one of its tellers (who sent it in, or the place it was at) had to do with the thing:
made it, is named by a report on it that counts, or has to do with what it is in, or with the lot it is of. Of a thing
nobody made, whoever was first recorded to name it. Besides, whoever the registry gives a say.

A pallet, a bin or a truck is whose goods are in it: what is reported of it counts for each of these by itself
(`aside`), for whoever put something else in it, or named it before, had nothing to do with them (docs/adr/0117).

A pure function of the set: the documents are always looked at in the same order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from epcis.computed_once import cached_property
from epcis.events import JOINING, Event
from epcis.identifiers import whole_place
from provenance.access.say import Parties, Say, covers, named, tellers
from provenance.days import day_of
from provenance.graph.makers import begins, had, ingredients, of_one_maker
from provenance.graph.unloading import empties, place_of, rides, taken_off, takes_off
from provenance.graph.whereabouts import DEEPEST, LEAVING, RECEIVING, makes
from provenance.order import in_order
from provenance.spans import Span
from provenance.standing import Reported

MOST_ROUNDS = 24
"""Each lets in who was named by what the one before let in by way of a container or a lot."""


@dataclass(slots=True)
class _Load:
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


_NO_LOAD = _Load(set())


class Strangers:
    """Of events in force, in order. `of` gives, by record id, the things its teller had nothing to do with."""

    def __init__(self, in_force: Sequence[Reported], parties: Parties) -> None:
        self._parties = parties
        self._in_force = in_force
        self._naming: defaultdict[str, list[Reported]] = defaultdict(list)
        self._concerned: dict[str, set[str]] = {}
        self._left: dict[str, dict[str, Reported]] = {}
        self._keepers: dict[str, str] = {}
        self._aside: dict[tuple[str, str], frozenset[str]] = {}
        self._loads: dict[str, _Load] = {}
        self._needs: dict[tuple[str, str], frozenset[str]] = {}
        """By report and thing, what somebody has to have had for his report of making it to count."""
        self._received: defaultdict[str, list[Reported]] = defaultdict(list)
        for document in in_force:
            for thing in things(document.event):
                self._naming[thing].append(document)
            for item in taken_off(document.event):
                self._received[item.key].append(document)
        self._carriers = _carriers(in_force)
        several = {thing for thing, told in self._naming.items() if len({d.first.capturer for d in told}) > 1}
        for thing in several - self._carriers:
            self._begin(thing, self._naming[thing])
        for _ in range(MOST_ROUNDS):
            grown = [self._grow(thing) for thing in list(self._left)]
            self._loads.clear()
            if True not in grown:
                break
        self._share(several & self._carriers)
        self.of: Mapping[str, frozenset[str]] = self._by_document()

    def concerned(self, party: str, event: Event) -> bool:
        """Whether a party had to do by then with any of what an event names, or is named by it; of what names no goods,
        it may say anything."""
        about = things(event)
        names = (
            name for thing in about for d in self._about(thing) if d.event.time_ms <= event.time_ms for name in named(d)
        )
        may_say = any(self._say_of(party, thing, event) == "all" for thing in about)
        return not about or may_say or party in self._with_keepers((*names, *_names(event)))

    def _about(self, thing: str) -> Iterator[Reported]:
        """What counts of it, and of the lot it is of."""
        for one in (thing, *self._lots(thing)):
            yield from self._counted(one)

    def concerned_with(self, thing: str) -> frozenset[str]:
        """The parties and places that reports on it name which count."""
        return frozenset(self._names(thing)) if thing in self._naming else frozenset()

    def concerned_aboard(self, thing: str, container: str, during: Span) -> frozenset[str]:
        """The same of what the thing was in, as far as it counts for the thing: of a time, to inclusive."""
        told = (d for d in self._load(thing).counting.values() if container in things(d.event))
        return frozenset[str]().union(*(named(d) for d in told if during[0] <= d.event.time_ms <= during[1]))

    def bearing(self, goods: Iterable[str]) -> frozenset[str]:
        """Who has to do with any of these, by way of what they are in too, and who keeps the places. What may itself be
        anybody's, a pallet or a truck, says nothing."""
        named = (thing for thing in goods if thing in self._naming and thing not in self._carriers)
        return frozenset[str]().union(*map(self._widened, named))

    def is_told_by(self, document: Reported, names: frozenset[str]) -> bool:
        """Whether it is told by any of these, at a place that they keep, or by whom the registry lets speak of all."""
        capturer, event = document.first.capturer, document.event
        telling = self._with_keepers(tellers(document))
        return not telling.isdisjoint(names) or self._say_of(capturer, "", event) == "all"

    def is_carrier(self, thing: str) -> bool:
        return thing in self._carriers

    def keeper(self, place: str) -> str:
        return self._parties.keeper(place)

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
        """Whether what only reads sensors is told by somebody who had to do with any goods it names, or that were put
        into what it names, or keeps a place it names."""
        measured = [thing for thing in document.event.measured if thing in self._naming]
        telling = self._with_keepers(tellers(document))
        wide = set[str]().union(*map(self._widened, measured), map(self._parties.keeper, document.event.places))
        if not (measured and telling.isdisjoint(wide)) or any(self._say(document, t) == "all" for t in measured):
            return True
        return any(not telling.isdisjoint(self._widened(thing)) for one in measured for thing in self._load_of(one))

    def _load_of(self, container: str) -> frozenset[str]:
        joining = (d.event for d in self._naming[container] if d.event.parent == container)
        return frozenset(item.key for event in joining for item in event.children)

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
                strange = tellers(document).isdisjoint(concerned) and not self._is_brought(document, thing, concerned)
                if strange or (document.record_id, thing) in self._needs:
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
        groups = of_one_maker(making, tellers)
        if len(groups) == 1:
            return groups[0]
        first = min(groups, key=lambda group: (*self._doubt(group, thing), min(map(_recorded, group))))
        self._make_others_need(thing, first, making)
        return first

    def _make_others_need(self, thing: str, first: Sequence[Reported], making: Iterable[Reported]) -> None:
        """An item is made once: who only handles it had no part in that, unless he had what it is made of."""
        ids = {document.record_id for document in first}
        others = [d for d in making if d.record_id not in ids and _makes_item(d.event, thing)]
        made_of = ingredients(first, thing) | self._own_lots(first, others, thing)
        self._needs.update({(d.record_id, thing): made_of for d in others if made_of})

    def _own_lots(self, maker: Sequence[Reported], others: Iterable[Reported], thing: str) -> frozenset[str]:
        """Lots of the maker that others say it is of: who was sent such a one may label what is in it."""
        names = set[str]().union(*map(tellers, maker))
        lots = set(chain.from_iterable(document.event.lots_by_item.get(thing, ()) for document in others))
        made = ((lot, d) for lot in lots for d in self._naming.get(lot, ()) if makes(d.event, lot))
        return frozenset(lot for lot, document in made if not names.isdisjoint(tellers(document)))

    def _doubt(self, group: Sequence[Reported], thing: str) -> tuple[bool, bool, bool]:
        """Who puts others' reports right made nothing; nor did who never had what it is made of, and of such ones who
        only gave it a number."""
        puts_right = all(self._say(document, thing) == "all" for document in group)
        had_not = not self._had_inputs(group, thing)
        return puts_right, had_not, had_not and not any(d.event.type == "TransformationEvent" for d in group)

    def _had_inputs(self, group: Sequence[Reported], thing: str) -> bool:
        """A lot that was begun is made of nothing; an item, of the lot it is of."""
        runs = {document.event.transformation for document in group} - {None}
        names = set[str]().union(*map(tellers, group))
        more = (d for d in self._in_force if d.event.transformation in runs and not names.isdisjoint(tellers(d)))
        making = (*group, *more) if runs else group
        made_of = ingredients(making, thing)
        return had(making, made_of, self._in_force) if made_of else any(begins(d.event, thing) for d in group)

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
        if (made_of := self._needs.get((document.record_id, thing))) is not None:
            had_it = self._with_keepers(chain.from_iterable(map(self._names, made_of)))
            wide = wide if not had_it.isdisjoint(self._with_keepers(telling)) else set()
        if not self._with_keepers(telling).isdisjoint(wide) or self._is_brought(document, thing, wide):
            return True
        if covers(self._say(document, thing), event):
            return True
        return event.biz_step in RECEIVING and self._is_open(document, thing)

    def _say(self, document: Reported, thing: str) -> Say:
        return self._say_of(document.first.capturer, thing, document.event)

    def _say_of(self, party: str, thing: str, event: Event) -> Say:
        return self._parties.say(party, thing, day_of(event))

    def trades(self, document: Reported, thing: str) -> bool:
        """Whether its reporter sells such goods, as the registry says, though nobody named him on this one."""
        on = day_of(document.event)
        return any(self._parties.trades(name, thing, on) for name in self._with_keepers(tellers(document)))

    def _is_brought(self, document: Reported, thing: str, concerned: Collection[str]) -> bool:
        """Fruit brought into a lot where that is made: a grower reports it for the station that he gave his mandate."""
        event = document.event
        if not (event.biz_location and event.commissions and makes(event, thing)):
            return False
        at = whole_place(str(event.biz_location))
        return at in concerned and self._parties.trusts(document.first.capturer, at, day_of(event))

    def _is_open(self, document: Reported, thing: str) -> bool:
        """Whether it was on its way then, and nobody said to whom: then whoever received it did."""
        told = [d for d in self._counted(thing) if d.event.biz_step in LEAVING | RECEIVING] + [
            d for d in self._load(thing).counting.values() if d.event.biz_step in LEAVING | RECEIVING
        ]
        way: list[Event] = []
        for event in sorted((d.event for d in told), key=lambda event: event.time_ms):
            if event.time_ms <= document.event.time_ms:
                way = [] if event.biz_step in RECEIVING else [*way, event]
        return bool(way) and not any(event.destinations for event in way)

    def _widened(self, thing: str) -> set[str]:
        """All who have to do with it, by way of others too, and who keeps the places."""
        return {*self._around(thing), *self._load(thing).names}

    def _around(self, thing: str) -> set[str]:
        """All who have to do with it itself, or with the lot it is of; not by way of what it is in."""
        lots = (self._names(lot) for lot in self._lots(thing))
        return self._with_keepers({*self._names(thing), *chain.from_iterable(lots)})

    def _names(self, thing: str) -> set[str]:
        if thing not in self._concerned:
            self._concerned[thing] = set[str]().union(*map(named, self._naming.get(thing, ())))
        return self._concerned[thing]

    def _lots(self, thing: str) -> Iterator[str]:
        """The lot it is of, by who has to do with both."""
        for document in self._counted(thing):
            lots = document.event.lots_by_item.get(thing, ())
            yield from (lot for lot in lots if self._is_counted(document, lot))

    def aside(self, thing: str, put_in: str = "") -> frozenset[str]:
        """Record ids of what is reported of containers while it was in them, and does not count for it. Of a container
        that was put into another one by this report, what does not count by that alone."""
        key = (thing, put_in if thing in self._carriers else "")
        if key not in self._aside:
            load = self._loaded(thing, put_in) if key[1] else self._load(thing)
            self._aside[key] = load.aside
        return self._aside[key]

    def _load(self, thing: str) -> _Load:
        if thing not in self._loads:
            self._loads[thing] = self._loaded(thing)
        return self._loads[thing]

    def _loaded(self, thing: str, only: str = "") -> _Load:
        """Who has to do with what it is in, while it is in there. Of a container in another one, who put it there."""
        put_in = [(c, d) for d in self._counted(thing) if (c := _into(d.event, thing)) and only in ("", d.record_id)]
        if not put_in:
            return _NO_LOAD
        load = _Load(set() if thing in self._carriers else self._around(thing))
        for _ in range(MOST_ROUNDS):
            known = len(load.counting), len(load.names)
            load.beside.clear()
            for container, document in put_in:
                load.takes(document, self._with_keepers(named(document)))
                self._follow(load, container, thing, document.event.time_ms, document)
            if known == (len(load.counting), len(load.names)):
                break
        return load

    def _follow(
        self, load: _Load, container: str, thing: str, since_ms: int, put_in: Reported, path: tuple[str, ...] = ()
    ) -> None:
        """What is reported of a container from when the thing came in until somebody who may takes it out, or receives
        it, or what it carries (`path`), off a truck."""
        inside = (thing, *path)
        for before, outer in self._put_before(container, since_ms):
            if load.admits(self._with_keepers(tellers(before)), before):
                load.takes(before, self._with_keepers(named(before)))
            self._follow_on(load, outer, container, since_ms, before, inside)
        for document in self._while_in(container, inside, put_in):
            event = document.event
            if event.time_ms < since_ms or document is put_in:
                continue
            speaks = load.admits(self._with_keepers(tellers(document)), document)
            is_about = container in things(event)
            if not speaks and not covers(self._say(document, container), event):
                load.beside |= {document.record_id: document} if is_about else {}
            elif not is_about:
                return
            elif not _is_of_others(event, container, thing):
                load.takes(document, self._with_keepers(named(document)))
                self._follow_on(load, _into(event, container), container, event.time_ms, document, inside)
                if event.type in JOINING and event.action == "DELETE" and event.parent == container:
                    return

    def _follow_on(
        self, load: _Load, outer: str, container: str, since_ms: int, put_in: Reported, path: tuple[str, ...]
    ) -> None:
        """What is reported of what a container is in."""
        if outer and outer not in path and len(path) <= DEEPEST:
            self._follow(load, outer, container, since_ms, put_in, path)

    def _put_before(self, container: str, since_ms: int) -> Iterator[tuple[Reported, str]]:
        """What it was in already when the thing came in, and the reports that put it there: where nobody's goods were
        in it yet, whoever put it there is believed that it is there, and is nobody to do with them by that."""
        inside: dict[str, Reported] = {}
        for document in self._naming.get(container, ()):
            event = document.event
            if event.time_ms >= since_ms:
                break
            if outer := _into(event, container):
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
        return any(container not in things(event) or empties(event, container) for event in later)

    def _while_in(self, container: str, inside: Sequence[str], put_in: Reported) -> Sequence[Reported]:
        """What names a container, in order; of a truck, with what takes these things off it."""
        told, event = self._naming.get(container, ()), put_in.event
        if not rides(inside[0], container, alone=event.type == "AggregationEvent"):
            return told
        off = [
            document
            for thing in inside
            for document in self._received.get(thing, ())
            if document.event.time_ms > event.time_ms and takes_off(document.event, container, place_of(event))
        ]
        return in_order({d.record_id: d for d in (*told, *off)}.values()) if off else told

    def _share(self, containers: Iterable[str]) -> None:
        """What is reported of a container counts for it if it does for any of what is in there, or nothing is."""
        for container in containers:
            loads = [load for document in self._naming[container] for load in self._put_in(document, container)]
            counting = set[str]().union(*(load.counting for load in loads))
            beside = {id_: d for load in loads for id_, d in load.beside.items() if id_ not in counting}
            left = {id_: d for id_, d in beside.items() if container in things(d.event)}
            if left:
                self._left[container] = left
                self._concerned.pop(container, None)
            self._concerned[container] = set[str]().union(*map(named, self._counted(container)))

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

    def _put_in(self, document: Reported, container: str) -> Iterator[_Load]:
        """With what a report puts into a container; of what nothing else is known here, by this report alone."""
        event = document.event
        for thing in {item.key for item in event.children} if event.parent == container else ():
            if not self._is_counted(document, thing) and event.action != "DELETE":
                load = _Load(set())
                load.takes(document, self._with_keepers(named(document)))
                self._follow(load, container, thing, event.time_ms, document)
                yield load
            elif _into(event, thing):
                yield self._load(thing)

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


def _carriers(in_force: Iterable[Reported]) -> frozenset[str]:
    """What things were put into, and nobody made or used as a lot: a pallet, a bin, a truck."""
    events = [document.event for document in in_force]
    parents = {event.parent for event in events if event.type in JOINING and event.children and event.parent}
    lots = {key for event in events for key in parents & event.items_by_key.keys() if _as_lot(event, key)}
    return frozenset(parents - lots)


def _as_lot(event: Event, key: str) -> bool:
    return makes(event, key) or any(item.of_class for item in event.items_by_key[key])


def _makes_item(event: Event, thing: str) -> bool:
    """Not a lot, which grows, nor what was worked on: it went in and came out again."""
    return thing not in event.input_keys and not any(item.of_class for item in event.items_by_key[thing])


def _into(event: Event, thing: str) -> str:
    """The container that it is in by this report, "" for none."""
    inside = event.type in JOINING and event.action != "DELETE" and event.parent not in (None, thing)
    return str(event.parent) if inside and thing in event.items_by_key else ""


def _is_of_others(event: Event, container: str, thing: str) -> bool:
    """Whether it puts other things in there, or takes them out."""
    joins = event.type in JOINING and event.parent == container and bool(event.children)
    return joins and thing not in event.items_by_key


def _names(event: Event) -> Iterator[str]:
    yield from event.places
    yield from (id_ for _, id_ in (*event.sources, *event.destinations))


def _recorded(document: Reported) -> tuple[object, str]:
    return document.first, document.record_id
