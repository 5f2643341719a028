"""What one request may cost: events read, time in the store, turns of the event loop, and nobody left waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Collection, Sequence
from functools import partial
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import BulkWriteError, ConnectionFailure, ExecutionTimeout
from pymongo.monitoring import CommandListener, CommandStartedEvent

from epcis.events import items_of
from provenance.graph.gathering import TooMuchError, Wanted
from provenance.histories.history import History
from provenance.histories.tracing import trace_back
from provenance.standing import nobody
from provenance.weights import nothing_registered
from services.traceability.events.query import EventQuery
from services.traceability.histories.building import MOST_ON_THE_LOOP, build, in_turn
from services.traceability.histories.cache import HistoryCache
from services.traceability.histories.telling import Question, Told, size_of, tell, trace
from services.traceability.mongo import naming as mongo_naming
from services.traceability.mongo import reads as mongo_reading
from services.traceability.mongo.connection import connect
from services.traceability.mongo.events import MongoEventStore
from services.traceability.ports import StoredEvent
from services.traceability.rpc_asking import refuse_large
from services.traceability.store.documents import document_of
from services.traceability.store.threads import StoreThreads
from tests.services.traceability.events import LOT, harvest, stored
from wire.errors import Overloaded, Rejected, Transient

EVENTS = [stored(harvest(f"h{n}", LOT + "A", kilograms=n + 1)) for n in range(MOST_ON_THE_LOOP + 1)]


class Listener(CommandListener):
    """The reads that were asked of the store."""

    def __init__(self) -> None:
        self.reads: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "find":
            self.reads.append(dict(event.command))

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: Any) -> None: ...


@pytest.fixture
async def store(mongo_url: str, database: str) -> AsyncIterator[MongoEventStore]:
    client = connect(mongo_url)
    store = MongoEventStore(client, database, most_named=3)
    await store.prepare()
    yield store
    client.close()


async def test_no_more_events_are_read_than_one_caller_may_ask_for(store: MongoEventStore) -> None:
    await store.record(EVENTS[:3])
    assert len(await store.naming([LOT + "A"])) == 3
    await store.record(EVENTS[:4])
    with pytest.raises(Rejected, match="more than 3 events"):
        await store.naming([LOT + "A"])


async def test_every_read_somebody_waits_for_ends_in_the_store_too(mongo_url: str, database: str) -> None:
    listener = Listener()
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo_url, event_listeners=[listener])
    store = MongoEventStore(client, database)
    await store.naming([LOT])
    await store.read(["a"])
    await store.stored(["a"])
    await store.query(EventQuery(dispositions=frozenset({"urn:x:none"})))
    client.close()
    assert [read.get("maxTimeMS") for read in listener.reads] == [5000] * 5


async def test_a_fail_over_while_repeats_are_noted_is_tried_again(
    store: MongoEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: Any, **__: Any) -> None:
        concern = {"code": 91, "errmsg": "the primary is stepping down"}
        raise BulkWriteError({"writeErrors": [], "writeConcernErrors": [concern]})

    await store.record(EVENTS[:1])
    monkeypatch.setattr(store._events, "bulk_write", failing)
    with pytest.raises(Transient):
        await store.record(EVENTS[:1])


async def test_what_takes_too_much_work_is_refused_to_the_caller() -> None:
    def endless() -> Any:
        yield Wanted(frozenset({"a"}))
        raise TooMuchError("more than 20,000 events tell of this")

    async def nothing(_: Wanted) -> Sequence[StoredEvent]:
        return ()

    with pytest.raises(Rejected, match="code: more than 20,000 events"):
        await build(endless(), nothing, {})


async def test_a_lot_with_more_boxes_than_the_store_gives_keeps_its_origin() -> None:
    lot = LOT + "A"
    picked = stored(harvest("h", lot))

    async def naming(wanted: Wanted) -> Sequence[StoredEvent]:
        if items_of(lot) in wanted.names:
            raise Rejected("more than the store gives")
        return [picked] if lot in wanted.names else []

    history = await build(trace_back([lot]), naming, {})
    assert [share.lot for share in history.shares] == [lot]
    assert "too-many-boxes" in {gap.code for gap in history.gaps}


async def test_many_events_are_judged_off_the_event_loop() -> None:
    async def answering(some: list[StoredEvent]) -> bool:
        async def naming(_: Wanted) -> Sequence[StoredEvent]:
            return some

        on_the_loop: list[bool] = []

        def judging() -> Any:
            yield Wanted(frozenset({"a"}))
            on_the_loop.append(threading.current_thread() is threading.main_thread())

        await build(judging(), naming, {})
        return on_the_loop[0]

    assert await answering(EVENTS[:5])
    assert not await answering(EVENTS)


async def test_a_build_nobody_waits_for_any_more_ends() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def naming(_: Wanted) -> Sequence[StoredEvent]:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return ()

    cache: HistoryCache[Question, History, Told] = HistoryCache(
        naming=naming,
        trace=partial(trace, may_declare=nobody, net_weight=nothing_registered),
        tell=tell,
        size_of=size_of,
        max_bytes=1 << 20,
    )
    cache.feed_begins()
    askers = [asyncio.create_task(cache.answer(Question((LOT + "A",), "back"))) for _ in range(2)]
    await begun.wait()
    askers[0].cancel()
    await asyncio.wait(askers[:1])
    assert not ended.is_set()
    askers[1].cancel()
    await asyncio.wait_for(ended.wait(), 10)


async def test_a_page_ends_before_it_is_larger_than_a_message(store: MongoEventStore) -> None:
    """Three events of 3 MiB: the page asked for has two, and the third is on the next."""
    large = [stored({**harvest(f"l{n}", LOT + "L", minute=n), "ex:note": "x" * (3 << 20)}) for n in range(3)]
    await store.record(large)
    first = await store.query(EventQuery(per_page=10))
    assert first.next is not None
    second = await store.query(EventQuery(per_page=10, after=first.next))
    assert [len(first.events), len(second.events), second.next] == [2, 1, None]


def test_an_answer_that_no_message_can_hold_is_refused_with_its_reason() -> None:
    refuse_large("event_ids: their events", 15 << 20)
    with pytest.raises(Rejected, match="event_ids: their events would take 16 MiB"):
        refuse_large("event_ids: their events", 16 << 20)


async def test_while_the_store_stalls_what_is_kept_waits_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty ask a store that does not answer; a long history that is kept is told meanwhile."""
    store = MongoEventStore(connect("mongodb://127.0.0.1:1/"), "unused")
    answers = threading.Event()
    monkeypatch.setattr(mongo_naming, "found", lambda *_, **__: answers.wait(60) and [])
    callers = [asyncio.create_task(store.naming([f"{LOT}{n}"])) for n in range(50)]
    try:
        await asyncio.sleep(0)
        assert await asyncio.wait_for(in_turn(lambda: "told", MOST_ON_THE_LOOP + 1), 10) == "told"
        more = [asyncio.create_task(store.naming([f"{LOT}{n}"])) for n in range(50)]
        await asyncio.sleep(0)
        for one in more:
            one.cancel()
        await asyncio.gather(*more, return_exceptions=True)
    finally:
        answers.set()
    assert await asyncio.wait_for(asyncio.gather(*callers), 60) == [()] * 50


