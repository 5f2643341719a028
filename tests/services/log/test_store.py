"""One suite for every store of the log: in memory, and the real one."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from provenance.log.growth import grown, open_tiles
from provenance.log.leaves import ENTRY_BYTES
from provenance.log.notes import Note
from provenance.log.tiles import Tile
from services.log.domain import Forked, Head
from services.log.mongo import MongoLog
from services.log.ports import LogStore
from stream.progress import Advance, Progress
from stream.receipts import TopicPartition
from tests.services.log.memory_log import MemoryLog
from tests.services.log.test_one_log import KEY
from wire.errors import Transient

ENTRIES = [bytes([0]) + number.to_bytes(ENTRY_BYTES - 1, "big") for number in range(300)]


@pytest.fixture(params=["memory", "mongo"])
async def store(request: pytest.FixtureRequest, unique: str) -> AsyncIterator[LogStore]:
    if request.param == "memory":
        yield MemoryLog()
        return
    mongo = MongoLog(request.getfixturevalue("mongo_url"), unique)
    await mongo.prepare()
    await mongo.prepare()
    yield mongo
    mongo.close()


@pytest.fixture
async def mongo(mongo_url: str, unique: str) -> AsyncIterator[MongoLog]:
    made = MongoLog(mongo_url, unique)
    yield made
    made.close()


def _head(size: int, next_offset: int) -> Head:
    head = replace(Head(), next_offset=next_offset)
    for _ in range(size):
        head = replace(head, frontier=head.frontier.grown(bytes(32)))
    return head


async def test_of_many_who_advance_a_head_at_once_one_does(store: LogStore) -> None:
    assert await store.head() == Head()
    candidates = [_head(size, 2) for size in range(1, 9)]
    won = await asyncio.gather(*(store.advance(Head(), one) for one in candidates))
    assert sum(won) == 1
    assert await store.head() == candidates[won.index(True)]
    assert not await store.advance(Head(), _head(20, 3))


async def test_a_head_goes_on_where_only_repeats_were_read(store: LogStore) -> None:
    assert await store.advance(Head(), _head(3, 1))
    assert await store.advance(_head(3, 1), _head(3, 2))
    assert not await store.advance(_head(3, 1), _head(3, 4))
    assert await store.head() == _head(3, 2)


async def test_an_entry_keeps_its_number_and_another_is_a_fork(store: LogStore) -> None:
    await store.number(ENTRIES[:3], 5)
    await store.number(ENTRIES[1:6], 6)
    await store.number([], 0)
    assert await store.numbers(ENTRIES[2:7]) == {ENTRIES[n]: n + 5 for n in range(2, 6)}
    with pytest.raises(Forked, match="is 4 by the topic, 5 here"):
        await store.number(ENTRIES[:1], 4)


async def test_a_tile_only_grows_and_is_read_as_it_was_at_any_width(store: LogStore) -> None:
    long = grown(0, {}, ENTRIES)
    await store.keep(long)
    await store.keep(grown(0, {}, ENTRIES[:100]))
    await store.keep({})
    assert await store.tiles(long) == long
    short = grown(0, {}, ENTRIES[:100])
    assert await store.tiles(open_tiles(100)) == short
    with pytest.raises(Forked, match=r"tile 0/001.p/45 has 1408 bytes here, and 1440 by the head"):
        await store.tiles([Tile(0, 1, 45)])


async def test_the_longest_checkpoint_stays(store: LogStore) -> None:
    notes = {size: Note(text := f"{KEY.name}\n{size}\nroot\n", (KEY.signature(text),)) for size in (0, 3, 7)}
    assert await store.checkpoint() is None
    for size in (0, 7, 3, 7):
        await store.keep_checkpoint(size, notes[size])
    assert await store.checkpoint() == notes[7]


async def test_the_progress_of_the_feed_is_compared_and_set(mongo: MongoLog) -> None:
    of, another = TopicPartition("t", 0), TopicPartition("t", 1)
    first, second = Progress(1, bytes(32)), Progress(2, bytes([1] * 32))
    assert await mongo.read(of) is None
    assert await mongo.compare_and_set([Advance(of, None, first)])
    assert not await mongo.compare_and_set([Advance(of, None, second), Advance(another, None, first)])
    assert (await mongo.read(of), await mongo.read(another)) == (first, first)
    assert await mongo.compare_and_set([Advance(of, first, second)])
    assert not await mongo.compare_and_set([Advance(of, first, second)])


async def test_a_store_that_is_away_is_told_as_trouble_that_passes(unique: str) -> None:
    away = MongoLog("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=50", unique)
    with pytest.raises(Transient, match="does not answer"):
        await away.head()
    away.close()
