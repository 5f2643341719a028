"""Creates the topics of `wire.topics`, checks those that are there, and refuses a cluster weaker than promised.

Blocking: for the command line and for the start of a process (`asyncio.to_thread`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from kafka.errors import KafkaError, TopicAlreadyExistsError

from stream.client import BrokerAway, new_admin
from stream.topic_facts import TopicFacts, topic_facts
from wire.topics import (
    ALL_TOPICS,
    DAY_MS,
    DEAD_LETTER_PARTITIONS,
    DEAD_LETTER_RETENTION_MS,
    DEFAULT_PREFIX,
    FOREVER,
    Topic,
)

TOMBSTONE_RETENTION_MS = 30 * DAY_MS
"""How long an erasure can still be seen by a reader that was away."""

MAX_RECORD_BYTES = 1024 * 1024
"""One event of 512 KiB with its envelope fits."""


class WeakCluster(RuntimeError):
    """The cluster or a topic does not keep what the settings promise; the message says what and what would be right."""


@dataclass(frozen=True, slots=True)
class Durability:
    """What the settings promise: copies of each record, and how many must have it before it is acknowledged."""

    replication: int = 1
    min_in_sync: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.min_in_sync <= self.replication:
            raise ValueError("min.insync.replicas is at least 1 and at most the replication factor")


ONE_MACHINE = Durability(1, 1)
CLUSTER = Durability(3, 2)


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """A topic as it must be on the broker."""

    name: str
    partitions: int
    settings: Mapping[str, str]


def plan(topics: Iterable[Topic], prefix: str, durability: Durability) -> tuple[TopicPlan, ...]:
    """Each topic and its dead letters."""
    return tuple(planned for topic in topics for planned in _with_dead_letters(topic, prefix, durability))


def ensure_topics(
    bootstrap: str,
    *,
    prefix: str = DEFAULT_PREFIX,
    topics: Iterable[Topic] = ALL_TOPICS,
    durability: Durability = ONE_MACHINE,
) -> tuple[str, ...]:
    """Creates what is missing, checks all, and returns the names created. Raises WeakCluster, or BrokerAway."""
    plans = plan(topics, prefix, durability)
    with closing(new_admin(bootstrap)) as admin:
        _refuse_few_brokers(admin, durability)
        present = set(admin.list_topics())
        created = tuple(planned.name for planned in plans if planned.name not in present)
        _create(admin, [planned for planned in plans if planned.name in created], durability)
        _refuse_weak_topics(admin, plans, durability)
    return created


def check_cluster(
    bootstrap: str,
    *,
    prefix: str = DEFAULT_PREFIX,
    topics: Iterable[Topic] = ALL_TOPICS,
    durability: Durability = ONE_MACHINE,
) -> None:
    """Creates nothing. Raises WeakCluster for the first thing missing or weaker than `durability`, or BrokerAway."""
    plans = plan(topics, prefix, durability)
    with closing(new_admin(bootstrap)) as admin:
        _refuse_few_brokers(admin, durability)
        _refuse_weak_topics(admin, plans, durability)


def _with_dead_letters(topic: Topic, prefix: str, durability: Durability) -> tuple[TopicPlan, TopicPlan]:
    in_sync = {"min.insync.replicas": str(durability.min_in_sync), "max.message.bytes": str(MAX_RECORD_BYTES)}
    compacted = {"delete.retention.ms": str(TOMBSTONE_RETENTION_MS)} if topic.compacted else {}
    kept = {
        "cleanup.policy": "compact" if topic.compacted else "delete",
        "retention.ms": str(FOREVER if topic.compacted else topic.retention_ms),
        "retention.bytes": "-1",
    }
    kept |= compacted
    letters = {
        "cleanup.policy": "delete",
        "retention.ms": str(DEAD_LETTER_RETENTION_MS),
        "max.message.bytes": str(MAX_RECORD_BYTES + 64 * 1024),
        "message.timestamp.type": "LogAppendTime",  # letters and marks are put in order by one clock, the broker's
    }
    return (
        TopicPlan(topic.name(prefix), topic.partitions, in_sync | kept),
        TopicPlan(topic.dead_letter_name(prefix), DEAD_LETTER_PARTITIONS, in_sync | letters),
    )


def _create(admin: Any, plans: list[TopicPlan], durability: Durability) -> None:
    if not plans:
        return
    wanted = {
        planned.name: {
            "num_partitions": planned.partitions,
            "replication_factor": durability.replication,
            "configs": dict(planned.settings),
        }
        for planned in plans
    }
    try:
        admin.create_topics(wanted, wait_for_metadata=True)
    except TopicAlreadyExistsError:
        return  # somebody else created them at the same moment; the check that follows says whether rightly
    except KafkaError as error:
        raise BrokerAway(f"the topics could not be created: {error}") from error


def _refuse_few_brokers(admin: Any, durability: Durability) -> None:
    brokers = len(admin.describe_cluster()["brokers"])
    if brokers < durability.replication:
        raise WeakCluster(
            f"the settings promise {durability.replication} copies of each record; the cluster has {brokers} broker(s)"
        )


def _refuse_weak_topics(admin: Any, plans: Iterable[TopicPlan], durability: Durability) -> None:
    facts = topic_facts(admin, [planned.name for planned in plans])
    for planned in plans:
        if planned.name not in facts:
            raise WeakCluster(f"the topic {planned.name} is missing; `suyuan topics` creates it")
        _refuse_weak(facts[planned.name], planned, durability)


def _refuse_weak(facts: TopicFacts, planned: TopicPlan, durability: Durability) -> None:
    if facts.partitions != planned.partitions:
        raise WeakCluster(f"{planned.name} has {facts.partitions} partitions and must have {planned.partitions}")
    if facts.copies < durability.replication:
        raise WeakCluster(f"{planned.name} has {facts.copies} copies; the settings promise {durability.replication}")
    for key, wanted in planned.settings.items():
        if not _keeps(key, facts.settings.get(key), wanted):
            raise WeakCluster(f"{planned.name} has {key}={facts.settings.get(key)} and must have {wanted}")


def _keeps(key: str, actual: str | None, wanted: str) -> bool:
    """Stronger than asked is fine where there is a stronger."""
    if key in ("min.insync.replicas", "max.message.bytes"):
        return actual is not None and int(actual) >= int(wanted)
    return actual == wanted
