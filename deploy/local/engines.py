"""Engines for tests and benchmarks: a real Kafka and a real store that can be stopped, killed and started again.

kafka = start_kafka(folder, port)          kafka.bootstrap, kafka.kill(), kafka.restart(), kafka.stop()
kafka = start_kafka(folder, port, brokers=3)   kafka.kill(1) kills the second of three
store = start_store(folder, port)          store.url, store.kill(), store.restart(), store.stop()
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deploy.local import kafka as broker
from deploy.local import warm_start
from deploy.local.ports import free_port
from deploy.local.server import Server, listens
from deploy.local.store import store_command, store_url


@dataclass(frozen=True)
class Kafka:
    """A running cluster; brokers are counted from 0, and a call without a number means all of them."""

    bootstrap: str
    brokers: tuple[Server, ...]

    def stop(self, number: int | None = None) -> None:
        """SIGTERM, to all at once: the last of a cluster would wait in vain for the others to take over."""
        for server in (chosen := self._chosen(number)):
            server.terminate()
        for server in chosen:
            server.stop(timeout_s=10 if len(chosen) == 1 else 3)

    def kill(self, number: int | None = None) -> None:
        """SIGKILL."""
        for server in self._chosen(number):
            server.kill()

    def restart(self, number: int | None = None) -> None:
        """Start on the same folders and ports; returns when the brokers answer."""
        for server in (chosen := self._chosen(number)):
            if server.running():
                server.stop()
            server.start(wait=False)
        for server in chosen:
            server.wait_ready()

    def _chosen(self, number: int | None) -> Sequence[Server]:
        return self.brokers if number is None else (self.brokers[number],)


@dataclass(frozen=True)
class Store:
    """A running store."""

    url: str
    server: Server

    def stop(self) -> None:
        """SIGTERM."""
        self.server.stop()

    def kill(self) -> None:
        """SIGKILL."""
        self.server.kill()

    def restart(self) -> None:
        """Start on the same folder and port; returns when it answers."""
        self.server.restart()


def start_kafka(folder: Path, port: int | None = None, brokers: int = 1) -> Kafka:
    """Start `brokers` brokers, the first on `port` (else a free one), each in a folder of its own below `folder`."""
    ports = (port or free_port(), *(free_port() for _ in range(brokers - 1)))
    nodes = tuple(
        broker.Node(number, folder.resolve() / f"broker-{number}", port, free_port())
        for number, port in enumerate(ports, start=1)
    )
    warm_start.train()
    for node in nodes:
        broker.prepare(node, nodes)
    heap_mb = 512 if brokers == 1 else 384
    cluster = tuple(_broker_server(node, heap_mb) for node in nodes)
    for server in cluster:
        server.wait_ready()
    return Kafka(",".join(node.bootstrap for node in nodes), cluster)


def _broker_server(node: broker.Node, heap_mb: int) -> Server:
    return Server(
        f"Kafka broker {node.id} on port {node.port}",
        broker.broker_command(node, heap_mb=heap_mb),
        folder=node.folder,
        log=node.folder / "broker.log",
        answers=partial(broker.answers, node.port),
        environment=broker.java_environment(),
        wait=False,
    )


def start_store(folder: Path, port: int | None = None, *, fast: bool = False) -> Store:
    """Start a store on `folder`; `fast` is the Rust build of `make store-fast`."""
    folder, port = folder.resolve(), port or free_port()
    folder.mkdir(parents=True, exist_ok=True)
    server = Server(
        f"the store on port {port}",
        store_command(folder, port, fast=fast),
        folder=folder,
        log=folder / "store.log",
        answers=partial(listens, port),
    )
    return Store(store_url(port), server)
