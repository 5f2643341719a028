"""From reports to the log: each item of a capture call is admitted, published and answered by itself.

Owns the order of things: nothing is refused on a registry view that may be late, nothing is accepted before the broker
has it, and memory is bounded. Leaves what may be recorded to `provenance.access.admission`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from epcis.problems import Problem
from provenance.access.admission import Admitted, Checks, Examined, Refused, Report, admit, examine
from provenance.access.authority import Principal, reports_at_all
from provenance.registry.records import Registry
from stream.receipts import Receipt
from wire.capture_codec import Outcome
from wire.envelope import MAX_CALL_ITEMS, RecordedEvent
from wire.errors import Overloaded, Rejected, Transient, Unauthenticated, Unauthorised
from wire.limits import MAX_EVENT_BYTES
from wire.routing import topic_of
from wire.topics import Topic

MAX_HELD_BYTES = 64 * 1024 * 1024
VIEW_TIMEOUT_S = 2.0
OVERLOADED = "overloaded"
ITEMS_A_TURN = 50
"""Other calls, and the broker's answers, get their turn after this many items: about 10 ms."""


class EventLog(Protocol):
    """Publishes to one topic (`stream.producer.EnvelopeProducer`)."""

    def offer(self, event: RecordedEvent) -> asyncio.Future[Receipt]: ...


class RegistryCopy(Registry, Protocol):
    """A registry that may be late and knows how to catch up (`stream.registry_view.RegistryView`)."""

    async def caught_up(self, timeout_s: float = ...) -> None: ...


Looked = TypeVar("Looked")
"""A report that is possible, whoever sends it."""


class Desk(Protocol[Looked]):
    """Says of one kind of report whether it may be recorded."""

    def takes_from(self, principal: Principal) -> bool:
        """Whether any report can come from this caller."""
        ...

    def examine(self, report: Report, now_ms: int) -> Looked | Refused: ...

    def admit(self, looked: Looked, principal: Principal, registry: Registry) -> Admitted | Refused: ...


class EventDesk:
    """For the events of one topic. `checks` are the service's own."""

    def __init__(self, topic: Topic, checks: Checks) -> None:
        self._topic = topic
        self._checks = checks

    def takes_from(self, principal: Principal) -> bool:
        return reports_at_all(principal)

    def examine(self, report: Report, now_ms: int) -> Examined | Refused:
        return examine(report, now_ms=now_ms, elsewhere=self._elsewhere, checks=self._checks)

    def admit(self, looked: Examined, principal: Principal, registry: Registry) -> Admitted | Refused:
        return admit(looked, principal=principal, registry=registry)

    def _elsewhere(self, body: Mapping[str, Any]) -> Problem | None:
        home = topic_of(body)
        if home == self._topic:
            return None
        message = f"this event belongs to {home.noun}, not to {self._topic.noun}; send it there"
        return Problem("/bizStep", "belongs-elsewhere", message)


