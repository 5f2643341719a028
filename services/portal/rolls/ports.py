"""What these pages ask of `labels`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.portal.telling.histories import Claim
from stream.receipts import Receipt


@dataclass(frozen=True, slots=True)
class RollPart:
    """Places on the roll from 1, both included; `state` is bound, or under_way while the lot has not answered."""

    first: int
    last: int
    lot: str
    state: str

    @property
    def count(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class RollState:
    """`void`: how many of its labels are."""

    roll: str
    request_id: str
    brand: str
    gtin: str
    count: int
    printed_ms: int
    void: int = 0
    parts: tuple[RollPart, ...] = ()

    @property
    def bound(self) -> int:
        return sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True)
class Bound:
    """None are bound where the claim is not granted."""

    count: int
    claim: Claim | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Labels as they were printed, and the lots that some of them belong to."""

    gtin: str
    roll: str
    lots: tuple[str, ...]
    serials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """`verdict` is confirmed_first, already_confirmed, wrong, locked or not_ours; `confirmed_ms` since 1970, or 0."""

    verdict: str
    confirmed_ms: int


class Rolls(Protocol):
    """Codes are signed links or short codes. Each raises Rejected, NotFound, Unauthorised, Transient; each may be sent
    again under its request id."""

    async def order(self, request_id: str, brand: str, gtin: str, count: int, *, token: str) -> str:
        """The number of the roll."""

    async def state(self, code: str, *, token: str) -> RollState:
        """Of a roll by its number, or by any label of it."""

    async def listed(self, *, token: str) -> Sequence[RollState]:
        """The caller's newest."""

    async def bind(
        self, request_id: str, first: str, last: str, lot: str, *, after: Sequence[Receipt], token: str
    ) -> Bound: ...

    async def give_back(self, request_id: str, first: str, last: str, *, token: str) -> int:
        """How many boxes' kilograms the lot has again."""

    async def make_void(self, request_id: str, codes: Sequence[str], reason: str, *, token: str) -> int: ...

    async def between(self, first: str, last: str, *, token: str) -> Stretch: ...

    async def check_secret(self, code: str, secret: str) -> Tried: ...
