"""Finished histories, kept while they are true (architecture.md, "Histories are cached, not stored").

A build registers each key before it reads it; a change that names a registered key drops the finished history or
starts the build again. While the feed is broken nothing is kept. What is kept holds event facts only.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, Protocol, TypeVar

from epcis.readings import asset_and_day
from provenance.graph.gathering import Wanted
from services.traceability.histories.asked import Asked
from services.traceability.histories.building import Naming, Read, Trace, build
from services.traceability.histories.places import Places
from services.traceability.ports import SHOWN_READINGS, StoredEvent

Question = TypeVar("Question", bound=Hashable)
Fact = TypeVar("Fact")
Answer = TypeVar("Answer")
Question_contra = TypeVar("Question_contra", bound=Hashable, contravariant=True)
Answer_co = TypeVar("Answer_co", covariant=True)

MOST_BUILDS = 5
"""Of one answer while its keys change under it; then it is given as it was read, and not kept."""

KEY_BYTES = 200
"""What one registered key costs: two table slots and its text."""


class ChangedMeanwhileError(Exception):
    """A key was changed after the build had registered it."""


@dataclass(eq=False)
class Registration(Generic[Question]):
    """What a build, and the answer it led to, depends on: keys of the store, and facts asked of the registry."""

    question: Question
    keys: set[str] = field(default_factory=set)
    asked: Asked = field(default_factory=Asked)
    stale: bool = False


@dataclass(eq=False)
class Building(Generic[Answer]):
    """A build under way, and how many callers still wait for it."""

    task: asyncio.Task[Answer]
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Kept(Generic[Question, Answer]):
    registration: Registration[Question]
    answer: Answer
    size: int


class Answers(Protocol[Question_contra, Answer_co]):
    """`HistoryCache` to whoever only asks."""

    async def answer(self, question: Question_contra, /) -> tuple[Answer_co, bool]: ...

    async def built(self, question: Question_contra, /) -> Answer_co: ...


class HistoryCache(Generic[Question, Fact, Answer]):
    """`naming` asks the store, and `as_kept` as far as the feed has not told of it; by default that is the same.
    `trace` is the pure build of a question; `tell` makes of its result, and of the events read, what is kept;
    `size_of` says what that takes of memory, in bytes."""

    def __init__(
        self,
        *,
        naming: Naming,
        trace: Trace[Question, Fact],
        tell: Callable[[Fact, Mapping[str, StoredEvent]], Answer],
        size_of: Callable[[Answer], int],
        max_bytes: int,
        as_kept: Callable[[Question], Naming] | None = None,
    ) -> None:
        self._naming = naming
        self._as_kept = as_kept or (lambda _: naming)
        self._trace = trace
        self._tell = tell
        self._size_of = size_of
        self._max_bytes = max_bytes
        self._kept: OrderedDict[Question, Kept[Question, Answer]] = OrderedDict()
        self._registered: defaultdict[str, set[Registration[Question]]] = defaultdict(set)
        self._building: dict[Question, Building[Answer]] = {}
        self._places = Places()
        self._following = False
        self.bytes = 0

    async def answer(self, question: Question) -> tuple[Answer, bool]:
        """The answer, as true as the feed, and whether it was kept. Builds of one question are shared."""
        kept = self._kept.get(question)
        if kept is not None and kept.registration.asked.still_answered_alike():
            self._kept.move_to_end(question)
            return kept.answer, True
        if kept is not None:
            self._drop(kept.registration)
        if not self._following:
            return await self.built(question), False
        return await self._shared_build(question), False

    async def built(self, question: Question) -> Answer:
        """Read now, whatever is kept, and not kept."""
        return await self._build(Registration(question), self._naming)

    def feed_begins(self) -> None:
        """From now on `changed` is called for every change, so that what is built may be kept."""
        self._following = True

    def feed_breaks(self) -> None:
        self._following = False
        self._building.clear()
        self._kept.clear()
        self._registered.clear()
        self.bytes = 0

    def changed(self, keys: Collection[str]) -> None:
        """Who waits for a build that read such a key keeps it; who asks from now on joins none that began before."""
        for key in keys:
            for registration in self._registered.pop(key, ()):
                registration.stale = True
                self._building.pop(registration.question, None)
                self._drop(registration)

    async def _shared_build(self, question: Question) -> Answer:
        """One caller's deadline is not the others'; when the last has gone, the build ends."""
        building = self._building.get(question)
        if building is None:
            building = self._building[question] = Building(asyncio.create_task(self._build_and_keep(question)))
            building.task.add_done_callback(partial(self._forget, question, building))
        building.waiting += 1
        try:
            return await asyncio.shield(building.task)
        finally:
            building.waiting -= 1
            if not building.waiting and building.task.cancel():
                self._forget(question, building)

    def _forget(self, question: Question, building: Building[Answer], done: asyncio.Task[Answer] | None = None) -> None:
        if self._building.get(question) is building:
            del self._building[question]
        if done is not None and not done.cancelled():
            done.exception()  # whoever waited has seen it; nobody may have waited

    async def _build_and_keep(self, question: Question) -> Answer:
        for _ in range(MOST_BUILDS):
            registration = Registration(question)
            try:
                answer = await self._build(registration, self._registered_naming(registration))
            except ChangedMeanwhileError:
                continue
            else:
                self._keep(registration, answer)
                return answer
            finally:
                if self._kept_registration(question) is not registration:
                    self._release(registration)
        return await self.built(question)

    async def _build(self, registration: Registration[Question], naming: Naming) -> Answer:
        read: Read = {}
        with self._places.one() as place:
            trace = self._trace(registration.question, registration.asked)
            fact = await build(trace, place.reading(naming), read, place.in_turn)
            return await place.in_turn(partial(self._tell, fact, read), len(read))

    def _registered_naming(self, registration: Registration[Question]) -> Naming:
        as_kept = self._as_kept(registration.question)

        async def naming(wanted: Wanted) -> Sequence[StoredEvent]:
            registration.keys.update(wanted.names)
            for key in wanted.names:
                self._registered[key].add(registration)
            found = await as_kept(wanted)
            if registration.stale:
                raise ChangedMeanwhileError
            told = told_enough(wanted.keys, found)
            registration.keys -= told
            self._release_keys(registration, told)
            return found

        return naming

    def _keep(self, registration: Registration[Question], answer: Answer) -> None:
        size = self._size_of(answer) + KEY_BYTES * len(registration.keys)
        if registration.stale or not self._is_followed(registration) or size > self._max_bytes:
            return
        if registration.question in self._kept:  # by a build that began after a change, while this one began again
            self._drop(self._kept[registration.question].registration)
        self._kept[registration.question] = Kept(registration, answer, size)
        self.bytes += size
        while self.bytes > self._max_bytes:
            self._drop(next(iter(self._kept.values())).registration)

    def _is_followed(self, registration: Registration[Question]) -> bool:
        """False where the feed broke during the build, even if it began again."""
        return self._following and all(registration in self._registered.get(key, ()) for key in registration.keys)

    def _kept_registration(self, question: Question) -> Registration[Question] | None:
        kept = self._kept.get(question)
        return kept.registration if kept is not None else None

    def _drop(self, registration: Registration[Question]) -> None:
        if self._kept_registration(registration.question) is registration:
            self.bytes -= self._kept.pop(registration.question).size
        self._release(registration)

    def _release(self, registration: Registration[Question]) -> None:
        self._release_keys(registration, registration.keys)

    def _release_keys(self, registration: Registration[Question], keys: Collection[str]) -> None:
        for key in keys:
            registered = self._registered.get(key)
            if registered is not None:
                registered.discard(registration)
                if not registered:
                    del self._registered[key]


@dataclass(frozen=True, slots=True)
class ReadNow(Generic[Question, Answer]):
    """Of a cache whose feed has not told of what the caller knows is stored, nothing that is kept."""

    of: Answers[Question, Answer]

    async def answer(self, question: Question) -> tuple[Answer, bool]:
        return await self.built(question), False

    async def built(self, question: Question) -> Answer:
        return await self.of.built(question)


def told_enough(keys: Collection[str], found: Sequence[StoredEvent]) -> frozenset[str]:
    """Of the days whose readings were asked for, those that gave all that is told: loggers report by the minute, and a
    history need not be told anew for another."""
    days = {key for key in keys if asset_and_day(key)}
    if not days:
        return frozenset()
    named = Counter(key for event in found for key in days.intersection(event.parsed.found_by))
    return frozenset(day for day in days if named[day] >= SHOWN_READINGS)
