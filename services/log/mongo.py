"""The log in a MongoDB-protocol store of its own: numbers of entries, tiles, head, newest checkpoint, feed's progress.

Written with w=majority and j=True; all of it can be made again from the log topic. The only module of this service that
knows motor.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ReadPreference, UpdateOne, WriteConcern
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

from provenance.log.growth import Tiles
from provenance.log.leaves import ENTRY_BYTES
from provenance.log.notes import Note
from provenance.log.tiles import Tile
from provenance.merkle import HASH_BYTES, Frontier
from services.log.domain import Forked, Head
from stream.progress import Advance, Progress
from stream.receipts import TopicPartition
from wire.errors import Transient

_DUPLICATE = 11000
_AWAY = (ConnectionFailure, ExecutionTimeout, WTimeoutError, NotPrimaryError, WriteConcernError)
_PIECE_BYTES = {True: 2 + ENTRY_BYTES, False: HASH_BYTES}
"""In a bundle of entries, and in a tile of hashes."""

P = ParamSpec("P")
T = TypeVar("T")


def _answered(ask: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Says Transient for a store that is away or changing its primary."""

    @wraps(ask)
    async def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await ask(*args, **kwargs)
        except _AWAY as error:
            raise Transient(f"the log's store does not answer: {error}") from error

    return asked


class MongoLog:
    """`services.log.ports.LogStore`, and the `stream.progress.ProgressStore` of its feed."""

    def __init__(self, url: str, database: str) -> None:
        self._client: Any = AsyncIOMotorClient(url, serverSelectionTimeoutMS=5_000, retryWrites=False)
        durable = self._client.get_database(
            database,
            write_concern=WriteConcern(w="majority", j=True),
            read_concern=ReadConcern("majority"),
            read_preference=ReadPreference.PRIMARY,
        )
        self._entries, self._tiles = durable.get_collection("entries"), durable.get_collection("tiles")
        self._heads, self._progress = durable.get_collection("heads"), durable.get_collection("progress")

    @_answered
    async def prepare(self) -> None:
        """Makes the head of a log without entries, where there is none."""
        await self._heads.update_one({"_id": "head"}, {"$setOnInsert": _fields(Head())}, upsert=True)

    def close(self) -> None:
        self._client.close()

    @_answered
    async def head(self) -> Head:
        found: Any = await self._heads.find_one({"_id": "head"})
        return Head(found["next"], Frontier(found["size"], tuple(map(bytes, found["peaks"]))))

    @_answered
    async def advance(self, old: Head, new: Head) -> bool:
        stood = {"_id": "head", "size": old.size, "root": old.root, "next": old.next_offset}
        return bool((await self._heads.update_one(stood, {"$set": _fields(new)})).matched_count)

    @_answered
    async def numbers(self, entries: Collection[bytes]) -> Mapping[bytes, int]:
        return {bytes(row["_id"]): row["n"] async for row in self._entries.find({"_id": {"$in": list(entries)}})}

    @_answered
    async def number(self, entries: Sequence[bytes], first: int) -> None:
        rows = [{"_id": entry, "n": n} for n, entry in enumerate(entries, first)]
        if not rows:
            return
        try:
            await self._entries.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            there = [row for row in rows if row["_id"] in _duplicates(error.details)]
            await self._check(there)

    async def _check(self, rows: Sequence[Mapping[str, Any]]) -> None:
        numbers = await self.numbers([row["_id"] for row in rows])
        for row in rows:
            if numbers.get(row["_id"]) != row["n"]:
                raise Forked(f"entry {row['_id'].hex()} is {row['n']} by the topic, {numbers.get(row['_id'])} here")

    @_answered
    async def tiles(self, wanted: Iterable[Tile]) -> Tiles:
        by_id = {_tile_id(tile): tile for tile in wanted}
        found = {row["_id"]: bytes(row["raw"]) async for row in self._tiles.find({"_id": {"$in": list(by_id)}})}
        return {tile: _cut(tile, found.get(id_, b"")) for id_, tile in by_id.items()}

    @_answered
    async def keep(self, tiles: Tiles) -> None:
        writes = [
            UpdateOne(
                {"_id": _tile_id(tile), "width": {"$lt": tile.width}},
                {"$set": {"width": tile.width, "raw": raw}},
                upsert=True,
            )
            for tile, raw in tiles.items()
        ]
        if not writes:
            return
        try:
            await self._tiles.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            _duplicates(error.details)  # as long already

    @_answered
    async def checkpoint(self) -> Note | None:
        found = await self._heads.find_one({"_id": "checkpoint"})
        return Note.read(found["note"]) if found else None

    @_answered
    async def check_salts(self, salt_key: bytes) -> None:
        """Raises Forked where the log was begun with another: each event would be an entry once more, and no proof of
        an old one could be opened. Only its hash is kept here."""
        written = hashlib.sha256(salt_key).digest()
        with suppress(DuplicateKeyError):
            await self._heads.update_one({"_id": "salts"}, {"$setOnInsert": {"sha256": written}}, upsert=True)
        found: Any = await self._heads.find_one({"_id": "salts"})
        if bytes(found["sha256"]) != written:
            raise Forked("the key of the log's salts is not the one it was begun with: put it back")

    @_answered
    async def keep_checkpoint(self, size: int, checkpoint: Note) -> None:
        shorter, written = {"_id": "checkpoint", "size": {"$lt": size}}, {"size": size, "note": str(checkpoint)}
        try:
            await self._heads.update_one(shorter, {"$set": written}, upsert=True)
        except DuplicateKeyError:
            return  # as long already

    @_answered
    async def read(self, of: TopicPartition) -> Progress | None:
        found = await self._progress.find_one({"_id": _partition_id(of)})
        return Progress(found["next"], bytes(found["digest"])) if found else None

    @_answered
    async def compare_and_set(self, advances: Sequence[Advance]) -> bool:
        return all([await self._advance(one) for one in advances])

    async def _advance(self, one: Advance) -> bool:
        new = {"next": one.new.next_offset, "digest": one.new.digest}
        if one.expected is None:
            try:
                await self._progress.insert_one({"_id": _partition_id(one.of), **new})
            except DuplicateKeyError:
                return False
            return True
        stood = {"next": one.expected.next_offset, "digest": one.expected.digest}
        written = await self._progress.update_one({"_id": _partition_id(one.of), **stood}, {"$set": new})
        return bool(written.matched_count)


