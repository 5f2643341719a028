"""A store that does not keep what it acknowledges is refused before anything is written to it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from services.traceability.mongo.connection import Client, connect
from services.traceability.mongo.fitness import check_fit
from services.traceability.ports import StoreUnfitError
from wire.errors import Transient


class Nodding:
    """A server that says yes to everything, as a proxy or a look-alike may; the real store is tried below."""

    def __init__(self, hello: dict[str, Any]) -> None:
        self.admin, self._hello = self, hello

    async def command(self, command: Any) -> dict[str, Any]:
        return self._hello if command == "hello" else {"ok": 1}

    def get_database(self, _name: str) -> Nodding:
        return self

    def get_collection(self, _name: str, **_options: Any) -> Nodding:
        return self

    async def update_one(self, *_args: Any, **_options: Any) -> None: ...


def nodding(hello: dict[str, Any]) -> Client:
    return cast(Client, Nodding(hello))


async def test_a_server_without_a_replica_set_is_refused() -> None:
    with pytest.raises(StoreUnfitError, match="replica set"):
        await check_fit(nodding({"isWritablePrimary": True}))


async def test_a_server_that_nods_to_an_impossible_write_concern_is_refused() -> None:
    with pytest.raises(StoreUnfitError, match="write concern means nothing"):
        await check_fit(nodding({"setName": "rs0"}))


async def test_the_real_store_honours_its_concerns(mongo_url: str) -> None:
    client = connect(mongo_url)
    await check_fit(client)
    client.close()


async def test_a_store_that_is_away_is_trouble_that_passes() -> None:
    client = connect("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200")
    with pytest.raises(Transient):
        await check_fit(client)
    client.close()


def test_what_the_url_says_of_durability_is_overruled() -> None:
    client = connect("mongodb://127.0.0.1:9/?w=1&journal=false&readConcernLevel=local&readPreference=secondary")
    assert (client.write_concern.document, client.read_concern.level) == ({"w": "majority", "j": True}, "majority")
    assert client.read_preference.mode == 0
    client.close()
