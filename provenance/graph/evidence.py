"""The documents of a gathering, judged: what stands, what is inside what, which runs there were.

A pure function of the set of documents, made anew whenever the set has grown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeAlias

from epcis.computed_once import cached_property
from epcis.events import ITEMS
from epcis.readings import readings_of
from provenance.access.say import NOBODYS, Parties
from provenance.graph.containment import Containment, Stay
from provenance.graph.counted_parts import without
from provenance.graph.gathering import Known
from provenance.graph.item_lots import Asked, ItemLots
from provenance.graph.runs import Runs
from provenance.graph.strangers import Strangers
from provenance.order import in_order
from provenance.standing import MayDeclare, Reported, standings

Lead: TypeAlias = Callable[[str], Iterable[str]]


class Evidence:
    """`standings` by event id; the rest is of the events in force, always in the same order.

    `told` is all of these; `in_force` what of them is of somebody who had to do with the goods.
    """

    def __init__(self, known: Known, may_declare: MayDeclare, asked: Asked = None, parties: Parties = NOBODYS) -> None:
        documents = known.judge()
        self.standings = standings(documents, may_declare=may_declare)
        self.told = in_order(s.document for s in self.standings.values() if s.in_force)
        self.strangers = Strangers(self.told, parties)
        self.unheard = self._disputed_by_strangers(documents)
        self.in_force = self._counting()
        self._by_key: defaultdict[str, list[Reported]] = defaultdict(list)
        for document in self.in_force:
            strange = self.strangers.of.get(document.record_id, frozenset())
            for key in document.event.found_by:
                if not strange or key.removesuffix(ITEMS) not in strange:
                    self._by_key[key].append(document)
        self.item_lots = ItemLots(self.told, self._by_key, asked, self.strangers.of)

    def _counting(self) -> list[Reported]:
        strange = self.strangers.of
        if not strange:
            return self.told
        left = (without(d, strange[d.record_id]) if d.record_id in strange else d for d in self.told)
        return [document for document in left if document is not None]

    def _disputed_by_strangers(self, documents: Iterable[Reported]) -> frozenset[str]:
        """Ids of the reports that nobody who had to do with the goods disputes: told as disputed, and nothing else."""
        disputed = {id_ for id_, standing in self.standings.items() if standing.state == "disputed"}
        heard: set[str] = set()
        for document in documents if disputed else ():
            id_, declares = document.event.event_id, document.event.error_declaration is not None
            if id_ in disputed and declares and self._is_heard(document.first.capturer, id_):
                heard.add(id_)
        return frozenset(disputed - heard)

    def _is_heard(self, party: str, event_id: str) -> bool:
        return self.strangers.concerned(party, self.standings[event_id].document.event)

    @property
    def naming(self) -> dict[str, list[Reported]]:
        """The events in force by any key they name; do not change it."""
        return self._by_key

    @cached_property
    def containment(self) -> Containment:
        return Containment(self.in_force, self.strangers.of, self.strangers.aside)

    @cached_property
    def runs(self) -> Runs:
        return Runs(self.in_force, self.containment, self.item_lots, told=self.told, strange=self.strangers.of)

    def contents(self, code: str) -> set[str]:
        """The thing itself and everything that was ever packed in it, and in that; the items a lot consists of."""
        return self._reach([code], lambda key: (*(s.thing for s in self.load(key)), *self.runs.items(key)))

    def lot_of(self, keys: Iterable[str]) -> dict[str, str]:
        """The lot of each serialised item among these, where it is known."""
        of_item = self.item_lots.of_item
        return {key: of_item[key].lot for key in keys if key in of_item}

    def load(self, container: str) -> list[Stay]:
        """What was ever in a container, or was goods and joined to an asset: not the logger on a pallet."""
        return [stay for stay in self.containment.ever_in(container) if stay.alone or self._is_goods(stay)]

    def _is_goods(self, stay: Stay) -> bool:
        named = self._by_key.get(stay.thing, ())
        roles = {role for document in named for role, key in document.event.keys if key == stay.thing}
        come_to_be = stay.of_class or roles & {"out", "parent"} or any(d.event.commissions for d in named)
        return bool(come_to_be) and "device" not in roles and readings_of(stay.thing) not in self._measuring

    @cached_property
    def _measuring(self) -> frozenset[str]:
        """Names of the devices that events which only read sensors were made with."""
        events = (document.event for document in self.in_force if document.event.only_reads)
        return frozenset(readings_of(device) for event in events for device in event.devices)

    def ancestors(self, things: Iterable[str]) -> set[str]:
        return self._reach(things, self.runs.sources)

    def descendants(self, things: Iterable[str]) -> set[str]:
        return self._reach(things, self.runs.products)

    def _reach(self, start: Iterable[str], lead: Lead) -> set[str]:
        reached = set(start)
        left = list(reached)
        while left:
            for key in lead(left.pop()):
                if key not in reached:
                    reached.add(key)
                    left.append(key)
        return reached
