"""What is recorded about money for growers: a payment, what was right instead of it, and what the payee says of it.

Records of their own, because no price is in an event's bytes. How they are read from what people send is
`reading`, what a set of them amounts to `standing`, what growers were paid a kilogram `paid_price`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from provenance.standing import First

Kind = Literal["advance", "settlement", "dividend"]
Reply = Literal["confirmed", "disputed"]

KINDS: tuple[Kind, ...] = ("advance", "settlement", "dividend")
REPLIES: tuple[Reply, ...] = ("confirmed", "disputed")
METHODS = ("cash", "bank", "wechat", "alipay", "other")


@dataclass(frozen=True, slots=True)
class PaidFor:
    """A lot, or the event that tells of a delivery, by canonical key. `kilograms` None is all of it."""

    key: str
    kilograms: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Deduction:
    reason: str
    yuan: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """`yuan` is before deductions. One that `replaces` another says what was right instead of it, and why."""

    id: str
    kind: Kind
    payer: str
    payee: str
    yuan: Decimal
    paid_on: date
    deliveries: tuple[PaidFor, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    method: str = ""
    replaces: str = ""
    reason: str = ""

    @property
    def net_yuan(self) -> Decimal:
        """What came to the grower."""
        return self.yuan - sum((each.yuan for each in self.deductions), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The payment, correction or withdrawal of this id should never have been reported."""

    id: str
    withdraws: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the payee says of a payment, in effect from `time_ms` on. Whether it came `by_card`, and which party had
    made that card (`card_by`), is the capture service's to say."""

    id: str
    payment: str
    answer: Reply
    time_ms: int
    reason: str = ""
    by_card: bool = False
    card_by: str = ""


Said = Payment | Withdrawal | Answer


@dataclass(frozen=True, slots=True)
class Recorded:
    """One stored record: the SHA-256 of its bytes, what they say, and its earliest report."""

    record_id: str
    said: Said
    first: First


@dataclass(frozen=True, slots=True)
class Payments:
    """Facts read for a claim: every record about the goods, and about those records."""

    recorded: tuple[Recorded, ...] = ()


def about(said: Said) -> str:
    """The id of the record it speaks of; "" where it stands for itself."""
    match said:
        case Payment():
            return said.replaces
        case Withdrawal():
            return said.withdraws
        case Answer():
            return said.payment


def keys_of(said: Said) -> Iterator[str]:
    """What a record is found by: its id, the one it speaks of, the two sides, the goods."""
    yield said.id
    if about(said):
        yield about(said)
    if isinstance(said, Payment):
        yield from (said.payer, said.payee)
        yield from (each.key for each in said.deliveries)


def yuan_text(value: Fraction) -> str:
    """To the fen."""
    return format(Decimal(round(value * 100)).scaleb(-2), ".2f")
