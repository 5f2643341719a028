"""When what rode on a truck is off it though nobody reports its unloading: it was received by its own number elsewhere.

A truck drives on; a pallet stays with what is on it. An amount of a lot may be part of what came, and of what goes on.
"""

from __future__ import annotations

from epcis.events import JOINING, Event, Item
from epcis.identifiers import whole_place

_TAKES_OFF = frozenset({"receiving", "accepting", "retail_selling", "dispensing"})
_GS1 = "https://id.gs1.org/"
_ASSET = "/8004/"


def rides(thing: str, container: str, *, alone: bool) -> bool:
    """Whether it is on an asset for a way: not on a pallet, nor fixed to a truck as a trailer is. `alone` where it was
    packed; what is joined to something of a private name is joined to an asset."""
    private = not (alone or container.startswith(_GS1))
    return (_ASSET in container or private) and _ASSET not in thing


def place_of(event: Event) -> str:
    """The whole place an event was at; "" where it names none but coordinates, which are a moment."""
    place = event.biz_location or event.read_point or ""
    return "" if place.startswith("geo:") else whole_place(place)


def taken_off(event: Event) -> tuple[Item, ...]:
    """The things that are where it says by now, whatever they came in."""
    takes = event.type == "ObjectEvent" and event.biz_step in _TAKES_OFF and place_of(event)
    return tuple(item for item in event.objects if not item.of_class) if takes else ()


def empties(event: Event, container: str) -> bool:
    """Whether all that was in it is out."""
    return event.type in JOINING and event.parent == container and event.action == "DELETE" and not event.children


def takes_off(event: Event, container: str, loaded_at: str) -> bool:
    """Whether what it takes off was in this by then: where it was loaded it may be received onto the truck."""
    return container not in event.object_keys and place_of(event) != loaded_at
