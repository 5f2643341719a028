"""Where what is reported cannot be so, or nobody reported what would make it so.

One item of two lots; more taken of a lot than there was; goods that one made and another begins, or receives although
nobody sent them; a numbered box that is sold twice, or comes back without having been sold.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from itertools import pairwise

from epcis.events import Event
from provenance.access.acting import with_whole
from provenance.access.say import named, tellers
from provenance.balances.away import Away
from provenance.balances.balance import Balance
from provenance.balances.of_history import lot_balance
from provenance.graph import gaps
from provenance.graph.effects import effect
from provenance.graph.evidence import Evidence
from provenance.graph.gaps import Gap
from provenance.graph.masses import Masses
from provenance.graph.shipments import is_told_twice
from provenance.graph.voices import things
from provenance.graph.whereabouts import DESTROYED, LEAVING, above, destination, makes, origin, place, returns, says
from provenance.histories.told_late import told_late
from provenance.order import CLOCKS_DIFFER_MS, CLOCKS_MAY_DIFFER_MS, between, in_order
from provenance.quality.sealed import sealed_twice
from provenance.quantities import total
from provenance.spans import Span
from provenance.standing import Reported

_GOES_ON = frozenset({"sold", "sent", "received", "stored", "returned"})
_ALWAYS: Span = (-(1 << 62), 1 << 62)
SCALES_DIFFER = Fraction(1, 20)
"""The part of what is brought back that may be the scales: they are not the shop's that sold it."""


def breaches(keys: Collection[str], evidence: Evidence, masses: Masses, found: Iterable[Balance] = ()) -> Iterator[Gap]:
    """Of the things of a history; a contradiction is told with either lot. `found` are balances that are known."""
    known = {balance.key: balance for balance in found if balance.kind == "lot"}
    for item, claims in evidence.item_lots.contradictions.items():
        lots, counting = tuple(claim.lot for claim in claims), evidence.item_lots.of_item.get(item)
        if item in keys or not set(lots).isdisjoint(keys):
            ids = (claim.document.event.event_id for claim in claims)
            yield gaps.two_lots(item, lots, counting.lot if counting else "", ids)
    yield from sealed_twice(keys, evidence)
    yield from _strangers(keys, evidence)
    yield from told_late(keys, evidence, masses)
    traded, destroyed = _traded(keys, evidence), _destroyed(evidence)
    for key in keys:
        yield from _never_had(key, evidence)
        yield from _overdrawn(key, known.get(key), evidence, masses)
        yield from _begun_elsewhere(key, evidence, masses)
        yield from _made_elsewhere(key, evidence)
        yield from _unsent(key, traded.get(key, ()), evidence)
        if "/21/" in key:
            yield from _sold_again(key, evidence)
            yield from _gone_before(key, destroyed, evidence)
            yield from _back_unsold(key, evidence)
        elif masses.is_lot(key):
            yield from _more_back(key, evidence, masses)


def _strangers(keys: Collection[str], evidence: Evidence) -> Iterator[Gap]:
    """What somebody reports of goods he never had to do with, or measured on them, and disputes of such."""
    strange = evidence.strangers.of
    readings = [d for d in evidence.told if d.event.only_reads and not evidence.strangers.hears(d)]
    about = _when_about(keys, evidence) if strange or readings else {}
    for document in evidence.told if strange else ():
        of_others = strange.get(document.record_id, frozenset())
        for key in sorted(about.keys() & of_others):
            if _is_then(about[key], document) and not _by_its_items(document.event, key, of_others, evidence):
                yield gaps.stranger(key, [document.event.event_id])
    for document in readings:
        for key in sorted(about.keys() & document.event.measured):
            if _is_then(about[key], document):
                yield gaps.stranger(key, [document.event.event_id])
    for id_ in sorted(evidence.unheard):
        for key in sorted(things(evidence.standings[id_].document.event).intersection(keys)):
            yield gaps.objection(key, [id_])


def _when_about(keys: Collection[str], evidence: Evidence) -> Mapping[str, Sequence[Span]]:
    """When what is reported of these, and of what they were in, is about them: nothing of a truck's other trips is."""
    found: defaultdict[str, list[Span]] = defaultdict(list, {key: [_ALWAYS] for key in keys})
    for key in keys:
        for _, container, since, until in above(key, evidence.containment):
            found[container].append((since, _ALWAYS[1] if until is None else until))
    return found


