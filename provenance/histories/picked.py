"""What was picked for a thing: the harvests that have a part in its mass, and those that nobody weighed.

A delivery without a weight has no share of what was weighed, and is in the boxes as well: whatever asks where, when and
by whom something was picked asks about it too. Only percentages are of what was weighed.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from provenance.graph.mixing import proportions
from provenance.histories.history import History, Pick
from provenance.quantities import total
from provenance.weights import weigh


def picks_of(history: History) -> Iterator[tuple[Pick, Fraction]]:
    """Every pick with the fraction of the whole it accounts for, 0 where nobody knows."""
    told: set[str] = set()
    for pick, fraction in shared_picks(history):
        told.add(pick.event.event_id)
        yield pick, fraction
    for step in history.steps:
        event = step.event
        if step.in_force and not step.carried and step.kind == "harvest" and event.event_id not in told:
            begun = [item for item in event.objects if item.of_class and item.key not in history.made_of]
            if event.commissions and begun:
                yield Pick(event, total(weigh(item, None) for item in begun)), Fraction(0)


def shared_picks(history: History) -> Iterator[tuple[Pick, Fraction]]:
    """Those of the lots that are a known part of its mass."""
    for share in history.shares:
        parts = proportions((str(n), pick.kilograms) for n, pick in enumerate(share.picks)).sources
        for n, pick in enumerate(share.picks):
            yield pick, share.fraction * parts.get(str(n), Fraction(0))


def untold(history: History) -> tuple[str, ...]:
    """Lots it was made of that nobody reported picking, weighed or not."""
    of_shares = {share.lot: bool(share.picks) for share in history.shares}
    sources = {source for made_of in history.made_of.values() for source in made_of}
    unshared = sources - history.made_of.keys() - of_shares.keys()
    picked: set[str] = set()
    if unshared:
        for pick, _ in picks_of(history):
            picked |= pick.event.object_keys | pick.event.items_by_lot.keys()
    without = (lot for lot, is_told in of_shares.items() if not is_told)
    return (*without, *sorted(unshared - picked))
