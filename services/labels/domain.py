"""What the ledger decides: how many labels a lot bears, and what is said of a code.

Labels never weigh more than the lot did when its claim was granted (`architecture.md`: the cap).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from provenance.label_link import LabelLink
from wire.errors import Rejected

Verdict = Literal["not_ours", "issued"]

MAX_LABELS = 10_000
"""Labels in one request; more is asked for in several."""

_GRAMS = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Order:
    """Who wants how many labels for which lot. `request_id` makes repeating it harmless."""

    request_id: str
    brand: str
    gtin: str
    lot: str
    count: int

    def __post_init__(self) -> None:
        if not self.request_id:
            raise Rejected("request_id is empty: send a UUID, and the same one again when you retry.")
        if not 1 <= self.count <= MAX_LABELS:
            raise Rejected(f"count is {self.count}: ask for 1 to {MAX_LABELS} labels at a time.")

    @property
    def lot_key(self) -> str:
        return f"{self.gtin}/{self.lot}"


@dataclass(frozen=True, slots=True)
class Reservation:
    """An order the ledger has counted against its lot, for the brand's owner of then. The seed gives the same serials
    for ever."""

    order: Order
    seed: bytes
    reserved_ms: int
    owner: str
    event_ids: tuple[str, ...] = ()
    published: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """A label as the ledger knows it."""

    label: LabelLink
    brand: str
    issued_ms: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer about a code. `issued` is None unless the label is ours."""

    verdict: Verdict
    sentence_zh: str
    sentence_en: str
    issued: Issued | None = None


def grams(kilograms: str, *, field: str) -> int:
    """Whole grams in a decimal text, rounded down. Raises Rejected where it is unknown or nothing."""
    amount = int((Decimal(kilograms or 0) * _GRAMS).to_integral_value(ROUND_DOWN))
    if amount <= 0:
        raise Rejected(
            f"The {field} is not known, so nobody can say how many labels it bears. 重量不明，无法确定标签数量。"
        )
    return amount


def ours(issued: Issued) -> Checked:
    """Never the word "genuine": a copy of a true label is a true label."""
    return Checked(
        "issued",
        "此标签由本系统签发。标签可以被复制：请核对下面的信息与箱子是否一致。",
        "This label was issued by this system. A label can be copied: compare what follows with the box in your hand.",
        issued,
    )


def foreign(reason: str, reason_zh: str = "") -> Checked:
    return Checked(
        "not_ours", f"这不是本系统签发的标签。{reason_zh}", f"This is not a label of this system. {reason}".rstrip()
    )
