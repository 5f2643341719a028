"""What a transactional id adds: the last one to start is the only writer."""

import asyncio
import threading

import pytest

from stream.admin import ensure_topics
from stream.client import MAX_REQUEST_BYTES
from stream.keyed_producer import Fenced, KeyedProducer, Message
from stream.log_reader import end_offsets, read_log
from wire.errors import Unacknowledged
from wire.topics import REGISTRY


async def _writer(bootstrap: str, prefix: str) -> KeyedProducer:
    producer = KeyedProducer(bootstrap=bootstrap, client_id="writer", transactional_id=f"{prefix}-writer")
    await producer.start()
    return producer


async def test_a_second_writer_fences_the_first(kafka_bootstrap: str, topic_prefix: str) -> None:
    topic = REGISTRY.name(topic_prefix)
    ensure_topics(kafka_bootstrap, prefix=topic_prefix, topics=[REGISTRY])
    first = await _writer(kafka_bootstrap, topic_prefix)
    await first.send(topic, b"k", b"from the first")
    second = await _writer(kafka_bootstrap, topic_prefix)
    with pytest.raises(Fenced):
        await first.send(topic, b"k", b"too late")
    await second.send(topic, b"k", b"from the second")
    for producer in (first, second):
        await producer.close()
    values = [record.value for record in read_log(kafka_bootstrap, end_offsets(kafka_bootstrap, [topic]))]
    assert values == [b"from the first", b"from the second"]


async def test_of_a_transaction_that_fails_nothing_is_read_and_the_next_goes_on(
    kafka_bootstrap: str, topic_prefix: str
) -> None:
    topic = REGISTRY.name(topic_prefix)
    ensure_topics(kafka_bootstrap, prefix=topic_prefix, topics=[REGISTRY])
    writer = await _writer(kafka_bootstrap, topic_prefix)
    with pytest.raises(Unacknowledged):
        await writer.send_all([Message(topic, b"a", b"1"), Message(topic, b"b", bytes(MAX_REQUEST_BYTES + 1))])
    receipt = await writer.send(topic, b"c", b"3")
    await writer.close()
    (record,) = read_log(kafka_bootstrap, end_offsets(kafka_bootstrap, [topic]))
    assert (record.place, record.key) == (receipt, b"c")


async def test_whoever_gives_up_in_a_transaction_leaves_none_open_for_the_next_to_begin_in(
    kafka_bootstrap: str, topic_prefix: str
) -> None:
    """A registry call whose deadline passes is cancelled while its thread still writes."""
    topic = REGISTRY.name(topic_prefix)
    ensure_topics(kafka_bootstrap, prefix=topic_prefix, topics=[REGISTRY])
    writer = await _writer(kafka_bootstrap, topic_prefix)
    begun, commit = threading.Event(), threading.Event()
    commits = writer._kafka.commit_transaction

    def slow_commit() -> None:
        begun.set()
        assert commit.wait(30)
        commits()

    writer._kafka.commit_transaction = slow_commit
    first = asyncio.create_task(writer.send(topic, b"a", b"1"))
    await asyncio.to_thread(begun.wait, 30)
    first.cancel()
    second = asyncio.create_task(writer.send(topic, b"b", b"2"))
    await asyncio.sleep(0)
    first.cancel()
    commit.set()
    assert (await second).offset > 0
    with pytest.raises(asyncio.CancelledError):
        await first
    await writer.close()
    assert [record.value for record in read_log(kafka_bootstrap, end_offsets(kafka_bootstrap, [topic]))] == [b"1", b"2"]
