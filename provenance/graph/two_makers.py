"""Things that two makers claim to have made who both had to do with them, so that nobody can say which is on the box.

Whose making counts is decided in `makers`. Another's is only shown, so that no stranger holds a label by guessing its
number; but it is read here where those who made the goods, and what they are made of, name him or his place in their
own reports: he was sent them, or works where they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from epcis.events import Event
from provenance.access.acting import with_whole
from provenance.access.say import tellers
from provenance.graph.gaps import Gap
from provenance.graph.whereabouts import makes
from provenance.histories.history import History, Step


def claimed_twice(history: History) -> tuple[tuple[Gap, tuple[Step, ...]], ...]:
    """Each such thing's gap, and the reports of its making: that which counts first."""
    found = [gap for gap in history.gaps if gap.code == "made-elsewhere"]
    if not found:
        return ()
    not_believed = {id_ for gap in found for id_ in gap.event_ids}
    own = [step for step in history.steps if step.in_force and step.event_id not in not_believed]
    named = frozenset(_named_by_makers(own, history.keys))
    told = {step.event_id: step for step in history.steps}
    rivals = (
        (gap, tuple(step for id_ in gap.event_ids if (step := told.get(id_)) and _is_named(step, named)))
        for gap in found
    )
    return tuple((gap, (*_making(own, gap.key), *steps)) for gap, steps in rivals if steps)


def _making(steps: Iterable[Step], key: str) -> Iterator[Step]:
    return (step for step in steps if makes(step.event, key))


def _named_by_makers(steps: list[Step], keys: Iterable[str]) -> Iterator[str]:
    """Everybody and every place that whoever made the goods or their ingredients names in any report of them."""
    made = frozenset(keys)
    makers = {
        step.document.first.capturer
        for step in steps
        if any(item.key in made and makes(step.event, item.key) for item in (*step.event.outputs, *step.event.objects))
    }
    for step in steps:
        if step.document.first.capturer in makers:
            yield from _names(step.event)


def _names(event: Event) -> Iterator[str]:
    for _, party in (*event.sources, *event.destinations):
        yield from with_whole(party)
    for at in event.places:
        yield from with_whole(at)


def _is_named(step: Step, named: frozenset[str]) -> bool:
    return any(name in named for teller in tellers(step.document) for name in with_whole(teller))
