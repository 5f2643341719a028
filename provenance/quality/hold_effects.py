"""What each hold, recall and release of a history comes to, and why, where it changes nothing.

A release nobody had to heed must not read as the end of a recall, nor a stranger's recall as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from provenance.histories.history import History, Step
from provenance.quality.holds import Held, Kind, follow, kind_of_step
from provenance.registry.known_parties import kind_of
from provenance.registry.records import Registry
from provenance.short_names import Words

WITHOUT_EFFECT: Mapping[str, Words] = {
    "recall": Words(
        "不起作用：召回只能由监管机构或运营方解除。",
        "Without effect: only the regulator or the operator ends a recall.",
    ),
    "hold": Words(
        "不起作用：由扣留的一方、检查员或运营方解除。",
        "Without effect: who held it, an inspector or the operator lets it go.",
    ),
    "nothing": Words("不起作用：当时没有被扣留或召回。", "Without effect: it was neither held nor recalled then."),
    "stranger": Words(
        "不起作用：上报的一方与这批货毫无往来。", "Without effect: who reports it had nothing to do with these goods."
    ),
}
"""By what stands in the way."""
NOTHING_TO_SAY = Words("", "")


@dataclass(frozen=True, slots=True)
class Effect:
    """`kind` as it counts; `keys` what a hold or recall still holds, or a release let go; `why` it changes nothing."""

    event_id: str
    kind: Kind
    keys: tuple[str, ...]
    why: Words = NOTHING_TO_SAY


def effects(history: History, registry: Registry) -> tuple[Effect, ...]:
    """In the order of the steps."""
    followed = list(follow(history.steps, partial(kind_of, registry), history.keys))
    held = followed[-1][2] if followed else ()
    return tuple(_effect(step, before, after, held) for step, before, after in followed)


def _effect(step: Step, before: Sequence[Held], after: Sequence[Held], last: Sequence[Held]) -> Effect:
    said = kind_of_step(step.event) or "hold"
    if said == "release":
        left = set(map(id, after))
        keys = tuple(one.key for one in before if id(one) not in left)
        why = NOTHING_TO_SAY if keys or step.is_void else WITHOUT_EFFECT[_in_the_way(step, before)]
        return Effect(step.event_id, said, tuple(dict.fromkeys(keys)), why)
    why = WITHOUT_EFFECT["stranger"] if step.stranger else NOTHING_TO_SAY
    set_here = next((one.kind for one in after if one.step is step), said)
    return Effect(step.event_id, set_here, tuple(_keys(step, last)), why)


def _keys(step: Step, held: Sequence[Held]) -> Iterator[str]:
    return (one.key for one in held if one.step is step)


def _in_the_way(step: Step, before: Sequence[Held]) -> str:
    released = {item.key for item in step.event.objects}
    kinds = {one.kind for one in before if one.key in released}
    return next((kind for kind in ("recall", "hold") if kind in kinds), "nothing")
