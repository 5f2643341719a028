"""What the brokers say of topics: partitions, copies, settings. Patient for a moment with what was just made.

In a cluster brokers learn of a new topic one after the other, and each question may go to another of them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

KNOWN_WITHIN_S = 10.0
ASK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """`copies` is the least of any partition."""

    partitions: int
    copies: int
    settings: Mapping[str, str]


def topic_facts(admin: Any, names: Iterable[str]) -> dict[str, TopicFacts]:
    """Of each topic that exists. Those that no broker knows within `KNOWN_WITHIN_S` are left out."""
    wanted, found = set(names), dict[str, TopicFacts]()
    deadline = time.monotonic() + KNOWN_WITHIN_S
    while wanted - found.keys():
        found |= _ask(admin, sorted(wanted - found.keys()))
        if time.monotonic() > deadline:
            break
        time.sleep(ASK_EVERY_S)
    return found


def _ask(admin: Any, names: list[str]) -> dict[str, TopicFacts]:
    try:
        known = {topic["name"]: topic["partitions"] for topic in admin.describe_topics(names) if _known(topic)}
        settings = _settings(admin, sorted(known))
    except KafkaError:
        return {}
    return {name: _facts(known[name], values) for name, values in settings.items() if values}


def _known(topic: Mapping[str, Any]) -> bool:
    return topic["error_code"] == 0 and bool(topic["partitions"])


def _facts(partitions: list[Mapping[str, Any]], settings: Mapping[str, str]) -> TopicFacts:
    return TopicFacts(len(partitions), min(len(partition["replica_nodes"]) for partition in partitions), settings)


def _settings(admin: Any, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    # Of a topic that this broker does not know yet it says nothing, and no error: {}.
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    described = admin.describe_configs(resources, config_filter="all")["topic"]
    return {name: {key: str(one["value"]) for key, one in values.items()} for name, values in described.items()}
