"""The settings of the three roles. `key_folder` holds the log's key and the salts' key, readable by us alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wire.topics import DEFAULT_PREFIX

DATABASE = "suyuan_log"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedConfig:
    """`consumer_id` is one for each process of the group and stays over restarts."""

    kafka: str
    mongo_url: str
    consumer_id: str
    http_port: int
    state_folder: Path
    key_folder: Path
    database: str = DATABASE
    topic_prefix: str = DEFAULT_PREFIX

    @property
    def group(self) -> str:
        """One cluster may hold several deployments, each with its own topic prefix."""
        return "log" if self.topic_prefix == DEFAULT_PREFIX else f"{self.topic_prefix}.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceConfig:
    """`origin` names the log: a URL without its scheme. A checkpoint is signed every `sign_every_s` seconds at most."""

    kafka: str
    mongo_url: str
    http_port: int
    key_folder: Path
    origin: str
    database: str = DATABASE
    topic_prefix: str = DEFAULT_PREFIX
    sign_every_s: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeConfig:
    kafka: str
    mongo_url: str
    grpc_port: int
    http_port: int
    jwks_url: str
    key_folder: Path
    origin: str
    database: str = DATABASE
    topic_prefix: str = DEFAULT_PREFIX
    token_issuer: str = ""
    token_audience: str = ""
