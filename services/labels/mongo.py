"""The ledger in a MongoDB-protocol store: one document a lot decides, one document a label remembers.

Primary data, written with w=majority and j=True. The only module of this service that knows motor.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ReadPreference, WriteConcern
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    NotPrimaryError,
    WriteConcernError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern

from provenance.label_link import LabelLink, serial
from services.labels.domain import Issued, Order, Reservation
from wire.errors import Rejected, Transient

_DUPLICATE = 11000
_ROWS_A_WRITE = 500
_AWAY = (ConnectionFailure, ExecutionTimeout, WTimeoutError, NotPrimaryError, WriteConcernError)

P = ParamSpec("P")
T = TypeVar("T")


def _answered(ask: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Says Transient for a store that is away or changing its primary."""

    @wraps(ask)
    async def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await ask(*args, **kwargs)
        except _AWAY as error:
            raise Transient(f"the label store does not answer: {error}") from error

    return asked


class MongoLedger:
    """`services.labels.ports.Ledger`. Every method raises Transient while the store does not answer."""

    def __init__(self, url: str, database: str) -> None:
        self._client: Any = AsyncIOMotorClient(url, serverSelectionTimeoutMS=5_000, retryWrites=False)
        durable = self._client.get_database(
            database,
            write_concern=WriteConcern(w="majority", j=True),
            read_concern=ReadConcern("majority"),
            read_preference=ReadPreference.PRIMARY,
        )
        self._lots, self._labels = durable.get_collection("lots"), durable.get_collection("labels")

    @_answered
    async def prepare(self) -> None:
        """Makes the indexes."""
        await self._lots.create_index("requests.request")
        await self._lots.create_index("requests.published")
        await self._labels.create_index("request")

    def close(self) -> None:
        self._client.close()

    async def reservation(self, order: Order) -> Reservation | None:
        found = await self.ordered(order.request_id)
        if found and found.order != order:
            raise Rejected("request_id was used before for another lot, brand or count: send a new UUID.")
        return found

    @_answered
    async def ordered(self, request_id: str) -> Reservation | None:
        lot = await self._lots.find_one({"requests.request": request_id})
        listed = _reservations(lot) if lot else []
        return next((r for r in listed if r.order.request_id == request_id), None)

    @_answered
    async def reserve(self, reservation: Reservation, *, net_g: int, lot_g: int) -> bool:
        order, needed_g = reservation.order, reservation.order.count * net_g
        blank = {"gtin": order.gtin, "lot": order.lot, "reserved_g": 0, "requests": []}
        await self._lots.update_one({"_id": order.lot_key}, {"$setOnInsert": blank}, upsert=True)
        # One conditional write decides: fifty callers at once cannot pass the cap, and a repeat adds nothing.
        unseen = {"requests.request": {"$ne": order.request_id}, "reserved_g": {"$lte": lot_g - needed_g}}
        change = {"$inc": {"reserved_g": needed_g}, "$push": {"requests": _request(reservation)}}
        written = await self._lots.update_one({"_id": order.lot_key, **unseen}, change)
        return written.modified_count == 1 or await self.reservation(order) is not None

    @_answered
    async def serials(self, reservation: Reservation) -> list[str]:
        written: dict[str, None] = {}
        index, count = 0, reservation.order.count
        while len(written) < count:
            size = min(count - len(written), _ROWS_A_WRITE)
            derived = [serial(reservation.seed, at) for at in range(index, index + size)]
            written.update(dict.fromkeys(await self._write(derived, reservation)))
            index += size
        return list(written)

    @_answered
    async def issued(self, serial: str) -> Issued | None:
        row = await self._labels.find_one({"_id": serial})
        if row is None:
            return None
        return Issued(LabelLink(row["gtin"], row["lot"], serial), row["brand"], row["issued_ms"])

    @_answered
    async def unpublished(self) -> list[Reservation]:
        lots = self._lots.find({"requests.published": False})
        return [r async for lot in lots for r in _reservations(lot) if not r.published]

    @_answered
    async def mark_published(self, reservation: Reservation) -> None:
        order = reservation.order
        named = {"_id": order.lot_key, "requests.request": order.request_id}
        await self._lots.update_one(named, {"$set": {"requests.$.published": True}})

    async def _write(self, derived: list[str], reservation: Reservation) -> list[str]:
        """Writes rows and returns the serials that are this reservation's; one taken by another lot is passed over."""
        order = reservation.order
        row = {"gtin": order.gtin, "lot": order.lot, "brand": order.brand, "request": order.request_id}
        rows = [{"_id": s, **row, "issued_ms": reservation.reserved_ms} for s in derived]
        try:
            await self._labels.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            _only_duplicates(error.details)
            owned = {r["_id"] async for r in self._labels.find({"request": order.request_id}, {"_id": 1})}
            return [s for s in derived if s in owned]
        return derived


def _only_duplicates(details: Mapping[str, Any] | None) -> None:
    said = details or {}
    wrong = [e for e in said.get("writeErrors", ()) if e["code"] != _DUPLICATE]
    if unsure := [*wrong, *said.get("writeConcernErrors", ())]:
        raise Transient(f"the label store refused a write: {unsure[0]['errmsg']}")


def _request(reservation: Reservation) -> dict[str, Any]:
    return {
        "request": reservation.order.request_id,
        "brand": reservation.order.brand,
        "count": reservation.order.count,
        "seed": reservation.seed,
        "reserved_ms": reservation.reserved_ms,
        "owner": reservation.owner,
        "event_ids": list(reservation.event_ids),
        "published": False,
    }


def _reservations(lot: Mapping[str, Any]) -> list[Reservation]:
    return [
        Reservation(
            Order(r["request"], r["brand"], lot["gtin"], lot["lot"], r["count"]),
            bytes(r["seed"]),
            r["reserved_ms"],
            r["owner"],
            tuple(r["event_ids"]),
            r["published"],
        )
        for r in lot["requests"]
    ]
