"""Labels made void: misprinted, damaged, lost. For ever, and told on the topic with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from wire.errors import Rejected

MOST_VOIDED = 1_000


@dataclass(frozen=True, slots=True)
class VoidOrder:
    """Which labels are to be void, and why."""

    request_id: str
    serials: tuple[str, ...]
    reason: str

    def __post_init__(self) -> None:
        if not self.request_id:
            raise Rejected("request_id is empty: send a UUID, and the same one again when you retry.")
        if not 1 <= len(self.serials) <= MOST_VOIDED:
            raise Rejected(f"codes has {len(self.serials)} entries: make 1 to {MOST_VOIDED} labels void at a time.")
        if not self.reason.strip():
            raise Rejected("reason is empty: say why these labels are void. 请写明作废的原因。")


@dataclass(frozen=True, slots=True)
class Voiding:
    """`serials` are of one lot or of one roll, of the brand's `owner` of when they were made."""

    request_id: str
    serials: tuple[str, ...]
    reason: str
    owner: str
    gtin: str
    lot: str
    roll: str
    brand: str
    at_ms: int
    published: bool = False

    @property
    def order(self) -> VoidOrder:
        return VoidOrder(self.request_id, self.serials, self.reason)
