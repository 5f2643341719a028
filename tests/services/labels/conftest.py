"""A packing house over each kind of ledger: in memory, and in the real store."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services.labels.mongo import MongoLedger
from services.labels.mongo_rolls import MongoRolls
from services.labels.mongo_voids import MongoVoids
from tests.services.labels.memory_ledger import MemoryLedger, MemoryRolls, MemoryVoids
from tests.services.labels.packing import PackingHouse


@pytest.fixture(params=["memory", "mongo"])
async def house(request: pytest.FixtureRequest, unique: str) -> AsyncIterator[PackingHouse]:
    if request.param == "memory":
        yield PackingHouse(MemoryLedger(), MemoryRolls(), MemoryVoids())
        return
    mongo = MongoLedger(request.getfixturevalue("mongo_url"), unique)
    rolls, voids = MongoRolls(mongo.rolls), MongoVoids(mongo.voids)
    for kept in (mongo, rolls, voids):
        await kept.prepare()
    yield PackingHouse(mongo, rolls, voids)
    mongo.close()
