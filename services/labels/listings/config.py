"""The settings of this role."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.labels.listings.addresses import read_networks


@dataclass(frozen=True, slots=True)
class ListingsConfig:
    """`public_url` is where the portal is and whose name signs; `state_folder` holds the registry as seen and the keys
    of this role. `private_targets`: networks (`127.0.0.0/8`) that platforms may be told in although they are nobody
    else's, for trials."""

    kafka: str
    grpc_port: int
    http_port: int
    jwks_url: str
    mongo_url: str
    database: str
    traceability: str
    public_url: str
    state_folder: Path
    topic_prefix: str = "produce"
    token_issuer: str = ""
    token_audience: str = ""
    private_targets: str = ""

    def __post_init__(self) -> None:
        try:
            read_networks(self.private_targets)
        except ValueError as error:
            raise ValueError(f"SUYUAN_PRIVATE_TARGETS must be addresses or networks: {error}") from error

    @property
    def issuer(self) -> str:
        return self.public_url.rstrip("/")
