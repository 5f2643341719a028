"""Which goods are held or recalled: by whom, since when, why, and who can let them go again.

The last that counts, in order of event time, is in force for each thing. A hold is lifted by whoever set it or by an
inspector or the operator; a recall only by the regulator or the operator, who answer to no brand: so who recalled does
not end it by taking the report back either, unless another recall of the goods comes in its place. Who carries or
sells goods that others made recalls nothing: it holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Literal

from epcis.events import Event, Item, recalls, set_lastingly
from provenance.access.personal import public
from provenance.days import day_of
from provenance.graph.whereabouts import makes
from provenance.histories.history import History, Step
from provenance.registry import known_parties
from provenance.registry.records import Registry
from provenance.standing import State

Kind = Literal["hold", "recall", "release"]
MAY_LIFT_HOLDS = frozenset({"inspector", "operator"})
HANDLERS = frozenset({"carrier", "shop"})
MAY_LIFT_RECALLS = frozenset({"regulator", "operator"})

KindOf = Callable[[str, date], str]
"""The kind of a party on a day, "" where it is not registered."""


@dataclass(frozen=True, slots=True)
class Held:
    """Something in force of a thing; `carried` where it is of what the goods were in then. `quantity` where only so
    much of the thing is meant."""

    kind: Kind
    key: str
    step: Step
    quantity: Decimal | None = None
    uom: str | None = None

    @property
    def event(self) -> Event:
        return self.step.event

    @property
    def by(self) -> str:
        return self.step.document.first.capturer

    @property
    def reason(self) -> str:
        """For everybody: what is told at the door is refused there, and what came by another is not told."""
        reason = self.event.body.get("suyuan:reason", "")
        return public(reason) if isinstance(reason, str) else ""

    @property
    def standing(self) -> State:
        return self.step.standing


def held_of(history: History, registry: Registry) -> tuple[Held, ...]:
    """What is held or recalled of the goods a history tells of."""
    return in_force(history.steps, partial(known_parties.kind_of, registry), history.keys)


def in_force(steps: Iterable[Step], kind_of: KindOf, goods: Collection[str] | None = None) -> tuple[Held, ...]:
    """Holds and recalls nobody who may has lifted, in the order in which they were set; of these goods where a report
    names others, too."""
    followed = [after for _, _, after in follow(steps, kind_of, goods)]
    return tuple(followed[-1]) if followed else ()


def follow(
    steps: Iterable[Step], kind_of: KindOf, goods: Collection[str] | None = None
) -> Iterator[tuple[Step, Sequence[Held], Sequence[Held]]]:
    """Each step that holds, recalls or releases, with what was held before it and after it."""
    steps, held = list(steps), list[Held]()
    for step in steps:
        said = kind_of_step(step.event)
        if said is None:
            continue
        before, meant = held, [one for one in step.event.objects if goods is None or step.carried or one.key in goods]
        if said == "release" and step.in_force:
            released = {item.key for item in meant}
            held = [one for one in before if one.key not in released or not _lifts(step, one, kind_of)]
        elif said != "release" and (step.in_force or _recalls_still(step, steps, kind_of)):
            held = [*before, *(_set(step, said, item, steps, kind_of) for item in meant)]
        yield step, before, held


def _set(step: Step, said: Kind, item: Item, steps: Iterable[Step], kind_of: KindOf) -> Held:
    lasting: Kind = "hold" if said == "recall" and _only_handles(step, item.key, steps, kind_of) else said
    return Held(lasting, item.key, step, item.quantity, item.uom)


def _recalls_still(step: Step, steps: Iterable[Step], kind_of: KindOf) -> bool:
    """A recall that nobody but its reporter, who may lift none, declares wrong, without one in its place."""
    by = step.document.first.capturer
    if not step.is_void or kind_of_step(step.event) != "recall" or step.declared_by - {by}:
        return False
    instead = (one for one in steps if one.event_id in step.related_event_ids and one.in_force)
    may_lift = kind_of(by, day_of(step.event)) in MAY_LIFT_RECALLS
    return not may_lift and not any(kind_of_step(one.event) == "recall" for one in instead)


def _only_handles(recalling: Step, key: str, steps: Iterable[Step], kind_of: KindOf) -> bool:
    by = recalling.document.first.capturer
    if kind_of(by, day_of(recalling.event)) not in HANDLERS:
        return False
    return not any(makes(one.event, key) and one.document.first.capturer == by for one in steps if one.in_force)


def kind_of_step(event: Event) -> Kind | None:
    """What an event says of holding."""
    if recalls(event.body):
        return "recall"
    if "recalled" in set_lastingly(event.body, "unset"):
        return "release"
    if event.biz_step != "holding":
        return None
    return "release" if event.disposition in ("available", "sellable_accessible", "active") else "hold"


def _lifts(step: Step, held: Held, kind_of: KindOf) -> bool:
    by = step.document.first.capturer
    on = day_of(step.event)
    if held.kind == "recall":
        return kind_of(by, on) in MAY_LIFT_RECALLS
    return by == held.by or kind_of(by, on) in MAY_LIFT_HOLDS
