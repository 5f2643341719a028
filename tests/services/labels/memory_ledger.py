"""A ledger in memory that passes the same suite as the real one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from provenance.label_link import LabelLink, serial
from services.labels.domain import Issued, Order, Reservation, Series, Span
from services.labels.rolls import Roll
from services.labels.voids import Voiding
from wire.errors import Rejected


class MemoryLedger:
    def __init__(self) -> None:
        self._reservations: dict[str, Reservation] = {}
        self._grams: dict[str, int] = {}
        self._labels: dict[str, Issued] = {}
        self._refused: set[tuple[str, str]] = set()
        self._wrong: dict[str, int] = {}
        self._confirmed: dict[str, int] = {}

    async def reservation(self, order: Order) -> Reservation | None:
        found = await self.ordered(order.request_id)
        if found and (found.order, found.act) != (order, "issued"):
            raise Rejected("request_id was used before for another lot, brand or count: send a new UUID.")
        return found

    async def ordered(self, request_id: str) -> Reservation | None:
        return self._reservations.get(request_id)

    async def orders(self, owner: str | None, most: int) -> list[Reservation]:
        made = (one for one in self._reservations.values() if one.act == "issued" and owner in (None, one.owner))
        return sorted(made, key=lambda one: one.reserved_ms, reverse=True)[:most]

    async def reserve(self, reservation: Reservation) -> bool:
        order = reservation.order
        if order.request_id in self._reservations:
            return reservation.repeats(self._reservations[order.request_id])
        reserved_g = self._grams.get(order.lot_key, 0) + reservation.adds_g
        bears = reserved_g <= reservation.lot_g if reservation.adds_g > 0 else reserved_g >= 0
        if (order.lot_key, order.request_id) in self._refused or not bears:
            return False
        self._grams[order.lot_key], self._reservations[order.request_id] = reserved_g, reservation
        return True

    async def labelled_g(self, lot_keys: Sequence[str]) -> dict[str, int]:
        return {key: self._grams[key] for key in lot_keys if key in self._grams}

    async def refuse(self, reservation: Reservation) -> bool:
        request_id = reservation.order.request_id
        if request_id not in self._reservations:
            self._refused.add((reservation.order.lot_key, request_id))
        return not reservation.repeats(self._reservations.get(request_id))

    async def serials(self, series: Series) -> list[str]:
        owned, index = list[str](), 0
        while len(owned) < series.count:
            code = serial(series.seed, index)
            label = LabelLink(series.gtin, series.lot, code, series.roll)
            issued = Issued(label, series.brand, series.made_ms, series.lot, series.made_as, index)
            if self._labels.setdefault(code, issued).made_as == series.made_as:
                owned.append(code)
            index += 1
        return owned

    async def issued(self, serial: str) -> Issued | None:
        return self._labels.get(serial)

    async def issued_all(self, serials: Sequence[str]) -> list[Issued]:
        return [self._labels[one] for one in serials if one in self._labels]

    async def unused(self, span: Span) -> int:
        rows = [issued for issued in self._labels.values() if issued.made_as == span.roll and not issued.void_by]
        return sum(span.first <= issued.place <= span.last for issued in rows)

    async def make_void(self, serials: Sequence[str], request_id: str) -> list[Issued]:
        for one in serials:
            issued = self._labels[one]
            self._labels[one] = replace(issued, void_by=issued.void_by or request_id)
        return [issued for issued in self._labels.values() if issued.void_by == request_id]

    async def may_try(self, serial: str, *, most: int) -> bool | None:
        if serial not in self._labels or self._wrong.get(serial, 0) >= most:
            return None if serial not in self._labels else False
        self._wrong[serial] = self._wrong.get(serial, 0) + 1
        return True

    async def confirm(self, serial: str, *, now_ms: int) -> int:
        self._wrong[serial] -= 1
        return self._confirmed.setdefault(serial, now_ms)

    async def unpublished(self) -> list[Reservation]:
        return [r for r in self._reservations.values() if not r.published]

    async def mark_published(self, reservation: Reservation) -> None:
        id_ = reservation.order.request_id
        self._reservations[id_] = replace(self._reservations[id_], published=True)


class MemoryRolls:
    def __init__(self) -> None:
        self._rolls: dict[str, Roll] = {}

    async def print(self, roll: Roll) -> Roll:
        return self._rolls.setdefault(roll.order.roll, roll)

    async def roll(self, number: str) -> Roll | None:
        return self._rolls.get(number)

    async def listed(self, owner: str | None, most: int) -> list[Roll]:
        theirs = [roll for roll in self._rolls.values() if owner in (None, roll.owner)]
        return sorted(theirs, key=lambda roll: -roll.printed_ms)[:most]

    async def replace(self, roll: Roll, *, version: int) -> bool:
        number = roll.order.roll
        if self._rolls[number].version != version:
            return False
        self._rolls[number] = replace(self._rolls[number], parts=roll.parts, version=roll.version)
        return True

    async def mark_published(self, number: str) -> None:
        self._rolls[number] = replace(self._rolls[number], published=True)

    async def unfinished(self) -> list[Roll]:
        return [r for r in self._rolls.values() if not r.published or any(not part.settled for part in r.parts)]


class MemoryVoids:
    def __init__(self) -> None:
        self._voids: dict[str, Voiding] = {}

    async def put(self, voiding: Voiding) -> Voiding:
        return self._voids.setdefault(voiding.request_id, voiding)

    async def mark_published(self, request_id: str) -> None:
        self._voids[request_id] = replace(self._voids[request_id], published=True)

    async def unpublished(self) -> list[Voiding]:
        return [voiding for voiding in self._voids.values() if not voiding.published]
