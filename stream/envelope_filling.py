"""The rule by which events become envelopes: one is open, the full ones leave, the open one leaves when nothing is out.

Pure: no clock, no client. `stream.producer` sends what this hands out.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from wire.envelope import MAX_BYTES, MAX_EVENTS, RecordedEvent

EVENT_OVERHEAD_BYTES = 64
"""At most this much is added to an event by its content hash, times and the framing; the capturer is counted apart."""

Ticket = TypeVar("Ticket")


def size_of(event: RecordedEvent) -> int:
    return len(event.event) + len(event.capturer) + EVENT_OVERHEAD_BYTES


@dataclass(slots=True)
class OpenEnvelope(Generic[Ticket]):
    """Events under way together; all of them share one ticket, since they will share one receipt."""

    ticket: Ticket
    events: list[RecordedEvent] = field(default_factory=list)
    size: int = 0

    def takes(self, size: int) -> bool:
        return not self.events or (len(self.events) < MAX_EVENTS and self.size + size <= MAX_BYTES)

    @property
    def full(self) -> bool:
        return len(self.events) >= MAX_EVENTS or self.size >= MAX_BYTES

    def add(self, event: RecordedEvent, size: int) -> None:
        self.events.append(event)
        self.size += size


class Filling(Generic[Ticket]):
    """Full envelopes in order of arrival, and at most one that still takes events."""

    def __init__(self) -> None:
        self._full: deque[OpenEnvelope[Ticket]] = deque()
        self._open: OpenEnvelope[Ticket] | None = None
        self.pending_bytes = 0

    def room(self, event: RecordedEvent) -> OpenEnvelope[Ticket] | None:
        """The open envelope if `event` fits into it."""
        return self._open if self._open is not None and self._open.takes(size_of(event)) else None

    def add(self, event: RecordedEvent, envelope: OpenEnvelope[Ticket]) -> None:
        """Into the open envelope, or into a new one, which closes the open one."""
        if envelope is not self._open:
            self._close()
            self._open = envelope
        size = size_of(event)
        envelope.add(event, size)
        self.pending_bytes += size
        if envelope.full:
            self._close()

    def take(self, *, idle: bool) -> OpenEnvelope[Ticket] | None:
        """The next envelope to send: a full one, or the open one when nothing is in flight."""
        if self._full:
            return self._full.popleft()
        if idle and self._open is not None:
            envelope, self._open = self._open, None
            return envelope
        return None

    def settled(self, envelope: OpenEnvelope[Ticket]) -> None:
        self.pending_bytes -= envelope.size

    def _close(self) -> None:
        if self._open is not None:
            self._full.append(self._open)
            self._open = None
