"""The engines are the real ones: what they acknowledge survives a kill."""

from collections.abc import Iterator
from pathlib import Path

import pymongo
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic

from deploy.local.engines import Kafka, Store, start_kafka, start_store


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    kafka = start_kafka(tmp_path_factory.mktemp("cluster"), brokers=3)
    yield kafka
    kafka.kill()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = start_store(tmp_path)
    yield store
    store.kill()


def create_topic(bootstrap: str, name: str, *, copies: int = 1) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(name, 1, copies)])
    admin.close()


def send(bootstrap: str, topic: str, values: list[bytes]) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    for value in values:
        producer.send(topic, value).get(timeout=30)
    producer.close()


def read(bootstrap: str, topic: str, count: int) -> list[bytes]:
    consumer = KafkaConsumer(
        topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", consumer_timeout_ms=20_000
    )
    values = [record.value for _, record in zip(range(count), consumer, strict=False)]
    consumer.close()
    return values


def test_the_shared_broker_takes_and_gives_records(kafka_bootstrap: str, topic_prefix: str) -> None:
    topic = f"{topic_prefix}.pears"
    create_topic(kafka_bootstrap, topic)
    send(kafka_bootstrap, topic, [b"a box"])
    assert read(kafka_bootstrap, topic, 1) == [b"a box"]


def test_a_topic_is_never_made_by_mistake(kafka_bootstrap: str, topic_prefix: str) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka_bootstrap, max_block_ms=1500)
    with pytest.raises(Exception, match=r"[Tt]opic|metadata"):
        producer.send(f"{topic_prefix}.misspelt", b"x").get(timeout=5)
    producer.close()


def test_the_shared_store_is_a_replica_set_with_transactions(mongo_url: str, database: str) -> None:
    with pymongo.MongoClient[dict[str, object]](mongo_url) as client, client.start_session() as session:
        with session.start_transaction():
            client[database]["lots"].insert_one({"_id": "L1"}, session=session)
        assert client[database]["lots"].count_documents({}) == 1
        client.drop_database(database)


def test_a_cluster_goes_on_when_one_broker_of_three_is_killed(cluster: Kafka) -> None:
    create_topic(cluster.bootstrap, "survivor", copies=3)
    send(cluster.bootstrap, "survivor", [b"before"])
    cluster.kill(1)
    send(cluster.bootstrap, "survivor", [b"during"])
    cluster.restart(1)
    send(cluster.bootstrap, "survivor", [b"after"])
    assert read(cluster.bootstrap, "survivor", 3) == [b"before", b"during", b"after"]


def test_a_killed_store_keeps_what_it_acknowledged(store: Store) -> None:
    with pymongo.MongoClient[dict[str, object]](store.url, w="majority", journal=True) as client:
        client["t"]["lots"].insert_many([{"_id": number} for number in range(200)])
    store.kill()
    store.restart()
    with pymongo.MongoClient[dict[str, object]](store.url) as client:
        assert client["t"]["lots"].count_documents({}) == 200


def test_a_folder_may_have_any_name_in_any_locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    kafka = start_kafka(tmp_path / "苹果 园 é")
    kafka.kill()
    assert (tmp_path / "苹果 园 é" / "broker-1" / "log" / "meta.properties").exists()
