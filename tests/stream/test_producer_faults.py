"""The producer while its broker is killed and comes back: what was acknowledged is there once, the rest is said."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.engines import Kafka, start_kafka
from stream.admin import ensure_topics
from stream.client import DELIVERY_TIMEOUT_MS, BrokerAway
from stream.log_reader import end_offsets, read_log
from stream.producer import MAX_IN_FLIGHT, EnvelopeProducer
from stream.receipts import Receipt
from wire.envelope import RecordedEvent, decode
from wire.errors import Overloaded, Unacknowledged
from wire.topics import SHIPPING

TOPIC = SHIPPING.name()


def event(number: int, size: int = 300) -> RecordedEvent:
    return RecordedEvent(f'{{"n":{number},"pad":"{"x" * size}"}}'.encode(), bytes(32), 1_700_000_000_000, "urn:x:party")


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A broker of this module's own, to be killed."""
    broker = start_kafka(Path(tmp_path_factory.mktemp("kafka")))
    ensure_topics(broker.bootstrap, topics=[SHIPPING])
    yield broker
    broker.stop()


async def _producer(kafka: Kafka, **settings: int) -> EnvelopeProducer:
    producer = EnvelopeProducer(bootstrap=kafka.bootstrap, topic_name=TOPIC, client_id="faults", **settings)
    await producer.start()
    return producer


async def test_a_topic_that_is_not_there_stops_the_start(kafka: Kafka) -> None:
    producer = EnvelopeProducer(bootstrap=kafka.bootstrap, topic_name="none.such.v1", client_id="faults")
    with pytest.raises(BrokerAway, match=r"none\.such\.v1 does not exist"):
        await producer.start()


async def test_a_broker_that_is_killed_and_restarted_loses_and_doubles_nothing_acknowledged(kafka: Kafka) -> None:
    producer = await _producer(kafka)
    acknowledged: dict[int, Receipt] = {}

    async def publish(number: int) -> None:
        try:
            acknowledged[number] = await producer.publish(event(number))
        except Unacknowledged:
            return

    sending: list[asyncio.Task[None]] = []
    for number in range(600):
        sending.append(asyncio.create_task(publish(number)))
        if number == 200:
            await asyncio.wait(sending[:50], return_when=asyncio.FIRST_COMPLETED)
            kafka.kill()
        if number == 400:
            await asyncio.to_thread(kafka.restart)
        if number % 10 == 0:
            await asyncio.sleep(0.002)
    await asyncio.gather(*sending)
    await producer.close()
    stored = await asyncio.to_thread(_stored, kafka)
    assert len(acknowledged) > 200
    assert all(event(number) in stored[receipt] for number, receipt in acknowledged.items())
    counts = Counter(one for held in stored.values() for one in held)
    assert all(counts[event(number)] == 1 for number in acknowledged)


async def test_while_the_broker_is_away_memory_is_bounded_the_loop_runs_and_the_sender_is_told(kafka: Kafka) -> None:
    producer = await _producer(kafka, max_pending_bytes=20_000)
    await producer.publish(event(0))
    kafka.kill()
    turns = asyncio.create_task(_turns())
    waiting = [producer.offer(event(number, size=9_000)) for number in (1, 2)]
    with pytest.raises(Overloaded):
        producer.offer(event(3, size=9_000))
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Unacknowledged, Unacknowledged]
    assert producer.pending_bytes == 0
    turns.cancel()
    assert not turns.done() or turns.exception() is None
    await asyncio.to_thread(kafka.restart)
    async with asyncio.timeout(60):
        while True:
            try:
                await producer.publish(event(4))
                break
            except Unacknowledged:
                continue
    await producer.close()


async def _turns() -> None:
    """Fails when the loop was held up for a second: nothing may block it, whatever the broker does."""
    loop = asyncio.get_running_loop()
    while True:
        before = loop.time()
        await asyncio.sleep(0.01)
        assert loop.time() - before < 1


def _stored(kafka: Kafka) -> dict[Receipt, tuple[RecordedEvent, ...]]:
    records = read_log(kafka.bootstrap, end_offsets(kafka.bootstrap, [TOPIC]))
    return {record.place: decode(record.value or b"") for record in records}


async def test_after_a_record_under_way_ran_out_of_time_the_producer_sends_again_once_the_broker_is_back(
    kafka: Kafka,
) -> None:
    producer = await _producer(kafka)
    failed: list[int] = []

    async def publish_until_failed(numbers: range) -> None:
        for number in numbers:
            try:
                await producer.publish(event(number))
            except Unacknowledged:
                failed.append(number)
                return

    await producer.publish(event(0))
    under_way = [asyncio.create_task(publish_until_failed(range(10**6))) for _ in range(4)]
    await asyncio.wait(under_way, timeout=1)
    kafka.kill()
    await asyncio.wait(under_way, timeout=3 * DELIVERY_TIMEOUT_MS / 1000)
    assert len(failed) == len(under_way)
    await asyncio.to_thread(kafka.restart)
    async with asyncio.timeout(30):
        await producer.publish(event(1))
    await producer.close()


async def test_a_producer_closed_while_its_broker_is_away_tells_every_sender_and_ends(kafka: Kafka) -> None:
    """More than can be in flight: those that never left are told too."""
    producer = await _producer(kafka)
    await producer.publish(event(0))
    kafka.kill()
    waiting = [producer.offer(event(number, size=40_000)) for number in range(2 * MAX_IN_FLIGHT)]
    await producer.close()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Unacknowledged}
    with pytest.raises(Unacknowledged):
        producer.offer(event(1))
    await asyncio.to_thread(kafka.restart)
