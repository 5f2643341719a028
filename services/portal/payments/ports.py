"""What the portal asks about payments to growers; `rpc` carries the technology."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from provenance.payments.records import Said
from services.portal.ports import Captured
from stream.receipts import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidFor:
    key: str
    kilograms: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    reason: str = ""
    yuan: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """As it was reported; amounts are decimal texts, the day is YYYY-MM-DD."""

    kind: str = ""
    payer: str = ""
    payee: str = ""
    deliveries: tuple[PaidFor, ...] = ()
    yuan: str = ""
    deductions: tuple[Deduction, ...] = ()
    paid_on: str = ""
    method: str = ""
    replaces: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDoubt:
    """What of a payment cannot well be so: `about` which delivery or other payment, in both languages."""

    code: str = ""
    pointer: str = ""
    about: str = ""
    sentence_zh: str = ""
    sentence_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentStanding:
    """How a payment stands, and what its payee says of it."""

    id: str
    payment: Paid = field(default_factory=Paid)
    state: str = ""
    corrected_by: tuple[str, ...] = ()
    because: str = ""
    answer: str = ""
    answer_reason: str = ""
    answered_ms: int = 0
    by_card: bool = False
    capturer: str = ""
    record_time_ms: int = 0
    conflicting: tuple[str, ...] = ()
    net_yuan: str = ""
    doubts: tuple[PaymentDoubt, ...] = ()
    uncounted_answer: str = ""
    uncounted_reason: str = ""
    uncounted_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentList:
    payments: tuple[PaymentStanding, ...] = ()
    total_yuan: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidPrice:
    """`yuan_per_kg` is empty where it is not known, or not this reader's to know; the sentences say which."""

    yuan_per_kg: str = ""
    covered: str = ""
    confirmed: str = ""
    disputed: str = ""
    growers: int = 0
    sentence_zh: str = ""
    sentence_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one report says that a grower brought; amounts are decimal texts, empty where nothing is known."""

    event_id: str
    lot: str = ""
    day: str = ""
    kilograms: str = ""
    gross_kg: str = ""
    tare_kg: str = ""
    reported: str = ""
    plot: str = ""
    reporter: str = ""
    paid_yuan: str = ""
    unpaid_kg: str = ""
    product_zh: str = ""
    product_en: str = ""
    plot_zh: str = ""
    plot_en: str = ""
    reporter_zh: str = ""
    reporter_en: str = ""


class Payments(Protocol):
    async def record(self, said: Sequence[Said], *, sent_time_ms: int, token: str) -> Sequence[Captured]: ...

    async def considered(self, said: Sequence[Said], *, token: str) -> Sequence[tuple[PaymentDoubt, ...]]:
        """What would be in doubt about each, were it recorded now. Raises Transient, Unauthorised."""

    async def deliveries(self, *, after: Sequence[Receipt], token: str) -> Sequence[Delivery]:
        """The caller's own, the latest first."""

    async def about(self, code: str, *, after: Sequence[Receipt], token: str) -> PaymentList:
        """Of a party, a lot, a delivery or a payment; those that the caller may read."""

    async def price(self, code: str, *, after: Sequence[Receipt], token: str) -> PaidPrice:
        """Of the growers of some goods. Raises NotFound, Rejected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLife:
    """Who made and who ended a grower's card, and when, in seconds since 1970; 0 where it has not ended. `trading` is
    one that a station made by its mandate: it, and its withdrawal, end those of stations alone. `mark` tells it from
    any other."""

    mark: str
    made_by: str
    made_s: int
    expires_s: int
    revoked_by: str
    revoked_s: int
    trading: bool = False


class StillGood(Exception):
    """A card is good that the new one was not to end."""


class Cards(Protocol):
    """Raises Unauthorised where this portal may not make cards, Transient while identity is away."""

    async def make(self, grower: str, *, by: str, trading: bool, ends: Collection[str]) -> tuple[str, int]:
        """The code of a new card and when it ends, in seconds since 1970; the earlier ones that it may end are dead
        from now on. Raises StillGood where one of these is not in `ends`, the marks of those that were shown."""

    async def withdraw(self, grower: str, *, by: str, trading: bool) -> int:
        """How many cards were good until now, of those it may end."""

    async def lives(self, grower: str) -> Sequence[CardLife]:
        """Of all its cards, the newest first."""

    async def open(self, code: str) -> str:
        """A token of a few minutes for the grower of this card. Raises Unauthenticated, Transient."""
