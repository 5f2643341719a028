"""A ledger in memory that passes the same suite as the real one."""

from __future__ import annotations

from dataclasses import replace

from provenance.label_link import LabelLink, serial
from services.labels.domain import Issued, Order, Reservation
from wire.errors import Rejected


class MemoryLedger:
    def __init__(self) -> None:
        self._reservations: dict[str, Reservation] = {}
        self._grams: dict[str, int] = {}
        self._labels: dict[str, tuple[str, Issued]] = {}

    async def reservation(self, order: Order) -> Reservation | None:
        found = await self.ordered(order.request_id)
        if found and found.order != order:
            raise Rejected("request_id was used before for another lot, brand or count: send a new UUID.")
        return found

    async def ordered(self, request_id: str) -> Reservation | None:
        return self._reservations.get(request_id)

    async def reserve(self, reservation: Reservation, *, net_g: int, lot_g: int) -> bool:
        order = reservation.order
        if order.request_id in self._reservations:
            return True
        reserved_g = self._grams.get(order.lot_key, 0) + order.count * net_g
        if reserved_g > lot_g:
            return False
        self._grams[order.lot_key], self._reservations[order.request_id] = reserved_g, reservation
        return True

    async def serials(self, reservation: Reservation) -> list[str]:
        order, owned, index = reservation.order, list[str](), 0
        while len(owned) < order.count:
            code = serial(reservation.seed, index)
            issued = Issued(LabelLink(order.gtin, order.lot, code), order.brand, reservation.reserved_ms)
            if self._labels.setdefault(code, (order.request_id, issued))[0] == order.request_id:
                owned.append(code)
            index += 1
        return owned

    async def issued(self, serial: str) -> Issued | None:
        return self._labels[serial][1] if serial in self._labels else None

    async def unpublished(self) -> list[Reservation]:
        return [r for r in self._reservations.values() if not r.published]

    async def mark_published(self, reservation: Reservation) -> None:
        id_ = reservation.order.request_id
        self._reservations[id_] = replace(self._reservations[id_], published=True)
