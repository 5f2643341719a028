"""What leaned on a certificate: the things made under it while it was good, and everything that came of them.

Owns which events make under a certificate, and what of a forward history came of that. Reading is the caller's affair.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from epcis.events import Event, Item
from provenance.certificates.states import Certificate
from provenance.histories.history import History, Holder
from provenance.steps import CERTIFYING
from provenance.weights import NetWeight, gtin_of, piece_kg, weigh

Kind = Literal["lot", "item", "container"]


@dataclass(frozen=True, slots=True)
class Dependent:
    """`kilograms` are what it weighed when it was made, None where unknown; `through` what led to it from the
    certificate, nothing where it was itself made under it. `not_followed`: more came of it than is followed."""

    key: str
    kind: Kind
    kilograms: Fraction | None
    made_ms: int
    void_since_ms: int | None = None
    holders: tuple[Holder, ...] = ()
    through: tuple[str, ...] = ()
    not_followed: bool = False


def leaning(event: Event, certificate: Certificate, sites: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Things that leaned on the certificate by this event: made while it was good and in its scope of that time, or
    said to rest on it. `sites` are the places of each party in its scopes."""
    if event.biz_step == CERTIFYING:
        return ()
    things = _made(event) if _makes(event) else event.objects
    leans = certificate.relied_on(event.time_ms)
    if leans and certificate.id in event.certificates:
        return tuple(dict.fromkeys(item.key for item in things))
    if not _makes(event):
        return ()
    scope = certificate.issue(event.time_ms).scope if leans else frozenset()
    about = {*event.places, *(party for _, party in event.sources)}
    if not about.isdisjoint({*scope, *(site for id_ in scope for site in sites.get(id_, ()))}):
        return tuple(dict.fromkeys(item.key for item in things))
    return tuple(dict.fromkeys(item.key for item in things if _in_scope(item.key, event, certificate, scope)))


def _in_scope(key: str, event: Event, certificate: Certificate, scope: Collection[str]) -> bool:
    """By its product where it was good then; by its own name, or its lot's, also where it was written afterwards."""
    own = {key, *event.lots_by_item.get(key, ())}
    return gtin_of(key) in scope or certificate.relied_on_since(event.time_ms, own)


def dependents(
    seed: str, made_ms: int, history: History, certificate: Certificate, now_ms: int, net_weight: NetWeight
) -> Iterator[Dependent]:
    """The seed and what its forward history says came of it, and the containers any of that was put into."""
    made = _making(history)
    found = [_dependent(key, made.get(key), history, net_weight) for key in sorted(history.keys)]
    found += [Dependent(key, "container", None, ms) for key, ms in sorted(_containers(history).items())]
    since = certificate.void_since(made_ms, now_ms)
    for one in sorted(found, key=lambda one: (one.key != seed, one.made_ms, one.key)):
        void = None if since is None else max(since, one.made_ms)
        yield replace(one, void_since_ms=void, through=() if one.key == seed else (seed,))


def stands(seed: str, history: History) -> bool:
    """Whether a report in force still says that there is such a thing."""
    return any(step.in_force and seed in step.event.items_by_key for step in history.steps)


def _dependent(key: str, made: tuple[Event, Item] | None, history: History, net_weight: NetWeight) -> Dependent:
    holders = tuple(holder for holder in history.holders if key in holder.keys)
    kind: Kind = "item" if "/21/" in key or "/00/" in key else "lot"
    if made is None:
        return Dependent(key, kind, history.kilograms if key == history.key else None, 0, holders=holders)
    event, item = made
    kilograms = weigh(item, piece_kg(key, [event], net_weight, event.time_ms))
    return Dependent(key, kind, kilograms, event.time_ms, holders=holders)


def _making(history: History) -> dict[str, tuple[Event, Item]]:
    found: dict[str, tuple[Event, Item]] = {}
    for step in history.steps:
        if step.in_force and not step.carried and _makes(step.event):
            for item in _made(step.event):
                found.setdefault(item.key, (step.event, item))
    return found


def _containers(history: History) -> dict[str, int]:
    """With the time at which something of these was first put in."""
    found: dict[str, int] = {}
    for step in history.steps:
        event = step.event
        packs = event.type in ("AggregationEvent", "AssociationEvent") and event.action != "DELETE"
        if step.in_force and packs and event.parent and any(item.key in history.keys for item in event.children):
            found.setdefault(event.parent, event.time_ms)
    return {key: ms for key, ms in found.items() if key not in history.keys}


def _makes(event: Event) -> bool:
    return event.type == "TransformationEvent" or (event.type == "ObjectEvent" and event.action == "ADD")


def _made(event: Event) -> tuple[Item, ...]:
    return event.outputs if event.type == "TransformationEvent" else event.objects
