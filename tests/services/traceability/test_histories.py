"""Kept histories are true: what the cache answers is what a fresh build answers."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from deploy.local.engines import start_store
from provenance.graph.gathering import Wanted
from provenance.histories.history import History
from provenance.standing import First, nobody
from provenance.weights import nothing_registered
from services.traceability.histories.building import MOST_ON_THE_LOOP
from services.traceability.histories.cache import MOST_BUILDS, HistoryCache
from services.traceability.histories.following import Following
from services.traceability.histories.places import SHORT_AT_ONCE
from services.traceability.histories.telling import Question, Told, size_of, tell, trace
from services.traceability.mongo.connection import connect
from services.traceability.mongo.events import MongoEventStore
from services.traceability.mongo.feed import MongoChangeFeed
from services.traceability.mongo.progress import MongoProgress
from services.traceability.ports import Advanced, Change, Named, StoredEvent
from services.traceability.store.memory import MemoryEventStore, MemoryProgressTable
from stream.progress import Advance, Progress
from stream.receipts import Receipt, TopicPartition
from tests.services.traceability.events import LOT, SSCC, aggregation, harvest, packing, shipping, stored
from tests.services.traceability.projector_process import eventually
from wire.errors import Transient

Cache = HistoryCache[Question, History, Told]
PARTITION = TopicPartition("produce.shipping.v1", 0)


def cache_over(store: Any, max_bytes: int = 1 << 24, **changed: Any) -> Cache:
    build = partial(trace, may_declare=changed.get("may_declare", nobody), net_weight=nothing_registered)
    naming = changed.get("naming", store.gathered)
    telling = changed.get("tell", tell)
    return HistoryCache(naming=naming, trace=build, tell=telling, size_of=size_of, max_bytes=max_bytes)


def back(key: str) -> Question:
    return Question((key,), "back")


async def ids(cache: Cache, key: str) -> list[str]:
    told, _ = await cache.answer(back(key))
    return [step.event_id for step in told.history.steps]


async def test_a_finished_history_is_kept() -> None:
    store = MemoryEventStore()
    await store.record([stored(harvest("h", LOT + "A"))])
    cache = cache_over(store)
    cache.feed_begins()
    assert [(await cache.answer(back(LOT + "A")))[1] for _ in range(3)] == [False, True, True]


async def test_nothing_is_kept_while_the_feed_is_broken() -> None:
    cache = cache_over(MemoryEventStore())
    assert [(await cache.answer(back(LOT + "A")))[1] for _ in range(3)] == [False] * 3
    cache.feed_begins()
    await cache.answer(back(LOT + "A"))
    cache.feed_breaks()
    cache.feed_begins()
    assert not (await cache.answer(back(LOT + "A")))[1]


async def test_a_key_that_only_an_ancestor_names_drops_the_history() -> None:
    store = MemoryEventStore()
    await store.record([stored(packing("p", [LOT + "A"], [LOT + "B"]))])
    cache = cache_over(store)
    cache.feed_begins()
    assert await ids(cache, LOT + "B") == ["urn:uuid:p"]
    late = stored(harvest("h", LOT + "A"))
    await store.record([late])
    cache.changed({key for _, key in late.parsed.keys})
    assert await ids(cache, LOT + "B") == ["urn:uuid:h", "urn:uuid:p"]


async def test_a_change_of_other_keys_leaves_it() -> None:
    store = MemoryEventStore()
    await store.record([stored(harvest("h", LOT + "A"))])
    cache = cache_over(store)
    cache.feed_begins()
    await cache.answer(back(LOT + "A"))
    cache.changed({LOT + "B", "urn:uuid:other"})
    assert (await cache.answer(back(LOT + "A")))[1]


async def test_a_declaration_is_found_by_the_id_of_the_event_it_declares_wrong() -> None:
    store = MemoryEventStore()
    body = harvest("h", LOT + "A")
    await store.record([stored(body)])
    cache = cache_over(store)
    cache.feed_begins()
    await cache.answer(back(LOT + "A"))
    declared = {**body, "errorDeclaration": {"declarationTime": "2026-09-13T08:00:00.000Z", "reason": "did_not_occur"}}
    del declared["quantityList"]
    event = stored({**declared, "epcList": [SSCC]})
    await store.record([event])
    cache.changed({key for _, key in event.parsed.keys})
    told, kept = await cache.answer(back(LOT + "A"))
    assert not kept
    assert [step.standing for step in told.history.steps] == ["void"]


async def test_a_change_during_a_build_starts_it_again() -> None:
    """The event arrives after the first key was read: the first reading must not be what is kept."""
    store = MemoryEventStore()
    await store.record([stored(packing("p", [LOT + "A"], [LOT + "B"]))])
    late = stored(harvest("h", LOT + "A"))

    async def naming(wanted: Wanted) -> Sequence[StoredEvent]:
        found = await store.gathered(wanted)
        if not await store.stored([late.record_id]):
            await store.record([late])
            cache.changed({key for _, key in late.parsed.keys} | wanted.names)
        return found

    cache = cache_over(store, naming=naming)
    cache.feed_begins()
    assert await ids(cache, LOT + "B") == ["urn:uuid:h", "urn:uuid:p"]
    assert (await cache.answer(back(LOT + "B")))[1]


async def test_an_answer_that_never_settles_is_given_and_not_kept() -> None:
    store = MemoryEventStore()
    await store.record([stored(harvest("h", LOT + "A"))])
    reads = 0

    async def naming(wanted: Wanted) -> Sequence[StoredEvent]:
        nonlocal reads
        reads += 1
        cache.changed(wanted.names)
        return await store.gathered(wanted)

    cache = cache_over(store, naming=naming)
    cache.feed_begins()
    assert await ids(cache, LOT + "A") == ["urn:uuid:h"]
    assert reads > MOST_BUILDS
    assert cache.bytes == 0


async def test_who_asks_after_a_change_joins_no_build_that_had_read_all_it_reads_before() -> None:
    """So many events that they are told in a thread: the change comes while that works."""
    store = MemoryEventStore()
    await store.record([stored(harvest(f"h{n}", LOT + "A")) for n in range(MOST_ON_THE_LOOP + 1)])
    telling, goes_on = threading.Event(), threading.Event()

    def tell_slowly(fact: History, read: Mapping[str, StoredEvent]) -> Told:
        telling.set()
        assert goes_on.wait(20)
        return tell(fact, read)

    cache = cache_over(store, tell=tell_slowly)
    cache.feed_begins()
    before = asyncio.create_task(ids(cache, LOT + "A"))
    await asyncio.to_thread(telling.wait, 20)
    late = stored(harvest("late", LOT + "A"))
    await store.record([late])
    cache.changed({key for _, key in late.parsed.keys})
    after = asyncio.create_task(ids(cache, LOT + "A"))
    await asyncio.sleep(0)
    goes_on.set()
    assert "urn:uuid:late" not in await before
    assert "urn:uuid:late" in await after
    assert "urn:uuid:late" in await ids(cache, LOT + "A")
    cache.changed({LOT + "A"})
    assert cache.bytes == 0


async def test_who_asks_after_a_change_joins_no_build_that_is_given_as_it_was_read() -> None:
    store = MemoryEventStore()
    await store.record([stored(harvest("h", LOT + "A"))])
    late = stored(harvest("late", LOT + "A"))
    reads, after = 0, list[asyncio.Task[list[str]]]()

    async def naming(wanted: Wanted) -> Sequence[StoredEvent]:
        nonlocal reads
        reads += 1
        found = await store.gathered(wanted)
        if reads <= MOST_BUILDS:
            cache.changed(wanted.names)
        elif not after:
            await store.record([late])
            cache.changed({key for _, key in late.parsed.keys})
            after.append(asyncio.create_task(ids(cache, LOT + "A")))
            await asyncio.sleep(0)
        return found

    cache = cache_over(store, naming=naming)
    cache.feed_begins()
    assert await ids(cache, LOT + "A") == ["urn:uuid:h"]
    assert "urn:uuid:late" in await after[0]


async def test_two_builds_of_one_question_are_kept_once() -> None:
    """One began again after a change, and one began after it."""
    store = MemoryEventStore()
    await store.record([stored(harvest("h", LOT + "A"))])
    after = list[asyncio.Task[list[str]]]()

    async def naming(wanted: Wanted) -> Sequence[StoredEvent]:
        if not after:
            cache.changed(wanted.names)
            after.append(asyncio.create_task(ids(cache, LOT + "A")))
        await asyncio.sleep(0)
        return await store.gathered(wanted)

    cache = cache_over(store, naming=naming)
    cache.feed_begins()
    assert await ids(cache, LOT + "A") == await after[0]
    assert (await cache.answer(back(LOT + "A")))[1]
    cache.changed([LOT + "A"])
    assert cache.bytes == 0


async def test_many_askers_share_one_build() -> None:
    store = MemoryEventStore()
    await store.record([stored(harvest("h", LOT + "A"))])
    reads = 0

    async def naming(wanted: Wanted) -> Sequence[StoredEvent]:
        nonlocal reads
        reads += 1
        await asyncio.sleep(0)
        return await store.gathered(wanted)

    cache = cache_over(store, naming=naming)
    cache.feed_begins()
    await cache.answer(back(LOT + "A"))
    alone, reads = reads, 0
    cache.changed([LOT + "A"])
    await asyncio.gather(*(cache.answer(back(LOT + "A")) for _ in range(20)))
    assert reads == alone


async def test_one_asker_who_gives_up_does_not_end_the_build_of_the_others() -> None:
    store = MemoryEventStore()
    await store.record([stored(harvest("h", LOT + "A"))])
    may_read = asyncio.Event()

    async def naming(wanted: Wanted) -> Sequence[StoredEvent]:
        await may_read.wait()
        return await store.gathered(wanted)

    cache = cache_over(store, naming=naming)
    cache.feed_begins()
    hasty, patient = (asyncio.create_task(ids(cache, LOT + "A")) for _ in range(2))
    await asyncio.sleep(0)
    hasty.cancel()
    may_read.set()
    assert await patient == ["urn:uuid:h"]


async def test_memory_is_bounded_and_the_least_used_go_first() -> None:
    store = MemoryEventStore()
    await store.record([stored(harvest(f"h{n}", f"{LOT}{n}")) for n in range(30)])
    whole = cache_over(store)
    whole.feed_begins()
    await whole.answer(back(LOT + "0"))
    cache = cache_over(store, max_bytes=10 * whole.bytes + 10)
    cache.feed_begins()
    for number in range(30):
        await cache.answer(back(f"{LOT}{number}"))
        await cache.answer(back(LOT + "0"))
        assert cache.bytes <= 10 * whole.bytes + 10
    assert (await cache.answer(back(LOT + "0")))[1]
    assert not (await cache.answer(back(LOT + "5")))[1]
    cache.feed_breaks()
    assert cache.bytes == 0
    assert not cache._registered


async def test_a_kept_history_goes_when_the_registry_answers_otherwise() -> None:
    """Who may declare is asked of the registry, so the answer is part of what the history rests on."""
    store = MemoryEventStore()
    body = harvest("h", LOT + "A")
    wrong = {**body, "errorDeclaration": {"declarationTime": "2026-09-13T08:00:00.000Z", "reason": "did_not_occur"}}
    inspector = First(1_800_000_000_000, "produce.quality.v1", 0, 0, "https://id.gs1.org/417/9521234000013")
    await store.record([stored(body), stored(wrong, inspector)])
    inspectors: set[str] = set()
    cache = cache_over(store, may_declare=lambda party, _on: party in inspectors)
    cache.feed_begins()
    standing = [step.standing for step in (await cache.answer(back(LOT + "A")))[0].history.steps]
    inspectors.add(inspector.capturer)
    now = [step.standing for step in (await cache.answer(back(LOT + "A")))[0].history.steps]
    assert (standing, now) == (["disputed"], ["void"])


@dataclass
class Feed:
    """A change feed that says what it is told to."""

    changes: asyncio.Queue[Change | Transient] = field(default_factory=asyncio.Queue)

    @asynccontextmanager
    async def follow(self) -> AsyncIterator[AsyncIterator[Change]]:
        yield self._told()

    async def _told(self) -> AsyncIterator[Change]:
        while True:
            change = await self.changes.get()
            if isinstance(change, Transient):
                raise change
            yield change


async def test_a_broken_feed_empties_the_cache_and_is_opened_again() -> None:
    store, feed = MemoryEventStore(), Feed()
    await store.record([stored(harvest("h", LOT + "A"))])
    cache = cache_over(store)
    following = Following(feed=feed, progress=MemoryProgressTable(), cache=cache, topics=[PARTITION.topic])
    task = asyncio.create_task(following.run())

    async def kept() -> bool:
        return (await cache.answer(back(LOT + "A")))[1]

    await eventually(kept)
    feed.changes.put_nowait(Transient("gone"))

    async def empty() -> bool:
        return cache.bytes == 0

    await eventually(empty)
    await eventually(kept)
    feed.changes.put_nowait(Named(frozenset({LOT + "A"})))
    await eventually(empty)
    task.cancel()


async def test_a_receipt_that_is_not_applied_in_time_is_said_to_be_late() -> None:
    following = Following(
        feed=Feed(),
        progress=MemoryProgressTable(),
        cache=cache_over(MemoryEventStore()),
        topics=[PARTITION.topic],
        wait_s=0.1,
    )
    with pytest.raises(Transient, match="not applied yet"):
        await following.until_applied([Receipt(PARTITION.topic, 0, 3)])


async def test_what_the_store_has_and_the_feed_has_not_seen_is_built_anew() -> None:
    progress = MemoryProgressTable()
    following = Following(
        feed=Feed(), progress=progress, cache=cache_over(MemoryEventStore()), topics=[PARTITION.topic]
    )
    progress.stored[PARTITION] = Progress(4, bytes(32))
    assert await following.until_applied([Receipt(PARTITION.topic, 0, 3)]) is False


@pytest.fixture
async def silent() -> AsyncIterator[tuple[Following, Feed, MemoryProgressTable]]:
    """A feed that is open and says nothing, whatever the store applies."""
    feed, progress, cache = Feed(), MemoryProgressTable(), cache_over(MemoryEventStore())
    following = Following(feed=feed, progress=progress, cache=cache, topics=[PARTITION.topic], lag_s=0.01)
    task = asyncio.create_task(following.run())
    yield following, feed, progress
    task.cancel()


async def test_once_somebody_was_told_of_it_nobody_is_answered_what_was_kept_before(
    silent: tuple[Following, Feed, MemoryProgressTable],
) -> None:
    following, feed, progress = silent
    assert await following.until_applied([]) is True
    progress.stored[PARTITION] = Progress(4, bytes(32))
    assert await following.until_applied([Receipt(PARTITION.topic, 0, 3)]) is False
    assert await following.until_applied([]) is False
    feed.changes.put_nowait(Advanced(PARTITION, 4))
    assert await following.until_applied([Receipt(PARTITION.topic, 0, 3)]) is True
    assert await following.until_applied([]) is True


async def test_a_feed_that_hangs_is_found_out_though_nobody_names_a_receipt(
    silent: tuple[Following, Feed, MemoryProgressTable],
) -> None:
    following, feed, progress = silent

    async def kept_is_true() -> bool:
        return await following.until_applied([])

    async def kept_may_be_old() -> bool:
        return not await following.until_applied([])

    await eventually(kept_is_true)
    progress.stored[PARTITION] = Progress(4, bytes(32))
    await eventually(kept_may_be_old)
    feed.changes.put_nowait(Advanced(PARTITION, 4))
    await eventually(kept_is_true)


async def test_one_look_at_the_store_serves_all_who_wait_for_it() -> None:
    """Each asking for itself made a slow store slower, until nobody was answered in time."""
    progress = CountedProgress()
    following = Following(
        feed=Feed(), progress=progress, cache=cache_over(MemoryEventStore()), topics=[PARTITION.topic], wait_s=0.3
    )
    waiting = [following.until_applied([Receipt(PARTITION.topic, 0, 3)]) for _ in range(100)]
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(answer, Transient) for answer in answers)
    assert progress.looks <= 10


class CountedProgress(MemoryProgressTable):
    looks = 0

    async def read_all(self) -> Mapping[TopicPartition, Progress]:
        self.looks += 1
        return await super().read_all()


@pytest.mark.parametrize("seed", range(2))
async def test_random_writes_and_reads_never_show_an_old_history(mongo_url: str, database: str, seed: int) -> None:
    """On the real store and its change stream: every answer after a write equals a build that was never kept."""
    chance = random.Random(seed)
    client = connect(mongo_url)
    store, progress = MongoEventStore(client, database), MongoProgress(client, database)
    await store.prepare()
    cache = cache_over(store)
    following = Following(
        feed=MongoChangeFeed(client, database), progress=progress, cache=cache, topics=[PARTITION.topic]
    )
    task = asyncio.create_task(following.run())
    at, hits = None, 0
    for number in range(30):
        await store.record([stored(_some_event(chance, number)) for _ in range(chance.randint(1, 3))])
        reached = Progress(number + 1, bytes(32))
        assert await progress.compare_and_set([Advance(PARTITION, at, reached)])
        at = reached
        seen = await following.until_applied([Receipt(PARTITION.topic, 0, number)])
        for _ in range(chance.randint(1, 4)):
            question = Question((_some_lot(chance),), chance.choice(["back", "forward"]))
            told, kept = await cache.answer(question) if seen else (await cache.built(question), False)
            hits += kept
            assert told.history == (await cache.built(question)).history
    assert hits > 0
    task.cancel()
    client.close()


def _some_lot(chance: random.Random) -> str:
    return LOT + chance.choice("ABCDEFGH")


def _some_event(chance: random.Random, number: int) -> dict[str, Any]:
    name = f"{number}{chance.randint(0, 1)}"
    lot, other = _some_lot(chance), _some_lot(chance)
    kinds = [
        harvest(f"h{name}", lot),
        packing(f"p{name}", [lot], [other]),
        aggregation(f"a{name}", SSCC, [lot]),
        shipping(f"s{name}", SSCC),
    ]
    return chance.choice(kinds)


async def test_a_store_that_is_killed_and_comes_back_is_followed_again(tmp_path: Path, database: str) -> None:
    """What was kept before is gone, what was written meanwhile is seen, and answers are kept again."""
    server = start_store(tmp_path / "store")
    client = connect(server.url)
    store, progress = MongoEventStore(client, database), MongoProgress(client, database)
    await store.prepare()
    await store.record([stored(harvest("before", LOT + "A"))])
    cache = cache_over(store)
    feed = MongoChangeFeed(client, database)
    task = asyncio.create_task(Following(feed=feed, progress=progress, cache=cache, topics=[PARTITION.topic]).run())

    async def kept() -> bool:
        return (await cache.answer(back(LOT + "A")))[1]

    async def emptied() -> bool:
        return cache.bytes == 0

    try:
        await eventually(kept)
        server.kill()
        await eventually(emptied)
        with pytest.raises(Transient):
            await cache.answer(back(LOT + "A"))
        server.restart()
        await store.record([stored(harvest("after", LOT + "A", minute=5))])
        await eventually(kept)
        assert await ids(cache, LOT + "A") == ["urn:uuid:before", "urn:uuid:after"]
    finally:
        task.cancel()
        client.close()
        server.stop()


async def test_of_very_many_different_questions_the_first_are_answered_while_the_last_still_wait() -> None:
    """Taking turns, all would be ready at the end, when nobody waits any more."""
    store = MemoryEventStore()
    lots = [f"{LOT}T{n}" for n in range(5 * SHORT_AT_ONCE)]
    await store.record([stored(harvest(f"h{n}", lot)) for n, lot in enumerate(lots)])
    begun: list[str] = []
    answered = asyncio.Event()
    ahead: list[int] = []

    async def naming(wanted: Wanted) -> Sequence[StoredEvent]:
        begun.extend(wanted.names & set(lots))
        await asyncio.sleep(0)
        return await store.gathered(wanted)

    cache = cache_over(store, naming=naming)
    cache.feed_begins()

    async def ask(lot: str) -> None:
        await cache.answer(back(lot))
        if not answered.is_set():
            answered.set()
            ahead.append(len(set(begun)))

    await asyncio.gather(*map(ask, lots))
    assert ahead[0] <= 2 * SHORT_AT_ONCE
    assert set(begun) == set(lots)


@pytest.fixture
async def slow_store() -> tuple[Cache, asyncio.Event]:
    """A store that answers of lot A, and of lots S only once it is let."""
    store = MemoryEventStore()
    await store.record([stored(harvest("h", LOT + "A"))])
    free = asyncio.Event()

    async def naming(wanted: Wanted) -> Sequence[StoredEvent]:
        if any(name.startswith(LOT + "S") for name in wanted.names):
            await free.wait()
        return await store.gathered(wanted)

    cache = cache_over(store, naming=naming)
    cache.feed_begins()
    return cache, free


async def test_who_gave_up_waiting_for_his_turn_holds_up_nobody(slow_store: tuple[Cache, asyncio.Event]) -> None:
    cache, _ = slow_store
    gone = [asyncio.create_task(cache.answer(back(f"{LOT}S{n}"))) for n in range(3 * SHORT_AT_ONCE)]
    for _ in range(9):
        await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    await asyncio.gather(*gone, return_exceptions=True)
    async with asyncio.timeout(5):
        assert await ids(cache, LOT + "A") == ["urn:uuid:h"]


async def test_one_event_is_looked_up_while_more_than_there_are_places_for_wait_for_a_slow_store(
    slow_store: tuple[Cache, asyncio.Event],
) -> None:
    cache, free = slow_store
    slow = [asyncio.create_task(ids(cache, f"{LOT}S{n}")) for n in range(2 * SHORT_AT_ONCE)]
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        assert await ids(cache, LOT + "A") == ["urn:uuid:h"]
    assert not any(task.done() for task in slow)
    free.set()
    assert await asyncio.gather(*slow) == [[]] * len(slow)


async def test_nor_does_it_wait_for_those_that_work_on_very_many_events(monkeypatch: pytest.MonkeyPatch) -> None:
    for places in ("SHORT_AT_ONCE", "LONG_AT_ONCE"):
        monkeypatch.setattr(f"services.traceability.histories.places.{places}", 1)
    store = MemoryEventStore()
    wide = [f"{LOT}S{n}" for n in range(2)]
    many = range(MOST_ON_THE_LOOP + 1)
    await store.record([stored(harvest("h", LOT + "A"))])
    await store.record([stored(harvest(f"{lot}-{n}", lot)) for lot in wide for n in many])
    working, free = threading.Event(), threading.Event()

    def tell_slowly(fact: History, read: Mapping[str, StoredEvent]) -> Told:
        if len(read) > MOST_ON_THE_LOOP:
            working.set()
            assert free.wait(20)
        return tell(fact, read)

    cache = cache_over(store, tell=tell_slowly)
    cache.feed_begins()
    long = [asyncio.create_task(ids(cache, lot)) for lot in wide]
    await asyncio.to_thread(working.wait, 20)
    async with asyncio.timeout(20):
        assert await ids(cache, LOT + "A") == ["urn:uuid:h"]
    assert not any(task.done() for task in long)
    free.set()
    assert [len(found) for found in await asyncio.gather(*long)] == [len(many)] * len(wide)