def _is_then(times: Iterable[Span], document: Reported) -> bool:
    return any(since <= document.event.time_ms <= until for since, until in times)


def _by_its_items(event: Event, lot: str, of_others: Collection[str], evidence: Evidence) -> bool:
    """Whether a lot stands there only in the codes of items of it that are his."""
    items = event.items_by_lot.get(lot, ())
    own = (item for item in items if item not in of_others and item in evidence.item_lots.of_item)
    return lot not in event.items_by_key and any(evidence.item_lots.of_item[item].lot == lot for item in own)


def _never_had(thing: str, evidence: Evidence) -> Iterator[Gap]:
    """Made of what its maker never received: nobody sent it to him."""
    for run in evidence.runs.making(thing) if evidence.strangers.of else ():
        for source in sorted(run.strange):
            yield gaps.never_had(source, run.event_ids)


def _overdrawn(lot: str, known: Balance | None, evidence: Evidence, masses: Masses) -> Iterator[Gap]:
    """Used by amount, taken as boxes, sold and destroyed: together more than came in."""
    took = evidence.runs.using(lot)
    if not took or (known is None and not _may_be_overdrawn(lot, masses)):
        return
    found = known or lot_balance(lot, evidence, masses)
    if found and found.there_kg is not None and found.excess_kg:
        ids = (id_ for run in took for id_ in run.ids_naming(lot))
        yield gaps.more_than_there_was(lot, found.taken_kg, found.there_kg, ids)


def _may_be_overdrawn(lot: str, masses: Masses) -> bool:
    """What was sold again is left out of a balance, so it never says more than all that was taken."""
    there = masses.inflow.get(lot)
    return there is not None and masses.is_lot(lot) and masses.taken(lot) > there


def _begun_elsewhere(thing: str, evidence: Evidence, masses: Masses) -> Iterator[Gap]:
    """What a run made and what is begun with as much is the same goods told twice: of one party or place, for sure."""
    begun = [d for d in evidence.naming.get(thing, ()) if d.event.commissions and thing in d.event.object_keys]
    made = [document for run in evidence.runs.making(thing) for document in run.documents] if begun else []
    if not made or masses.begun(thing):
        return
    telling = {told for document in made for told in tellers(document)}
    elsewhere = [d for d in begun if telling.isdisjoint(tellers(d))]
    if elsewhere:
        yield gaps.begun_elsewhere(thing, (d.event.event_id for d in (*made, *elsewhere)))


def _made_elsewhere(thing: str, evidence: Evidence) -> Iterator[Gap]:
    strange = evidence.runs.strange.get(thing, ())
    if strange:
        yield gaps.made_elsewhere(thing, (id_ for run in strange for id_ in run.event_ids))


def _unsent(thing: str, traded: Iterable[Reported], evidence: Evidence) -> Iterator[Gap]:
    """Received by somebody who did not make it, although nobody sent it, or what it was in, or its lot to there."""
    elsewhere = [document for document in traded if not _was_on_its_way(thing, document, evidence)]
    if elsewhere:
        yield gaps.missing_shipment(thing, (d.event.event_id for d in elsewhere))
    received = [d for d in evidence.naming.get(thing, ()) if _receives(d, thing)]
    if not received:
        return
    claim = evidence.item_lots.of_item.get(thing)
    things = (thing, claim.lot) if claim else (thing,)
    makers = {d.first.capturer for key in things for d in evidence.naming.get(key, ()) if makes(d.event, key)}
    foreign = [d for d in received if makers and d.first.capturer not in makers]
    if foreign and not any(_sent(thing, evidence)):
        unsent = [d for d in foreign if not (claim and _sent_to(d, _sent(claim.lot, evidence)))]
        if unsent:
            yield gaps.missing_shipment(thing, (d.event.event_id for d in unsent))


