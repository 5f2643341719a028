"""A forward history in pages goes on where it ended, in any process, or says plainly that it cannot."""

import asyncio
from collections.abc import Sequence
from functools import partial

import pytest

from epcis.canonical_json import canonical_bytes
from epcis.event_id import content_hash
from provenance.reports import Json
from provenance.standing import First, nobody
from provenance.weights import nothing_registered
from services.traceability.histories.telling import tell, walk
from services.traceability.histories.walks import MOST_WALKED_AGAIN, Onward, Place, Walks
from services.traceability.ports import StoredEvent
from services.traceability.store.memory import MemoryEventStore
from simulator.lot_graph import LotGraph, Shape
from wire.errors import Rejected

GRAPH = LotGraph(shape=Shape(lots=400, sites=1, deepest=8, stock=8, silo_uses=20))
EVENTS = list(GRAPH.reports())
SILO = (GRAPH.silos[0],)


def stored(bodies: Sequence[Json]) -> list[StoredEvent]:
    firsts = (First(n, "produce.shipping.v1", 0, n, "https://example.org/us") for n in range(len(bodies)))
    return [StoredEvent.of(canonical_bytes(b), content_hash(b), f) for b, f in zip(bodies, firsts, strict=True)]


@pytest.fixture
def store() -> MemoryEventStore:
    kept = MemoryEventStore()
    asyncio.run(kept.record(stored(EVENTS)))
    return kept


def walks(store: MemoryEventStore, max_bytes: int = 1 << 24) -> Walks:
    begin = partial(walk, may_declare=nobody, net_weight=nothing_registered)
    return Walks(naming=store.gathered, begin=begin, tell=tell, max_bytes=max_bytes)


async def all_pages(store: MemoryEventStore, size: int, *, one_process: bool) -> list[Onward]:
    ours = walks(store)
    pages = [await ours.page(SILO, size, "")]
    while pages[-1].token:
        asked = ours if one_process else walks(store)
        pages.append(await asked.page(SILO, size, pages[-1].token))
    return pages


async def test_another_process_gives_the_same_next_page_from_the_token_alone(store: MemoryEventStore) -> None:
    here = await all_pages(store, 25, one_process=True)
    there = await all_pages(store, 25, one_process=False)
    assert len(here) > 3
    assert [one.page for one in here] == [one.page for one in there]
    assert [one.token for one in here] == [one.token for one in there]


async def test_the_same_page_can_be_asked_for_twice(store: MemoryEventStore) -> None:
    ours = walks(store)
    first = await ours.page(SILO, 40, "")
    assert (await ours.page(SILO, 40, first.token)).page == (await ours.page(SILO, 40, first.token)).page


async def test_a_token_is_refused_once_a_report_changes_what_was_told(store: MemoryEventStore) -> None:
    first = await walks(store).page(SILO, 40, "")
    sent = {**EVENTS[0], "eventID": "urn:uuid:0b7a8f0e-0000-4000-8000-000000000001", "type": "TransformationEvent"}
    used = {**sent, "inputQuantityList": [{"epcClass": SILO[0], "quantity": 5, "uom": "KGM"}]}
    await store.record(stored([{**used, "eventTime": "2025-09-02T06:00:00.000+08:00"}]))
    with pytest.raises(Rejected, match=r"page_token: .*reported meanwhile"):
        await walks(store).page(SILO, 40, first.token)


async def test_a_token_is_good_for_its_code_and_page_size_alone(store: MemoryEventStore) -> None:
    token = (await walks(store).page(SILO, 40, "")).token
    for keys, size in (((GRAPH.silos[-1],), 40), (SILO, 41)):
        with pytest.raises(Rejected, match="page_token: this is not of this code and page_size"):
            await walks(store).page(keys, size, token)
    for wrong in ("x", token[:-4], "é"):
        with pytest.raises(Rejected, match="page_token: this is no token"):
            await walks(store).page(SILO, 40, wrong)


async def test_of_a_code_that_nothing_names_nothing_is_told(store: MemoryEventStore) -> None:
    token = (await walks(store).page(SILO, 40, "")).token
    for given in ("", token):
        found = await walks(store).page(("https://id.gs1.org/01/09520001000010/10/NONE",), 40, given)
        assert (found.history.steps, found.page.ahead, found.token) == ((), 0, "")


async def test_walks_under_way_take_no_more_memory_than_they_may_and_go_on(store: MemoryEventStore) -> None:
    """Of several page sizes, each is a walk of its own, with the events of its last page."""
    roomy, narrow = walks(store), walks(store, max_bytes=600_000)
    for size in range(20, 40):
        first = await roomy.page(SILO, size, "")
        assert (await narrow.page(SILO, size, "")).token == first.token
        assert 0 < narrow.bytes <= 600_000
        assert (await narrow.page(SILO, size, first.token)).page == (await roomy.page(SILO, size, first.token)).page
    assert roomy.bytes > 600_000


async def test_a_walk_that_alone_takes_more_than_there_is_keeps_no_events_and_goes_on(store: MemoryEventStore) -> None:
    roomy, tight = walks(store), walks(store, max_bytes=1)
    first = await roomy.page(SILO, 40, "")
    assert (await tight.page(SILO, 40, "")).token == first.token
    assert 0 < tight.bytes < roomy.bytes / 2
    assert (await tight.page(SILO, 40, first.token)).page == (await roomy.page(SILO, 40, first.token)).page


async def test_a_forged_number_of_pages_is_not_gone_through(store: MemoryEventStore) -> None:
    forged = Place(SILO, 1, MOST_WALKED_AGAIN + 1, bytes(16)).token
    with pytest.raises(Rejected, match="page_token: 500 pages are the most"):
        await walks(store).page(SILO, 1, forged)
