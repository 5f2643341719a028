"""Which goods are held or recalled: by whom, since when, why, and who can let them go again.

The last that counts, in order of event time, is in force for each thing. A hold is lifted by whoever set it or by an
inspector or the operator; a recall only by the regulator or the operator, who answer to no brand: so who recalled does
not end it by taking the report back either, unless another recall of the goods comes in its place. Who carries or
sells goods that others made recalls nothing: it holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from epcis.events import Event
from provenance.access.personal import public
from provenance.days import day_of
from provenance.graph.whereabouts import makes
from provenance.histories.history import Step
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


def in_force(steps: Iterable[Step], kind_of: KindOf) -> tuple[Held, ...]:
    """Holds and recalls nobody who may has lifted, in the order in which they were set."""
    open_: list[Held] = []
    steps = list(steps)
    for step in steps:
        kind = kind_of_step(step.event) if step.in_force or _recalls_still(step, steps, kind_of) else None
        if kind == "release":
            released = {item.key for item in step.event.objects}
            open_ = [held for held in open_ if held.key not in released or not _lifts(step, held, kind_of)]
        elif kind is not None:
            for item in step.event.objects:
                lasting = "hold" if kind == "recall" and _only_handles(step, item.key, steps, kind_of) else kind
                open_.append(Held(lasting, item.key, step, item.quantity, item.uom))
    return tuple(open_)


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
    """What an event says of holding; a disposition counts whatever step it came with (CBV 2.0: recalled)."""
    lasting = event.body.get("persistentDisposition", {})
    if event.disposition == "recalled" or "recalled" in _words(lasting.get("set", ())):
        return "recall"
    if "recalled" in _words(lasting.get("unset", ())):
        return "release"
    if event.biz_step != "holding":
        return None
    return "release" if event.disposition in ("available", "sellable_accessible", "active") else "hold"


def _words(listed: Iterable[str]) -> set[str]:
    return {word.rsplit("-", 1)[-1].rsplit(":", 1)[-1] for word in listed}


def _lifts(step: Step, held: Held, kind_of: KindOf) -> bool:
    by = step.document.first.capturer
    on = day_of(step.event)
    if held.kind == "recall":
        return kind_of(by, on) in MAY_LIFT_RECALLS
    return by == held.by or kind_of(by, on) in MAY_LIFT_HOLDS
