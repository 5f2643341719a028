"""The settings of a service that publishes what it is told by gRPC: harvest, quality, shipping and registry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PublishingConfig:
    """`kafka` is host:port, more than one with commas; `state_folder` holds the view of the registry.

    A token must name `token_issuer` and `token_audience`, where these are set.
    """

    kafka: str
    grpc_port: int
    http_port: int
    jwks_url: str
    state_folder: Path
    topic_prefix: str = "produce"
    token_issuer: str = ""
    token_audience: str = ""