async def test_only_who_waits_too_long_for_a_thread_is_refused_and_he_leaves_no_read_behind() -> None:
    threads, patient = StoreThreads(at_once=2, longest_wait_s=0.01), StoreThreads(at_once=2)
    answers, begun = threading.Event(), list[int]()

    def read(number: int) -> int:
        begun.append(number)
        answers.wait(60)
        return number

    stalled = [asyncio.create_task(threads.run(partial(read, n))) for n in range(2)]
    try:
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await threads.run(partial(read, 2))
    finally:
        answers.set()
    assert await asyncio.gather(*stalled, threads.run(partial(read, 3))) == [0, 1, 3]
    assert begun == [0, 1, 3]
    assert await asyncio.gather(*(patient.run(partial(read, n)) for n in range(2_000))) == list(range(2_000))


async def test_of_eighty_wide_histories_asked_at_once_of_a_store_that_answers_none_is_refused(
    mongo_url: str, database: str
) -> None:
    client = connect(mongo_url)
    store = MongoEventStore(client, database)
    await store.prepare()
    await store.record([stored(harvest(f"w{n}", f"{LOT}{n}")) for n in range(160)])
    wide = Wanted(frozenset(f"{LOT}{n}" for n in range(160)))
    found = await asyncio.gather(*(store.gathered(wide) for _ in range(80)))
    client.close()
    assert {len(events) for events in found} == {160}


