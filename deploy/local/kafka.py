"""A real Apache Kafka of one to three brokers on this machine: KRaft, broker and controller in one process.

`python -m deploy.local.kafka FOLDER PORT CONTROLLER_PORT` formats the folder when it is new and *becomes* the broker.
"""

import hashlib
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from deploy.local.jars import EngineError, engines_cache, java, kafka_arguments

CLUSTER_ID = "c3V5dWFuLWxvY2FsLTAwMQ"  # 16 bytes in base64, as KRaft wants


@dataclass(frozen=True)
class Node:
    """One broker: its folder and its two ports."""

    id: int
    folder: Path
    port: int
    controller_port: int

    @property
    def bootstrap(self) -> str:
        """host:port for clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def properties_file(self) -> Path:
        """Written anew at each start, so that ports may change between starts."""
        return self.folder / "server.properties"


def server_properties(node: Node, cluster: Sequence[Node]) -> dict[str, str]:
    """Settings for one machine; replication is what the number of brokers allows."""
    copies = str(len(cluster))
    in_sync = str(max(1, len(cluster) - 1))
    return {
        "process.roles": "broker,controller",
        "node.id": str(node.id),
        "controller.quorum.voters": ",".join(f"{n.id}@127.0.0.1:{n.controller_port}" for n in cluster),
        "listeners": f"PLAINTEXT://127.0.0.1:{node.port},CONTROLLER://127.0.0.1:{node.controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{node.port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": str(node.folder / "log"),
        "auto.create.topics.enable": "false",
        "default.replication.factor": copies,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": copies,
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_sync,
        # A broker that was killed may register again only when its old session has ended: 9 s by default.
        "broker.session.timeout.ms": "2000",
        "broker.heartbeat.interval.ms": "300",
        "group.initial.rebalance.delay.ms": "0",
        "group.min.session.timeout.ms": "1000",
        "num.network.threads": "2",
        "num.io.threads": "4",
        "num.recovery.threads.per.data.dir": "2",
        "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
        "log.segment.bytes": str(256 * 1024 * 1024),
    }


ON_DISK_FIRST: Mapping[str, str] = {"log.flush.interval.messages": "1"}
"""One copy alone is durable when it is on the disk; in a cluster it is the other copies that make it so (ADR 0078)."""


def prepare(node: Node, cluster: Sequence[Node], *, also: Mapping[str, str] = MappingProxyType({})) -> None:
    """Write the settings and format the log folder when it is new. Raises EngineError when formatting fails."""
    node.folder.mkdir(parents=True, exist_ok=True)
    lines = (f"{key}={_escaped(value)}\n" for key, value in {**server_properties(node, cluster), **also}.items())
    node.properties_file.write_text("".join(lines), encoding="ascii")
    if (node.folder / "log" / "meta.properties").exists():
        return
    tool = ("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(node.properties_file))
    command = (java(), *_jvm_options(heap_mb=128), f"@{kafka_arguments()}", *tool)
    outcome = subprocess.run(command, capture_output=True, text=True, env=java_environment())
    if outcome.returncode:
        raise EngineError(f"Kafka could not format {node.folder}: {outcome.stderr.strip() or outcome.stdout.strip()}")


def _escaped(value: str) -> str:
    """As java.util.Properties reads it: Latin-1, with backslashes and UTF-16 units escaped."""
    units = struct.iter_unpack(">H", value.encode("utf-16-be"))
    letters = (chr(unit) if unit < 128 else f"\\u{unit:04x}" for (unit,) in units)
    return "".join("\\\\" if letter == "\\" else letter for letter in letters)


def java_environment() -> dict[str, str]:
    """Ours, with an encoding in which Java can name any folder."""
    return {**os.environ, "LC_ALL": "C.UTF-8"}


def broker_command(node: Node, *, heap_mb: int = 512) -> tuple[str, ...]:
    """The command line of the broker itself, warm where `warm_start.train` has been."""
    warm = (f"-XX:AOTCache={trained_classes()}",) if trained_classes().exists() else ()
    return (java(), *warm, *broker_arguments(node, heap_mb=heap_mb))


def broker_arguments(node: Node, *, heap_mb: int) -> tuple[str, ...]:
    """What follows `java` on that line."""
    return (*_jvm_options(heap_mb=heap_mb), f"@{kafka_arguments()}", "kafka.Kafka", str(node.properties_file))


def trained_classes() -> Path:
    """The broker's classes as loaded and linked in a first run; only this very Java can use them."""
    made_for = hashlib.sha256(java().encode() + kafka_arguments().read_bytes()).hexdigest()[:12]
    return engines_cache() / f"kafka-{made_for}.aot"


def _jvm_options(*, heap_mb: int) -> tuple[str, ...]:
    """A collector without threads of its own: the services need the two cores more."""
    return (
        f"-Xmx{heap_mb}m",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "-Xlog:disable",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.log.kafka.server=info",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    )


_API_VERSIONS = struct.pack("!hhih", 18, 0, 1, -1)  # api key, version, correlation id, no client id


def answers(port: int) -> bool:
    """True when the broker on `port` serves requests: it only does once it has joined its cluster."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.settimeout(2)
            connection.sendall(struct.pack("!i", len(_API_VERSIONS)) + _API_VERSIONS)
            return len(connection.recv(4)) == 4
    except OSError:
        return False


def main() -> None:
    """Never returns: the process becomes the broker, so that a supervisor signals the broker itself."""
    folder, port, controller_port = Path(sys.argv[1]).resolve(), int(sys.argv[2]), int(sys.argv[3])
    node = Node(1, folder, port, controller_port)
    try:
        prepare(node, (node,), also=ON_DISK_FIRST)
    except EngineError as problem:
        sys.exit(str(problem))
    command = broker_command(node)
    os.execve(command[0], command, java_environment())


if __name__ == "__main__":
    main()
