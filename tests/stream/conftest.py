"""A world of its own for each test of the worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stream.trial import World


@pytest.fixture
def world(tmp_path: Path, kafka_bootstrap: str, topic_prefix: str) -> Iterator[World]:
    made = World(tmp_path, kafka_bootstrap, topic_prefix)
    yield made
    made.close()


@pytest.fixture
def wide_world(tmp_path: Path, kafka_bootstrap: str, topic_prefix: str) -> Iterator[World]:
    """Four partitions."""
    made = World(tmp_path, kafka_bootstrap, topic_prefix, partitions=4)
    yield made
    made.close()
