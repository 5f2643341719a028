"""What `serve` makes of a history: the question, the finished answer that is kept, and what one reader sees of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any, TypeVar

from epcis.computed_once import cached_property
from provenance.access.authority import Principal
from provenance.access.readership import View, may_count_holders, may_name_holders, readable
from provenance.access.say import NOBODYS, Parties
from provenance.days import day_at
from provenance.graph.gathering import Gathering
from provenance.histories.history import Direction, History, Holder, Step
from provenance.histories.onward_pages import OnwardWalk
from provenance.histories.tracing import trace_back, trace_forward
from provenance.quantities import total
from provenance.registry.records import Registry
from provenance.standing import MayDeclare
from provenance.weights import NetWeight
from services.traceability.histories.asked import Asked
from services.traceability.ports import StoredEvent
from wire.history_codec import Facts, HistoryMessage, StepMessage, facts_of, public_step, step_message

Said = TypeVar("Said")

STEP_BYTES = 4_500
PARSED_BYTES = 9
"""Measured: what a kept step takes beside its event, and for each byte of its event, parsed, told twice and shown."""


@dataclass(frozen=True, slots=True)
class Question:
    """Where a thing came from or went: its keys, the finest first."""

    keys: tuple[str, ...]
    direction: Direction


@dataclass(slots=True)
class Shown:
    """What was shown of a history last, with names, and what that rests on: who saw it, on which day, by which state
    of the registry. Buyers all see the same."""

    rests_on: Hashable = None
    message: HistoryMessage = field(default_factory=HistoryMessage)


@dataclass(slots=True)
class Concluded:
    """What was judged of a history last, and all that this rests on beside it. The labels of a lot are looked up by a
    crowd, and all of them are judged by the history of their lot."""

    rests_on: object = None
    found: Any = None


@dataclass(frozen=True)
class Told:
    """A finished history and the bytes of each of its steps. It is told whole, and told to the public, when the first
    who sees it so asks, and is ready for all who see it so after him. Event facts only, but for what was shown and
    what was concluded last.

    Steps that are `repeated`, by record id, were told on an earlier page: they still say who takes part.
    """

    history: History
    recorded: tuple[bytes, ...]
    repeated: frozenset[str] = frozenset()
    last: Shown = field(default_factory=Shown, compare=False, repr=False)
    concluded: Concluded = field(default_factory=Concluded, compare=False, repr=False)

    @cached_property
    def whole_steps(self) -> tuple[StepMessage, ...]:
        return tuple(map(step_message, self.fresh(self.history.steps), self.fresh(self.recorded)))

    @cached_property
    def public_steps(self) -> tuple[StepMessage, ...]:
        return tuple(map(public_step, self.fresh(self.history.steps), self.fresh(self.recorded)))

    def fresh(self, of_steps: tuple[Said, ...]) -> tuple[Said, ...]:
        """Of what belongs to each of the steps, that of those which were not told yet."""
        if not self.repeated:
            return of_steps
        of_each = zip(self.history.steps, of_steps, strict=True)
        return tuple(said for step, said in of_each if step.document.record_id not in self.repeated)

    @cached_property
    def whole(self) -> Facts:
        return facts_of(self.history, self.whole_steps, self.history.holders, self.history.losses)

    @cached_property
    def public(self) -> Facts:
        return facts_of(self.history, self.public_steps, ())


def trace(
    question: Question, asked: Asked, *, may_declare: MayDeclare, net_weight: NetWeight, parties: Parties = NOBODYS
) -> Gathering[History]:
    tracing = trace_back if question.direction == "back" else trace_forward
    noted = noted_by(asked, parties)
    return tracing(question.keys, may_declare=asked.of(may_declare), net_weight=asked.of(net_weight), parties=noted)


def walk(
    keys: tuple[str, ...], asked: Asked, *, may_declare: MayDeclare, net_weight: NetWeight, parties: Parties = NOBODYS
) -> OnwardWalk:
    """Forward, in pages."""
    noted = noted_by(asked, parties)
    return OnwardWalk(keys, may_declare=asked.of(may_declare), net_weight=asked.of(net_weight), parties=noted)


def noted_by(asked: Asked, parties: Parties) -> Parties:
    of = asked.of
    return Parties(of(parties.keeper), of(parties.say), of(parties.trusts), of(parties.trades))


def tell(history: History, read: Mapping[str, StoredEvent]) -> Told:
    return Told(history, tuple(read[step.document.record_id].event for step in history.steps))


def size_of(told: Told) -> int:
    """Bytes of memory, about."""
    return sum(STEP_BYTES + PARSED_BYTES * len(event) for event in told.recorded)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one reader sees, and the holders kept from somebody who takes part: how many and how much is told."""

    facts: Facts
    withheld: tuple[Holder, ...] = ()

    @property
    def withheld_places(self) -> int:
        """One shop with goods on the shelf and goods sold is one."""
        return len({holder.site or holder.party for holder in self.withheld})

    @property
    def withheld_kg(self) -> Fraction | None:
        """None where there are none, or the mass of one is not known."""
        return total(holder.kilograms for holder in self.withheld) if self.withheld else None


def as_seen_by(reader: Principal, told: Told, registry: Registry, today: date) -> Seen:
    """Each step whole or public, and of the holders those the reader deals with, or whose goods bear its brand.

    Who takes no part is told of no holder, not even how many there are: that is trade.
    """
    views = tuple(view_of(reader, step, registry, today) for step in told.history.steps)
    if View.PUBLIC not in views:
        return Seen(told.whole)
    takes_part = View.WHOLE in views
    may_name = partial(may_name_holders, reader, registry=registry, today=today)
    shown, losses = (
        dealt_with(all_, told.history, views, may_name) for all_ in (told.history.holders, told.history.losses)
    )
    counts = takes_part or may_count_holders(reader, told.history.keys, registry=registry, today=today)
    withheld = tuple(holder for holder in told.history.holders if holder not in shown) if counts else ()
    if not (takes_part or shown or losses):
        return Seen(told.public, withheld)
    chosen = zip(told.fresh(views), told.whole_steps, told.public_steps, strict=True)
    steps = [whole if view is View.WHOLE else public for view, whole, public in chosen]
    return Seen(facts_of(told.history, steps, shown, losses), withheld)


def view_of(reader: Principal, step: Step, registry: Registry, today: date) -> View:
    event = step.event
    on = day_at(event.time_ms, event.offset)
    return readable(reader, event, capturer=step.document.first.capturer, registry=registry, on=on, today=today)


def dealt_with(
    holders: Iterable[Holder], history: History, views: tuple[View, ...], may_name: Callable[[Iterable[str]], bool]
) -> tuple[Holder, ...]:
    """Who holds how much is trade: shown where a step that the reader sees whole names the site or the party, or the
    reader may name the holders of these goods."""
    seen = [step.event for step, view in zip(history.steps, views, strict=True) if view is View.WHOLE]
    named = {place for event in seen for place in event.places}
    named |= {id_ for event in seen for _, id_ in (*event.sources, *event.destinations)}
    return tuple(holder for holder in holders if {holder.site, holder.party} & named or may_name(holder.keys))
