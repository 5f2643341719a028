"""A collection that only grows: what is there is never changed but for the earliest of its reports."""

from __future__ import annotations

from collections.abc import Sequence

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from services.traceability.mongo.connection import Shared, repeats
from services.traceability.ports import StoredRecord
from services.traceability.store.documents import Document, first_document


async def insert(into: Shared, records: Sequence[StoredRecord], documents: Sequence[Document]) -> None:
    """A record and its document stand at the same place. What is there already keeps its least `first`."""
    try:
        await into.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        await _keep_least_first(into, [records[index] for index in repeats(error)])


async def _keep_least_first(into: Shared, again: Sequence[StoredRecord]) -> None:
    updates = [UpdateOne({"_id": r.record_id}, {"$min": {"first": first_document(r.first)}}) for r in again]
    try:
        await into.bulk_write(updates, ordered=False)
    except BulkWriteError as error:
        repeats(error)  # raises what it is: nothing is inserted here, so nothing repeats
        raise
