"""What a claim reads of temperatures: few events of many, summaries that are ready, histories that stay kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from epcis.readings import readings_on
from provenance.cold_chain.loggers import Registered
from provenance.reports.transport import reading
from services.traceability.cold_chain.days import ColdDays
from services.traceability.cold_chain.sweep import QUIET_S, DaySweep
from services.traceability.histories.cache import HistoryCache, told_enough
from services.traceability.histories.telling import Question, size_of, tell, trace
from services.traceability.ports import SHOWN_READINGS, StoredEvent
from services.traceability.store.memory import MemoryEventStore
from tests.services.traceability.events import LOT, SSCC, aggregation, harvest, stored
from wire.errors import Rejected

LOGGER = "https://id.gs1.org/8004/9520001LOGGER01"
MORNING = datetime(2026, 9, 12, 4, tzinfo=UTC)


def measured(minute: int, **asset: Any) -> StoredEvent:
    at, name = MORNING + timedelta(minutes=minute), f"urn:uuid:r{minute}"
    given = asset or {"goods": [SSCC]}
    return stored(reading(event_id=name, start=at, end=at, device=LOGGER, mean_c=Decimal(1), **given))


async def packed() -> MemoryEventStore:
    store = MemoryEventStore()
    await store.record([stored(harvest("h", LOT + "A")), stored(aggregation("a", SSCC, [LOT + "A"]))])
    return store


def cache(store: MemoryEventStore) -> HistoryCache[Any, Any, Any]:
    def tracing(question: Question, asked: Any) -> Any:
        return trace(question, asked, may_declare=lambda _party, _on: False, net_weight=lambda _key, _ms: None)

    made: HistoryCache[Any, Any, Any] = HistoryCache(
        naming=store.gathered, trace=tracing, tell=tell, size_of=size_of, max_bytes=1 << 24
    )
    made.feed_begins()
    return made


QUESTION = Question((LOT + "A",), "back")


async def test_of_a_thousand_readings_a_few_are_told() -> None:
    store = await packed()
    await store.record([measured(minute) for minute in range(1000)])
    told = await cache(store).built(QUESTION)
    assert 0 < sum(step.kind == "reading" for step in told.history.steps) <= SHOWN_READINGS


async def test_a_kept_history_is_not_dropped_by_one_more_reading() -> None:
    store = await packed()
    await store.record([measured(minute) for minute in range(20)])
    kept = cache(store)
    await kept.answer(QUESTION)
    later = measured(500)
    await store.record([later])
    kept.changed({key for _, key in later.parsed.keys})
    assert (await kept.answer(QUESTION))[1]


async def test_while_few_are_told_a_new_reading_is_told_too() -> None:
    store = await packed()
    kept = cache(store)
    await kept.answer(QUESTION)
    later = measured(1)
    await store.record([later])
    kept.changed({key for _, key in later.parsed.keys})
    told, was_kept = await kept.answer(QUESTION)
    assert not was_kept
    assert told.history.carried == ("urn:uuid:r1",)


async def test_readings_in_a_room_are_nothing_to_the_history_of_what_was_in_it() -> None:
    store = await packed()
    await store.record([measured(minute, site="https://suyuan.example/room/7") for minute in range(50)])
    told = await cache(store).built(QUESTION)
    assert [step.kind for step in told.history.steps] == ["harvest", "packing"]


async def test_days_that_gave_all_that_is_told_are_known() -> None:
    name = readings_on(SSCC, MORNING.date())
    found = [measured(minute) for minute in range(SHOWN_READINGS)]
    assert told_enough({name, SSCC}, found) == {name}
    assert not told_enough({name, SSCC}, found[1:])


async def test_a_day_that_cannot_be_read_keeps_no_other_from_being_added_up() -> None:
    store = await packed()
    await store.record([measured(0), measured(24 * 60)])
    names = [readings_on(SSCC, (MORNING + timedelta(days=n)).date()) for n in range(2)]
    real = store.measured

    async def refusing(day: str) -> Sequence[StoredEvent]:
        if day == names[0]:
            raise Rejected("more than 20,000 events name what was asked for")
        return await real(day)

    store.measured = refusing  # type: ignore[method-assign]
    clock = [round((MORNING + timedelta(days=9)).timestamp() * 1000)]
    days = ColdDays(store, lambda _device, _on: Registered(60), lambda _party, _on: False)
    sweep = DaySweep(days, lambda: clock[0], look_every_s=0.01)
    sweep.feed_begins()
    sweep.changed(names)
    clock[0] += round(QUIET_S * 1000)
    async with asyncio.timeout(5):
        while (await store.days(names, points=False))[names[1]].token:  # noqa: ASYNC110 - the store says nothing
            await asyncio.sleep(0.01)
    sweep.feed_breaks()


async def test_a_day_of_which_too_much_is_told_is_left_out_where_anybody_may_tell_of_it() -> None:
    """As of a logger's own: whoever knows its number may flood it."""
    store = MemoryEventStore()
    await store.record([measured(0)])

    async def refusing(day: str) -> Sequence[StoredEvent]:
        raise Rejected("more than 20,000 events name what was asked for")

    store.measured = refusing  # type: ignore[method-assign]
    days = ColdDays(store, lambda _device, _on: Registered(60), lambda _party, _on: False)
    with pytest.raises(Rejected):
        await days.read({(LOGGER, MORNING.date())}, points=False)
    assert await days.read({(LOGGER, MORNING.date())}, points=False, all_told=False) == {}


async def test_days_that_are_over_are_added_up_before_anybody_asks() -> None:
    store = await packed()
    await store.record([measured(minute) for minute in range(5)])
    name = readings_on(SSCC, MORNING.date())
    now_ms = round((MORNING + timedelta(days=1)).timestamp() * 1000)
    clock = [now_ms]
    days = ColdDays(store, lambda _device, _on: Registered(60), lambda _party, _on: False)
    sweep = DaySweep(days, lambda: clock[0], look_every_s=0.01)
    sweep.feed_begins()
    sweep.changed({name})
    clock[0] += round(QUIET_S * 1000)
    async with asyncio.timeout(5):
        while (await store.days([name], points=False))[name].token:  # noqa: ASYNC110 - the store says nothing
            await asyncio.sleep(0.01)
    sweep.feed_breaks()


async def test_days_of_before_the_feed_are_added_up_too_and_todays_is_left() -> None:
    """After a restart or a rebuild nothing tells of them any more."""
    store = await packed()
    await store.record([measured(day * 24 * 60) for day in range(4)])
    over, today = ((MORNING + timedelta(days=day)).date() for day in (2, 3))
    now_ms = round((MORNING + timedelta(days=3)).timestamp() * 1000)
    days = ColdDays(store, lambda _device, _on: Registered(60), lambda _party, _on: False)
    sweep = DaySweep(days, lambda: now_ms, look_every_s=0.01)
    assert readings_on(SSCC, over) in await store.doubted_days(9)
    sweep.feed_begins()
    async with asyncio.timeout(5):
        while len(await store.doubted_days(9)) > 2:  # noqa: ASYNC110 - the store says nothing
            await asyncio.sleep(0.01)
    sweep.feed_breaks()
    assert set(await store.doubted_days(9)) == {readings_on(SSCC, today), readings_on(LOGGER, today)}
