"""One suite for publishing keyed records, on memory, on the real broker, and there in transactions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from stream.admin import ensure_topics
from stream.keyed_producer import KeyedProducer, Message
from stream.log_reader import end_offsets, read_log
from stream.memory import MemoryKeyedProducer, MemoryLog
from stream.receipts import Record
from wire.topics import REGISTRY

Published = tuple[KeyedProducer | MemoryKeyedProducer, str, Callable[[], Sequence[Record]]]


@pytest.fixture(params=["memory", "kafka", "transactions"])
async def published(request: pytest.FixtureRequest, topic_prefix: str) -> AsyncIterator[Published]:
    """A producer, a topic of one partition, and all records of it."""
    topic = REGISTRY.name(topic_prefix)
    if request.param == "memory":
        log = MemoryLog()
        yield MemoryKeyedProducer(log), topic, lambda: log.topics.get(topic, [])
        return
    bootstrap = request.getfixturevalue("kafka_bootstrap")
    ensure_topics(bootstrap, prefix=topic_prefix, topics=[REGISTRY])
    transactional_id = f"{topic_prefix}-writer" if request.param == "transactions" else None
    producer = KeyedProducer(bootstrap=bootstrap, client_id="contract", transactional_id=transactional_id)
    await producer.start()
    yield producer, topic, lambda: list(read_log(bootstrap, end_offsets(bootstrap, [topic])))
    await producer.close()


async def test_a_record_lies_where_its_receipt_says_with_its_key(published: Published) -> None:
    producer, topic, records = published
    receipt = await producer.send(topic, b"site/x/1", b"value")
    (record,) = records()
    assert (record.place, record.key, record.value) == (receipt, b"site/x/1", b"value")


async def test_a_tombstone_is_a_record_without_a_value(published: Published) -> None:
    producer, topic, records = published
    await producer.send(topic, b"site/x/1", None)
    assert [(record.key, record.value) for record in records()] == [(b"site/x/1", None)]


async def test_records_sent_together_keep_their_order_and_each_has_its_receipt(published: Published) -> None:
    producer, topic, records = published
    receipts = await producer.send_all([Message(topic, b"k%d" % number, b"v%d" % number) for number in range(30)])
    assert [(record.place, record.key) for record in records()] == [
        (receipt, b"k%d" % number) for number, receipt in enumerate(receipts)
    ]


async def test_one_producer_sends_again_and_again(published: Published) -> None:
    producer, topic, records = published
    for number in range(3):
        await producer.send(topic, b"k", b"%d" % number)
    assert [record.value for record in records()] == [b"0", b"1", b"2"]
