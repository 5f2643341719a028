"""Topics are made by the table, and a cluster weaker than promised is refused in one sentence."""

import pytest

from stream.admin import CLUSTER, ONE_MACHINE, Durability, WeakCluster, check_cluster, ensure_topics, plan
from stream.client import BrokerAway, new_admin
from wire.topics import ALL_TOPICS, CAPTURES, HARVEST, REGISTRY, Topic


def test_every_topic_of_the_table_is_planned_with_its_dead_letters() -> None:
    planned = {one.name: one for one in plan(ALL_TOPICS, "produce", CLUSTER)}
    assert len(planned) == 2 * len(ALL_TOPICS)
    assert planned["produce.harvest.v1"].partitions == 12
    assert planned["produce.harvest.v1"].settings["retention.ms"] == "-1"
    assert planned["produce.harvest.v1"].settings["min.insync.replicas"] == "2"
    assert planned["produce.captures.v1"].settings["retention.ms"] == str(30 * 24 * 3600 * 1000)
    assert planned["produce.registry.v1"].settings["cleanup.policy"] == "compact"
    assert planned["produce.harvest.v1.dlq"].partitions == 3


@pytest.mark.parametrize(("replication", "in_sync"), [(1, 2), (3, 0), (0, 0)])
def test_a_promise_that_cannot_be_kept_is_none(replication: int, in_sync: int) -> None:
    with pytest.raises(ValueError, match="replication"):
        Durability(replication, in_sync)


def test_topics_are_created_once_and_then_only_checked(kafka_bootstrap: str, topic_prefix: str) -> None:
    created = ensure_topics(kafka_bootstrap, prefix=topic_prefix)
    assert len(created) == 2 * len(ALL_TOPICS)
    assert ensure_topics(kafka_bootstrap, prefix=topic_prefix) == ()
    check_cluster(kafka_bootstrap, prefix=topic_prefix)


def test_a_missing_topic_is_named(kafka_bootstrap: str, topic_prefix: str) -> None:
    ensure_topics(kafka_bootstrap, prefix=topic_prefix, topics=[HARVEST])
    with pytest.raises(WeakCluster, match=r"registry\.v1 is missing"):
        check_cluster(kafka_bootstrap, prefix=topic_prefix, topics=[HARVEST, REGISTRY])


def test_one_broker_cannot_keep_three_copies(kafka_bootstrap: str, topic_prefix: str) -> None:
    with pytest.raises(WeakCluster, match="promise 3 copies of each record; the cluster has 1 broker"):
        ensure_topics(kafka_bootstrap, prefix=topic_prefix, durability=CLUSTER)


@pytest.mark.parametrize(
    ("there", "wanted", "sentence"),
    [
        (Topic("trial", 2), Topic("trial", 3), "has 2 partitions and must have 3"),
        (Topic("trial", 1, retention_ms=1000), Topic("trial", 1), "retention.ms=1000 and must have -1"),
        (Topic("trial", 1), Topic("trial", 1, compacted=True), "cleanup.policy=delete and must have compact"),
    ],
)
def test_a_topic_that_keeps_less_than_the_table_says_is_refused(
    kafka_bootstrap: str, topic_prefix: str, there: Topic, wanted: Topic, sentence: str
) -> None:
    ensure_topics(kafka_bootstrap, prefix=topic_prefix, topics=[there])
    for refuse in (ensure_topics, check_cluster):
        with pytest.raises(WeakCluster, match=sentence):
            refuse(kafka_bootstrap, prefix=topic_prefix, topics=[wanted])


def test_a_stronger_topic_than_promised_is_fine(kafka_bootstrap: str, topic_prefix: str) -> None:
    ensure_topics(kafka_bootstrap, prefix=topic_prefix, topics=[CAPTURES])
    admin = new_admin(kafka_bootstrap)
    admin.alter_configs(_larger_records(CAPTURES.name(topic_prefix)))
    admin.close()
    check_cluster(kafka_bootstrap, prefix=topic_prefix, topics=[CAPTURES], durability=ONE_MACHINE)


def test_without_a_broker_it_says_so() -> None:
    with pytest.raises(BrokerAway, match=r"no broker answers at 127\.0\.0\.1:1"):
        check_cluster("127.0.0.1:1")


def _larger_records(name: str) -> list[object]:
    from kafka.admin import ConfigResource, ConfigResourceType

    return [ConfigResource(ConfigResourceType.TOPIC, name, {"max.message.bytes": str(8 * 1024 * 1024)})]
