"""Every shipment of the goods on their way to where they are, and who received it.

Pure custody, without knowing who keeps which site: that is the rule's to ask of the registry of the day. Of a lot that
goods were made of, those shipments count that went where it was used; what else became of it is of other goods.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction

from epcis.events import Event
from provenance.access.acting import with_whole
from provenance.graph.effects import BACK, effect
from provenance.graph.evidence import Evidence
from provenance.graph.unaccounted import Weight, accounted_kg, named_kg
from provenance.graph.whereabouts import LEAVING, above, destination, origin, place
from provenance.order import CLOCKS_DIFFER_MS, CLOCKS_MAY_DIFFER_MS, between, in_order
from provenance.quantities import NOTHING
from provenance.standing import Reported

TELEPHONES_DIFFER_MS = 60_000
"""What one party says twice of one thing within a minute is one report."""
TELLERS_DIFFER_MS = 6 * 3_600_000
"""As much of a lot, sent from there to there again within so long, may be one shipment that two people told."""
DRIES = Fraction(1, 20)
"""The part of a lot that may be gone when it is weighed again: fruit loses water on the way, and scales differ."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where some of a shipment was seen afterwards, `party` by whose report; `received` where he took it."""

    event_id: str
    time_ms: int
    site: str
    party: str
    received: bool


@dataclass(frozen=True, slots=True)
class Shipment:
    """One shipping event, the things of this history that went with it, and where they then came.

    `closed` where it came back, or was destroyed on the way: nobody need receive it any more. `missing` is the part of
    a lot's kilograms that nobody accounts for, None where some of it was not weighed when it arrived. `twice` where it
    may be another that was told before, of a lot.
    """

    event_id: str
    time_ms: int
    site: str
    party: str
    things: tuple[str, ...]
    arrivals: tuple[Arrival, ...]
    closed: bool
    missing: Fraction | None = NOTHING
    twice: bool = False


def shipments(
    things: Collection[str], keys: AbstractSet[str], evidence: Evidence, weight: Weight
) -> tuple[Shipment, ...]:
    """Of the things asked about wherever they went, and of what they were made of on its way to there."""
    return _Trips(evidence, weight).of(things, keys)


class _Trips:
    def __init__(self, evidence: Evidence, weight: Weight) -> None:
        self._evidence = evidence
        self._weight = weight
        self._whole: dict[str, list[Reported]] = {}

    def of(self, things: Collection[str], keys: AbstractSet[str]) -> tuple[Shipment, ...]:
        together: defaultdict[Shipment, list[str]] = defaultdict(list)
        for key in keys:
            for shipment in self._of_one(key, keys, wherever=key in things):
                together[shipment].append(key)
        found = (replace(s, things=tuple(sorted(named))) for s, named in together.items())
        return tuple(sorted(found, key=lambda shipment: (shipment.time_ms, shipment.event_id, shipment.things)))

    def _used_at(self, lot: str, keys: AbstractSet[str]) -> frozenset[str]:
        runs = (run for run in self._evidence.runs.using(lot) if not keys.isdisjoint(run.output_keys))
        spots = (place(document.event) for run in runs for document in run.documents)
        return frozenset(with_whole(spot.id)[-1] for spot in spots if spot is not None)

    def _of_one(self, thing: str, keys: AbstractSet[str], *, wherever: bool) -> Iterable[Shipment]:
        timeline = self._timeline(thing)
        if not any(document.event.biz_step in LEAVING for document in timeline):
            return []
        of_class = self._is_class(thing)
        found = list(_departures(timeline, of_class=of_class))
        if of_class:
            found = list(_weighed_on_arrival(thing, found, timeline, self._weight))
        if wherever:
            return found
        only_to = self._used_at(thing, keys)
        there = [s for s in found if not s.site or with_whole(s.site)[-1] in only_to]
        made_at = {with_whole(spot.id)[-1] for d in timeline[:1] if (spot := place(d.event)) is not None}
        return found if not there and not made_at & only_to else there

    def _timeline(self, thing: str) -> list[Reported]:
        """What is reported of it, and of what it was in while it was."""
        named = self._evidence.naming.get(thing, [])
        if not self._evidence.containment.stays(thing):
            return named
        told = {document.record_id: document for document in named}
        aside = self._evidence.strangers.aside(thing)
        for _, container, since, until in above(thing, self._evidence.containment):
            trips = between(self._trips_of(container), since, until)
            told |= {document.record_id: document for document in trips if document.record_id not in aside}
        return in_order(told.values())

    def _trips_of(self, container: str) -> list[Reported]:
        if container not in self._whole:
            named = self._evidence.naming.get(container, ())
            self._whole[container] = [d for d in named if container in d.event.object_keys]
        return self._whole[container]

    def _is_class(self, thing: str) -> bool:
        items = (i for d in self._evidence.naming.get(thing, ()) for i in d.event.items_by_key.get(thing, ()))
        return any(item.of_class for item in items)


