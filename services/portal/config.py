"""The settings of this service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runtime.config import Secret
from services.portal.http.addresses import read_networks

NO_SECRET = Secret("")


@dataclass(frozen=True, slots=True)
class PortalConfig:
    """Services are `host:port`, `identity` and `public_url` are addresses.

    `session_key` is a secret of at least 32 characters, the same for all portals behind one address; `id_base` is the
    start of the private URIs that short codes on cards stand for. `cards_key` is that of `identity`; without it no
    growers' cards are made here. `trusted_proxies` are the addresses and networks
    (`10.0.0.0/8, 192.0.2.7`) whose X-Forwarded-For is believed; without them all behind a proxy are one caller.
    `place_headers` name what these proxies say of where a caller is, coarsely: one header with an H3 cell of resolution
    4 or `latitude,longitude` in it, or one for each of the two.
    """

    http_port: int
    kafka: str
    registry: str
    harvest: str
    quality: str
    shipping: str
    traceability: str
    labels: str
    listings: str
    log: str
    identity: str
    public_url: str
    session_key: Secret
    state_folder: Path
    jwks_url: str = ""
    token_issuer: str = ""
    token_audience: str = ""
    topic_prefix: str = "produce"
    host: str = "0.0.0.0"  # noqa: S104 - a portal is there to be reached
    id_base: str = "https://suyuan.example/"
    cards_key: Secret = NO_SECRET
    requests_per_second: float = 500.0
    sign_ins_per_minute: float = 20.0
    trusted_proxies: str = ""
    place_headers: str = ""

    def __post_init__(self) -> None:
        if len(self.session_key.value) < 32:
            raise ValueError("SUYUAN_SESSION_KEY must have at least 32 characters; `openssl rand -hex 32` makes one")
        if not self.public_url.startswith(("http://", "https://")):
            raise ValueError("SUYUAN_PUBLIC_URL must begin with http:// or https://")
        try:
            read_networks(self.trusted_proxies)
        except ValueError as error:
            raise ValueError(f"SUYUAN_TRUSTED_PROXIES must be addresses or networks: {error}") from error

        if self.place_headers and not self.trusted_proxies:
            raise ValueError("SUYUAN_PLACE_HEADERS are believed of SUYUAN_TRUSTED_PROXIES alone: name these too")

    @property
    def is_secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def keys_url(self) -> str:
        return self.jwks_url or self.identity.rstrip("/") + "/.well-known/jwks.json"
