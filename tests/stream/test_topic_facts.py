"""A broker of a cluster that does not know a new topic yet names it without settings: it is asked again."""

from typing import Any

from stream.topic_facts import TopicFacts, topic_facts


class _Admin:
    """Answers as kafka-python does of a broker that hears of the topic between two questions."""

    def __init__(self, settings: list[dict[str, Any]]) -> None:
        self.settings = settings

    def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        return [{"name": name, "error_code": 0, "partitions": [{"replica_nodes": [1]}]} for name in names]

    def describe_configs(self, resources: list[Any], config_filter: str) -> dict[str, Any]:
        told = self.settings.pop(0)
        return {"topic": {resource.name: told for resource in resources}}


def test_a_topic_without_settings_is_asked_for_again() -> None:
    admin = _Admin([{}, {"min.insync.replicas": {"value": "1"}}])
    assert topic_facts(admin, ["a"]) == {"a": TopicFacts(1, 1, {"min.insync.replicas": "1"})}
