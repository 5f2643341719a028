"""The ledger in a MongoDB-protocol store: one document a lot decides, one document a label remembers.

Primary data, written with w=majority and j=True. The only module of this service that knows motor.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ReadPreference, WriteConcern
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    NotPrimaryError,
    WriteConcernError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern

from provenance.label_link import serial
from services.labels.documents import Document, entries, entry, read_row, row
from services.labels.domain import Issued, Order, Reservation, Series, Span
from wire.errors import Rejected, Transient

_DUPLICATE = 11000
_ROWS_A_WRITE = 500
_NAMED_A_CALL = 100  # the store of one machine takes 4 s for a thousand at once, 0.3 s for ten times a hundred
_AWAY = (ConnectionFailure, ExecutionTimeout, WTimeoutError, NotPrimaryError, WriteConcernError)

P = ParamSpec("P")
T = TypeVar("T")


def answered(ask: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
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
        self.lots, self.tellings = self._lots, durable.get_collection("tellings")
        self.rolls, self.voids = durable.get_collection("rolls"), durable.get_collection("voids")
        self.scans, self.scan_progress = durable.get_collection("scans"), durable.get_collection("scan_progress")

    @answered
    async def prepare(self) -> None:
        """Makes the indexes."""
        # A request id is of one lot: two books in flight at once see nothing of each other, and this does.
        await self._lots.create_index("requests.request", name="of_one_lot", unique=True, sparse=True)
        await self._lots.create_index("requests.published")
        await self._lots.create_index([("owner", 1), ("ordered_ms", -1)])
        await self._labels.create_index("request")

    def close(self) -> None:
        self._client.close()

    async def reservation(self, order: Order) -> Reservation | None:
        found = await self.ordered(order.request_id)
        if found and (found.order, found.act) != (order, "issued"):
            raise Rejected("request_id was used before for another lot, brand or count: send a new UUID.")
        return found

    @answered
    async def ordered(self, request_id: str) -> Reservation | None:
        lot = await self._lots.find_one({"requests.request": request_id})
        listed = entries(lot) if lot else []
        return next((r for r in listed if r.order.request_id == request_id), None)

    @answered
    async def orders(self, owner: str | None, most: int) -> list[Reservation]:
        theirs = {} if owner is None else {"owner": owner}
        # As many books as orders are wanted have them: a book's newest is its `ordered_ms`.
        books = self._lots.find({**theirs, "ordered_ms": {"$gt": 0}}).sort("ordered_ms", -1).limit(most)
        made = [one async for book in books for one in entries(book) if one.act == "issued"]
        own = [one for one in made if owner in (None, one.owner)]
        return sorted(own, key=lambda one: one.reserved_ms, reverse=True)[:most]

    @answered
    async def reserve(self, reservation: Reservation) -> bool:
        order, adds_g = reservation.order, reservation.adds_g
        await self._open(order)
        # One conditional write decides: fifty callers at once cannot pass the cap, and a repeat adds nothing.
        unseen = {"requests.request": {"$ne": order.request_id}, "refused": {"$ne": order.request_id}}
        bears = {"$lte": reservation.lot_g - adds_g} if adds_g > 0 else {"$gte": -adds_g}
        change: Document = {"$inc": {"reserved_g": adds_g}, "$push": {"requests": entry(reservation)}}
        if reservation.act == "issued":
            change["$set"] = {"owner": reservation.owner, "ordered_ms": reservation.reserved_ms}
        with suppress(DuplicateKeyError):  # another lot has the request
            written = await self._lots.update_one({"_id": order.lot_key, **unseen, "reserved_g": bears}, change)
            if written.modified_count:
                return True
        return reservation.repeats(await self.ordered(order.request_id))

    @answered
    async def labelled_g(self, lot_keys: Sequence[str]) -> dict[str, int]:
        asked = [{"_id": {"$in": some}} for some in _parts(lot_keys)]
        books = [book for some in asked async for book in self._lots.find(some, {"reserved_g": 1})]
        return {book["_id"]: int(book["reserved_g"]) for book in books}

    @answered
    async def refuse(self, reservation: Reservation) -> bool:
        order = reservation.order
        await self._open(order)
        unseen = {"requests.request": {"$ne": order.request_id}}
        await self._lots.update_one({"_id": order.lot_key, **unseen}, {"$addToSet": {"refused": order.request_id}})
        return not reservation.repeats(await self.ordered(order.request_id))

    @answered
    async def serials(self, series: Series) -> list[str]:
        owned = await self._owned(series)
        written: list[str] = []
        index = 0
        while len(written) < series.count:
            size = min(series.count - len(written), _ROWS_A_WRITE)
            derived = [serial(series.seed, at) for at in range(index, index + size)]
            if not owned.issuperset(derived) and not await self._write(derived, series, index):
                owned = await self._owned(series)
                derived = [one for one in derived if one in owned]
            written += derived
            index += size
        return written

    @answered
    async def issued(self, serial: str) -> Issued | None:
        found = await self._labels.find_one({"_id": serial})
        return read_row(found) if found else None

    @answered
    async def issued_all(self, serials: Sequence[str]) -> list[Issued]:
        asked = [{"_id": {"$in": some}} for some in _parts(serials)]
        return [read_row(found) for some in asked async for found in self._labels.find(some)]

    @answered
    async def unused(self, span: Span) -> int:
        places = {"request": span.roll, "at": {"$gte": span.first, "$lte": span.last}}
        return int(await self._labels.count_documents({**places, "void": {"$exists": False}}))

    @answered
    async def make_void(self, serials: Sequence[str], request_id: str) -> list[Issued]:
        for some in _parts(serials):
            unmarked = {"_id": {"$in": some}, "void": {"$exists": False}}
            await self._labels.update_many(unmarked, {"$set": {"void": request_id}})
        return [issued for issued in await self.issued_all(serials) if issued.void_by == request_id]

    @answered
    async def may_try(self, serial: str, *, most: int) -> bool | None:
        allowed = {"_id": serial, "wrong": {"$not": {"$gte": most}}}
        if (await self._labels.update_one(allowed, {"$inc": {"wrong": 1}})).modified_count:
            return True
        return None if await self.issued(serial) is None else False

    @answered
    async def confirm(self, serial: str, *, now_ms: int) -> int:
        await self._labels.update_one({"_id": serial}, {"$inc": {"wrong": -1}})
        first = {"_id": serial, "confirmed_ms": {"$exists": False}}
        await self._labels.update_one(first, {"$set": {"confirmed_ms": now_ms}})
        confirmed: Any = await self._labels.find_one({"_id": serial}, {"confirmed_ms": 1})
        return int(confirmed["confirmed_ms"])

    @answered
    async def unpublished(self) -> list[Reservation]:
        lots = self._lots.find({"requests.published": False})
        return [r async for lot in lots for r in entries(lot) if not r.published]

    @answered
    async def mark_published(self, reservation: Reservation) -> None:
        order = reservation.order
        named = {"_id": order.lot_key, "requests.request": order.request_id}
        await self._lots.update_one(named, {"$set": {"requests.$.published": True}})

    async def _open(self, order: Order) -> None:
        """The lot's book."""
        blank = {"gtin": order.gtin, "lot": order.lot, "reserved_g": 0, "requests": []}
        await self._lots.update_one({"_id": order.lot_key}, {"$setOnInsert": blank}, upsert=True)

    async def _owned(self, series: Series) -> set[str]:
        return {found["_id"] async for found in self._labels.find({"request": series.made_as}, {"_id": 1})}

    async def _write(self, derived: list[str], series: Series, first: int) -> bool:
        """Whether all of them are new; a serial may be there already, ours or another lot's."""
        rows: list[Document] = [row(series, one, at) for at, one in enumerate(derived, start=first)]
        try:
            await self._labels.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            _only_duplicates(error.details)
            return False
        return True


def _parts(serials: Sequence[str]) -> list[list[str]]:
    return [list(serials[start : start + _NAMED_A_CALL]) for start in range(0, len(serials), _NAMED_A_CALL)]


def _only_duplicates(details: Mapping[str, Any] | None) -> None:
    said = details or {}
    wrong = [e for e in said.get("writeErrors", ()) if e["code"] != _DUPLICATE]
    if unsure := [*wrong, *said.get("writeConcernErrors", ())]:
        raise Transient(f"the label store refused a write: {unsure[0]['errmsg']}")
