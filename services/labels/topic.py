"""What the ledger decided, told on the labels topic."""

from __future__ import annotations

from collections.abc import Sequence

from services.labels.domain import Reservation
from services.labels.ports import Publisher
from services.labels.rolls import Roll
from services.labels.voids import Voiding
from stream.keyed_producer import KeyedProducer
from wire.label_codec import LabelsRecord, encode


class TopicPublisher(Publisher):
    """`key_id` names the key that signs the links of what is issued."""

    def __init__(self, producer: KeyedProducer, topic: str, key_id: bytes) -> None:
        self._producer, self._topic, self._key_id = producer, topic, key_id.hex()

    async def publish(self, reservation: Reservation, serials: Sequence[str]) -> None:
        order, span = reservation.order, reservation.span
        record = LabelsRecord(
            act=reservation.act,
            request_id=order.request_id,
            brand=order.brand,
            gtin=order.gtin,
            made_ms=reservation.reserved_ms,
            lot=order.lot,
            roll=reservation.roll,
            serials=tuple(serials),
            first=span.first_serial if span else "",
            last=span.last_serial if span else "",
            key_id=self._key_id if serials else "",
            event_ids=reservation.event_ids,
        )
        await self._send(record)

    async def publish_roll(self, roll: Roll, serials: Sequence[str]) -> None:
        order = roll.order
        record = LabelsRecord(
            act="issued",
            request_id=order.request_id,
            brand=order.brand,
            gtin=order.gtin,
            made_ms=roll.printed_ms,
            roll=order.roll,
            serials=tuple(serials),
            key_id=self._key_id,
        )
        await self._send(record)

    async def publish_void(self, voiding: Voiding) -> None:
        record = LabelsRecord(
            act="void",
            request_id=voiding.request_id,
            brand=voiding.brand,
            gtin=voiding.gtin,
            made_ms=voiding.at_ms,
            lot=voiding.lot,
            roll=voiding.roll,
            serials=voiding.serials,
            reason=voiding.reason,
        )
        await self._send(record)

    async def _send(self, record: LabelsRecord) -> None:
        await self._producer.send(self._topic, record.key, encode(record))
