"""One suite for both kinds of store: the readings of an asset's day, their summary, and what puts it in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from epcis.readings import readings_on
from provenance.cold_chain.asset_days import AssetDay
from provenance.cold_chain.loggers import Registered
from provenance.graph.gathering import CROWD, Wanted
from provenance.reports.transport import reading
from provenance.standing import First
from services.traceability.cold_chain.days import ColdDays
from services.traceability.events.query import EventQuery, match
from services.traceability.mongo import days as mongo_days
from services.traceability.mongo.connection import connect
from services.traceability.mongo.events import MongoEventStore
from services.traceability.ports import SHOWN_READINGS, EventStore, KeptDay, StoredEvent
from services.traceability.store.memory import MemoryEventStore
from tests.services.traceability.events import stored

TRUCK = "https://id.gs1.org/8004/9520001TRUCK1"
LOGGER = "https://id.gs1.org/8004/9520001LOGGER01"
BEGIN = datetime(2026, 9, 12, 8, tzinfo=UTC)
DAY = (TRUCK, BEGIN.date())
NAME = readings_on(*DAY)
STRANGERS = First(1_700_000_000_000, "produce.quality.v1", 0, 0, "https://example.org/stranger")
Body = dict[str, Any]


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


def measured(minute: int, celsius: str = "1") -> Body:
    start = BEGIN + timedelta(minutes=minute)
    end = start + timedelta(seconds=30)
    name = f"urn:uuid:r{minute}"
    return reading(event_id=name, start=start, end=end, device=LOGGER, mean_c=Decimal(celsius), goods=[TRUCK])


def declaring(body: Body, **corrections: Any) -> Body:
    return {**body, "errorDeclaration": {"declarationTime": "2026-09-13T00:00:00Z", **corrections}}


def days_of(store: EventStore, interval: int | None = 60, *, trusted: bool = True) -> ColdDays:
    return ColdDays(store, lambda _device, _on: Registered(interval), lambda _party, _on: trusted)


async def only(days: ColdDays, *, points: bool = False) -> AssetDay:
    [day] = (await days.read({DAY, (TRUCK, date(2026, 9, 14))}, points=points)).values()
    return day.heard(lambda _asset, _day, _by: True)


async def test_readings_are_added_up_by_asset_and_day(store: EventStore) -> None:
    await store.record([stored(measured(minute, str(minute))) for minute in range(5)])
    day = await only(days_of(store), points=True)
    assert [day.number, day.least, day.most] == [5, 0, 4]
    assert [point.mean for point in day.points or ()] == [0, 1, 2, 3, 4]
    assert (await only(days_of(store))).points is None


async def test_a_summary_is_kept_and_in_doubt_after_each_delivery(store: EventStore) -> None:
    first = stored(measured(0))
    await store.record([first])
    assert (await store.days([NAME], points=True))[NAME].token
    day = await only(days_of(store))
    kept = (await store.days([NAME], points=True))[NAME]
    assert kept.token is None
    assert kept.light
    assert await only(days_of(store)) == day
    await store.record([first])
    assert (await store.days([NAME], points=False))[NAME].token


async def test_the_store_says_which_days_are_in_doubt(store: EventStore) -> None:
    await store.record([stored(measured(minute)) for minute in (0, 24 * 60)])
    later = readings_on(TRUCK, date(2026, 9, 13))
    of_truck = [name for name in await store.doubted_days(9) if name.startswith(TRUCK)]
    assert sorted(of_truck) == [NAME, later]
    assert len(await store.doubted_days(1)) == 1
    await only(days_of(store))
    assert [name for name in await store.doubted_days(9) if name.startswith(TRUCK)] == [later]


async def test_each_teller_is_added_up_apart(store: EventStore) -> None:
    rival = First(1_700_000_000_000, "produce.shipping.v1", 0, 1, "https://example.org/rival")
    await store.record([stored(measured(0)), stored(measured(1, "40"), rival)])
    for points in (False, True, True):
        [told] = (await days_of(store).read({DAY}, points=points)).values()
        heard = told.heard(lambda _asset, _day, by: by != ("https://example.org/rival", ""))
        assert [heard.number, heard.most, heard.strange, heard.points is None] == [1, 1, 1, not points]
        assert told.heard(lambda *_: True).number == 2


async def test_a_later_reading_is_in_the_next_answer(store: EventStore) -> None:
    await store.record([stored(measured(0))])
    assert (await only(days_of(store))).number == 1
    await store.record([stored(measured(1, "7"))])
    assert (await only(days_of(store))).most == 7


async def test_whoever_was_overtaken_does_not_keep_what_he_made(store: EventStore) -> None:
    await store.record([stored(measured(0))])
    before = (await store.days([NAME], points=False))[NAME]
    await store.record([stored(measured(1))])
    assert not await store.keep_day(NAME, KeptDay(before.token, b"old", b"old"))
    assert (await only(days_of(store))).number == 2


async def test_a_declaration_that_names_no_asset_puts_the_day_in_doubt(store: EventStore) -> None:
    await store.record([stored(measured(0)), stored(measured(1, "9"))])
    assert (await only(days_of(store))).most == 9
    elsewhere = {key: value for key, value in measured(1).items() if key != "epcList"}
    elsewhere |= {"readPoint": {"id": "https://suyuan.example/room/7"}, "eventTime": "2026-10-01T00:00:00Z"}
    await store.record([stored(declaring(elsewhere))])
    day = await only(days_of(store))
    assert [day.number, day.most] == [1, 1]


async def test_a_declaration_that_came_first_counts_too(store: EventStore) -> None:
    elsewhere = {**measured(1), "epcList": ["https://id.gs1.org/8004/9520001TRUCK2"]}
    await store.record([stored(declaring(elsewhere))])
    await store.record([stored(measured(0)), stored(measured(1, "9"))])
    assert (await only(days_of(store))).number == 1


async def test_what_is_declared_wrong_is_known_apart_whichever_came_first(store: EventStore) -> None:
    await store.record([stored(declaring(measured(1)))])
    await store.record([stored(measured(minute)) for minute in range(3)])
    await store.record([stored(declaring(measured(2)))])
    asked = {f"urn:uuid:r{minute}" for minute in range(1000)}
    assert await store.declared_of(asked) == {"urn:uuid:r1", "urn:uuid:r2"}


async def test_a_correction_declared_wrong_brings_the_reading_back(store: EventStore) -> None:
    await store.record([stored(measured(0)), stored(measured(1, "9"))])
    instead = {**measured(1), "eventID": "urn:uuid:instead", "epcList": ["https://id.gs1.org/8004/9520001TRUCK2"]}
    await store.record([stored(declaring(measured(1), correctiveEventIDs=["urn:uuid:instead"])), stored(instead)])
    assert (await only(days_of(store))).most == 1
    await store.record([stored(declaring(instead))])
    assert (await only(days_of(store))).most == 9


async def test_a_crowd_of_declarations_of_a_reading_keeps_nobody_from_its_day(mongo_url: str, database: str) -> None:
    client = connect(mongo_url)
    store = MongoEventStore(client, database, most_named=CROWD + 10)
    await store.prepare()
    crowd = [stored(declaring(measured(1), reason=f"urn:x:{n}"), STRANGERS) for n in range(CROWD + 20)]
    await store.record([stored(measured(0)), stored(measured(1, "9")), *crowd])
    assert (await only(days_of(store, trusted=False))).most == 9
    await store.record([stored(declaring(measured(1, "9")))])
    assert (await only(days_of(store, trusted=False))).most == 1
    client.close()


async def test_what_the_registry_answers_otherwise_now_makes_the_summary_anew(store: EventStore) -> None:
    await store.record([stored(measured(0))])
    (first,) = (await only(days_of(store, 60))).covered
    (second,) = (await only(days_of(store, 600))).covered
    assert second[1] - first[1] == 3 * 540_000


async def test_another_calibration_makes_the_summary_anew(store: EventStore) -> None:
    await store.record([stored(measured(0))])
    calibrated_on = date(2026, 1, 2)
    days = ColdDays(store, lambda _device, _on: Registered(60, calibrated_on), lambda _party, _on: True)
    assert len((await only(days)).covered) == 1
    calibrated_on = date(2025, 1, 2)
    assert (await only(days)).covered == (await only(days)).covered == ()


async def test_what_was_taken_back_comes_back_with_the_summary(store: EventStore) -> None:
    await store.record([stored(measured(0)), stored(measured(30, "9")), stored(declaring(measured(30, "9")))])
    days = days_of(store, trusted=False)
    first, again = await only(days), await only(days)
    assert [point.most for point in first.withdrawn] == [9]
    assert first == again
    assert (await only(days_of(store))).withdrawn == ()


async def test_a_loggers_own_day_says_where_it_was_and_comes_back_alike(store: EventStore) -> None:
    room = "https://suyuan.example/room/7"
    await store.record([stored(measured(minute)) for minute in (0, 1, 2)])
    elsewhere = {key: value for key, value in measured(1).items() if key != "epcList"}
    await store.record([stored({**elsewhere, "eventID": "urn:uuid:room", "readPoint": {"id": room}})])
    days = ColdDays(store, lambda _device, _on: Registered(60, None, room), lambda _party, _on: True)
    for _ in range(2):
        [told] = (await days.read({(LOGGER, DAY[1])}, points=False)).values()
        day = told.heard(lambda _asset, _day, _by: True)
        lasting = {places: [end - start for start, end in spans] for places, spans in day.stood.items()}
        assert lasting == {(TRUCK,): [180_000], (room,): [60_000]}
        assert {one.site for one in day.loggers.values()} == {room}


async def test_exact_numbers_come_back_exactly(store: EventStore) -> None:
    body = measured(0)
    body["sensorElementList"][0]["sensorReport"] = [{"type": "Temperature", "value": 33.3, "uom": "FAH"}]
    await store.record([stored(body)])
    assert (await only(days_of(store))).least == (await only(days_of(store))).least == Fraction("1.3") * 5 / 9


async def test_of_many_readings_of_a_day_the_first_few_are_told(store: EventStore) -> None:
    await store.record([stored(measured(minute)) for minute in range(200, -1, -10)])
    told = await store.naming([NAME])
    assert [event.parsed.event_id for event in told] == [f"urn:uuid:r{10 * n}" for n in range(SHOWN_READINGS)]


async def test_what_was_on_the_truck_is_found_without_its_readings(store: EventStore) -> None:
    await store.record([stored(measured(minute)) for minute in range(5)])
    assert not await store.naming([TRUCK, LOGGER])


async def test_a_query_finds_readings_by_what_they_measured(store: EventStore) -> None:
    await store.record([stored(measured(minute)) for minute in range(3)])
    for pattern in (TRUCK, "urn:epc:id:giai:9520001.TRUCK1", "urn:epc:idpat:giai:9520001.*"):
        page = await store.query(EventQuery(matches=(match("MATCH_anyEPC", [pattern]),)))
        assert len(page.events) == 3, pattern


@pytest.mark.parametrize("store", ["mongo"], indirect=True)
async def test_of_a_crowd_on_a_day_each_teller_has_his_part(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongo_days, "MOST_OF_A_DAY", 20)

    def told(minute: int, by: str) -> StoredEvent:
        body = measured(minute) | {"eventID": f"urn:uuid:{by}{minute}"}
        return stored(body, First(1_000 - minute, "produce.shipping.v1", 0, minute, by))

    rivals = [told(minute, by) for by in ("rival", "other") for minute in range(50)]
    own = [told(minute, "house") for minute in range(6)]
    await store.record([*rivals, *own])
    found = await store.measured(NAME)
    assert sorted(Counter(event.first.capturer for event in found).items()) == [
        ("house", 6),
        ("other", 7),
        ("rival", 7),
    ]
    assert [event.parsed.time_ms for event in found] == sorted(event.parsed.time_ms for event in found)
    assert {event.first.record_time_ms for event in found if event.first.capturer == "rival"} == set(range(951, 958))
    first = await store.gathered(Wanted(frozenset({NAME})))
    assert len(first) == SHOWN_READINGS


def test_a_part_of_a_crowd_is_the_same_in_any_order() -> None:
    random = Random(126)
    for _ in range(50):
        counts = [random.randrange(1, 40) for _ in range(random.randrange(1, 6))]
        told = [
            stored(measured(0) | {"eventID": f"urn:x:{by}:{n}"}, First(n, "produce.shipping.v1", 0, by, str(by)))
            for by, count in enumerate(counts)
            for n in range(count)
        ]
        part = set(mongo_days.shared_out(told, 30))
        random.shuffle(told)
        assert set(mongo_days.shared_out(told, 30)) == part
        assert min(len(told), 30 - len(counts)) <= len(part) <= 30
