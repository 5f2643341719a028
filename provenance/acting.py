"""Whose event it is: the parties in whose name something happened, and every party it concerns.

One exact rule each (ADR 0041), on the event and the registry of its day. What follows from it is left to
`provenance.authority` and `provenance.readership`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from epcis.events import Event
from epcis.identifiers import canonical, whole_place
from provenance.activities import Activity, activity_of
from provenance.registry import Registry

ISSUER = "suyuan:issuer"
"""The party that issued the certificate an event is about (`provenance.reports.certificate`)."""

_PUTTING_DOWN = frozenset({Activity.RECEIVING, Activity.STORING})
"""Who says this of a place says that its party now holds the goods. Not picking: fruit is brought to a station."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A party, the place or party the event named to say so, and where in the event it is named."""

    party: str
    place: str
    pointer: str


def acting(event: Event, registry: Registry, on: date) -> tuple[Actor, ...]:
    """The parties registered on that day in whose name the event is reported, none where none is registered:

    * the party of the site it happened at: its read point, or its business location where it names no read point;
    * of what is received or stored also the party of the business location: the goods count as that party's from then;
    * of a picking or a farm input also the owner it names as source: the grower;
    * of a certificate also the issuer;
    * and only where all these are unknown: the party of the location, else the possessing, else the owning party it
      names at its own end of a hand-over (destination when receiving, source otherwise).
    """
    first = _registered(_named(event, registry, on), registry, on)
    return first or _registered(_at_own_end(event, registry, on), registry, on)[:1]


def _registered(actors: Iterator[Actor], registry: Registry, on: date) -> tuple[Actor, ...]:
    return tuple(actor for actor in actors if registry.party(actor.party, on) is not None)


def _named(event: Event, registry: Registry, on: date) -> Iterator[Actor]:
    activity = activity_of(event)
    if event.read_point:
        yield from _keeper(event.read_point, "/readPoint/id", registry, on)
    if event.biz_location and (not event.read_point or activity in _PUTTING_DOWN):
        yield from _keeper(event.biz_location, "/bizLocation/id", registry, on)
    if activity in (Activity.PICKING, Activity.FARM_INPUT):
        yield from _at_end(event.sources, "owning_party", "source")
    if activity is Activity.CERTIFYING and isinstance(issuer := event.body.get(ISSUER), str):
        yield Actor(canonical(issuer), canonical(issuer), f"/{ISSUER}")


def _keeper(place: str, pointer: str, registry: Registry, on: date) -> Iterator[Actor]:
    """The party of the site, if the site is registered."""
    site = next(filter(None, (registry.site(id_, on) for id_ in with_whole(place))), None)
    if site is not None:
        yield Actor(site.party, site.id, pointer)


def _at_own_end(event: Event, registry: Registry, on: date) -> Iterator[Actor]:
    arrives = activity_of(event) is Activity.RECEIVING
    ends, field = (event.destinations, "destination") if arrives else (event.sources, "source")
    for location in _at_end(ends, "location", field):
        yield from _keeper(location.place, location.pointer, registry, on)
    yield from _at_end(ends, "possessing_party", field)
    yield from _at_end(ends, "owning_party", field)


def _at_end(ends: tuple[tuple[str, str], ...], wanted: str, field: str) -> Iterator[Actor]:
    for i, (kind, party) in enumerate(ends):
        if kind == wanted:
            yield Actor(party, party, f"/{field}List/{i}/{field}")


def with_whole(place: str) -> tuple[str, ...]:
    """The place, and for a GLN with an extension (AI 254) the GLN it is a part of."""
    whole = whole_place(place)
    return (place,) if whole == place else (place, whole)


def parties_of(event: Event, registry: Registry, on: date) -> frozenset[str]:
    """The parties of every place the event names, and the parties it names as source or destination."""
    sites = (registry.site(id_, on) for place in event.places for id_ in with_whole(place))
    named = (id_ for kind, id_ in (*event.sources, *event.destinations) if kind != "location")
    return frozenset({site.party for site in sites if site is not None} | set(named))
