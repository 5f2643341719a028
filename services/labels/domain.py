"""What the ledger decides: how many labels a lot bears, and what is said of a code.

Labels never weigh more than the lot did when its claim was granted (`architecture.md`: the cap).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from provenance.label_link import LabelLink
from provenance.labels.answers import Known, Verdict, answer
from wire.errors import Rejected

Act = Literal["issued", "bound", "returned", "void"]

MAX_LABELS = 10_000
"""Labels in one request; more is asked for in several."""

_GRAMS = Decimal(1000)


def lot_key(gtin: str, lot: str) -> str:
    """The key of a lot's book."""
    return f"{gtin}/{lot}"


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
        return lot_key(self.gtin, self.lot)


@dataclass(frozen=True, slots=True)
class Series:
    """Labels made together, for a lot or as a roll. `made_as` is the id their rows are found by."""

    made_as: str
    brand: str
    gtin: str
    lot: str
    roll: str
    count: int
    seed: bytes
    made_ms: int


@dataclass(frozen=True, slots=True)
class Span:
    """Labels of a roll from the first to the last, both included, by their places on it."""

    roll: str
    first: int
    last: int
    first_serial: str
    last_serial: str

    @property
    def count(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Reservation:
    """An entry in the book of a lot: labels that count against its mass from then on, or no longer (`adds_g`).

    Labels made for the lot come from the `seed`, the same for ever; those of a roll are its `span`. `owner` is the
    brand's of then, `net_g` what a box weighs, `lot_g` what the lot weighed to the claim that granted it.
    """

    order: Order
    seed: bytes
    reserved_ms: int
    owner: str
    event_ids: tuple[str, ...] = ()
    published: bool = False
    net_g: int = 0
    lot_g: int = 0
    act: Act = "issued"
    span: Span | None = None

    def repeats(self, other: Reservation | None) -> bool:
        """Whether the other is what the same request asked for."""
        return other is not None and (self.order, self.act, self.span) == (other.order, other.act, other.span)

    @property
    def roll(self) -> str:
        return self.span.roll if self.span else ""

    @property
    def adds_g(self) -> int:
        return self.order.count * self.net_g * (1 if self.act in ("issued", "bound") else -1)

    @property
    def series(self) -> Series:
        order = self.order
        return Series(
            order.request_id, order.brand, order.gtin, order.lot, "", order.count, self.seed, self.reserved_ms
        )


@dataclass(frozen=True, slots=True)
class Issued:
    """A label as the ledger knows it: made as `made_as`, on a roll at `place`; void by the request named.

    `lot` is what it is bound to, "" for a roll's until then; `label` is what its link says.
    """

    label: LabelLink
    brand: str
    issued_ms: int
    lot: str
    made_as: str = ""
    place: int = 0
    void_by: str = ""


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
    return _answered(Known(ours=True), issued)


def is_void(issued: Issued) -> Checked:
    return _answered(Known(ours=True, void=True), issued)


def not_active(issued: Issued) -> Checked:
    return _answered(Known(ours=True, active=False), issued)


def withdrawn() -> Checked:
    return foreign(
        "It is signed with a key that was withdrawn before this label was made.", "签名所用的密钥在签发之前已撤销。"
    )


def foreign(reason: str, reason_zh: str = "") -> Checked:
    said = _answered(Known(ours=False))
    return replace(said, sentence_zh=said.sentence_zh + reason_zh, sentence_en=f"{said.sentence_en} {reason}".rstrip())


def _answered(known: Known, issued: Issued | None = None) -> Checked:
    said = answer(known)
    return Checked(said.verdict, said.sentence_zh, said.sentence_en, issued)
