"""Whose event it is: the parties in whose name something happened, and every party it concerns.

One exact rule each (ADR 0041), on the event and the registry of its days. What follows from it is left to
`provenance.access.authority` and `provenance.access.readership`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TypeAlias

from epcis.events import Event
from epcis.identifiers import canonical, whole_place
from provenance.access.activities import Activity, activity_of
from provenance.registry.records import Registry

ISSUER = "suyuan:issuer"
"""The party that issued the certificate an event is about (`provenance.reports.certificate`)."""

_PUTTING_DOWN = frozenset({Activity.RECEIVING, Activity.STORING})
"""Who says this of a place says that its party now holds the goods. Not picking: fruit is brought to a station."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A party, the place or party the event named to say so, where in the event it is named, and the day by whose
    registry it is meant: its mandates are those of that day."""

    party: str
    place: str
    pointer: str
    on: date


Ends: TypeAlias = tuple[tuple[str, str], ...]
Days: TypeAlias = Sequence[date]
"""The days by whose registry an event is read: each party by the first of them that knows it (ADR 0105)."""


def acting(event: Event, registry: Registry, days: Days) -> tuple[Actor, ...]:
    """The parties registered on one of these days in whose name the event is reported, none where none is registered:

    * the party of the site it happened at: its read point, or its business location where it names no read point;
    * of what is received or stored also the party of the business location: the goods count as that party's from then;
    * of what is sent also the party of the location it is said to come from: it leaves that party's account;
    * of a picking or a farm input also the owner it names as source: the grower;
    * of a certificate also the issuer, registered or not: nobody speaks for one who is not known yet;
    * and only where all these are unknown: the party of the location, else the possessing, else the owning party it
      names at its own end of a hand-over (destination when receiving, source otherwise).
    """
    return tuple(_named(event, registry, days)) or tuple(_at_own_end(event, registry, days))[:1]


def _named(event: Event, registry: Registry, days: Days) -> Iterator[Actor]:
    activity = activity_of(event)
    if event.read_point:
        yield from _keeper(event.read_point, "/readPoint/id", registry, days)
    if event.biz_location and (not event.read_point or activity in _PUTTING_DOWN):
        yield from _keeper(event.biz_location, "/bizLocation/id", registry, days)
    if activity is Activity.DISPATCHING:
        yield from _keepers(event.sources, "source", registry, days)
    if activity in (Activity.PICKING, Activity.FARM_INPUT):
        yield from _parties(event.sources, "owning_party", "source", registry, days)
    if activity is Activity.CERTIFYING and isinstance(issuer := event.body.get(ISSUER), str):
        party = canonical(issuer)
        yield Actor(party, party, f"/{ISSUER}", known_on(party, registry, days))


def _keeper(place: str, pointer: str, registry: Registry, days: Days) -> Iterator[Actor]:
    """The party of the site, on the first day on which both are registered."""
    for on in days:
        site = next(filter(None, (registry.site(id_, on) for id_ in with_whole(place))), None)
        if site is not None and registry.party(site.party, on) is not None:
            yield Actor(site.party, site.id, pointer, on)
            return


def _party(party: str, pointer: str, registry: Registry, days: Days) -> Iterator[Actor]:
    known = (on for on in days if registry.party(party, on) is not None)
    yield from (Actor(party, party, pointer, on) for on in islice(known, 1))


def known_on(party: str, registry: Registry, days: Days) -> date:
    """The day by whose registry a party is asked: the first that knows it, else the first."""
    return next((on for on in days if registry.party(party, on) is not None), days[0])


def _at_own_end(event: Event, registry: Registry, days: Days) -> Iterator[Actor]:
    arrives = activity_of(event) is Activity.RECEIVING
    ends, field = (event.destinations, "destination") if arrives else (event.sources, "source")
    yield from _keepers(ends, field, registry, days)
    yield from _parties(ends, "possessing_party", field, registry, days)
    yield from _parties(ends, "owning_party", field, registry, days)


def _keepers(ends: Ends, field: str, registry: Registry, days: Days) -> Iterator[Actor]:
    for pointer, place in _at_end(ends, "location", field):
        yield from _keeper(place, pointer, registry, days)


def _parties(ends: Ends, wanted: str, field: str, registry: Registry, days: Days) -> Iterator[Actor]:
    for pointer, party in _at_end(ends, wanted, field):
        yield from _party(party, pointer, registry, days)


def _at_end(ends: Ends, wanted: str, field: str) -> Iterator[tuple[str, str]]:
    """Pointer and id of each source or destination of this kind."""
    return ((f"/{field}List/{i}/{field}", id_) for i, (kind, id_) in enumerate(ends) if kind == wanted)


def with_whole(place: str) -> tuple[str, ...]:
    """The place, and for a GLN with an extension (AI 254) the GLN it is a part of."""
    whole = whole_place(place)
    return (place,) if whole == place else (place, whole)


def parties_of(event: Event, registry: Registry, on: date) -> frozenset[str]:
    """The parties of every place the event names, and the parties it names as source or destination."""
    sites = (registry.site(id_, on) for place in event.places for id_ in with_whole(place))
    named = (id_ for kind, id_ in (*event.sources, *event.destinations) if kind != "location")
    return frozenset({site.party for site in sites if site is not None} | set(named))
