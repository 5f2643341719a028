"""The settings of the two roles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wire.topics import DEFAULT_PREFIX, PROJECTED_TOPICS


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectConfig:
    """`generation` 0 keeps a projector for every generation the pointer names; a number projects that one only.

    `consumer_id` is one for each process of a group and stays over restarts. `kept` is set by a keeper for the
    processes it starts: they end when it does.
    """

    kafka: str
    mongo_url: str
    consumer_id: str
    http_port: int
    state_folder: Path
    database: str = "suyuan"
    topic_prefix: str = DEFAULT_PREFIX
    generation: int = 0
    kept: bool = False

    @property
    def topics(self) -> tuple[str, ...]:
        return event_topics(self.topic_prefix)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeConfig:
    """`cache_bytes` bounds what finished histories may take of memory."""

    kafka: str
    mongo_url: str
    grpc_port: int
    http_port: int
    jwks_url: str
    state_folder: Path
    database: str = "suyuan"
    topic_prefix: str = DEFAULT_PREFIX
    cache_bytes: int = 256 * 1024 * 1024
    token_issuer: str = ""
    token_audience: str = ""

    @property
    def topics(self) -> tuple[str, ...]:
        return event_topics(self.topic_prefix)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogConfig:
    """For the commands that compare the log with what was derived from it: audit and rebuild. They keep no state."""

    kafka: str
    mongo_url: str
    state_folder: Path = Path()
    database: str = "suyuan"
    topic_prefix: str = DEFAULT_PREFIX

    @property
    def topics(self) -> tuple[str, ...]:
        return event_topics(self.topic_prefix)


def event_topics(prefix: str) -> tuple[str, ...]:
    return tuple(topic.name(prefix) for topic in PROJECTED_TOPICS)


def group(prefix: str, generation: int) -> str:
    """The consumer group of a generation. One cluster may hold several deployments, each with its own topic prefix."""
    name = f"traceability-{generation}"
    return name if prefix == DEFAULT_PREFIX else f"{prefix}.{name}"
