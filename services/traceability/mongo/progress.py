"""How far the log is in the store: a small document for each partition, compared and set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError

from services.traceability.mongo.connection import Client, repeats, unavailable
from services.traceability.store.documents import Document
from stream.progress import Advance, Progress
from stream.receipts import TopicPartition


class MongoProgress:
    """`ProgressTable` of one generation."""

    def __init__(self, client: Client, database: str) -> None:
        self._progress = client.get_database(database).get_collection("progress")

    async def read(self, of: TopicPartition) -> Progress | None:
        with unavailable():
            document = await self._progress.find_one({"_id": _partition_id(of)})
        return _progress(document) if document else None

    async def read_all(self) -> Mapping[TopicPartition, Progress]:
        with unavailable():
            return {partition_of(document): _progress(document) async for document in self._progress.find({})}

    async def compare_and_set(self, advances: Sequence[Advance]) -> bool:
        """One command to the store for the partitions that have progress, one for those that begin."""
        begins = [InsertOne({"_id": _partition_id(one.of), **_fields(one.new)}) for one in advances if not one.expected]
        moves = [_move(one.of, one.expected, one.new) for one in advances if one.expected]
        with unavailable():
            try:
                outcome = await self._progress.bulk_write([*begins, *moves], ordered=False)
            except BulkWriteError as error:
                repeats(error)  # raises whatever is not a progress that somebody else has begun
                return False
        return outcome.matched_count == len(moves)


def _move(of: TopicPartition, expected: Progress, new: Progress) -> UpdateOne:
    return UpdateOne({"_id": _partition_id(of), **_fields(expected)}, {"$set": _fields(new)})


def _partition_id(partition: TopicPartition) -> str:
    return f"{partition.topic}/{partition.partition}"


def partition_of(document: Mapping[str, Any]) -> TopicPartition:
    topic, _, number = document["_id"].rpartition("/")
    return TopicPartition(topic, int(number))


def _fields(progress: Progress) -> Document:
    return {"next": progress.next_offset, "digest": progress.digest}


def _progress(document: Mapping[str, Any]) -> Progress:
    return Progress(document["next"], document["digest"])
