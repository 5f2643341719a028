"""`suyuan topics` on a real broker."""

import json

from tests.cli.command import suyuan
from wire.topics import ALL_TOPICS


def test_missing_topics_are_created_and_all_are_listed(kafka_bootstrap: str, unique: str) -> None:
    place = ["--kafka", kafka_bootstrap, "--prefix", unique]
    before = suyuan("topics", "--check", *place)
    assert (before.returncode, "is missing" in before.stderr) == (1, True)
    created = suyuan("topics", "--json", *place)
    assert created.returncode == 0
    listed = json.loads(created.stdout)
    assert [entry["topic"] for entry in listed] == [topic.name(unique) for topic in ALL_TOPICS]
    assert suyuan("topics", "--check", *place).returncode == 0


def test_a_cluster_weaker_than_asked_for_is_refused(kafka_bootstrap: str, unique: str) -> None:
    finished = suyuan("topics", "--replication", "3", "--kafka", kafka_bootstrap, "--prefix", unique)
    assert (finished.returncode, "3 copies" in finished.stderr) == (1, True)
