"""One real Kafka and one real store for the whole run, started by the first test that asks for them.

`TEST_KAFKA_BOOTSTRAP` and `TEST_MONGO_URL` point the tests at engines that run already; isolation is by `unique`.
"""

import os
import secrets
import socket
from collections.abc import Iterator

import pytest
from kafka.net.inet import KafkaNetSocket

from deploy.local.engines import start_kafka, start_store
from tests.running_product import RunningProduct, running_product


class DialledByKafka(socket.socket):
    """What kafka-python dials a broker with: a client closed while it dials drops its socket, connected by then or not.

    `filterwarnings` lets it pass by this name. A client that is never closed is still found, by its wake-up pair.
    """


def _dial(self: KafkaNetSocket, family: int, sock_type: int, proto: int) -> DialledByKafka:
    return DialledByKafka(family, sock_type, proto)


KafkaNetSocket.socket = _dial


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """host:port of a real broker."""
    if given := os.environ.get("TEST_KAFKA_BOOTSTRAP"):
        yield given
        return
    kafka = start_kafka(tmp_path_factory.mktemp("kafka"))
    try:
        yield kafka.bootstrap
    finally:
        kafka.stop()


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real store."""
    if given := os.environ.get("TEST_MONGO_URL"):
        yield given
        return
    store = start_store(tmp_path_factory.mktemp("store"))
    try:
        yield store.url
    finally:
        store.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the whole product come last, so that its processes take nothing from those that kill and measure; and
    those with a browser, whose loop leaves the thread to no other."""
    items.sort(key=lambda item: not {"product", "browsers"}.isdisjoint(getattr(item, "fixturenames", ())))


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProduct]:
    """Every process of the product, without the demo season; started once, shared by all who ask."""
    with running_product(tmp_path_factory.mktemp("product")) as running:
        yield running


@pytest.fixture
def unique() -> str:
    """A word no other test has: for topic prefixes, consumer groups and databases."""
    return f"t{secrets.token_hex(5)}"


@pytest.fixture
def topic_prefix(unique: str) -> str:
    """First word of this test's topics, in place of `produce`."""
    return unique


@pytest.fixture
def database(unique: str) -> str:
    """Name of a database of this test's own."""
    return unique
