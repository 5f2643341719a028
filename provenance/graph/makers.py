"""Whose making of a thing counts, where several who have nothing to do with each other report that they made it.

A thing is made once. Reports of one party, or of one place, are of one maker, and who puts the thing in and takes it
out again worked on it. Of several makers counts one who had to do with what it was made of before, and of these the one
whose report was recorded first; the others' goods are not in it, and their reports are shown as contradicting it. Who
begins a lot or labels items of his lot is its maker as much as who reports a run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from epcis.events import Event
from provenance.access.say import named, tellers
from provenance.standing import First, Reported

if TYPE_CHECKING:
    from provenance.graph.item_lots import Strange
    from provenance.graph.runs import Run

    Maker = list[Run]

T = TypeVar("T")


def believed(
    runs: Sequence[Run], documents: Sequence[Reported], strange: Strange
) -> tuple[list[Run], dict[str, tuple[Run, ...]]]:
    """The runs without what they cannot have made, and by thing the runs that say so. By `strange` somebody else made
    it, in a run or otherwise."""
    making: defaultdict[str, list[Run]] = defaultdict(list)
    for run in runs:
        for key in run.output_keys:
            if key not in run.input_keys:
                making[key].append(run)
    elsewhere: dict[str, tuple[Run, ...]] = {}
    for key, listed in making.items():
        aside = [run for run in listed if _is_strange(run, key, strange)]
        makers = _makers([run for run in listed if run not in aside]) if len(listed) > len(aside) + 1 else []
        if len(makers) > 1:
            first = min(makers, key=lambda maker: (not _had_inputs(maker, documents), _recorded(maker)))
            aside += [run for maker in makers if maker is not first for run in maker]
        if aside:
            elsewhere[key] = tuple(aside)
    if not elsewhere:
        return list(runs), {}
    not_made: defaultdict[str, set[str]] = defaultdict(set)
    for key, saying in elsewhere.items():
        for run in saying:
            not_made[run.id].add(key)
    return [_without(run, not_made[run.id]) if run.id in not_made else run for run in runs], elsewhere


def _is_strange(run: Run, key: str, strange: Strange) -> bool:
    making = [document for document in run.documents if key in document.event.output_keys]
    return bool(making) and all(key in strange.get(document.record_id, ()) for document in making)


def _without(run: Run, keys: set[str]) -> Run:
    return replace(run, outputs=tuple(item for item in run.outputs if item.key not in keys))


def _makers(runs: Iterable[Run]) -> list[Maker]:
    return of_one_maker(runs, lambda run: {name for document in run.documents for name in tellers(document)})


def of_one_maker(told: Iterable[T], names_of: Callable[[T], Collection[str]]) -> list[list[T]]:
    """What shares somebody who reports, or a place, directly or by way of others, is of one maker."""
    makers: list[tuple[set[str], list[T]]] = []
    for one in told:
        names = set(names_of(one))
        known = [maker for maker in makers if not maker[0].isdisjoint(names)]
        together = [one, *(other for _, listed in known for other in listed)]
        makers = [maker for maker in makers if maker not in known]
        makers.append((names.union(*(maker[0] for maker in known)), together))
    return [listed for _, listed in makers]


def _had_inputs(maker: Maker, documents: Sequence[Reported]) -> bool:
    inputs = {key for run in maker for key in run.input_keys}
    return had([document for run in maker for document in run.documents], inputs, documents)


def had(making: Iterable[Reported], inputs: Collection[str], documents: Iterable[Reported]) -> bool:
    """Whether one of these made, was sent, received or otherwise reported on what went in, before or after."""
    own, names = set[str](), set[str]()
    for document in making:
        own.add(document.record_id)
        names |= tellers(document)
    about = set(inputs)
    others = (d for d in documents if d.record_id not in own and not about.isdisjoint(d.event.items_by_key))
    return any(not names.isdisjoint(named(document)) for document in others)


def ingredients(making: Iterable[Reported], thing: str) -> frozenset[str]:
    """What went into a thing, and of an item the lots it is said to be of."""
    events = [document.event for document in making]
    named = chain.from_iterable((*event.input_keys, *event.lots_by_item.get(thing, ())) for event in events)
    return frozenset(named) - {thing}


def begins(event: Event, thing: str) -> bool:
    """Whether a lot comes into the world by it: it is made of nothing. Of an item it only says the number."""
    return event.commissions and any(item.of_class for item in event.items_by_key.get(thing, ()))


def _recorded(maker: Maker) -> tuple[First, str]:
    return min((document.first, document.record_id) for run in maker for document in run.documents)
