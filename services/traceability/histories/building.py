"""Drives a pure build over the store: one read for each frontier it wants, each event parsed once.

A build that has read much goes on in a thread: judging it takes long, and others must be answered meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

from provenance.graph.gathering import Gathering, TooMuchError, Wanted
from provenance.standing import Reported
from services.traceability.histories.asked import Asked
from services.traceability.ports import StoredEvent
from wire.errors import Rejected

Question_contra = TypeVar("Question_contra", bound=Hashable, contravariant=True)
Fact = TypeVar("Fact")
Fact_co = TypeVar("Fact_co", covariant=True)

Naming = Callable[[Wanted], Awaitable[Sequence[StoredEvent]]]
"""`EventStore.gathered`."""

Read = dict[str, StoredEvent]
"""Every event a build has read, by record id."""

MOST_ON_THE_LOOP = 300
"""Events judged between two turns of the event loop, about 20 ms; more go into a thread."""


class Trace(Protocol[Question_contra, Fact_co]):
    def __call__(self, question: Question_contra, asked: Asked, /) -> Gathering[Fact_co]:
        """The build of a question; what it asks of the registry it asks through `asked`."""
        ...


class InTurn(Protocol):
    async def __call__(self, work: Callable[[], Fact], events: int, /) -> Fact: ...


@dataclass(frozen=True, slots=True)
class _Built(Generic[Fact]):
    fact: Fact


async def in_turn(work: Callable[[], Fact], events: int) -> Fact:
    """The work's result; done in a thread where it is on many events."""
    return await asyncio.to_thread(work) if events > MOST_ON_THE_LOOP else work()


async def build(gathering: Gathering[Fact], naming: Naming, read: Read, in_turn: InTurn = in_turn) -> Fact:
    """Fills `read` on the way. Raises Rejected where it is more than one caller may ask for."""
    found: Sequence[StoredEvent] | TooMuchError | None = None
    while True:
        events = len(found) if isinstance(found, Sequence) else 0
        try:
            step = await in_turn(partial(_advance, gathering, found, read), len(read) + events)
        except TooMuchError as error:
            raise Rejected(f"code: {error}") from error
        if isinstance(step, _Built):
            return step.fact
        try:
            found = await naming(step)
        except Rejected as refused:
            found = TooMuchError(str(refused))


def _advance(
    gathering: Gathering[Fact], found: Sequence[StoredEvent] | TooMuchError | None, read: Read
) -> Wanted | _Built[Fact]:
    """`found` is None before the first step, and an error where the store has more than it gives."""
    try:
        if found is None:
            return next(gathering)
        if isinstance(found, TooMuchError):
            return gathering.throw(found)
        return gathering.send([_reported(event, read) for event in found])
    except StopIteration as end:
        return _Built(end.value)


def _reported(event: StoredEvent, read: Read) -> Reported:
    """A document may come in several rounds, and the second time with an earlier `first`; it is parsed once."""
    known = read.setdefault(event.record_id, event)
    return Reported(known.record_id, known.parsed, known.content_hash, event.first)
