"""Drives a pure build over the store: one read for each frontier it wants, each event parsed once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from typing import Protocol, TypeVar

from provenance.gathering import Gathering
from provenance.standing import Reported
from services.traceability.asked import Asked
from services.traceability.ports import StoredEvent

Question_contra = TypeVar("Question_contra", bound=Hashable, contravariant=True)
Fact = TypeVar("Fact")
Fact_co = TypeVar("Fact_co", covariant=True)

Read = dict[str, StoredEvent]
"""Every event a build has read, by record id."""


class Trace(Protocol[Question_contra, Fact_co]):
    def __call__(self, question: Question_contra, asked: Asked, /) -> Gathering[Fact_co]:
        """The build of a question; what it asks of the registry it asks through `asked`."""
        ...


async def build(
    gathering: Gathering[Fact], naming: Callable[[Collection[str]], Awaitable[Sequence[StoredEvent]]], read: Read
) -> Fact:
    """Fills `read` on the way."""
    try:
        wanted = next(gathering)
        while True:
            wanted = gathering.send([_reported(event, read) for event in await naming(wanted.keys)])
    except StopIteration as end:
        fact: Fact = end.value
        return fact


def _reported(event: StoredEvent, read: Read) -> Reported:
    """A document may come in several rounds, and the second time with an earlier `first`; it is parsed once."""
    known = read.setdefault(event.record_id, event)
    return Reported(known.record_id, known.parsed, known.content_hash, event.first)
