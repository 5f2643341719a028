"""Where what is reported cannot be so, or nobody reported what would make it so.

One item of two lots; more taken of a lot than there was; goods that one made and another begins, or receives although
nobody sent them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from provenance import gaps
from provenance.balance import Balance
from provenance.balances import lot_balance
from provenance.evidence import Evidence
from provenance.gaps import Gap
from provenance.makers import tellers
from provenance.masses import Masses
from provenance.standing import Reported
from provenance.whereabouts import LEAVING, above, destination, makes, place


def breaches(keys: Collection[str], evidence: Evidence, masses: Masses, found: Iterable[Balance] = ()) -> Iterator[Gap]:
    """Of the things of a history; a contradiction is told with either lot. `found` are balances that are known."""
    known = {balance.key: balance for balance in found if balance.kind == "lot"}
    for item, claims in evidence.item_lots.contradictions.items():
        lots, counting = tuple(claim.lot for claim in claims), evidence.item_lots.of_item.get(item)
        if item in keys or not set(lots).isdisjoint(keys):
            ids = (claim.document.event.event_id for claim in claims)
            yield gaps.two_lots(item, lots, counting.lot if counting else "", ids)
    for key in keys:
        yield from _overdrawn(key, known.get(key), evidence, masses)
        yield from _begun_elsewhere(key, evidence, masses)
        yield from _made_elsewhere(key, evidence)
        yield from _unsent(key, evidence)


def _overdrawn(lot: str, known: Balance | None, evidence: Evidence, masses: Masses) -> Iterator[Gap]:
    """Used by amount, taken as boxes, sold and destroyed: together more than came in."""
    took = evidence.runs.using(lot)
    found = known or (lot_balance(lot, evidence, masses) if took and masses.is_lot(lot) else None)
    if took and found and found.there_kg is not None and found.excess_kg:
        ids = (id_ for run in took for id_ in run.ids_naming(lot))
        yield gaps.more_than_there_was(lot, found.taken_kg, found.there_kg, ids)


def _begun_elsewhere(thing: str, evidence: Evidence, masses: Masses) -> Iterator[Gap]:
    """What a run made and what is begun with as much is the same goods told twice: of one party or place, for sure."""
    made = [document for run in evidence.runs.making(thing) for document in run.documents]
    if not made or masses.begun(thing):
        return
    telling = {told for document in made for told in tellers(document)}
    begun = [d for d in evidence.naming.get(thing, ()) if d.event.commissions and thing in d.event.object_keys]
    elsewhere = [d for d in begun if telling.isdisjoint(tellers(d))]
    if elsewhere:
        yield gaps.begun_elsewhere(thing, (d.event.event_id for d in (*made, *elsewhere)))


def _made_elsewhere(thing: str, evidence: Evidence) -> Iterator[Gap]:
    strange = evidence.runs.strange.get(thing, ())
    if strange:
        yield gaps.made_elsewhere(thing, (id_ for run in strange for id_ in run.event_ids))


def _unsent(thing: str, evidence: Evidence) -> Iterator[Gap]:
    """Received by somebody who did not make it, although nobody sent it, or what it was in, or its lot to there."""
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


def _receives(document: Reported, thing: str) -> bool:
    return document.event.biz_step == "receiving" and thing in document.event.object_keys


def _sent(thing: str, evidence: Evidence) -> Iterator[Reported]:
    """What reports sending it, or something it was in."""
    containers = (container for _, container, _, _ in above(thing, evidence.containment))
    for key in dict.fromkeys((thing, *containers)):
        yield from (d for d in evidence.naming.get(key, ()) if d.event.biz_step in LEAVING)


def _sent_to(received: Reported, shipments: Iterator[Reported]) -> bool:
    """Whether one of them went to where it was received, or does not name the site it went to."""
    at = place(received.event)
    return any(not to.id or at is None or to.id == at.id for to in (destination(d.event) for d in shipments))
