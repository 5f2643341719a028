"""One suite for publishing events, on memory and on the real broker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from stream.admin import ensure_topics
from stream.log_reader import end_offsets, read_log
from stream.memory import MemoryEnvelopeProducer, MemoryLog
from stream.producer import EnvelopeProducer
from stream.receipts import Record
from wire.envelope import MAX_BYTES, MAX_EVENTS, RecordedEvent, decode
from wire.topics import HARVEST

Producer = EnvelopeProducer | MemoryEnvelopeProducer
Published = tuple[Producer, Callable[[], Sequence[Record]]]


def event(number: int, size: int = 300) -> RecordedEvent:
    return RecordedEvent(f'{{"n":{number},"pad":"{"x" * size}"}}'.encode(), bytes(32), 1_700_000_000_000, "urn:x:party")


@pytest.fixture(params=["memory", "kafka"])
async def published(request: pytest.FixtureRequest, topic_prefix: str) -> AsyncIterator[Published]:
    """A producer, and all records of its topic."""
    topic = HARVEST.name(topic_prefix)
    if request.param == "memory":
        log = MemoryLog()
        yield MemoryEnvelopeProducer(log, topic), lambda: log.topics.get(topic, [])
        return
    bootstrap = request.getfixturevalue("kafka_bootstrap")
    ensure_topics(bootstrap, prefix=topic_prefix, topics=[HARVEST])
    producer = EnvelopeProducer(bootstrap=bootstrap, topic_name=topic, client_id="contract")
    await producer.start()
    yield producer, lambda: list(read_log(bootstrap, end_offsets(bootstrap, [topic])))
    await producer.close()


async def test_an_acknowledged_event_lies_where_its_receipt_says_unchanged(published: Published) -> None:
    producer, records = published
    receipt = await producer.publish(event(1))
    (record,) = records()
    assert record.place == receipt
    assert record.key is None
    assert decode(record.value or b"") == (event(1),)


async def test_events_offered_together_share_envelopes_and_receipts(published: Published) -> None:
    producer, records = published
    receipts = await asyncio.gather(*(producer.publish(event(number)) for number in range(MAX_EVENTS)))
    assert len(set(receipts)) == 1
    (record,) = records()
    assert decode(record.value or b"") == tuple(event(number) for number in range(MAX_EVENTS))


async def test_every_event_is_stored_exactly_once_where_its_own_receipt_says(published: Published) -> None:
    producer, records = published
    events = [event(number, size=number * 7 % 900) for number in range(320)]
    receipts = await asyncio.gather(*(producer.publish(one) for one in events))
    stored = {record.place: decode(record.value or b"") for record in records()}
    assert sum(len(held) for held in stored.values()) == len(events)
    assert all(one in stored[receipt] for one, receipt in zip(events, receipts, strict=True))


async def test_a_sender_that_goes_away_takes_nobody_with_it(published: Published) -> None:
    producer, records = published
    going = asyncio.create_task(producer.publish(event(1)))
    staying = asyncio.create_task(producer.publish(event(2)))
    await asyncio.sleep(0)
    going.cancel()
    await staying
    assert [decode(record.value or b"") for record in records()] == [(event(1), event(2))]


async def test_a_close_waits_for_what_was_taken(published: Published) -> None:
    producer, records = published
    publishing = [asyncio.create_task(producer.publish(event(number))) for number in range(130)]
    await asyncio.sleep(0)
    await producer.close()
    assert len(await asyncio.gather(*publishing)) == 130
    assert sum(len(decode(record.value or b"")) for record in records()) == 130


@pytest.mark.parametrize("published", ["kafka"], indirect=True)
async def test_envelopes_keep_their_bounds_and_go_round_the_partitions(published: Published) -> None:
    producer, records = published
    events = [event(number, size=900) for number in range(500)] + [event(500, size=2 * MAX_BYTES)]
    await asyncio.gather(*(producer.publish(one) for one in events))
    found = records()
    assert all(len(record.value or b"") <= MAX_BYTES for record in found if len(decode(record.value or b"")) > 1)
    assert max(len(decode(record.value or b"")) for record in found) >= 30
    assert len({record.partition for record in found}) == HARVEST.partitions
