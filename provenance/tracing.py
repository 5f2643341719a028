"""Traces a thing back to every harvest and forward to every holder: which keys to ask for, and the history they give.

Each function first gathers until nothing new appears, then judges the whole set of documents at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from epcis.events import Item
from provenance.certificates import read_certificates
from provenance.custody import Custody
from provenance.evidence import Evidence
from provenance.flow import Flow, flow_of, holders_of
from provenance.gathering import Gathering, Known, backward, closure, inward, onward
from provenance.history import History, Pick, Share
from provenance.masses import Kilograms, Masses, total
from provenance.mixing import Mixing
from provenance.runs import inside
from provenance.standing import MayDeclare, nobody
from provenance.steps import certified
from provenance.telling import conflicts_of, told
from provenance.weights import NetWeight, gtin_of, nothing_registered
from provenance.whereabouts import above


def trace_back(
    keys: Sequence[str], *, may_declare: MayDeclare = nobody, net_weight: NetWeight = nothing_registered
) -> Gathering[History]:
    """Back from the first of the canonical keys that any event names (item, then lot) to every harvest."""
    known = Known()
    key = yield from _find(known, keys)
    things: set[str] = set()
    reached: set[str] = set()
    yield from closure(known, things, [key], inward)
    more = things
    while more:
        yield from closure(known, reached, more, backward)
        evidence = Evidence(known, may_declare)
        more = evidence.ancestors(evidence.contents(key)) - reached
    yield from _ask_above(known, evidence.ancestors(evidence.contents(key)), may_declare)
    evidence = Evidence(known, may_declare)
    yield from known.ask(_vouched_for(evidence, evidence.ancestors(evidence.contents(key))))
    yield from known.settle()
    return _history_back(key, known, Evidence(known, may_declare), net_weight)


def trace_forward(
    keys: Sequence[str], *, may_declare: MayDeclare = nobody, net_weight: NetWeight = nothing_registered
) -> Gathering[History]:
    """Forward from the first of the keys that any event names to every holder of it or of what it became."""
    known = Known()
    key = yield from _find(known, keys)
    things: set[str] = set()
    reached: set[str] = set()
    yield from closure(known, things, [key], inward)
    more = things
    while more:
        yield from closure(known, reached, more, onward)
        yield from _ask_above(known, reached, may_declare)
        evidence = Evidence(known, may_declare)
        more = evidence.descendants(evidence.contents(key)) - reached
    yield from known.ask(_mixed_in(evidence, reached))
    yield from known.settle()
    return _history_forward(key, known, Evidence(known, may_declare), net_weight)


def _find(known: Known, keys: Sequence[str]) -> Gathering[str]:
    yield from known.ask(keys)
    return next((key for key in keys if known.naming(key)), keys[0])


def _ask_above(known: Known, things: Iterable[str], may_declare: MayDeclare) -> Gathering[None]:
    """Ask for whatever the things were in, and for what that was in."""
    things = set(things)
    yield from known.settle()
    while True:
        containment = Evidence(known, may_declare).containment
        containers = {container for thing in things for _, container, _, _ in above(thing, containment)}
        if containers <= known.asked:
            return
        yield from known.ask(containers)
        yield from known.settle()


def _vouched_for(evidence: Evidence, keys: set[str]) -> Iterator[str]:
    """Keys under which certificates of these things, and of where and by whom they were made, are found."""
    for key in keys:
        yield certified(key)
        gtin = gtin_of(key)
        if gtin:
            yield certified(gtin)
        for document in evidence.naming.get(key, ()):
            event = document.event
            yield from (certified(certificate) for certificate in event.certificates)
            if event.type == "TransformationEvent" or event.action == "ADD":
                yield from (certified(id_) for id_ in (*event.places, *(party for _, party in event.sources)))


def _mixed_in(evidence: Evidence, reached: set[str]) -> Iterator[str]:
    """What went into a run along with the things and was not weighed there."""
    for run in evidence.runs.all.values():
        if run.input_keys & reached:
            yield from (item.key for item in run.inputs if item.quantity is None)


def _parts(key: str, evidence: Evidence, masses: Masses) -> list[tuple[str, Kilograms]]:
    """The thing with its kilograms; the contents, and theirs, with theirs where it is a mere container."""
    found: dict[str, Kilograms] = {}
    seen = {key}
    left = [Item(key)]
    while left:
        item = left.pop()
        stays = [s for s in evidence.containment.ever_in(item.key) if s.alone and s.thing not in seen]
        if item.of_class:
            found[item.key] = total((found.get(item.key, Fraction(0)), masses.weight(item)))
        elif not stays or masses.parts(item.key):
            found[item.key] = masses.inflow.get(item.key)
        else:
            seen.update(stay.thing for stay in stays)
            left += [inside(stay) for stay in stays]
    return list(found.items())


def _history_back(key: str, known: Known, evidence: Evidence, net_weight: NetWeight) -> History:
    things = evidence.contents(key)
    keys = evidence.ancestors(things)
    masses = Masses(keys, runs=evidence.runs, naming=evidence.naming, net_weight=net_weight)
    mixing = Mixing(evidence.runs, masses, evidence.naming)
    parts = _parts(key, evidence, masses)
    origins = mixing.origins(parts)
    kilograms = total(kg for _, kg in parts)
    custody = _custody(evidence, masses)
    holders, gaps = holders_of({thing: custody.amounts(thing) for thing, _ in parts}, evidence)
    return History(
        key=key,
        direction="back",
        keys=frozenset(keys),
        steps=told(evidence, keys, things),
        shares=tuple(_share(lot, part, kilograms, masses) for lot, part in origins.shares.items()),
        holders=holders,
        gaps=tuple(sorted({*origins.gaps, *gaps})),
        conflicts=conflicts_of(evidence),
        kilograms=kilograms,
        lost_kg=origins.lost_kg,
        certificates=read_certificates(evidence.in_force),
        made_of=_made_of(keys, parts, key, evidence),
        depends_on=frozenset(known.asked),
    )


def _history_forward(key: str, known: Known, evidence: Evidence, net_weight: NetWeight) -> History:
    things = evidence.contents(key)
    keys = evidence.descendants(things)
    masses = Masses(
        {*keys, *known.asked & evidence.naming.keys()},
        runs=evidence.runs,
        naming=evidence.naming,
        net_weight=net_weight,
    )
    parts = _parts(key, evidence, masses)
    flow: Flow = flow_of(parts, keys, evidence, masses, _custody(evidence, masses))
    return History(
        key=key,
        direction="forward",
        keys=frozenset(keys),
        steps=told(evidence, keys, keys),
        holders=flow.holders,
        gaps=flow.gaps,
        conflicts=conflicts_of(evidence),
        kilograms=total(kg for _, kg in parts),
        lost_kg=flow.lost_kg,
        losses=flow.losses,
        depends_on=frozenset(known.asked),
    )


def _made_of(
    keys: Iterable[str], parts: Sequence[tuple[str, Kilograms]], key: str, evidence: Evidence
) -> dict[str, frozenset[str]]:
    made = {thing: frozenset(evidence.runs.sources(thing)) for thing in keys if evidence.runs.making(thing)}
    contents = frozenset(thing for thing, _ in parts) - {key}
    return {**made, key: contents} if contents else made


def _custody(evidence: Evidence, masses: Masses) -> Custody:
    return Custody(naming=evidence.naming, containment=evidence.containment, runs=evidence.runs, masses=masses)


def _share(lot: str, fraction: Fraction, kilograms: Kilograms, masses: Masses) -> Share:
    picks = tuple(Pick(event, kg) for event, kg in masses.picked(lot))
    return Share(
        lot=lot,
        fraction=fraction,
        kilograms=None if kilograms is None else kilograms * fraction,
        grower=picks[0].grower if picks else "",
        plot=picks[0].plot if picks else "",
        picks=picks,
    )
