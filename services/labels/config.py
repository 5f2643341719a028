"""The settings of this service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LabelsConfig:
    """`public_url` is where the links on labels lead; `state_folder` holds the signing keys, readable by us alone."""

    kafka: str
    grpc_port: int
    http_port: int
    jwks_url: str
    mongo_url: str
    database: str
    traceability: str
    public_url: str
    state_folder: Path
    issuer: str = "suyuan"
    topic_prefix: str = "produce"
    token_issuer: str = ""
    token_audience: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScansConfig:
    """Of role `scans`. `consumer_id` is one for each process of the group and stays over restarts."""

    kafka: str
    mongo_url: str
    database: str
    consumer_id: str
    http_port: int
    state_folder: Path
    topic_prefix: str = "produce"

    @property
    def group(self) -> str:
        """One cluster may hold several deployments, each with its own topic prefix."""
        return f"{self.topic_prefix}.labels-scans"
