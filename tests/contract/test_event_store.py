"""One suite for both kinds of event store: what holds in memory holds on the real store."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace

import pytest

from provenance.graph.gathering import CROWD, FEW, FIRST_TOLD, During, Wanted
from provenance.standing import First
from services.traceability.events.query import EventQuery, Position, QueryError, Range, match
from services.traceability.mongo.connection import connect
from services.traceability.mongo.events import MongoEventStore
from services.traceability.mongo.progress import MongoProgress
from services.traceability.ports import GOODS, EventStore, ProgressTable, StoredEvent
from services.traceability.store.memory import MemoryEventStore, MemoryProgressTable
from services.traceability.store.numbers import of_number, of_product
from stream.progress import Advance, Progress
from stream.receipts import TopicPartition
from tests.services.traceability.events import GTIN, LOT, SSCC, aggregation, harvest, packing, shipping, stored

FIRST = First(1_700_000_000_000, "produce.harvest.v1", 3, 41, "https://id.gs1.org/417/9521234000006")


@pytest.fixture(params=["memory", "mongo"])
async def store(request: pytest.FixtureRequest, database: str) -> AsyncIterator[EventStore]:
    if request.param == "memory":
        yield MemoryEventStore()
        return
    client = connect(request.getfixturevalue("mongo_url"))
    mongo = MongoEventStore(client, database)
    await mongo.prepare()
    yield mongo
    client.close()


@pytest.fixture(params=["memory", "mongo"])
async def progress(request: pytest.FixtureRequest, database: str) -> AsyncIterator[ProgressTable]:
    if request.param == "memory":
        yield MemoryProgressTable()
        return
    client = connect(request.getfixturevalue("mongo_url"))
    yield MongoProgress(client, database)
    client.close()


async def test_an_event_is_found_by_every_key_it_names(store: EventStore) -> None:
    event = stored(packing("p1", inputs=[LOT + "A"], outputs=[LOT + "B"]))
    await store.record([event])
    for _, key in event.parsed.keys:
        assert list(await store.naming([key])) == [event], key
    assert not await store.naming(["https://id.gs1.org/01/09521234543213/10/NONE"])


async def test_an_event_that_names_many_of_the_keys_comes_once(store: EventStore) -> None:
    lots = [f"{LOT}{number}" for number in range(80)]
    pooled = stored(packing("p1", inputs=lots, outputs=[LOT + "OUT"]))
    await store.record([pooled, stored(harvest("h1", LOT + "7"))])
    assert sorted(e.parsed.event_id for e in await store.naming(lots)) == ["urn:uuid:h1", "urn:uuid:p1"]


class Reader:
    """Reads on to what the events found name."""

    def __init__(self, *names: str) -> None:
        self.read = set(names)

    def __call__(self, found: Sequence[StoredEvent], /) -> Collection[str]:
        more = {key for event in found for role, key in event.parsed.keys if role in GOODS} - self.read
        self.read |= more
        return more

    def unread(self, names: Collection[str]) -> None:
        self.read.difference_update(names)


@pytest.mark.parametrize("busy", ["A", "B"])
@pytest.mark.parametrize("much", [1, 30])
async def test_what_is_read_ahead_is_read_whole_or_said_not_to_be_and_is_never_refused(
    store: EventStore, busy: str, much: int
) -> None:
    """Two lots that went into one; the one that is named more often than the store gives is either the first of
    them or the last."""
    if isinstance(store, MongoEventStore):
        store._named.most = 20
    packed = packing("p", [LOT + "A", LOT + "B"], [LOT + "C"])
    told = [packed, *(shipping(f"s{n}", LOT + busy) for n in range(much))]
    await store.record([stored(body) for body in (*told, harvest("a", LOT + "A"), harvest("b", LOT + "B"))])
    ahead = Reader(LOT + "C")
    found = await store.gathered(Wanted(frozenset([LOT + "C"])), ahead)
    assert much > 1 or ahead.read == {LOT + "A", LOT + "B", LOT + "C"}
    for name in ahead.read:
        assert {e for e in found if name in {key for _, key in e.parsed.keys}} == set(await store.naming([name])), name


class ById(Reader):
    """Asks for each event again, by its id, as whoever looks for corrections does."""

    def __init__(self, *names: str) -> None:
        super().__init__(*names)
        self.given: list[StoredEvent] = []

    def __call__(self, found: Sequence[StoredEvent], /) -> Collection[str]:
        self.given += found
        ids = {event.parsed.event_id for event in found} - self.read
        self.read |= ids
        return {*super().__call__(found), *ids}


async def test_what_is_read_ahead_and_found_again_is_the_one_that_was_parsed(store: EventStore) -> None:
    bodies = (packing("p", [LOT + "A"], [LOT + "B"]), packing("q", [LOT + "B"], [LOT + "C"]), harvest("a", LOT + "A"))
    await store.record([stored(body) for body in bodies])
    ahead = ById(LOT + "C")
    found = {event.record_id: event for event in await store.gathered(Wanted(frozenset([LOT + "C"])), ahead)}
    assert len(found) == 3
    assert all(found[event.record_id] is event for event in ahead.given)


async def test_of_what_is_named_very_often_a_few_are_read_or_what_happened_then(store: EventStore) -> None:
    """A pallet that is filled over and over, and a lot that went into a few things."""
    bodies = (aggregation(f"a{n}", SSCC, [f"{LOT}{n}"]) for n in range(2 * FEW))
    often = [stored({**body, "eventTime": f"2026-09-{n // 8 + 1:02}T0{n % 8}:00:00Z"}) for n, body in enumerate(bodies)]
    seldom = [stored(packing(f"p{n}", [LOT + "SELDOM"], [f"{LOT}OUT{n}"])) for n in range(3)]
    await store.record([*often, *seldom])
    few = await store.gathered(Wanted(frozenset(), few=frozenset({SSCC, LOT + "SELDOM", LOT + "NONE"})))
    assert set(seldom) <= set(few)
    assert FEW <= len(set(few) & set(often)) == len(few) - len(seldom)
    alone = await store.gathered(Wanted(frozenset(), few=frozenset({SSCC})))
    assert len(alone) == FEW
    since, until = often[10].parsed.time_ms, often[12].parsed.time_ms
    then = frozenset({During(SSCC, since, until), During(LOT + "11", since, until), During(LOT + "50", since, until)})
    both = await store.gathered(Wanted(frozenset({LOT + "SELDOM"}), during=then))
    assert set(both) == {*often[10:12], *seldom}
    assert len(both) == 5


async def test_of_what_very_many_report_on_the_first_of_each_are_read_and_the_rest_by_whom(store: EventStore) -> None:
    def told(name: str, lot: str, by: str, recorded: int) -> StoredEvent:
        return stored(shipping(name, lot), First(recorded, "produce.shipping.v1", 0, 0, by))

    lot, quiet = LOT + "MANY", LOT + "QUIET"
    rival = [told(f"r{n}", lot, "rival", 1000 - n) for n in range(CROWD)]
    own = [told(f"o{n}", lot, "house", n) for n in range(5)]
    beside = [told(f"q{n}", quiet, "rival", n) for n in range(5)]
    await store.record([*rival, *own, *beside])
    wanted = Wanted(frozenset(), first=frozenset(map(During, (lot, quiet, LOT + "NONE"))))
    assert set(await store.gathered(wanted)) == {*rival[-FIRST_TOLD:], *own, *beside}
    assert wanted.left == {During(lot, by="rival"): CROWD - FIRST_TOLD}
    rest = await store.gathered(Wanted(frozenset(), during=frozenset({During(lot, by="rival")})))
    assert set(rest) == set(rival)
    few = Wanted(frozenset(), first=frozenset({During(quiet)}))
    assert set(await store.gathered(few)) == set(beside)
    assert not few.left


async def test_bytes_and_hash_come_back_as_they_went_in(store: EventStore) -> None:
    event = stored(harvest("h1", LOT + "A") | {"ex:unknown": {"深": [1.50, None]}})
    await store.record([event])
    assert [event] == [found async for found in store.scan()]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_repeats_keep_the_earliest_report_in_any_order(store: EventStore, order: tuple[int, ...]) -> None:
    event = stored(harvest("h1", LOT + "A"), FIRST)
    later = replace(event, first=FIRST._replace(record_time_ms=FIRST.record_time_ms + 1, offset=1))
    elsewhere = replace(event, first=FIRST._replace(topic="produce.quality.v1"))
    copies = [event, later, elsewhere]
    for index in order:
        await store.record([copies[index]])
    assert [found.first async for found in store.scan()] == [FIRST]


async def test_a_repeat_inside_one_envelope_is_one_event(store: EventStore) -> None:
    event = stored(harvest("h1", LOT + "A"), FIRST)
    earlier = replace(event, first=FIRST._replace(record_time_ms=5))
    await store.record([event, earlier, stored(harvest("h2", LOT + "A"))])
    assert min([e.first.record_time_ms async for e in store.scan()]) == 5
    assert len(await store.naming([LOT + "A"])) == 2


async def test_record_ids_that_are_there_are_found(store: EventStore) -> None:
    event = stored(harvest("h1", LOT + "A"))
    await store.record([event])
    assert await store.stored([event.record_id, "00" * 32]) == {event.record_id}


async def test_a_scan_is_ordered_by_record_id(store: EventStore) -> None:
    await store.record([stored(harvest(f"h{number}", LOT + "A")) for number in range(20)])
    ids = [event.record_id async for event in store.scan()]
    assert ids == sorted(ids)
    assert len(ids) == 20


PACKED_MS = stored(packing("p", [], [])).parsed.time_ms
ANY_LOT = "urn:epc:idpat:lgtin:9521234.054321.*"

QUERIES: dict[str, tuple[EventQuery, set[str]]] = {
    "everything": (EventQuery(), {"h", "p", "a", "s"}),
    "type": (EventQuery(event_types=frozenset({"TransformationEvent"})), {"p"}),
    "two types": (EventQuery(event_types=frozenset({"TransformationEvent", "AggregationEvent"})), {"p", "a"}),
    "action": (EventQuery(actions=frozenset({"OBSERVE"})), {"s"}),
    "step": (EventQuery(biz_steps=frozenset({"packing"})), {"a"}),
    "disposition": (EventQuery(dispositions=frozenset({"in_transit"})), {"s"}),
    "read point": (EventQuery(read_points=frozenset({"https://suyuan.example/plot/1"})), {"h"}),
    "event id": (EventQuery(event_ids=frozenset({"urn:uuid:p"})), {"p"}),
    "event time from": (EventQuery(event_time=Range(from_ms=PACKED_MS)), {"p", "a", "s"}),
    "event time to": (EventQuery(event_time=Range(to_ms=PACKED_MS)), {"h"}),
    "record time": (EventQuery(record_time=Range(1_700_000_000_001, 1_700_000_000_003)), {"p", "a"}),
    "class": (EventQuery(matches=(match("MATCH_epcClass", [LOT + "A"]),)), {"h"}),
    "any class": (EventQuery(matches=(match("MATCH_anyEPCClass", [LOT + "A"]),)), {"h", "p"}),
    "a GTIN stands for its lots": (EventQuery(matches=(match("MATCH_anyEPCClass", [GTIN]),)), {"h", "p", "a"}),
    "lot pattern": (EventQuery(matches=(match("MATCH_epcClass", [ANY_LOT]),)), {"h", "a"}),
    "epc": (EventQuery(matches=(match("MATCH_epc", [SSCC]),)), {"s"}),
    "any epc": (EventQuery(matches=(match("MATCH_anyEPC", ["urn:epc:id:sscc:9521234.0123456789"]),)), {"a", "s"}),
    "prefix": (EventQuery(matches=(match("MATCH_anyEPC", ["https://id.gs1.org/00/*"]),)), {"a", "s"}),
    "a class is no instance": (EventQuery(matches=(match("MATCH_anyEPC", [LOT + "A"]),)), set()),
    "two matches hold together": (
        EventQuery(matches=(match("MATCH_anyEPC", [SSCC]), match("MATCH_epcClass", [GTIN]))),
        {"a"},
    ),
    "criteria hold together": (
        EventQuery(biz_steps=frozenset({"packing"}), actions=frozenset({"OBSERVE"})),
        set(),
    ),
}


@pytest.mark.parametrize("name", QUERIES)
async def test_a_query_finds_what_it_says(store: EventStore, name: str) -> None:
    bodies = [
        harvest("h", LOT + "A"),
        packing("p", [LOT + "A"], [LOT + "B"]),
        aggregation("a", SSCC, [LOT + "B"]),
        shipping("s", SSCC),
    ]
    times = enumerate(bodies, start=FIRST.record_time_ms)
    await store.record([stored(body, FIRST._replace(record_time_ms=ms)) for ms, body in times])
    query, wanted = QUERIES[name]
    page = await store.query(query)
    assert {event.parsed.event_id.removeprefix("urn:uuid:") for event in page.events} == wanted
    assert page.next is None


@pytest.mark.parametrize("by", ["event time", "record time"])
async def test_pages_are_complete_and_each_event_comes_once(store: EventStore, by: str) -> None:
    """All events at three instants, so that pages break inside ties."""
    events = [
        stored(harvest(f"h{n}", LOT + "A", minute=n % 3), FIRST._replace(record_time_ms=9 + n % 3)) for n in range(25)
    ]
    await store.record(events)
    query = EventQuery(per_page=4, record_time=Range(from_ms=1) if by == "record time" else Range())
    seen: list[str] = []
    while True:
        page = await store.query(query)
        seen += [event.record_id for event in page.events]
        if page.next is None:
            break
        query = replace(query, after=Position.of_token(page.next.token))
    assert sorted(seen) == sorted(event.record_id for event in events)
    assert len(seen) == len(set(seen))


async def test_pages_stay_in_step_while_events_arrive(store: EventStore) -> None:
    events = [stored(harvest(f"h{n}", LOT + "A", minute=n)) for n in range(12)]
    await store.record(events)
    query, seen, page_number = EventQuery(per_page=5), [], 0
    while True:
        page = await store.query(query)
        seen += [event.record_id for event in page.events]
        await store.record([stored(harvest(f"late{page_number}{n}", LOT + "A", minute=n)) for n in range(12)])
        page_number += 1
        if page.next is None or page_number > 12:
            break
        query = replace(query, after=page.next)
    assert {event.record_id for event in events} <= set(seen)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("token", ["", "x", "1.zz", "1", "1." + "0" * 63, "9" * 30 + "." + "0" * 64, "²." + "0" * 64])
def test_a_token_of_no_answer_is_refused(token: str) -> None:
    with pytest.raises(QueryError, match="page_token"):
        Position.of_token(token)


@pytest.mark.parametrize("size", [0, 1001])
def test_a_page_has_1_to_1000_events(size: int) -> None:
    with pytest.raises(QueryError, match="per_page"):
        EventQuery(per_page=size)


PARTITION = TopicPartition("produce.harvest.v1", 3)


async def test_progress_begins_with_nothing(progress: ProgressTable) -> None:
    assert await progress.read(PARTITION) is None
    assert await progress.read_all() == {}


async def test_progress_moves_only_from_where_it_stands(progress: ProgressTable) -> None:
    one, two = Progress(1, b"1" * 32), Progress(2, b"2" * 32)
    assert await progress.compare_and_set([Advance(PARTITION, None, one)])
    assert not await progress.compare_and_set([Advance(PARTITION, None, two)])
    assert await progress.compare_and_set([Advance(PARTITION, one, two)])
    assert not await progress.compare_and_set([Advance(PARTITION, one, two)])
    assert not await progress.compare_and_set([Advance(PARTITION, Progress(2, b"x" * 32), one)])
    assert await progress.read(PARTITION) == two
    assert await progress.read_all() == {PARTITION: two}


async def test_of_several_partitions_each_moves_by_itself_and_one_that_does_not_is_told(
    progress: ProgressTable,
) -> None:
    begun, moved, fenced = (TopicPartition("produce.harvest.v1", number) for number in range(3))
    one, two, three = (Progress(number, bytes([number]) * 32) for number in (1, 2, 3))
    assert await progress.compare_and_set([Advance(moved, None, one), Advance(fenced, None, one)])
    assert await progress.compare_and_set([Advance(begun, None, one), Advance(moved, one, two)])
    assert not await progress.compare_and_set([Advance(moved, two, three), Advance(fenced, two, three)])
    assert not await progress.compare_and_set([Advance(begun, None, two), Advance(moved, three, one)])
    assert await progress.read_all() == {begun: one, moved: one, fenced: one}


async def test_what_was_made_is_found_by_its_number_and_by_its_product_the_newest_first(store: EventStore) -> None:
    bodies = [harvest(f"h{minute}", f"{LOT}L{minute}", minute=minute) for minute in range(5)]
    again = harvest("again", LOT + "L1", minute=30)
    await store.record([stored(body) for body in (*bodies, again, shipping("s", GTIN + "/21/L1"))])
    found = {one.event_id: one.made for one in await store.making(of_number("l1"), 9)}
    assert found == {"urn:uuid:again": (LOT + "L1",), "urn:uuid:h1": (LOT + "L1",)}
    newest = {one.event_id for one in await store.making(of_product(GTIN), 3)}
    assert newest == {"urn:uuid:again", "urn:uuid:h4", "urn:uuid:h3"}
    assert not await store.making(of_number("L"), 9)


async def test_what_was_recorded_last_comes_first_whatever_day_its_sender_says(store: EventStore) -> None:
    late, early = (First(ms, "produce.harvest.v1", 0, 0, "urn:x:station") for ms in (2_000, 1_000))
    bodies = (harvest("said later", LOT + "A", minute=9), harvest("said earlier", LOT + "B", minute=1))
    await store.record([stored(bodies[0], early), stored(bodies[1], late)])
    assert [one.made for one in await store.making(of_product(GTIN), 9)] == [(LOT + "B",), (LOT + "A",)]


async def test_of_one_event_that_makes_much_under_a_name_a_few_are_told(store: EventStore) -> None:
    lots = [f"{LOT}L{number}" for number in range(50)]
    await store.record([stored(packing("p", [LOT + "IN"], lots))])
    (one,) = await store.making(of_product(GTIN), 9)
    assert one.made == tuple(lots[:20])


async def test_declarations_are_outlined_with_what_is_right_instead(store: EventStore) -> None:
    body = harvest("h", LOT + "A")
    declared = body | {
        "errorDeclaration": {"declarationTime": "2026-09-13T08:00:00Z", "correctiveEventIDs": ["urn:uuid:c"]}
    }
    taken_back = body | {"errorDeclaration": {"declarationTime": "2026-09-14T08:00:00Z"}}
    await store.record([stored(one) for one in (body, declared, taken_back, harvest("c", LOT + "B"))])
    outlines = await store.outlines(["urn:uuid:h", "urn:uuid:never"])
    assert {one.event_id for one in outlines} == {"urn:uuid:h"}
    assert {one.corrective for one in outlines} == {None, (), ("urn:uuid:c",)}


async def test_goods_are_named_by_others_or_by_one_event_alone(store: EventStore) -> None:
    await store.record([stored(harvest("h", LOT + "A")), stored(packing("p", [LOT + "A"], [LOT + "B"]))])
    asked = [LOT + "A", LOT + "B", LOT + "NEVER", "https://suyuan.example/plot/1"]
    assert await store.named_by_others(asked, "urn:uuid:p") == {LOT + "A"}
    assert await store.named_by_others(asked, "urn:uuid:h") == {LOT + "A", LOT + "B"}


async def test_reports_of_an_event_are_found_by_its_id_and_nothing_by_what_they_name(store: EventStore) -> None:
    body = harvest("h", LOT + "A")
    corrected = body | {
        "errorDeclaration": {"declarationTime": "2026-09-13T08:00:00Z", "correctiveEventIDs": ["urn:uuid:c"]}
    }
    right = harvest("c", LOT + "A", minute=2)
    await store.record([stored(each) for each in (body, corrected, right)])

    async def found(id_: str, with_corrected: bool) -> list[str]:
        return sorted(one.parsed.event_id for one in await store.reports([id_], with_corrected=with_corrected))

    assert await found("urn:uuid:h", False) == ["urn:uuid:h", "urn:uuid:h"]
    assert await found("urn:uuid:c", False) == ["urn:uuid:c"]
    assert await found("urn:uuid:c", True) == ["urn:uuid:c", "urn:uuid:h"]
    assert not [key for _, key in stored(body).parsed.keys if key != "urn:uuid:h" and await found(key, True)]
