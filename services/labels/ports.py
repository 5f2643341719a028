"""What the labels service needs of the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from services.labels.domain import Issued, Order, Reservation, Series, Span
from services.labels.rolls import Roll
from services.labels.voids import Voiding


@dataclass(frozen=True, slots=True)
class Grant:
    """The claim for a lot as traceability judged it; `claim` is passed on to whoever asked, unread.

    `made_of`: the keys of the books of the lots it was made of, each with the kilograms that may bear labels.
    """

    granted: bool
    claim: Any
    kilograms: str
    net_weight_kg: str
    brand_owner: str
    event_ids: tuple[str, ...]
    made_of: Mapping[str, str] = field(default_factory=dict)


class ClaimSource(Protocol):
    async def grant(self, order: Order, after: Sequence[Any]) -> Grant:
        """Judges now, having applied `after`. Raises Transient where traceability does not answer."""
        ...


class Rows(Protocol):
    """What of the ledger answers about one label."""

    async def issued(self, serial: str) -> Issued | None: ...


class RollsRead(Protocol):
    async def roll(self, number: str) -> Roll | None: ...


class Ledger(Protocol):
    """Primary data: which labels exist, and how many a lot bears. Every method may be repeated."""

    async def reservation(self, order: Order) -> Reservation | None:
        """What an equal earlier request for labels reserved. Raises Rejected where its id asked for something else."""
        ...

    async def ordered(self, request_id: str) -> Reservation | None:
        """What was reserved under this request id, whatever it asked for."""
        ...

    async def orders(self, owner: str | None, most: int) -> list[Reservation]:
        """The newest labels made for a lot, for the brands of this owner, or of all for None."""
        ...

    async def reserve(self, reservation: Reservation) -> bool:
        """Enters it in its lot's book, once.

        False where the lot cannot bear it, has refused it before, has less than is given back, or its request id is
        that of another entry, of this lot or of another.
        """
        ...

    async def labelled_g(self, lot_keys: Sequence[str]) -> Mapping[str, int]:
        """Grams that count against each of these lots; none of a lot without a book."""
        ...

    async def refuse(self, reservation: Reservation) -> bool:
        """Makes the lot's refusal final. False where the lot has meanwhile said yes to it."""
        ...

    async def serials(self, series: Series) -> list[str]:
        """The serials of a series, written down before they are answered, each of this series only."""
        ...

    async def issued(self, serial: str) -> Issued | None: ...

    async def issued_all(self, serials: Sequence[str]) -> list[Issued]:
        """Those of them that exist, in any order."""
        ...

    async def unused(self, span: Span) -> int:
        """How many labels of a stretch are not void."""
        ...

    async def make_void(self, serials: Sequence[str], request_id: str) -> list[Issued]:
        """The labels this request has made void, now or before; those another did are that one's."""
        ...

    async def may_try(self, serial: str, *, most: int) -> bool | None:
        """See `scratch.Tries`."""
        ...

    async def confirm(self, serial: str, *, now_ms: int) -> int: ...

    async def unpublished(self) -> list[Reservation]: ...

    async def mark_published(self, reservation: Reservation) -> None: ...


class Rolls(Protocol):
    """Primary data: which part of a roll belongs to which lot. Every method may be repeated."""

    async def print(self, roll: Roll) -> Roll:
        """The roll of this number: this one, or what is there already."""
        ...

    async def roll(self, number: str) -> Roll | None: ...

    async def listed(self, owner: str | None, most: int) -> list[Roll]:
        """The newest of an owner, or of all for None."""
        ...

    async def replace(self, roll: Roll, *, version: int) -> bool:
        """Writes its parts where the roll still is of the version that was read."""
        ...

    async def mark_published(self, number: str) -> None: ...

    async def unfinished(self) -> list[Roll]:
        """Those not published, or with a part that waits for its lot."""
        ...


class Voids(Protocol):
    """Primary data: which labels were made void, when and why."""

    async def put(self, voiding: Voiding) -> Voiding:
        """The voiding of this request: this one, or what is there already."""
        ...

    async def mark_published(self, request_id: str) -> None: ...

    async def unpublished(self) -> list[Voiding]: ...


class Publisher(Protocol):
    """Each returns after the broker's acknowledgement."""

    async def publish(self, reservation: Reservation, serials: Sequence[str]) -> None: ...

    async def publish_roll(self, roll: Roll, serials: Sequence[str]) -> None: ...

    async def publish_void(self, voiding: Voiding) -> None: ...
