"""Traces a thing back to every harvest and forward to every holder: which keys to ask for, and the history they give.

Each function first gathers until nothing new appears, then judges the whole set of documents at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TypeAlias

from epcis.events import Item, applied_to, items_of, tested
from provenance.access.say import NOBODYS, Parties
from provenance.balances.breaches import breaches
from provenance.balances.of_history import balances
from provenance.certificates.reading import read_certificates
from provenance.cold_chain.asking import cold_keys
from provenance.cold_chain.hearing import measurers
from provenance.cold_chain.stays import cold_stays
from provenance.graph import gaps
from provenance.graph.containers import Judge, ask_above
from provenance.graph.crowds import ask_rest, bounded, not_read
from provenance.graph.custody import Custody
from provenance.graph.evidence import Evidence
from provenance.graph.flow import Flow, flow_of, not_arrived
from provenance.graph.gathering import Follow, Gathering, Known, TooMuchError, backward, closure, inward, is_lot, onward
from provenance.graph.item_lots import Asked, asked_by
from provenance.graph.masses import Masses
from provenance.graph.mixing import OWN, Mixing
from provenance.graph.runs import inside
from provenance.graph.shipments import shipments
from provenance.graph.whereabouts import makes
from provenance.histories.history import History, Pick, Share
from provenance.histories.telling import conflicts_of, told
from provenance.quality.applied import read_applied
from provenance.quality.sealed import samples
from provenance.quantities import Kilograms, total
from provenance.standing import MayDeclare, nobody
from provenance.steps import CERTIFYING, certified
from provenance.weights import NetWeight, gtin_of, nothing_registered

Reach: TypeAlias = Callable[[Evidence, Iterable[str]], set[str]]
"""What things were made from, or what became of them."""


def trace_back(
    keys: Sequence[str],
    *,
    may_declare: MayDeclare = nobody,
    net_weight: NetWeight = nothing_registered,
    parties: Parties = NOBODYS,
) -> Gathering[History]:
    """Back from the first of the canonical keys that any event names (item, then lot) to every harvest.

    Of a lot, what its boxes took of it is read too; back from one box, the others of its lot are not.
    """

    def trace(known: Known) -> Gathering[History]:
        return _trace_back(keys, known, Judging(may_declare, asked_by(keys), parties), net_weight)

    return (yield from bounded(trace, Known(may_declare)))


def _trace_back(keys: Sequence[str], known: Known, judge: Judging, net_weight: NetWeight) -> Gathering[History]:
    key = yield from find(known, keys)
    reached = yield from _gather(known, [key], judge, backward, Evidence.ancestors)
    yield from ask_above(known, reached.told, judge)
    while (yield from ask_rest(known, judge, reached.told)):
        yield from ask_above(known, reached.told, judge)
    evidence = judge(known)
    things = evidence.contents(key)
    told_of = evidence.ancestors(things)
    vouched, checked = [*_vouched_for(evidence, told_of), *cold_keys(evidence, told_of, things)], True
    tests = _tested(evidence, told_of)
    if not known.bounded:
        vouched += tests
    if is_lot(key) and items_of(key) not in known.asked:
        checked = yield from known.ask_with_items(vouched, key)
    yield from known.ask(vouched, few=tests)
    yield from known.settle()
    yield from known.ask(_issued(known))
    yield from known.settle()
    yield from ask_rest(known, judge, told_of)
    found = _history_back(key, known, judge(known), net_weight)
    return found if checked else replace(found, gaps=(*found.gaps, gaps.too_many_boxes(key)))


def trace_forward(
    keys: Sequence[str],
    *,
    may_declare: MayDeclare = nobody,
    net_weight: NetWeight = nothing_registered,
    parties: Parties = NOBODYS,
) -> Gathering[History]:
    """Forward from the first of the keys that any event names to every holder of it or of what it became."""

    def trace(known: Known) -> Gathering[History]:
        return _trace_forward(keys, known, Judging(may_declare, asked_by(keys), parties), net_weight)

    return (yield from bounded(trace, Known(may_declare)))


def _trace_forward(keys: Sequence[str], known: Known, judge: Judging, net_weight: NetWeight) -> Gathering[History]:
    key = yield from find(known, keys)
    reached = yield from _gather(known, [key], judge, onward, Evidence.descendants)
    told_of = reached.evidence.contents(key)
    yield from known.ask({*_mixed_in(reached), *cold_keys(reached.evidence, reached.told, told_of)})
    yield from known.settle()
    yield from ask_rest(known, judge, reached.told)
    return _history_forward(key, known, judge(known), net_weight)


def trace_reach(
    keys: Sequence[str], *, may_declare: MayDeclare = nobody, parties: Parties = NOBODYS
) -> Gathering[frozenset[str]]:
    """All that can have these in its back history: they, what was in them, what became of that, what any of it was in.

    More than that may be among them, for what does not count is followed too, and never less. Raises TooMuchError.
    """
    known = Known(may_declare)
    judge = Judging(may_declare, None, parties)
    reached = yield from _gather(known, keys, judge, onward, Evidence.descendants)
    if known.left or known.cut:
        raise TooMuchError("not all was read of what became of these")
    return frozenset(_with_containers(reached.followed, known))


def _with_containers(things: set[str], known: Known) -> set[str]:
    """A box that something is packed into has the history of it, too."""
    joining = [d.event for d in known.documents.values() if d.event.parent and d.event.children]
    while more := {e.parent for e in joining if e.parent and not things.isdisjoint(e.items_by_key)} - things:
        things = things | more
    return things


class Judging:
    """Judges what is known anew only where something was read since."""

    def __init__(self, may_declare: MayDeclare, asked: Asked, parties: Parties = NOBODYS) -> None:
        self._judge = partial(Evidence, may_declare=may_declare, asked=asked, parties=parties)
        self._last: tuple[int, Evidence] | None = None

    def __call__(self, known: Known) -> Evidence:
        if self._last is None or self._last[0] != known.changes:
            self._last = known.changes, self._judge(known)
        return self._last[1]


def find(known: Known, keys: Sequence[str]) -> Gathering[str]:
    """The first of the keys that any event names, or the first."""
    yield from known.ask(keys)
    if not any(map(known.naming, keys)):
        yield from known.ask(items_of(key) for key in keys if is_lot(key))
    return next((key for key in keys if known.naming(key) or known.naming(items_of(key))), keys[0])


@dataclass(frozen=True, slots=True)
class _Reached:
    """Every key that was followed; those of them that count; and the judgement that says so."""

    followed: set[str]
    told: set[str]
    evidence: Evidence


def _gather(known: Known, keys: Sequence[str], judge: Judge, follow: Follow, reach: Reach) -> Gathering[_Reached]:
    """Follow the things and what was in them one way, until what counts of all that was read leads nowhere new."""
    things: set[str] = set()
    followed: set[str] = set()
    yield from closure(known, things, [seed for key in keys for seed in _seeds(known, key, follow)], inward)
    more = things
    while True:
        yield from closure(known, followed, more, follow)
        if follow is onward or known.times:
            yield from ask_above(known, followed, judge)
        more = set()
        if (yield from ask_rest(known, judge, followed)):
            continue
        evidence = judge(known)
        told = reach(evidence, set[str]().union(*map(evidence.contents, keys)))
        more = told - followed
        if not more:
            return _Reached(followed, told, evidence)


def _seeds(known: Known, key: str, follow: Follow) -> Iterator[str]:
    """The items of a lot tell where it went; where it came from only while nobody reported how it was made."""
    yield key
    if is_lot(key) and (follow is onward or not any(makes(found.event, key) for found in known.naming(key))):
        yield items_of(key)


def _vouched_for(evidence: Evidence, keys: set[str]) -> Iterator[str]:
    """Keys under which certificates of these things, and of where and by whom they were made, are found; what was used
    on the plots they were picked on; and who took the same samples."""
    named = {d.record_id: d.event for key in keys for d in evidence.naming.get(key, ())}.values()
    vouched = {*keys, *filter(None, map(gtin_of, keys))}
    for event in named:
        vouched.update(event.certificates)
        yield from samples(event)
        if event.type == "TransformationEvent" or event.action == "ADD":
            vouched.update(event.places, (party for _, party in event.sources))
        if event.commissions and event.read_point:
            yield applied_to(event.read_point)
    yield from map(certified, vouched)


def _tested(evidence: Evidence, keys: Collection[str]) -> set[str]:
    """Keys under which tests of boxes named without their lot are found, of the years in which these were made and the
    next. Where that is too much to be read, and they are very many, nobody reads them."""
    made = {key: evidence.naming[key][0].event for key in keys if key in evidence.naming and gtin_of(key)}
    years = ((key, int(event.body["eventTime"][:4])) for key, event in made.items())
    return {tested(key, str(later)) for key, year in years for later in (year, year + 1)}


def _issued(known: Known) -> Iterator[str]:
    """Keys under which every state of the certificates met is found: one withdrawn later names its scope no more."""
    events = (document.event for document in known.documents.values())
    yield from {certified(id_) for event in events if event.biz_step == CERTIFYING for id_ in event.certificates}


def _mixed_in(reached: _Reached) -> Iterator[str]:
    """What went into a run along with the things and was not weighed there."""
    for run in reached.evidence.runs.all.values():
        if run.input_keys & reached.followed:
            yield from (item.key for item in run.inputs if item.quantity is None)


def parts_of(key: str, evidence: Evidence, masses: Masses) -> list[tuple[str, Kilograms]]:
    """The thing with its kilograms; the contents, and theirs, with theirs where it is but what they are in."""
    found: dict[str, Kilograms] = {}
    seen = {key}
    left = [Item(key)]
    while left:
        item = left.pop()
        load = [inside(stay) for stay in evidence.load(item.key) if stay.thing not in seen]
        load += [Item(thing) for thing in evidence.runs.items(item.key)]
        if item.of_class:
            found[item.key] = total((found.get(item.key, Fraction(0)), masses.weight(item)))
        elif not load or evidence.runs.making(item.key) or masses.is_lot(item.key):
            found[item.key] = masses.inflow.get(item.key)
        else:
            seen.update(thing.key for thing in load)
            left += load
    return list(found.items())


def _history_back(key: str, known: Known, evidence: Evidence, net_weight: NetWeight) -> History:
    things = evidence.contents(key)
    keys = evidence.ancestors(things)
    if _is_certificate(key, known):
        return History(
            key=key,
            direction="back",
            keys=frozenset(keys),
            steps=told(evidence, keys, things),
            conflicts=conflicts_of(evidence),
            certificates=read_certificates(evidence.told),
            depends_on=known.met,
        )
    masses = Masses(keys, runs=evidence.runs, naming=evidence.naming, net_weight=net_weight)
    mixing = Mixing(evidence.runs, masses, evidence.naming)
    parts = parts_of(key, evidence, masses)
    origins = mixing.origins(parts)
    kilograms = total(kg for _, kg in parts)
    custody = custody_of(evidence, masses)
    found = balances(key, keys, evidence, masses)
    unarrived = not_arrived({thing: custody.amounts(thing) for thing, _ in parts}, evidence)
    cold = cold_stays(evidence, keys, things)
    return History(
        key=key,
        direction="back",
        keys=frozenset(keys),
        steps=told(evidence, keys, things),
        shares=tuple(_share(lot, part, kilograms, masses) for lot, part in origins.shares.items()),
        gaps=tuple(sorted({*origins.gaps, *unarrived, *breaches(keys, evidence, masses, found), *_cut(known, keys)})),
        conflicts=conflicts_of(evidence),
        kilograms=kilograms,
        lost_kg=origins.lost_kg,
        certificates=read_certificates(evidence.told),
        made_of=_made_of(keys, parts, key, evidence),
        mixture=_mixture(key, origins.sources),
        lot_of=evidence.lot_of({*keys, *_inspected(evidence)}),
        applied=read_applied(evidence.told),
        balances=found,
        shipments=shipments(things, keys, evidence, masses.weight),
        cold=cold,
        measurers=measurers(cold, evidence),
        depends_on=known.met,
    )


def _inspected(evidence: Evidence) -> Iterator[str]:
    """Boxes that were tested, these and others of their lots."""
    for document in evidence.in_force:
        if document.event.biz_step == "inspecting":
            yield from document.event.object_keys


def _is_certificate(key: str, known: Known) -> bool:
    """Whether it is named as nothing but a certificate: that comes from no orchard."""
    roles = {role for document in known.naming(key) for role, named in document.event.keys if named == key}
    return roles == {"certificate"}


def _history_forward(key: str, known: Known, evidence: Evidence, net_weight: NetWeight) -> History:
    things = evidence.contents(key)
    keys = evidence.descendants(things)
    masses = Masses(
        {*keys, *known.met & evidence.naming.keys()},
        runs=evidence.runs,
        naming=evidence.naming,
        net_weight=net_weight,
    )
    parts = parts_of(key, evidence, masses)
    flow: Flow = flow_of(key, parts, keys, evidence, masses, custody_of(evidence, masses))
    return History(
        key=key,
        direction="forward",
        keys=frozenset(keys),
        steps=told(evidence, keys, keys),
        holders=flow.holders,
        gaps=tuple(sorted({*flow.gaps, *breaches(keys, evidence, masses), *_cut(known, keys)})),
        conflicts=conflicts_of(evidence),
        kilograms=total(kg for _, kg in parts),
        lost_kg=flow.lost_kg,
        losses=flow.losses,
        depends_on=known.met,
    )


def _cut(known: Known, keys: Collection[str]) -> Iterator[gaps.Gap]:
    yield from map(gaps.not_followed, known.cut)
    yield from not_read(known, keys)


def _made_of(
    keys: Iterable[str], parts: Sequence[tuple[str, Kilograms]], key: str, evidence: Evidence
) -> dict[str, frozenset[str]]:
    made = {thing: frozenset(evidence.runs.sources(thing)) for thing in keys if evidence.runs.making(thing)}
    contents = frozenset(thing for thing, _ in parts) - {key}
    return {**made, key: contents} if contents else made


def _mixture(key: str, sources: Mapping[str, Mapping[str, Fraction]]) -> dict[str, Mapping[str, Fraction]]:
    """Of a container, its contents are what it is made of."""
    parts = sources[OWN]
    own = {} if key in parts else {key: parts}
    return {**own, **{thing: mixed for thing, mixed in sources.items() if thing}}


def custody_of(evidence: Evidence, masses: Masses) -> Custody:
    """Where things are, by this evidence."""
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