def _traded(keys: Collection[str], evidence: Evidence) -> Mapping[str, Sequence[Reported]]:
    """Of each thing, what was received or sold by somebody whom nobody sent it to, and who trades in such goods, or had
    other items of its lot. Nothing is asked of a lot whose boxes go by their own numbers: a shop that writes the lot on
    its receipt and the weight says nothing of the boxes in others."""
    found: defaultdict[str, list[Reported]] = defaultdict(list)
    strange = evidence.strangers.of
    if not strange:
        return found
    lots = {item: claim.lot for item, claim in evidence.item_lots.of_item.items()}
    asked, had = frozenset(keys).difference(lots.values()), _who_had_items(lots, evidence)
    for document in evidence.told:
        event = document.event
        of_others = strange.get(document.record_id)
        if of_others and effect(event) in ("received", "sold"):
            for thing in sorted(asked & of_others & event.object_keys):
                sisters = had.get(lots.get(thing, ""), frozenset())
                if evidence.strangers.trades(document, thing) or not sisters.isdisjoint(tellers(document)):
                    found[thing].append(document)
    return found


def _who_had_items(lots: Mapping[str, str], evidence: Evidence) -> Mapping[str, AbstractSet[str]]:
    """By lot, whom those name who sent or received items of it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for document in evidence.in_force:
        if effect(document.event) in ("sent", "received"):
            for lot in {lots[item] for item in document.event.object_keys & lots.keys()}:
                found[lot] |= named(document)
    return found


def _was_on_its_way(thing: str, traded: Reported, evidence: Evidence) -> bool:
    """Whether it was sent to there since it was last received before: who had it then sent it, or its lot. Clocks
    differ, so it may be said to have left some hours after it came; who had it later sent it elsewhere."""
    if _sent_to(traded, _left_since_received(_moving(thing, evidence), traded.event.time_ms)):
        return True
    claim = evidence.item_lots.of_item.get(thing)
    return claim is not None and _sent_to(traded, _sent(claim.lot, evidence))


def _left_since_received(told: Iterable[Reported], at_ms: int) -> Sequence[Reported]:
    """The departures by then that nobody received yet. What left for nobody in particular just after somebody received
    what nobody had sent him is what he received."""
    left: list[Reported] = []
    early_ms: int | None = None
    for document in in_order({d.record_id: d for d in told}.values()):
        event = document.event
        if event.biz_step in LEAVING and event.time_ms <= at_ms + CLOCKS_DIFFER_MS:
            is_his = early_ms is not None and event.time_ms <= early_ms + CLOCKS_MAY_DIFFER_MS
            if not (is_his and not event.destinations):
                left.append(document)
            early_ms = None
        elif effect(event) == "received" and event.time_ms <= at_ms:
            left, early_ms = [], None if left else event.time_ms
    return left


def _receives(document: Reported, thing: str) -> bool:
    return document.event.biz_step == "receiving" and thing in document.event.object_keys


def _sent(thing: str, evidence: Evidence) -> Iterator[Reported]:
    """What reports sending it, or something it was in."""
    yield from (document for document in _moving(thing, evidence) if document.event.biz_step in LEAVING)


def _moving(thing: str, evidence: Evidence) -> tuple[Reported, ...]:
    """What names it, or what it was in."""
    return *evidence.naming.get(thing, ()), *_about_what_it_was_in(thing, evidence)


def _about_what_it_was_in(thing: str, evidence: Evidence) -> Iterator[Reported]:
    """While it was in there: the other trips of a truck say nothing of it."""
    aside = evidence.strangers.aside(thing)
    for _, container, since, until in above(thing, evidence.containment):
        told = between(evidence.naming.get(container, []), since, until)
        yield from (document for document in told if document.record_id not in aside)


def _sent_to(received: Reported, shipments: Iterable[Reported]) -> bool:
    """Whether one of them went to where it was received, or does not name the site it went to."""
    at = place(received.event)
    return any(not to.id or at is None or to.id == at.id for to in (destination(d.event) for d in shipments))


def _sold_again(item: str, evidence: Evidence) -> Iterator[Gap]:
    """Between two sales of one box it came back: its number, the lot it is of, or what it was in."""
    sales = [d for d in evidence.naming.get(item, ()) if _sells(d)]
    if len(sales) < 2:
        return
    back = [d.event.time_ms for d in _about(item, evidence) if returns(d.event)]
    again = [
        (before, after)
        for before, after in pairwise(sales)
        if not is_told_twice(before, after)
        and not any(before.event.time_ms <= time_ms <= after.event.time_ms for time_ms in back)
    ]
    if again:
        yield gaps.sold_twice(item, (d.event.event_id for pair in again for d in pair))


def _gone_before(item: str, destroyed: Mapping[str, list[Reported]], evidence: Evidence) -> Iterator[Gap]:
    """Destroyed, or what it was in, and then sold, sent, received or stored: its number is on another box by now, or it
    was not destroyed."""
    if not destroyed:
        return
    aside, named = evidence.strangers.aside(item), evidence.naming.get(item, [])
    gone = [*destroyed.get(item, ())]
    for _, container, since, until in above(item, evidence.containment):
        there = (d for d in between(destroyed.get(container, []), since, until) if d.record_id not in aside)
        gone += (d for d in there if not any(_goes_on(one) for one in between(named, since, d.event.time_ms)))
    if not gone:
        return
    since = min(d.event.time_ms for d in gone)
    after = [d for d in _moving(item, evidence) if d.event.time_ms > since and _goes_on(d)]
    if after:
        yield gaps.gone_before(item, (d.event.event_id for d in (*gone, *after)))


def _goes_on(document: Reported) -> bool:
    return effect(document.event) in _GOES_ON


def _destroyed(evidence: Evidence) -> Mapping[str, list[Reported]]:
    """By thing, in order, what destroyed it."""
    found: defaultdict[str, list[Reported]] = defaultdict(list)
    for document in evidence.in_force:
        for thing in document.event.object_keys if says(document.event, DESTROYED) else ():
            found[thing].append(document)
    return found


def _back_unsold(item: str, evidence: Evidence) -> Iterator[Gap]:
    """What comes back was sold before and is not back yet, or was sent from where it comes back to; where it had been
    received, and nobody reports that it went since, nobody scanned it as it was sold: it is where it was."""
    back = [d for d in evidence.naming.get(item, ()) if returns(d.event)]
    if not back:
        return
    about = _about(item, evidence)
    since, unsold = -math.inf, []
    for document in back:
        gone = [d for d in about if since <= d.event.time_ms <= document.event.time_ms]
        if not any(_sells(d) or _left(d, document) for d in gone) and not _is_there(document, gone):
            unsold.append(document.event.event_id)
        since = document.event.time_ms
    if unsold:
        yield gaps.returned_unsold(item, unsold)


def _more_back(lot: str, evidence: Evidence, masses: Masses) -> Iterator[Gap]:
    """By kilograms: brought back is no more than went, where all that went is weighed under the number of the lot."""
    named = evidence.naming.get(lot, ())
    if not any(returns(d.event) for d in named) or evidence.containment.stays(lot) or evidence.runs.items(lot):
        return
    away, unsold = Away(), []
    for document in named:
        event, done = document.event, effect(document.event)
        kg = total(map(masses.weight, event.items_by_key.get(lot, ())))
        if done == "returned" and kg is not None:
            if away.is_known and kg - away.comes_back(kg) > kg * SCALES_DIFFER:
                unsold.append(event.event_id)
        elif done == "sold":
            away.sold(kg)
        elif done == "sent":
            start = origin(event)
            away.sent(with_whole(start.id)[-1] if start else "", event.biz_step or "", kg)
    if unsold:
        yield gaps.returned_unsold(lot, unsold)


def _about(item: str, evidence: Evidence) -> list[Reported]:
    """What names the box, the lot it is of, or what it was in."""
    claim = evidence.item_lots.of_item.get(item)
    named = (document for key in (item, *([claim.lot] if claim else [])) for document in evidence.naming.get(key, ()))
    return [*named, *_about_what_it_was_in(item, evidence)]


def _sells(document: Reported) -> bool:
    return effect(document.event) == "sold"


def _is_there(back: Reported, told: Iterable[Reported]) -> bool:
    """Whether it was last seen where it comes back to."""
    moved = [d for d in told if effect(d.event) in ("received", "sent") and d is not back]
    last = max(moved, key=lambda d: d.event.time_ms, default=None)
    here = place(back.event)
    return last is not None and here is not None and effect(last.event) == "received" and place(last.event) == here


def _left(sent: Reported, back: Reported) -> bool:
    """Whether it was sent from where it then comes back to, as far as both say."""
    start, here = origin(sent.event), place(back.event)
    if sent.event.biz_step not in LEAVING:
        return False
    return start is None or here is None or with_whole(start.id)[-1] == with_whole(here.id)[-1]
