"""Rolls: labels printed before their lot is known, and which part of a roll belongs to which lot.

Pure. A roll's own document refuses a part that is taken; whether the lot can bear it is the lot's to say
(`docs/adr/0143`). So a part is first asked for, then bound or let go.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from provenance.label_link import roll_number
from services.labels.domain import MAX_LABELS, Reservation, Series, Span
from wire.errors import Rejected


@dataclass(frozen=True, slots=True)
class RollOrder:
    """Who wants how many labels of which product, for a lot that is not known yet."""

    request_id: str
    brand: str
    gtin: str
    count: int

    def __post_init__(self) -> None:
        if not self.request_id:
            raise Rejected("request_id is empty: send a UUID, and the same one again when you retry.")
        if not 1 <= self.count <= MAX_LABELS:
            raise Rejected(f"count is {self.count}: a roll has 1 to {MAX_LABELS} labels.")

    @property
    def roll(self) -> str:
        return roll_number(self.request_id)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a roll and the entry in the lot's book it stands for; `settled` once the lot has said yes.

    An entry that is no binding is a return under way: the stretch belongs to no lot, and cannot be bound yet.
    """

    reservation: Reservation
    first: int
    last: int
    settled: bool = False

    @property
    def is_bound(self) -> bool:
        return self.settled and self.reservation.act == "bound"

    def has(self, place: int) -> bool:
        return self.first <= place <= self.last

    def without(self, span: Span) -> list[Part]:
        """What is left on either side."""
        sides = ((self.first, span.first - 1), (span.last + 1, self.last))
        return [replace(self, first=first, last=last) for first, last in sides if first <= last]


@dataclass(frozen=True, slots=True)
class Roll:
    """`version` counts its changes: who changes it names the one it read."""

    order: RollOrder
    seed: bytes
    owner: str
    printed_ms: int
    published: bool = False
    parts: tuple[Part, ...] = ()
    version: int = 0

    @property
    def series(self) -> Series:
        order = self.order
        return Series(order.roll, order.brand, order.gtin, "", order.roll, order.count, self.seed, self.printed_ms)

    def lot_at(self, place: int) -> str:
        """The lot of the label there; "" while it is bound to none."""
        return next((part.reservation.order.lot for part in self.parts if part.is_bound and part.has(place)), "")

    def part(self, request_id: str) -> Part | None:
        return next((part for part in self.parts if part.reservation.order.request_id == request_id), None)

    def holder(self, span: Span) -> Part:
        """The bound part that all of the stretch belongs to. Raises Rejected."""
        for part in self.parts:
            if part.is_bound and part.has(span.first) and part.has(span.last):
                return part
        raise Rejected(
            "These labels were not all bound to one lot by one scan: return each part by itself. "
            "这些标签不是一次绑定到同一批号的，请分段退回。"
        )

    def asked(self, reservation: Reservation, span: Span) -> Roll:
        """With the stretch asked for by a lot; the same request changes nothing. Raises Rejected where it is taken."""
        if self.part(reservation.order.request_id):
            return self
        if taken := next((part for part in self.parts if part.first <= span.last and span.first <= part.last), None):
            lot, first, last = taken.reservation.order.lot, taken.first + 1, taken.last + 1
            raise Rejected(
                f"Labels {first} to {last} of this roll are bound to lot {lot} already. "
                f"这卷标签的第 {first} 至 {last} 张已绑定批号 {lot}。"
            )
        return self._with(*self.parts, Part(reservation, span.first, span.last))

    def taken_out(self, reservation: Reservation, span: Span) -> Roll:
        """With the stretch on its way back from its lot; the same request changes nothing. Raises Rejected."""
        if self.part(reservation.order.request_id):
            return self
        whole = self.holder(span)
        others = [part for part in self.parts if part is not whole]
        return self._with(*others, *whole.without(span), Part(reservation, span.first, span.last))

    def settled(self, request_id: str) -> Roll:
        """The lot has said yes."""
        return self._with(*(replace(p, settled=True) if _waits(p, request_id) else p for p in self.parts))

    def let_go(self, request_id: str) -> Roll:
        """The lot has said no, or has its kilograms back."""
        return self._with(*(part for part in self.parts if not _waits(part, request_id)))

    def _with(self, *parts: Part) -> Roll:
        return self if parts == self.parts else replace(self, parts=parts, version=self.version + 1)


def _waits(part: Part, request_id: str) -> bool:
    return not part.settled and part.reservation.order.request_id == request_id
