"""Whose making of a thing counts, where several who have nothing to do with each other report that they made it.

A thing is made once. Reports of one party, or of one place, are of one maker, and who puts the thing in and takes it
out again worked on it. Of several makers counts one who had to do with what it was made of before, and of these the one
whose report was recorded first; the others' goods are not in it, and their reports are shown as contradicting it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from provenance.access.say import named, tellers
from provenance.standing import First, Reported

if TYPE_CHECKING:
    from provenance.graph.runs import Run

    Maker = list[Run]

T = TypeVar("T")


def believed(runs: Sequence[Run], documents: Sequence[Reported]) -> tuple[list[Run], dict[str, tuple[Run, ...]]]:
    """The runs without what they cannot have made, and by thing the runs that say so."""
    making: defaultdict[str, list[Run]] = defaultdict(list)
    for run in runs:
        for key in run.output_keys:
            if key not in run.input_keys:
                making[key].append(run)
    strange: dict[str, tuple[Run, ...]] = {}
    for key, listed in making.items():
        if len(listed) > 1 and len(makers := _makers(listed)) > 1:
            first = min(makers, key=lambda maker: (not _had_inputs(maker, documents), _recorded(maker)))
            strange[key] = tuple(run for maker in makers if maker is not first for run in maker)
    if not strange:
        return list(runs), {}
    not_made: defaultdict[str, set[str]] = defaultdict(set)
    for key, saying in strange.items():
        for run in saying:
            not_made[run.id].add(key)
    return [_without(run, not_made[run.id]) if run.id in not_made else run for run in runs], strange


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


def _recorded(maker: Maker) -> tuple[First, str]:
    return min((document.first, document.record_id) for run in maker for document in run.documents)