def _fields(head: Head) -> dict[str, Any]:
    return {"size": head.size, "root": head.root, "next": head.next_offset, "peaks": list(head.frontier.peaks)}


def _duplicates(details: Mapping[str, Any] | None) -> frozenset[bytes]:
    """The ids that were there. Raises Transient where something else went wrong."""
    said = details or {}
    wrong = [one for one in said.get("writeErrors", ()) if one["code"] != _DUPLICATE]
    if unsure := [*wrong, *said.get("writeConcernErrors", ())]:
        raise Transient(f"the log's store refused a write: {unsure[0]['errmsg']}")
    return frozenset(_id_of(one["op"]) for one in said.get("writeErrors", ()))


def _id_of(write: Mapping[str, Any]) -> Any:
    return write["_id"] if "_id" in write else write["q"]["_id"]


def _tile_id(tile: Tile) -> str:
    return str(Tile(tile.level, tile.place))


def _cut(tile: Tile, raw: bytes) -> bytes:
    wanted = tile.width * _PIECE_BYTES[tile.level is None]
    if len(raw) < wanted:
        raise Forked(f"tile {tile} has {len(raw)} bytes here, and {wanted} by the head")
    return raw[:wanted]


def _partition_id(of: TopicPartition) -> str:
    return f"{of.topic}/{of.partition}"
