"""How much of a shipment of a lot nobody accounts for, by its kilograms: received, sold or lost away, or back home."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from epcis.events import Event, Item
from provenance.access.acting import with_whole
from provenance.graph.effects import BACK, GONE, effect
from provenance.graph.whereabouts import place
from provenance.quantities import NOTHING, Kilograms, total
from provenance.standing import Reported

Weight = Callable[[Item], Kilograms]
_BACK = "back"


def named_kg(thing: str, event: Event, weight: Weight) -> Kilograms:
    """What an event says of it; None where it names only what it was in, or does not say how much."""
    return total(map(weight, event.items_by_key[thing])) if thing in event.items_by_key else None


def accounted_kg(
    thing: str, home: str, sent_ms: int, elsewhere: Iterable[str], after: Sequence[Reported], weight: Weight
) -> tuple[Fraction, bool]:
    """Kilograms of a lot told after a shipment of it from `home`, and whether all of that was weighed.

    At a site that counts which says most: what is received may be sold or destroyed there, and is the same goods.
    `elsewhere` are sites that other parts of it were sent to.
    """
    whole_home, others = with_whole(home)[-1], {with_whole(site)[-1] for site in elsewhere}
    told: defaultdict[str, defaultdict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    sure = True
    for document in after:
        event = document.event
        spot = place(event)
        site = with_whole(spot.id)[-1] if spot else ""
        kind = _kind(event, is_home=site == whole_home)
        if kind == _BACK and event.time_ms < sent_ms:
            continue
        if kind and (site not in others or effect(event) in BACK):
            kg = named_kg(thing, event, weight)
            sure &= kg is not None
            told[site][kind] += kg or NOTHING
    return sum((max(kinds.values()) for kinds in told.values()), NOTHING), sure


def _kind(event: Event, *, is_home: bool) -> str:
    """What is sold or destroyed where it was sent from was not on the way."""
    done = effect(event)
    if done in BACK or (done == "received" and is_home):
        return _BACK
    if done == "received":
        return event.biz_step or ""
    return done if done in GONE and not is_home else ""
