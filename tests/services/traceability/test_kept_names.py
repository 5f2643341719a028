"""What is kept of names is true, and leads a trace back through the store in few turns."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bench.season_log import recorded
from provenance.graph.gathering import Wanted, backward
from provenance.histories.history import History
from provenance.standing import First, nobody
from provenance.weights import nothing_registered
from services.traceability.histories.cache import HistoryCache
from services.traceability.histories.kept_names import MOST_NAMED, KeptNames
from services.traceability.histories.telling import Question, Told, size_of, tell, trace
from services.traceability.ports import Ahead, StoredEvent
from services.traceability.store.memory import MemoryEventStore
from simulator.lot_graph import LotGraph, Shape
from tests.services.traceability.events import LOT, SSCC, aggregation, harvest, packing, shipping, stored

ROOMY = 1 << 26


class Counting(MemoryEventStore):
    """Notes what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[frozenset[str]] = []

    async def gathered(self, wanted: Wanted, ahead: Ahead | None = None) -> Sequence[StoredEvent]:
        self.asked.append(wanted.names)
        return await super().gathered(wanted, ahead)


def wanted(*keys: str) -> Wanted:
    return Wanted(frozenset(keys))


def cache_over(store: MemoryEventStore, names: KeptNames) -> HistoryCache[Question, History, Told]:
    return HistoryCache(
        naming=store.gathered,
        trace=partial(trace, may_declare=nobody, net_weight=nothing_registered),
        tell=tell,
        size_of=size_of,
        max_bytes=ROOMY,
        as_kept=lambda question: names.naming(backward if question.direction == "back" else None),
    )


async def test_a_name_is_asked_of_the_store_once() -> None:
    store = Counting()
    await store.record([stored(harvest("h", LOT + "A"))])
    names = KeptNames(store.gathered, max_bytes=ROOMY)
    names.feed_begins()
    naming = names.naming()
    assert await naming(wanted(LOT + "A")) == await naming(wanted(LOT + "A"))
    assert await naming(wanted(LOT + "B")) == await naming(wanted(LOT + "B")) == ()
    assert store.asked == [{LOT + "A"}, {LOT + "B"}]


async def test_what_changed_is_asked_again_and_what_did_not_is_not() -> None:
    store = Counting()
    await store.record([stored(harvest("h", LOT + "A"))])
    names = KeptNames(store.gathered, max_bytes=ROOMY)
    names.feed_begins()
    await names.naming()(wanted(LOT + "A", LOT + "B"))
    late = stored(packing("p", [LOT + "A"], [LOT + "C"]))
    await store.record([late])
    names.changed({key for _, key in late.parsed.keys})
    found = await names.naming()(wanted(LOT + "A", LOT + "B"))
    assert {event.parsed.event_id for event in found} == {"urn:uuid:h", "urn:uuid:p"}
    assert store.asked[1:] == [{LOT + "A"}]


@pytest.mark.parametrize("happens", ["changed", "broken"])
async def test_what_was_read_while_it_changed_is_not_kept(happens: str) -> None:
    store = MemoryEventStore()
    await store.record([stored(harvest("h", LOT + "A"))])

    async def gathered(asked: Wanted, ahead: Ahead | None = None) -> Sequence[StoredEvent]:
        found = await store.gathered(asked, ahead)
        if happens == "changed":
            names.changed([LOT + "A"])
        else:
            names.feed_breaks()
            names.feed_begins()
        return found

    names = KeptNames(gathered, max_bytes=ROOMY)
    names.feed_begins()
    assert len(await names.naming()(wanted(LOT + "A"))) == 1
    assert names.bytes == 0


async def test_nothing_is_kept_without_a_feed() -> None:
    store = Counting()
    names = KeptNames(store.gathered, max_bytes=ROOMY)
    for _ in range(2):
        await names.naming()(wanted(LOT + "A"))
    assert len(store.asked) == 2


async def test_memory_is_bounded_and_the_least_used_names_go_first() -> None:
    store = Counting()
    await store.record([stored(harvest(f"h{n}", f"{LOT}{n}")) for n in range(30)])
    names = KeptNames(store.gathered, max_bytes=10 * 8_000)
    names.feed_begins()
    for number in range(30):
        await names.naming()(wanted(f"{LOT}{number}"))
        await names.naming()(wanted(f"{LOT}0"))
        assert names.bytes <= 10 * 8_000
    assert store.asked.count(frozenset({f"{LOT}0"})) == 1
    await names.naming()(wanted(f"{LOT}5"))
    assert store.asked.count(frozenset({f"{LOT}5"})) == 2
    names.changed([f"{LOT}{number}" for number in range(30)])
    assert names.bytes == 0


async def test_a_name_of_very_many_events_is_not_kept() -> None:
    store = Counting()
    await store.record([stored(shipping(f"s{n}", SSCC)) for n in range(MOST_NAMED + 1)])
    names = KeptNames(store.gathered, max_bytes=ROOMY)
    names.feed_begins()
    for _ in range(2):
        assert len(await names.naming()(wanted(SSCC))) == MOST_NAMED + 1
    assert len(store.asked) == 2


async def test_a_trace_back_goes_to_the_store_a_few_times_however_deep_it_is() -> None:
    store = Counting()
    chain = [stored(packing(f"p{n}", [f"{LOT}{n}"], [f"{LOT}{n + 1}"])) for n in range(60)]
    await store.record([stored(harvest("h", LOT + "0")), *chain])
    names = KeptNames(store.gathered, max_bytes=ROOMY)
    names.feed_begins()
    cache = cache_over(store, names)
    cache.feed_begins()
    question = Question((LOT + "60",), "back")
    told, _ = await cache.answer(question)
    turns = len(store.asked)
    assert told == await cache.built(question)
    assert len(told.history.steps) == 61
    assert turns <= 5 < len(store.asked) - turns


@pytest.mark.parametrize("seed", range(3))
async def test_histories_of_a_season_are_the_same_while_it_is_reported(seed: int) -> None:
    """Shuffled, some twice, with moves of pallets between: after every change each answer is what a plain build is."""
    chance = random.Random(seed)
    graph = LotGraph(seed=seed, shape=Shape.of(40))
    season = [_stored(recorded(body)) for body in graph.reports()]
    lots = [lot for listed in graph.by_depth.values() for lot in listed]
    moved = ((lot, chance.choice(["ADD", "DELETE"])) for lot in chance.sample(lots, 4))
    moves = [stored(aggregation(f"a{n}", SSCC, [lot], action)) for n, (lot, action) in enumerate(moved)]
    told = [*season, *chance.sample(season, 5), *moves]
    chance.shuffle(told)
    store = MemoryEventStore()
    names = KeptNames(store.gathered, max_bytes=ROOMY)
    cache = cache_over(store, names)
    names.feed_begins()
    cache.feed_begins()
    for number, event in enumerate(told):
        event = replace(event, first=event.first._replace(offset=chance.randint(0, 9)))
        await store.record([event])
        for kept in (names, cache):
            kept.changed({key for _, key in event.parsed.keys})
        if number % 4 == 0:
            question = Question((chance.choice(lots),), chance.choice(["back", "back", "forward"]))
            assert (await cache.answer(question))[0] == await cache.built(question)


def _stored(event: Any) -> StoredEvent:
    return StoredEvent.of(event.event, event.content_hash, First(1, "produce.shipping.v1", 0, 0, "c"))
