"""What listings need of the world."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from provenance.registry.records import Brand, Channel, Subscription


class ListingRegistry(Protocol):
    """The records valid on a day."""

    async def caught_up(self, timeout_s: float = 2.0) -> None:
        """Until the registry's present end is applied. Raises Transient."""

    def brands_of(self, gtin: str, on: date) -> tuple[Brand, ...]: ...

    def brand(self, id: str, on: date) -> Brand | None: ...

    def channels_for(self, brand: str, on: date) -> tuple[Channel, ...]: ...

    def channels_on(self, platform: str, on: date) -> tuple[Channel, ...]: ...

    def subscriptions(self, on: date) -> tuple[Subscription, ...]: ...


@dataclass(frozen=True, slots=True)
class ListedLot:
    """A lot on sale. Kilograms: what it weighed to its claim, of which labels are out, and what no report says was
    sold, handed to a courier or lost; None where somebody did not weigh."""

    number: str
    link: str
    kg: Decimal | None
    labelled_kg: Decimal
    left_kg: Decimal | None


@dataclass(frozen=True, slots=True)
class Granted:
    """Of a lot on sale (`provenance.labels.on_sale`): what it weighed to its claim, and what is left; None where
    unknown."""

    kg: Decimal | None
    left_kg: Decimal | None


class Lots(Protocol):
    """Each raises Transient where traceability does not answer."""

    async def of_product(self, product: str) -> Sequence[str]:
        """Keys of its lots, the newest first."""

    async def granted(self, lot: str, brand: str) -> Granted | None:
        """None where it is not on sale."""


class Stock(Protocol):
    async def of_all(self, asked: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Sequence[ListedLot] | None]:
        """By product and brand, the lots on sale, the newest first; None where nobody can say just now."""


class Books(Protocol):
    """The ledger of labels, read. Each raises Transient while the store does not answer."""

    async def labelled_g(self, lots: Sequence[str]) -> Mapping[str, int]:
        """Grams of the labels that count against these lots now, by `gtin/lot`; a lot without labels is left out."""

    async def counts(self, brand: str) -> Counts: ...


@dataclass(frozen=True, slots=True)
class Counts:
    """Labels of a brand, ever. `grams`: of those that count against lots now."""

    issued: int = 0
    on_rolls: int = 0
    bound: int = 0
    returned: int = 0
    voided: int = 0
    grams: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One to a platform: the same id and body at every attempt."""

    telling: str
    id: str
    subscription: str
    body: bytes
    attempts: int


class Tellings(Protocol):
    """What each subscription was told of each of its listings, and what waits to be told. Durable."""

    async def about(self, subscription: str) -> Mapping[str, Mapping[str, Any]]:
        """By telling id: `gist` and `listing` of the last change."""

    async def change(
        self, telling: str, *, subscription: str, listing: Mapping[str, str], before: str, gist: str, message: Message,
        due_ms: int,
    ) -> bool:  # fmt: skip
        """Writes down what is to be told, in place of anything older that still waits; once: False where what was
        said last is no longer `before` ("" for nothing yet)."""

    async def due(self, now_ms: int, but: Collection[str] = ()) -> Sequence[Message]:
        """The oldest of what is due, but of these subscriptions."""

    async def told(self, message: Message, *, now_ms: int) -> None: ...

    async def later(self, message: Message, *, due_ms: int, why: str) -> None: ...

    async def give_up(self, message: Message, *, now_ms: int, why: str) -> None: ...

    async def given_up(self) -> int:
        """How many messages were given up, ever."""

    async def waiting(self) -> int: ...
