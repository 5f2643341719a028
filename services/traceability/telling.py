"""What `serve` makes of a history: the question, the finished answer that is kept, and what one reader sees of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from provenance.authority import Principal
from provenance.gathering import Gathering
from provenance.history import Direction, History, Holder, Step
from provenance.readership import View, readable
from provenance.registry import Registry
from provenance.standing import MayDeclare
from provenance.tracing import trace_back, trace_forward
from provenance.weights import NetWeight
from services.traceability.asked import Asked
from services.traceability.ports import StoredEvent
from wire.history_codec import day_of, facts_message, public_step, step_message

DECLARING_KINDS = frozenset({"inspector", "operator"})
"""Kinds of party that may declare anybody's report wrong (architecture.md, rule 4)."""

STEP_BYTES = 6_000
PARSED_BYTES = 14
"""Measured: what a step takes beside its event, and each byte of an event once it is parsed and told twice."""


@dataclass(frozen=True, slots=True)
class Question:
    """Where a thing came from or went: its keys, the finest first."""

    keys: tuple[str, ...]
    direction: Direction


@dataclass(frozen=True, slots=True)
class Told:
    """A finished history with each step as a message, whole and as the public sees it. Event facts only."""

    history: History
    whole: tuple[Any, ...]
    public: tuple[Any, ...]


def trace(question: Question, asked: Asked, *, may_declare: MayDeclare, net_weight: NetWeight) -> Gathering[History]:
    tracing = trace_back if question.direction == "back" else trace_forward
    return tracing(question.keys, may_declare=asked.of(may_declare), net_weight=asked.of(net_weight))


def tell(history: History, read: Mapping[str, StoredEvent]) -> Told:
    whole = tuple(step_message(step, read[step.document.record_id].event) for step in history.steps)
    public = tuple(public_step(message, step) for message, step in zip(whole, history.steps, strict=True))
    return Told(history, whole, public)


def size_of(told: Told) -> int:
    """Bytes of memory, about."""
    return sum(STEP_BYTES + PARSED_BYTES * len(message.event) for message in told.whole)


def as_seen_by(reader: Principal, told: Told, registry: Registry, today: date) -> Any:
    """The history as a message without names: each step whole or public, and the holders the reader deals with."""
    views = tuple(_view(reader, step, registry, today) for step in told.history.steps)
    chosen = zip(views, told.whole, told.public, strict=True)
    steps = [whole if view is View.WHOLE else public for view, whole, public in chosen]
    return facts_message(told.history, steps, _holders(told.history, views))


def _view(reader: Principal, step: Step, registry: Registry, today: date) -> View:
    event = step.event
    on = day_of(event.time_ms, event.offset)
    return readable(reader, event, capturer=step.document.first.capturer, registry=registry, on=on, today=today)


def _holders(history: History, views: tuple[View, ...]) -> tuple[Holder, ...]:
    """Who holds how much is trade: shown where a step that the reader sees whole names the site or the party."""
    if all(view is View.WHOLE for view in views):
        return history.holders
    seen = [step.event for step, view in zip(history.steps, views, strict=True) if view is View.WHOLE]
    named = {place for event in seen for place in event.places}
    named |= {id_ for event in seen for _, id_ in (*event.sources, *event.destinations)}
    return tuple(holder for holder in history.holders if {holder.site, holder.party} & named)


def may_declare(party: str, *, registry: Registry, today: date) -> bool:
    """Whether the registry knows the party as one that may declare anybody's report wrong."""
    record = registry.party(party, today)
    return record is not None and record.kind in DECLARING_KINDS
