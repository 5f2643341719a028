"""Which reports are of somebody who had nothing to do with the goods: told, and counted for nothing (docs/adr/0106).

A report counts for a thing if one of its tellers (who sent it in, or the place it was at) had to do with the thing:
made it, is named by a report on it that counts, or has to do with what it is in, or with the lot it is of. Of a thing
nobody made, whoever was first recorded to name it. Besides, whoever the registry gives a say.

A pallet, a bin or a truck is whose goods are in it: what is reported of it counts for each of these by itself
(`aside`), for whoever put something else in it, or named it before, had nothing to do with them (docs/adr/0117).

A pure function of the set: documents, and things, are always looked at in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from epcis.computed_once import cached_property
from epcis.events import JOINING, Event
from epcis.identifiers import whole_place
from provenance.access.say import Parties, named, tellers
from provenance.days import day_of
from provenance.graph.concerned import Concerned
from provenance.graph.container_reports import documents_of
from provenance.graph.first_makers import FirstMakers
from provenance.graph.loads import MOST_ROUNDS, Load, Loads
from provenance.graph.openings import Openings
from provenance.graph.voices import Voices, bottom_up, is_about, things
from provenance.graph.whereabouts import makes
from provenance.spans import Span
from provenance.standing import Reported


class Strangers:
    """Of events in force, in order. `of` gives, by record id, the things its teller had nothing to do with."""

    def __init__(self, in_force: Sequence[Reported], parties: Parties) -> None:
        self._voices = voices = Voices(in_force, parties)
        self._parties, self._naming = parties, voices.naming
        self._makers, self._openings = FirstMakers(voices), Openings()
        self._concerned = Concerned(voices)
        self._loads = Loads(voices, self._concerned)
        self._aboard: dict[str, frozenset[str]] = {}
        self._aside_there: dict[tuple[str, str], frozenset[str]] = {}
        self._inside: dict[str, Sequence[tuple[Collection[str], frozenset[str]]]] = {}
        for thing in sorted(voices.several - voices.carriers):
            self._begin(thing, self._naming[thing])
        for _ in range(MOST_ROUNDS):
            if not (self._grow(self._counting_now) or self._grow(self._receiving_now)):
                break
        for container in bottom_up(voices.several & voices.carriers, self._naming):
            self._share(container)
        self.of: Mapping[str, frozenset[str]] = self._concerned.by_document()

    def concerned(self, party: str, event: Event) -> bool:
        """Whether a party had to do by then with any of what an event names, or is named by it; of what names no goods,
        it may say anything."""
        about = things(event)
        names = (
            name for thing in about for d in self._about(thing) if d.event.time_ms <= event.time_ms for name in named(d)
        )
        may_say = any(self._voices.say_of(party, thing, event) == "all" for thing in about)
        return not about or may_say or party in self._voices.with_keepers((*names, *_names(event)))

    def _about(self, thing: str) -> Iterator[Reported]:
        """What counts of it, and of the lot it is of."""
        for one in (thing, *self._concerned.lots(thing)):
            yield from self._concerned.counted(one)

    def concerned_with(self, thing: str) -> frozenset[str]:
        """The parties and places that reports on it name which count."""
        return frozenset(self._concerned.names(thing)) if thing in self._naming else frozenset()

    def concerned_aboard(self, thing: str, container: str, during: Span) -> frozenset[str]:
        """The same of what the thing was in, as far as it counts for the thing: of a time, to inclusive."""
        told = (d for d in self._loads.of(thing).counting.values() if is_about(d.event, container))
        return frozenset[str]().union(*(named(d) for d in told if during[0] <= d.event.time_ms <= during[1]))

    def bearing(self, goods: Iterable[str]) -> frozenset[str]:
        """Who has to do with any of these, by way of what they are in too, and who keeps the places. What may itself be
        anybody's, a pallet or a truck, says nothing."""
        named = (thing for thing in goods if thing in self._naming and thing not in self._voices.carriers)
        return frozenset[str]().union(*map(self._widened, named))

    def is_told_by(self, document: Reported, names: frozenset[str]) -> bool:
        """Whether it is told by any of these, at a place that they keep, or by whom the registry lets speak of all."""
        return not self._voices.telling(document).isdisjoint(names) or self._voices.say(document, "") == "all"

    def is_carrier(self, thing: str) -> bool:
        return thing in self._voices.carriers

    def keeper(self, place: str) -> str:
        return self._parties.keeper(place)

    def is_named(self, thing: str) -> bool:
        return thing in self._naming

    def counts(self, document: Reported, thing: str) -> bool:
        """Whether it is in force and says something of the thing that counts."""
        in_force = document.record_id in self._in_force_ids
        return in_force and is_about(document.event, thing) and self._concerned.is_counted(document, thing)

    @cached_property
    def _in_force_ids(self) -> frozenset[str]:
        return frozenset(document.record_id for document in self._voices.in_force)

    def hears(self, document: Reported) -> bool:
        """Whether what only reads sensors is told by somebody who had to do with any goods it names, or that were put
        into what it names, or keeps a place it names."""
        measured = [thing for thing in document.event.measured if thing in self._naming]
        telling = self._voices.telling(document)
        wide = set[str]().union(*map(self._widened, measured), map(self._parties.keeper, document.event.places))
        if not (measured and telling.isdisjoint(wide)):
            return True
        if any(self._voices.say(document, thing) == "all" for thing in measured):
            return True
        return any(not telling.isdisjoint(self._names_aboard(container)) for container in measured)

    def _names_aboard(self, container: str) -> frozenset[str]:
        """Who has to do with anything that was put in there."""
        if container not in self._aboard:
            joining = (d.event for d in self._naming[container] if d.event.parent == container)
            inside = {item.key for event in joining for item in event.children}
            self._aboard[container] = frozenset[str]().union(*map(self._widened, inside))
        return self._aboard[container]

    def of_void(self, document: Reported) -> frozenset[str]:
        """The same of a report that was taken back."""
        about = things(document.event) & self._naming.keys()
        return frozenset(thing for thing in about if not self._counts(document, thing, self._widened(thing)))

    def trades(self, document: Reported, thing: str) -> bool:
        """Whether its reporter sells such goods, as the registry says, though nobody named him on this one."""
        on = day_of(document.event)
        return any(self._parties.trades(name, thing, on) for name in self._voices.telling(document))

    def aside(self, thing: str, put_in: str = "") -> frozenset[str]:
        """Record ids of what is reported of containers while it was in them, and does not count for it. Of a container
        that was put into another one by this report, what does not count by that alone, or, where it names the
        container, for any goods in there for which the putting in does."""
        if not put_in or thing not in self._voices.carriers:
            return self._loads.of(thing).aside
        if (found := self._aside_there.get((thing, put_in))) is None:
            itself = frozenset(d.record_id for d in self._naming[thing])
            if thing not in self._inside:
                self._inside[thing] = [(load.counting.keys(), load.aside) for load in self._loads_in(thing)]
            there = [aside for counting, aside in self._inside[thing] if put_in in counting]
            of_goods = itself.intersection(*there) if there else frozenset[str]()
            found = self._aside_there[thing, put_in] = self._loads.of(thing, put_in).aside - itself | of_goods
        return found

    def _loads_in(self, container: str) -> Sequence[Load]:
        """Each with what was ever put in there."""
        loads = (load for document in self._naming[container] for load in self._loads.put_in(document, container))
        return list({id(load): load for load in loads}.values())

    def _carriers_in(self, container: str) -> frozenset[str]:
        """What was ever put in there, and in that, and may hold goods itself."""
        found, left = {container}, [container]
        while left:
            joining = (d.event for d in self._naming[left.pop()] if d.event.type in JOINING)
            inside = {item.key for event in joining if event.parent in found for item in event.children}
            left += sorted(fresh := (inside & self._voices.carriers) - found)
            found |= fresh
        return frozenset(found - {container})

    def _begin(self, thing: str, documents: Sequence[Reported]) -> None:
        """Who made it and whom their reports name, one after the other; most often that is all who report on it."""
        concerned = set[str]().union(*map(named, self._makers.of(thing, documents)))
        left = list(documents)
        while True:
            waiting = []
            for document in left:
                strange = tellers(document).isdisjoint(concerned) and not self._is_brought(document, thing, concerned)
                if strange or (document.record_id, thing) in self._makers.needs:
                    waiting.append(document)
                else:
                    concerned |= named(document)
            if len(waiting) in (0, len(left)):
                break
            left = waiting
        self._concerned.leave(thing, waiting, concerned)

    def _grow(self, finding: Callable[[str], Sequence[Reported]]) -> bool:
        """Whether more of what is left counts by now."""
        grown = False
        for thing in sorted(self._concerned.left):
            if now := finding(thing):
                self._concerned.let_in(thing, now)
                grown = True
        self._loads.forget()
        return grown

    def _counting_now(self, thing: str) -> Sequence[Reported]:
        wide = self._widened(thing)
        return [document for document in self._concerned.left[thing].values() if self._counts(document, thing, wide)]

    def _receiving_now(self, thing: str) -> Sequence[Reported]:
        told = (*self._concerned.counted(thing), *self._loads.of(thing).counting.values())
        return self._openings.receivers(thing, self._concerned.left[thing].values(), told, self.trades)

    def _counts(self, document: Reported, thing: str, wide: frozenset[str]) -> bool:
        telling = self._voices.telling(document)
        if (made_of := self._makers.needs.get((document.record_id, thing))) is not None:
            had_it = self._voices.with_keepers(chain.from_iterable(map(self._concerned.names, made_of)))
            wide = wide if not had_it.isdisjoint(telling) else frozenset()
        known = not telling.isdisjoint(wide) or self._is_brought(document, thing, wide)
        return known or self._voices.speaks(document, thing)

    def _is_brought(self, document: Reported, thing: str, concerned: Collection[str]) -> bool:
        """Fruit brought into a lot where that is made: a grower reports it for the station that he is enrolled with."""
        event = document.event
        if not (event.biz_location and event.commissions and makes(event, thing)):
            return False
        at = whole_place(str(event.biz_location))
        return at in concerned and self._parties.trusts(document.first.capturer, at, day_of(event))

    def _widened(self, thing: str) -> frozenset[str]:
        """All who have to do with it, by way of others too, and who keeps the places."""
        return self._concerned.around(thing) | self._loads.of(thing).names

    def _share(self, container: str) -> None:
        """What is reported of a container counts for it if it does for any of what is in there, or nothing is."""
        loads = self._loads_in(container)
        carried = (load for inner in self._carriers_in(container) for load in self._loads_in(inner))
        counting = set[str]().union(*(load.counting for load in (*loads, *carried)))
        beside = documents_of(part for load in loads for part in load.beside)
        left = [d for d in beside if d.record_id not in counting and is_about(d.event, container)]
        self._concerned.leave(container, left)
        if left:
            self._loads.forget()


def _names(event: Event) -> Iterator[str]:
    yield from event.places
    yield from (id_ for _, id_ in (*event.sources, *event.destinations))
