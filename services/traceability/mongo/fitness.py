"""Whether a store keeps what it acknowledges."""

from __future__ import annotations

from typing import Any

from pymongo import WriteConcern
from pymongo.errors import ConnectionFailure, PyMongoError

from services.traceability.mongo.connection import Client, unavailable
from services.traceability.ports import StoreUnfitError
from wire.errors import Transient


async def check_fit(client: Client) -> None:
    """Raises StoreUnfitError where the server is alone (no majority, no change stream) or nods to any concern."""
    with unavailable():
        hello = await client.admin.command("hello")
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        raise StoreUnfitError("the store is a server without a replica set: it has no majority and no change stream")
    database = client.get_database("suyuan_fitness")
    impossible = database.get_collection("probe", write_concern=WriteConcern(w=50, wtimeout=1000))
    if await _nods(impossible.update_one({"_id": 0}, {"$set": {"_id": 0}}, upsert=True)):
        raise StoreUnfitError("the store acknowledged a write on 50 servers: its write concern means nothing")
    if await _nods(database.command({"find": "probe", "readConcern": {"level": "none-such"}})):
        raise StoreUnfitError("the store took a read concern that does not exist: its read concern means nothing")


async def _nods(answer: Any) -> bool:
    try:
        await answer
    except ConnectionFailure as error:
        raise Transient(f"the store did not answer: {error}") from error
    except PyMongoError:
        return False
    return True
