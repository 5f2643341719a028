"""Things that two makers claim to have made who both had to do with them, so that nobody can say which is on the box.

Whose making counts is decided in `makers`. Another's is only shown, so that no stranger holds a label by guessing its
number; but it is read here where those who made the goods, and what they are made of, name him or his place in their
own reports: he was sent them, or works where they were. Of an item they name him on what it is made of: a box is packed
once, and who was sent it did not pack it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

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
    by_makers = tuple(_of_makers(own, history.keys))
    told = {step.event_id: step for step in history.steps}
    rivals = ((gap, _rivals(gap, told, by_makers, history)) for gap in found)
    return tuple((gap, (*_making(own, gap.key), *steps)) for gap, steps in rivals if steps)


def _rivals(gap: Gap, told: Mapping[str, Step], by_makers: Iterable[Event], history: History) -> tuple[Step, ...]:
    steps = [step for id_ in gap.event_ids if (step := told.get(id_))]
    of_class = any(item.of_class for step in steps for item in step.event.items_by_key.get(gap.key, ()))
    made_of = frozenset[str]() if of_class else history.made_of.get(gap.key, frozenset())
    named = frozenset(_named(by_makers, made_of))
    return tuple(step for step in steps if _is_named(step, named))


def _making(steps: Iterable[Step], key: str) -> Iterator[Step]:
    return (step for step in steps if makes(step.event, key))


def _of_makers(steps: list[Step], keys: Iterable[str]) -> Iterator[Event]:
    """All that whoever made the goods or their ingredients reports of them."""
    made = frozenset(keys)
    makers = {
        step.document.first.capturer
        for step in steps
        if any(item.key in made and makes(step.event, item.key) for item in (*step.event.outputs, *step.event.objects))
    }
    return (step.event for step in steps if step.document.first.capturer in makers)


def _named(events: Iterable[Event], about: frozenset[str]) -> Iterator[str]:
    """Everybody and every place that these name; where they are to be about something, those that are."""
    for event in events:
        if not about or not about.isdisjoint(event.items_by_key):
            yield from _names(event)


def _names(event: Event) -> Iterator[str]:
    for _, party in (*event.sources, *event.destinations):
        yield from with_whole(party)
    for at in event.places:
        yield from with_whole(at)


def _is_named(step: Step, named: frozenset[str]) -> bool:
    return any(name in named for teller in tellers(step.document) for name in with_whole(teller))
