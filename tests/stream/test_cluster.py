"""Three brokers, as in production: what is promised holds with one of them dead, and with two nothing is promised."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.engines import Kafka, start_kafka
from stream.admin import CLUSTER, WeakCluster, check_cluster, ensure_topics
from stream.log_reader import end_offsets, read_log
from stream.producer import EnvelopeProducer
from stream.receipts import Receipt
from wire.envelope import RecordedEvent, decode
from wire.errors import Unacknowledged
from wire.topics import HARVEST, QUALITY

TOPIC = HARVEST.name()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    kafka = start_kafka(Path(tmp_path_factory.mktemp("cluster")), brokers=3)
    ensure_topics(kafka.bootstrap, topics=[HARVEST], durability=CLUSTER)
    yield kafka
    kafka.stop()


def event(number: int) -> RecordedEvent:
    return RecordedEvent(f'{{"n":{number},"pad":"{"x" * 400}"}}'.encode(), bytes(32), 1_700_000_000_000, "urn:x:party")


async def test_a_topic_with_one_copy_is_refused_where_three_are_promised(cluster: Kafka) -> None:
    ensure_topics(cluster.bootstrap, prefix="weak", topics=[QUALITY])
    with pytest.raises(WeakCluster, match=r"weak\.quality\.v1 has 1 copies; the settings promise 3"):
        check_cluster(cluster.bootstrap, prefix="weak", topics=[QUALITY], durability=CLUSTER)
    check_cluster(cluster.bootstrap, topics=[HARVEST], durability=CLUSTER)


async def test_one_dead_broker_loses_nothing_and_two_are_never_called_accepted(cluster: Kafka) -> None:
    producer = EnvelopeProducer(bootstrap=cluster.bootstrap, topic_name=TOPIC, client_id="cluster")
    await producer.start()
    acknowledged: dict[int, Receipt] = {}

    async def publish(number: int) -> None:
        try:
            acknowledged[number] = await producer.publish(event(number))
        except Unacknowledged:
            return

    sending = [asyncio.create_task(publish(number)) for number in range(1000)]
    await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
    cluster.kill(2)
    sending += [asyncio.create_task(publish(number)) for number in range(1000, 2000)]
    await asyncio.gather(*sending)
    assert set(range(1000, 2000)) & acknowledged.keys()
    stored = await asyncio.to_thread(_stored, cluster)
    assert all(event(number) in stored[receipt] for number, receipt in acknowledged.items())
    cluster.kill(1)
    with pytest.raises(Unacknowledged):
        await producer.publish(event(5000))
    await producer.close()


def _stored(cluster: Kafka) -> dict[Receipt, tuple[RecordedEvent, ...]]:
    records = read_log(cluster.bootstrap, end_offsets(cluster.bootstrap, [TOPIC]))
    return {record.place: decode(record.value or b"") for record in records}
