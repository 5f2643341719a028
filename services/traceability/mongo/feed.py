"""What changes in the store, as it says so itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from pymongo.errors import PyMongoError

from services.traceability.mongo.connection import Client, unavailable
from services.traceability.mongo.progress import partition_of
from services.traceability.ports import Advanced, Change, Named
from services.traceability.store.bunches import in_bunches
from services.traceability.store.documents import keys_of
from wire.errors import Transient


class MongoChangeFeed:
    """`ChangeFeed` over the events and the progress of one generation, in the order the store wrote them."""

    def __init__(self, client: Client, database: str) -> None:
        self._database = client.get_database(database)

    @asynccontextmanager
    async def follow(self) -> AsyncIterator[AsyncIterator[Change]]:
        wanted = [{"$match": {"ns.coll": {"$in": ["events", "progress"]}}}]
        with unavailable():
            # An update comes with its whole document: the keys it can be found by are what matters of it.
            async with (
                self._database.watch(wanted, full_document="updateLookup", max_await_time_ms=500) as stream,
                in_bunches(stream.delegate) as bunches,
            ):
                yield _changes(bunches)


async def _changes(bunches: AsyncIterator[list[Any]]) -> AsyncIterator[Change]:
    """Raises Transient for whatever ends the stream: it is opened anew, and nothing that was kept is trusted."""
    try:
        async for bunch in bunches:
            for change in bunch:
                yield _change(change)
    except PyMongoError as error:
        raise Transient(f"the feed broke: {error}") from error
    raise Transient("the feed ended")


def _change(change: Mapping[str, Any]) -> Change:
    document = change.get("fullDocument")
    if document is None:
        raise Transient(f"the feed reported {change['operationType']}")
    if change["ns"]["coll"] == "events":
        return Named(keys_of(document))
    return Advanced(partition_of(document), document["next"])