@pytest.mark.parametrize("trouble", [ConnectionFailure("gone"), None])
async def test_after_the_first_error_no_more_is_read_of_a_wide_question(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception | None
) -> None:
    """The store is gone, or has more than it gives."""
    store = MongoEventStore(connect("mongodb://127.0.0.1:1/"), "unused", most_named=3)
    finds = 0

    def finding(*_: Any, **__: Any) -> list[Any]:
        nonlocal finds
        finds += 1
        if trouble:
            raise trouble
        return [document_of(event) for event in EVENTS[:4]]

    monkeypatch.setattr(mongo_naming, "found", finding)
    with pytest.raises(Transient if trouble else Rejected):
        await store.naming([f"{LOT}{n}" for n in range(9_600)])
    for _ in range(100):  # of 300, those that were under way
        await store._asked.run(lambda _: None)
    assert finds <= 2 * mongo_naming.FINDS_AT_ONCE


async def test_who_gave_up_has_nothing_more_read_ahead_for_him(
    store: MongoEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain as long as one reads ahead, of a store that is slow."""
    led = [f"{LOT}{n}" for n in range(400)]
    reading, goes_on, finds = threading.Event(), threading.Event(), 0

    def finding(*_: Any, **__: Any) -> list[Any]:
        nonlocal finds
        finds += 1
        if finds == 2:
            reading.set()
            goes_on.wait(20)
        return []

    monkeypatch.setattr(mongo_naming, "found", finding)
    ahead = Leading(led)
    asking = asyncio.create_task(store.gathered(Wanted(frozenset({LOT})), ahead))
    await asyncio.to_thread(reading.wait, 20)
    asking.cancel()
    await asyncio.wait({asking})
    goes_on.set()
    await asyncio.gather(*(store._asked.run(lambda _: None) for _ in range(32)))
    await asyncio.to_thread(ahead.ended.wait, 20)
    assert finds == 2


@pytest.mark.parametrize("late", [False, True])
async def test_what_cannot_be_read_ahead_refuses_nobody_who_has_his_answer(
    store: MongoEventStore, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    """Of a store that fails in the middle of it, or takes too long."""
    await store.record(EVENTS[:1])
    real, finds = mongo_reading.found, 0

    def finding(*asked: Any, **how: Any) -> list[Any]:
        nonlocal finds
        finds += 1
        if finds > 1:
            raise ExecutionTimeout("reading ahead took too long", 50)
        return real(*asked, **how)

    monkeypatch.setattr(mongo_naming, "found", finding)
    if late:
        monkeypatch.setattr(mongo_naming, "LONGEST_AHEAD_S", -1.0)
    ahead = Leading([LOT + "B"])
    assert len(await store.gathered(Wanted(frozenset({LOT + "A"})), ahead)) == 1
    assert ahead.not_read == {LOT + "B"}
    assert finds == (1 if late else 2)


class Leading:
    """Leads to one name after the other."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)
        self.not_read: set[str] = set()
        self.ended = threading.Event()

    def __call__(self, _: Sequence[StoredEvent]) -> Collection[str]:
        return [self._names.pop(0)] if self._names else []

    def unread(self, names: Collection[str]) -> None:
        self.not_read.update(names)
        self.ended.set()
