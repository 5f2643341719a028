"""What names nothing is read in windows of time: the answers and their pages are those of a store that looks at all."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.monitoring import CommandListener, CommandStartedEvent

from provenance.standing import First
from services.traceability.events.query import EventQuery, Range, match
from services.traceability.mongo import queries
from services.traceability.mongo.events import MongoEventStore
from services.traceability.ports import EventStore, StoredEvent
from services.traceability.store import documents
from services.traceability.store.memory import MemoryEventStore
from services.traceability.store.numbers import MILESTONE
from tests.services.traceability.events import LOT, SSCC, harvest, shipping, stored

NOW_MS = 1_790_000_000_000
TIMES_MS = (0, 1, NOW_MS - 1, NOW_MS, NOW_MS, NOW_MS, NOW_MS + 86_400_000, *range(NOW_MS + 10, NOW_MS + 4_000, 100))


def events() -> list[StoredEvent]:
    """A stray one of 1970, a busy moment, quiet years, and some of the days to come."""
    chance = random.Random(11)
    return [event(n, chance.choice(TIMES_MS), chance.choice(TIMES_MS)) for n in range(160)]


def event(n: int, time_ms: int, recorded_ms: int) -> StoredEvent:
    body = harvest(f"h{n}", f"{LOT}{n}") if n % 3 else shipping(f"s{n}", SSCC)
    body["eventTime"] = datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="milliseconds")
    return stored(body, First(recorded_ms, "produce.shipping.v1", 0, n, "urn:x:c"))


QUERIES = {
    "everything": EventQuery(),
    "recorded at any time": EventQuery(record_time=Range(0)),
    "recorded before": EventQuery(record_time=Range(None, NOW_MS + 1_000)),
    "of a time": EventQuery(event_time=Range(1, NOW_MS + 2_000)),
    "of one moment": EventQuery(event_time=Range(NOW_MS, NOW_MS + 1)),
    "of a time that is none": EventQuery(event_time=Range(NOW_MS, 5)),
    "of a time, recorded in another": EventQuery(event_time=Range(NOW_MS), record_time=Range(NOW_MS)),
    "of a step": EventQuery(biz_steps=frozenset({"shipping"})),
    "of a step there is none of": EventQuery(biz_steps=frozenset({"none"})),
    "by what names begin with": EventQuery(matches=(match("MATCH_anyEPC", ["https://id.gs1.org/00/*", "urn:x:*"]),)),
    "by two names": EventQuery(
        matches=(match("MATCH_epcClass", [LOT + "*"]), match("MATCH_anyEPCClass", [LOT + "4", LOT + "1*"]))
    ),
    "by a name": EventQuery(matches=(match("MATCH_epc", [SSCC]),)),
}


class Reads(CommandListener):
    def __init__(self) -> None:
        self.filters: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "find":
            self.filters.append(dict(event.command["filter"]))

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: Any) -> None: ...


@pytest.fixture
def reads() -> Reads:
    return Reads()


@pytest.fixture
async def store(
    mongo_url: str, database: str, monkeypatch: pytest.MonkeyPatch, reads: Reads
) -> AsyncIterator[MongoEventStore]:
    """With many milestones: one in four."""
    monkeypatch.setattr(documents, "MILESTONES_BELOW", "4")
    monkeypatch.setattr(queries, "MILESTONES_A_FIND", 5)
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_url, event_listeners=[reads])
    store = MongoEventStore(client, database)
    await store.prepare()
    await store.record(events())
    yield store
    client.close()


@pytest.fixture
async def plain() -> EventStore:
    store = MemoryEventStore()
    await store.record(events())
    return store


async def pages(store: EventStore, query: EventQuery) -> list[list[str]]:
    told: list[list[str]] = []
    while True:
        page = await store.query(query)
        told.append([event.record_id for event in page.events])
        if page.next is None:
            return told
        assert query.after is None or page.next > query.after
        query = replace(query, after=page.next)


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("per_page", [7, 200])
async def test_pages_are_those_of_a_store_that_looks_at_all(
    store: MongoEventStore, plain: EventStore, name: str, per_page: int
) -> None:
    query = replace(QUERIES[name], per_page=per_page)
    assert await pages(store, query) == await pages(plain, query)


@pytest.mark.parametrize("name", ["everything", "recorded at any time", "of a step", "of a step there is none of"])
async def test_a_page_that_takes_long_ends_early_and_the_next_goes_on_there(
    store: MongoEventStore, plain: EventStore, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(queries, "LOOKED_S", -1.0)
    found = await pages(store, QUERIES[name])
    assert len(found) > 10
    assert [id_ for page in found for id_ in page] == [
        id_ for page in await pages(plain, QUERIES[name]) for id_ in page
    ]


async def test_a_page_looks_for_three_seconds(
    store: MongoEventStore, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that goes on a second with each window."""
    seconds = SimpleNamespace(time=partial(next, count()))
    monkeypatch.setattr(queries, "asyncio", SimpleNamespace(get_running_loop=lambda: seconds))
    reads.filters.clear()
    assert (await store.query(QUERIES["of a step there is none of"])).next is not None
    assert len([wanted for wanted in reads.filters if "keys.k" not in wanted]) == 4


async def test_a_page_reads_a_part_of_the_time(store: MongoEventStore, reads: Reads) -> None:
    reads.filters.clear()
    first = await store.query(EventQuery(per_page=2))
    assert len(first.events) == 2
    read = [wanted for wanted in reads.filters if "keys.k" not in wanted]
    assert 0 < len(read) < 4
    assert all("$lt" in wanted["time"] for wanted in read)


async def test_what_was_stored_without_milestones_is_answered_too(
    mongo_url: str, database: str, plain: EventStore
) -> None:
    """As it is where another version of the product wrote it."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_url)
    store = MongoEventStore(client, database)
    await store.record(events())
    await client.get_database(database).get_collection("events").update_many({}, {"$pull": {"keys": {"k": MILESTONE}}})
    assert await pages(store, EventQuery(per_page=9)) == await pages(plain, EventQuery(per_page=9))
    client.close()
