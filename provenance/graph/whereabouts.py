"""Where an event says things are, and where a container has been: the geography of custody, without amounts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from epcis.events import Event
from provenance.graph.containment import Containment, Stay
from provenance.spans import earlier
from provenance.standing import Reported

Kind = Literal["at", "on_the_way", "in", "sold", "lost", "used"]
DEEPEST = 16
"""Containers within containers that are followed."""


class Spot(NamedTuple):
    """Where an amount is: at or on its way to a site or party, in a container, sold at a site, lost, used by a run."""

    kind: Kind
    id: str = ""
    party: str = ""


NOWHERE = Spot("at")

LEAVING = frozenset({"shipping", "departing", "consigning"})
ARRIVING = frozenset({"receiving", "arriving", "accepting", "void_shipping"})
"""A shipment taken back arrives where it left."""
RECEIVING = frozenset({"receiving", "arriving", "accepting"})
STORING = frozenset({"storing", "stocking"})
COUNTING = frozenset({"stock_taking", "cycle_counting"})
SOLD = frozenset({"retail_selling", "dispensing", "retail_sold", "dispensed", "partially_dispensed"})
DESTROYED = frozenset({"destroying", "killing", "destroyed", "disposed"})
"""Business steps, and the dispositions they lead to."""
_STANDING_STILL = frozenset({"sensor_reporting", "transporting", "staging_outbound"})


def destination(event: Event) -> Spot:
    """Whom a shipment goes to: the site named, else the party."""
    ends = dict(reversed(event.destinations))
    party = ends.get("possessing_party") or ends.get("owning_party") or ""
    return Spot("on_the_way", ends.get("location", ""), party)


def place(event: Event) -> Spot | None:
    """Where things are after the event; None where it does not say. Coordinates are a moment, not a place."""
    site = event.biz_location or event.read_point or dict(event.destinations).get("location", "")
    if site and not site.startswith("geo:"):
        return Spot("at", site)
    ends = dict(event.destinations)
    party = ends.get("possessing_party") or ends.get("owning_party") or ""
    return Spot("at", "", party) if party and event.biz_step in ARRIVING else None


def origin(event: Event) -> Spot | None:
    """Where a shipment leaves from."""
    site = dict(event.sources).get("location") or event.read_point or event.biz_location
    return Spot("at", site) if site else None


def sent_from(event: Event) -> Spot | None:
    """Where what arrives is said to come from."""
    site = dict(event.sources).get("location")
    return Spot("at", site) if site else None


def moved_to(event: Event) -> Spot | None:
    """Where an event puts what it names; None where it moves nothing."""
    if event.biz_step in _STANDING_STILL:
        return None
    if event.biz_step in LEAVING:
        to = destination(event)
        return to if to.id or to.party else None
    return place(event)


def says(event: Event, words: frozenset[str]) -> bool:
    return event.biz_step in words or event.disposition in words


def ends(event: Event) -> bool:
    """Whether what it names is no more: taken out of the world, or seen being sold or destroyed."""
    return event.type == "ObjectEvent" and (event.action == "DELETE" or says(event, SOLD) or says(event, DESTROYED))


def returns(event: Event) -> bool:
    """Whether goods that had gone out are received back."""
    return event.biz_step in RECEIVING and event.disposition == "returned"


def makes(event: Event, thing: str) -> bool:
    """Whether the thing comes to be here: out of a run, or begun."""
    if event.type == "TransformationEvent":
        return thing in event.output_keys
    return event.commissions and thing in event.object_keys


class Trails:
    """Where each container was, by its own events and those of what it was in."""

    def __init__(self, naming: Mapping[str, Sequence[Reported]], containment: Containment) -> None:
        self._naming = naming
        self._containment = containment
        self._known: dict[tuple[str, frozenset[str]], list[tuple[int, Spot]]] = {}

    def at(self, container: str, time_ms: int | None = None, *, aside: Collection[str] = ()) -> Spot:
        """Where it was then, or was last seen, for goods of which what is `aside` says nothing."""
        trail = self._trail(container, DEEPEST, frozenset(aside))
        cut = len(trail) if time_ms is None else bisect_right(trail, time_ms, key=_moment)
        return trail[cut - 1][1] if cut else NOWHERE

    def _trail(self, container: str, depth: int, aside: frozenset[str]) -> list[tuple[int, Spot]]:
        key = (container, aside)
        if key not in self._known:
            self._known[key] = []
            seen = list(self._own(container, aside))
            for stay in self._containment.stays(container) if depth else ():
                if stay.by not in aside:
                    until = self._containment.until(stay, aside)
                    seen += _during(self._trail(stay.container, depth - 1, aside), stay.since_ms, until)
            self._known[key] = sorted(seen, key=_moment)
        return self._known[key]

    def _own(self, container: str, aside: Collection[str]) -> Iterator[tuple[int, Spot]]:
        for document in self._naming.get(container, ()):
            spot = moved_to(document.event)
            if spot is not None and document.record_id not in aside:
                yield document.event.time_ms, spot


def _during(trail: list[tuple[int, Spot]], since_ms: int, until_ms: int | None) -> list[tuple[int, Spot]]:
    start = bisect_left(trail, since_ms, key=_moment)
    end = len(trail) if until_ms is None else bisect_right(trail, until_ms, key=_moment)
    return trail[start:end]


def _moment(seen: tuple[int, Spot]) -> int:
    return seen[0]


def above(thing: str, containment: Containment) -> Iterator[tuple[Stay, str, int, int | None]]:
    """Every container a thing was in, and what those were in: (the stay at the bottom, container, from, to)."""
    stays = containment.stays(thing)
    aside = containment.aside(thing) if stays else ()
    level: list[tuple[Stay, tuple[str, ...], int, int | None]] = [
        (stay, (thing, stay.container), stay.since_ms, containment.until(stay, aside)) for stay in stays
    ]
    for _ in range(DEEPEST):
        if not level:
            return
        yield from ((bottom, path[-1], since, until) for bottom, path, since, until in level)
        level = [
            (bottom, (*path, outer.container), max(since, outer.since_ms), earlier(until, end))
            for bottom, path, since, until in level
            for outer in containment.stays(path[-1])
            if outer.by not in aside and (until is None or outer.since_ms <= until)
            for end in (containment.until(outer, aside, path[:-1], since),)
            if end is None or since <= end
        ]
