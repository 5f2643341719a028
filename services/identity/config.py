"""The settings of this service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class IdentityConfig:
    """`issuer` is the URL this service is reached at; `state_folder` holds the key, the secret and the cards."""

    http_port: int
    issuer: str
    state_folder: Path
    host: str = "127.0.0.1"
