"""Whose event it is: the party in whose name something happened, and every party it concerns.

One exact rule each (ADR 0041), on the event and the registry of its day. What follows from it
is `provenance.authority`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from epcis.events import Event
from provenance.activities import Activity, activity_of
from provenance.registry import Registry


@dataclass(frozen=True, slots=True)
class Actor:
    """A registered party, the place or party the event named to say so, and where in the event it is named."""

    party: str
    place: str
    pointer: str


def acting(event: Event, registry: Registry, on: date) -> Actor | None:
    """The first of these that the registry knew that day, None where it knew none:

    the party of the read point's site, of the business location's site, and then the possessing or else the owning
    party that the event names at its own end of a hand-over (destination when receiving, source otherwise).
    """
    return next((actor for actor in _candidates(event, registry, on) if registry.party(actor.party, on)), None)


def _candidates(event: Event, registry: Registry, on: date) -> Iterator[Actor]:
    for pointer, place in (("/readPoint/id", event.read_point), ("/bizLocation/id", event.biz_location)):
        for id_ in with_whole(place) if place else ():
            if site := registry.site(id_, on):
                yield Actor(site.party, id_, pointer)
    yield from _at_own_end(event)


def _at_own_end(event: Event) -> Iterator[Actor]:
    arrives = activity_of(event) is Activity.RECEIVING
    ends = event.destinations if arrives else event.sources
    field = "destination" if arrives else "source"
    for wanted in ("possessing_party", "owning_party"):
        for i, (kind, party) in enumerate(ends):
            if kind == wanted:
                yield Actor(party, party, f"/{field}List/{i}/{field}")


def with_whole(place: str) -> tuple[str, ...]:
    """The place, and for a GLN with an extension (AI 254) the GLN it is a part of."""
    whole, extension, _ = place.partition("/254/")
    return (place, whole) if extension and "/414/" in whole else (place,)


def parties_of(event: Event, registry: Registry, on: date) -> frozenset[str]:
    """The parties of every place the event names, and the parties it names as source or destination."""
    sites = (registry.site(id_, on) for place in event.places for id_ in with_whole(place))
    named = (id_ for kind, id_ in (*event.sources, *event.destinations) if kind != "location")
    return frozenset({site.party for site in sites if site is not None} | set(named))
