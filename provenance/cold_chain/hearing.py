"""Whose readings count: of who had to do with the goods, keeps the room, or has its logger registered.

What sensors read names a pallet, a truck or a room, and anybody may name these. By the goods themselves count those who
had to do with them as for any other report (docs/adr/0106, 0111); the registry adds who keeps a place, and inspectors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from epcis.identifiers import whole_place
from provenance.access.say import may_say
from provenance.cold_chain.asset_days import By, Counts, Days
from provenance.cold_chain.stays import ColdStay
from provenance.graph.evidence import Evidence
from provenance.registry.records import Registry

Measurers = Mapping[str, frozenset[str]]
"""By asset, the parties and places that had to do with what was there."""


def measurers(stays: Iterable[ColdStay], evidence: Evidence) -> Measurers:
    """Of goods, and of the pallet they are on while they are, who had to do with that; of a truck or a room, who had to
    do with what was brought there in one: who bought a box of a lot says nothing of the truck that the lot came in."""
    found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    concerned, aboard = evidence.strangers.concerned_with, evidence.strangers.concerned_aboard
    for stay in stays:
        pallets = [one for one in stay.within if "/00/" in one.asset and one.asset != stay.thing]
        loads = {one.asset: aboard(stay.thing, one.asset, (one.since_ms, one.until_ms)) for one in pallets}
        own = concerned(stay.thing)
        around = frozenset[str]().union(*loads.values()) if loads else own
        for asset in {one.asset for one in stay.everything}:
            found[asset] |= own if asset == stay.thing else loads.get(asset, around)
    return {asset: names for asset, names in found.items() if names}


@dataclass(frozen=True, slots=True)
class Hearing:
    """`counts` is `asset_days.Counts`; the registry is asked as of the day, and where it knew nobody then, of today."""

    by_goods: Measurers
    registry: Registry
    today: date
    _keepers: dict[tuple[str, date], str] = field(default_factory=dict, compare=False)

    def counts(self, asset: str, day: date, by: By) -> bool:
        capturer, _ = by
        telling = {*by, *(self._keeper(name, day) for name in by if name)} - {""} or {capturer}
        logger = self.registry.logger(asset, day)
        place = logger.site if logger else asset
        concerned = self.by_goods.get(asset) or self.by_goods.get(place, frozenset())
        if not telling.isdisjoint(concerned) or self._keeper(place, day) in telling:
            return True
        if any(may_say(capturer, asset, self.registry, on) == "all" for on in (day, self.today)):
            return True
        return not telling.isdisjoint(self._keeper(name, day) for name in concerned)

    def of_loggers(self, days: Days) -> Counts:
        """Of the own day of a logger whoever counts for anything it measured on that day: who writes down the number of
        somebody else's logger moves it nowhere."""
        on: defaultdict[tuple[str, date], set[str]] = defaultdict(set)
        for asset, day in days:
            for device in days[asset, day].vouched:
                on[device, day].add(asset)
        return lambda device, day, by: any(self.counts(one, day, by) for one in (device, *on[device, day]))

    def _keeper(self, place: str, day: date) -> str:
        if (place, day) not in self._keepers:
            self._keepers[place, day] = next(self._asked(place, (day, self.today)), "")
        return self._keepers[place, day]

    def _asked(self, place: str, days: Collection[date]) -> Iterator[str]:
        found = (self.registry.site(id_, on) for on in days for id_ in dict.fromkeys((place, whole_place(place))))
        yield from (site.party for site in found if place and site is not None)
