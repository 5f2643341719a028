"""The settings of this service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runtime.config import Secret

NO_SECRET = Secret("")


@dataclass(frozen=True, slots=True)
class IdentityConfig:
    """`issuer` is the URL this service is reached at; `state_folder` holds the key, the secret and the cards.

    `cards_key` is what the portal makes growers' cards with, and nothing else; without it only the secret makes them.
    """

    http_port: int
    issuer: str
    state_folder: Path
    host: str = "127.0.0.1"
    cards_key: Secret = NO_SECRET

    def __post_init__(self) -> None:
        if 0 < len(self.cards_key.value) < 32:
            raise ValueError("SUYUAN_CARDS_KEY must have at least 32 characters; `openssl rand -hex 32` makes one")
