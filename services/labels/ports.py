"""What the labels service needs of the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.labels.domain import Issued, Order, Reservation


@dataclass(frozen=True, slots=True)
class Grant:
    """The claim for a lot as traceability judged it; `claim` is passed on to whoever asked, unread."""

    granted: bool
    claim: Any
    kilograms: str
    net_weight_kg: str
    brand_owner: str
    event_ids: tuple[str, ...]


class ClaimSource(Protocol):
    async def grant(self, order: Order, after: Sequence[Any]) -> Grant:
        """Judges now, having applied `after`. Raises Transient where traceability does not answer."""
        ...


class Ledger(Protocol):
    """Primary data: which labels exist. Every method may be repeated."""

    async def reservation(self, order: Order) -> Reservation | None:
        """What an equal earlier request reserved. Raises Rejected where its id asked for something else."""
        ...

    async def ordered(self, request_id: str) -> Reservation | None:
        """What was reserved under this request id, whatever it asked for."""
        ...

    async def reserve(self, reservation: Reservation, *, net_g: int, lot_g: int) -> bool:
        """Counts an order against its lot, once. False where the lot cannot bear it."""
        ...

    async def serials(self, reservation: Reservation) -> list[str]:
        """The reservation's serials, written down before they are answered, each of this lot only."""
        ...

    async def issued(self, serial: str) -> Issued | None: ...

    async def unpublished(self) -> list[Reservation]: ...

    async def mark_published(self, reservation: Reservation) -> None: ...


class Publisher(Protocol):
    async def publish(self, reservation: Reservation, serials: Sequence[str]) -> None:
        """Returns after the broker's acknowledgement."""
        ...