def _departures(timeline: list[Reported], *, of_class: bool) -> Iterator[Shipment]:
    """Of one thing, each until it is shipped again; parts of a lot go different ways at once."""
    leaving = [n for n, document in enumerate(timeline) if _ships(document, timeline[n - 1] if n else None)]
    if not of_class:
        leaving = [n for n in leaving if not (n and is_told_twice(timeline[n - 1], timeline[n]))]
    sent_to = [destination(timeline[n].event).id for n in leaving]
    for nth, n in enumerate(leaving):
        last = of_class or nth + 1 == len(leaving)
        until = None if last else timeline[leaving[nth + 1]].event.time_ms - 1
        others = {*sent_to[:nth], *sent_to[nth + 1 :]} - {sent_to[nth]} if of_class else set()
        yield _followed(timeline[n], timeline, until, others, of_class=of_class)


def is_told_twice(before: Reported, after: Reported) -> bool:
    """Whether of one thing the same is reported by the same party from a second telephone: it is one thing."""
    one, other = before.event, after.event
    soon = 0 <= other.time_ms - one.time_ms <= TELEPHONES_DIFFER_MS
    alike = (one.biz_step, origin(one), place(one)) == (other.biz_step, origin(other), place(other))
    to = destination(one), before.first.capturer
    return soon and alike and to == (destination(other), after.first.capturer)


def may_be_twice(one: Event, other: Event) -> bool:
    """Whether of as much of a lot the same may have been told by two people; a lot may go the same way twice too."""
    soon = abs(other.time_ms - one.time_ms) <= TELLERS_DIFFER_MS
    alike = (one.biz_step, origin(one), destination(one)) == (other.biz_step, origin(other), destination(other))
    return soon and alike and one is not other


def _ships(document: Reported, before: Reported | None) -> bool:
    """A departure that names no destination, after a shipment, is the same one told by the carrier."""
    event = document.event
    if event.biz_step not in LEAVING or event.type != "ObjectEvent":
        return False
    to = destination(event)
    return bool(to.id or to.party) or before is None or before.event.biz_step not in LEAVING


def _followed(
    document: Reported, timeline: list[Reported], until: int | None, others: Collection[str], *, of_class: bool
) -> Shipment:
    """`others` are the sites to which other parts of the lot were sent; "" among them is anywhere."""
    event, to, home = document.event, destination(document.event), origin(document.event)
    here = home.id if home else ""
    after = [d for d in between(timeline, event.time_ms - CLOCKS_DIFFER_MS, until) if d is not document]
    later = [d for d in after if d.event.time_ms >= event.time_ms]
    arrived = [_arrival(d) for d in after if _takes(d.event)]
    early = event.time_ms - CLOCKS_MAY_DIFFER_MS if here and not to.id and not of_class else event.time_ms
    meant = [a for a in arrived if a.time_ms >= event.time_ms or a.site == to.id or (a.time_ms >= early and a.site)]
    counted = tuple(
        a for a in meant if a.site == to.id or (a.site != here and a.site not in others and "" not in others)
    )
    over = any(_ends_it(d.event, here) for d in later)
    return Shipment(event.event_id, event.time_ms, to.id, to.party, (), counted, over)


def _weighed_on_arrival(
    thing: str, found: Sequence[Shipment], timeline: list[Reported], weight: Weight
) -> Iterator[Shipment]:
    """What arrives at a site is of the first that was sent there. Not weighed when it left, it is told as before."""
    by_id = {document.event.event_id: document.event for document in timeline}
    sent: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    since: dict[tuple[str, str], int] = {}
    before: defaultdict[Fraction, list[Event]] = defaultdict(list)
    for shipment in found:
        event, to = by_id[shipment.event_id], (shipment.site, shipment.party)
        kg, start = named_kg(thing, event, weight), origin(event)
        if not kg:
            yield shipment
            continue
        sent[to] += kg
        first = since.setdefault(to, event.time_ms)
        after = between(timeline, first - CLOCKS_DIFFER_MS, None)
        others = {one.site for one in found if one.site} - {shipment.site}
        there, sure = accounted_kg(thing, start.id if start else "", first, others, after, weight)
        missing = min(max(sent[to] - there, NOTHING), kg) / kg
        over = shipment.closed and missing <= DRIES and not any(one.received for one in shipment.arrivals)
        again = any(may_be_twice(one, event) for one in before[kg])
        before[kg].append(event)
        yield replace(shipment, closed=over, missing=missing if sure or not missing else None, twice=again)


def _takes(event: Event) -> bool:
    """Whether somebody has it now: he received it, or sells it. What is received back is not taken."""
    return effect(event) in ("received", "sold")


def _arrival(document: Reported) -> Arrival:
    event = document.event
    spot = place(event)
    passing_through = event.biz_step == "arriving"
    return Arrival(event.event_id, event.time_ms, spot.id if spot else "", document.first.capturer, not passing_through)


def _ends_it(event: Event, home: str) -> bool:
    """It was taken back, came back to where it left, or is no more."""
    spot, done = place(event), effect(event)
    away = spot is None or with_whole(spot.id)[-1] != with_whole(home)[-1]
    came_home = done == "received" and spot is not None and spot.id == home
    return done in BACK or came_home or (done in ("lost", "used") and away)