class CaptureDoor(Generic[Looked]):
    """The way into one topic. `now_ms` is its clock, in milliseconds since 1970 UTC."""

    def __init__(
        self,
        *,
        desk: Desk[Looked],
        log: EventLog,
        registry: RegistryCopy,
        now_ms: Callable[[], int],
        max_held_bytes: int = MAX_HELD_BYTES,
    ) -> None:
        self._desk = desk
        self._log = log
        self._registry = registry
        self._now_ms = now_ms
        self._max_held_bytes = max_held_bytes
        self._held_bytes = 0

    async def capture(self, reports: Sequence[Report], principal: Principal) -> list[Outcome]:
        """One outcome for each report, in order.

        Raises Unauthenticated, Unauthorised, Rejected (too many items) or Overloaded for the call as a whole.
        """
        if not principal.party:
            raise Unauthenticated("reporting needs a token")
        if not self._desk.takes_from(principal):
            raise Unauthorised(f"none of your roles ({', '.join(sorted(principal.roles))}) reports anything")
        if len(reports) > MAX_CALL_ITEMS:
            raise Rejected(f"{len(reports)} items; one call takes at most {MAX_CALL_ITEMS}")
        with self._held(sum(len(report.event) for report in reports)):
            now_ms = self._now_ms()
            decided = await self._decided(await self._examined(reports, now_ms), principal)
            return await self._published(decided, now_ms)

    @contextmanager
    def _held(self, size: int) -> Iterator[None]:
        if self._held_bytes and self._held_bytes + size > self._max_held_bytes:
            raise Overloaded("too many reports are being taken at once; try again in a moment")
        self._held_bytes += size
        try:
            yield
        finally:
            self._held_bytes -= size

    async def _examined(self, reports: Sequence[Report], now_ms: int) -> list[Looked | Refused]:
        found: list[Looked | Refused] = []
        for report in reports:
            found.append(self._examine(report, now_ms))
            if len(found) % ITEMS_A_TURN == 0:
                await asyncio.sleep(0)
        return found

    def _examine(self, report: Report, now_ms: int) -> Looked | Refused:
        if len(report.event) > MAX_EVENT_BYTES:
            message = f"{len(report.event)} bytes; one event has at most {MAX_EVENT_BYTES}"
            return Refused((Problem("", "too-large", message),))
        return self._desk.examine(report, now_ms)

    async def _decided(
        self, examined: Sequence[Looked | Refused], principal: Principal
    ) -> list[Admitted | Refused | Outcome]:
        """Admitted or refused; a refusal that rests on the registry only after the view has reached the present end."""

        def decide(one: Looked | Refused) -> Admitted | Refused:
            return one if isinstance(one, Refused) else self._desk.admit(one, principal, self._registry)

        first = [decide(one) for one in examined]
        if not any(isinstance(one, Refused) and one.registry_may_be_late for one in first):
            return list(first)
        try:
            await self._registry.caught_up(VIEW_TIMEOUT_S)
        except Transient as error:
            return [_retry(one, error) if _may_be_late(one) else one for one in first]
        return [decide(again) if _may_be_late(one) else one for one, again in zip(first, examined, strict=True)]

    async def _published(self, decided: Sequence[Admitted | Refused | Outcome], now_ms: int) -> list[Outcome]:
        """All are offered in one turn, so that they share envelopes, and each is answered when its envelope is."""
        offered = [self._offer(one, now_ms) if isinstance(one, Admitted) else _settled(one) for one in decided]
        waiting = {one.ticket for one in offered if isinstance(one, _Sent)}
        if waiting:
            await asyncio.wait(waiting)  # unlike gather, leaves the shared futures alone when this call is cancelled
        answered = [one.outcome() if isinstance(one, _Sent) else one for one in offered]
        if not waiting and any(problem.code == OVERLOADED for one in answered for problem in one.problems):
            raise Overloaded("too many events wait for the broker; nothing was taken, try again in a moment")
        return answered

    def _offer(self, one: Admitted, now_ms: int) -> _Sent | Outcome:
        recorded = RecordedEvent(one.event, one.content_hash, now_ms, one.capturer, one.sent_time_ms)
        try:
            return _Sent(one, self._log.offer(recorded))
        except Transient as error:
            return _retry(one, error)


@dataclass(frozen=True, slots=True)
class _Sent:
    """On its way: all events of an envelope have the same ticket."""

    admitted: Admitted
    ticket: asyncio.Future[Receipt]

    def outcome(self) -> Outcome:
        one, error = self.admitted, self.ticket.exception()
        if error is not None:
            return _retry(one, error)
        return Outcome("accepted", one.warnings, one.event_id, one.record_id, self.ticket.result())


def _may_be_late(one: Admitted | Refused) -> bool:
    return isinstance(one, Refused) and one.registry_may_be_late


def _retry(one: Admitted | Refused, error: BaseException) -> Outcome:
    code = OVERLOADED if isinstance(error, Overloaded) else "try-again"
    return Outcome("retry", (Problem("", code, str(error), "warning"),), one.event_id)


def _settled(one: Refused | Outcome) -> Outcome:
    return one if isinstance(one, Outcome) else Outcome("rejected", one.problems, one.event_id)
