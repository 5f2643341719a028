"""The portal at an address of its own, with what is behind it in memory: for pages that need no product around them."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provenance.label_link import LabelLink, SigningKey, roll_number, serial
from provenance.scans.scan import Scan
from runtime.http_server import serve_http
from services.portal.app import Settings, build
from services.portal.telling.histories import LabelVerdict
from tests.provenance.labels.cheats import GTIN, ISSUER, KEY
from tests.provenance.labels.test_offline import jwk
from tests.services.portal.conftest import PRINCIPALS, county
from tests.services.portal.upstream import NOW_S, SESSION_KEY, MemoryLabels, behind
from tests.services.running import free_port

WITHDRAWN = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32))
LOTS = ("PK260913-1", "A/b(1)'*!", "")
NOT_OURS = LabelVerdict(verdict="not_ours", sentence_zh="这不是本系统签发的标签。", sentence_en="Not ours.")
DEADLINE_S = 20.0


@dataclass
class Labels(MemoryLabels):
    """Publishes two keys, one of them withdrawn, and answers for what either signed; knows what a test says it does."""

    jwks: str = ""

    async def keys(self) -> str:
        return self.jwks

    async def verify(self, code: str, *, token: str) -> LabelVerdict:
        return self.known.get(code, NOT_OURS)


@dataclass(frozen=True)
class Portal:
    url: str
    jwks: str
    known: dict[str, LabelVerdict] = field(default_factory=dict)
    scans: list[Scan] = field(default_factory=list)

    def link(self, lot: str = LOTS[0], by: SigningKey = KEY, at: int = 0) -> str:
        return by.link(label(lot, at), public_url=self.url, issuer=ISSUER)


def label(lot: str, at: int = 0) -> LabelLink:
    return LabelLink(GTIN, lot, serial(b"seed", at), "" if lot else roll_number(str(at)))


@contextmanager
def portal_alone() -> Iterator[Portal]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    jwks = json.dumps({"keys": [jwk(KEY), jwk(WITHDRAWN, revoked={"revoked_at": 1})], "issuer": ISSUER, "url": url})
    world = behind(PRINCIPALS, county())
    world.labels = Labels(jwks=jwks)
    settings = Settings(public_url=url, session_key=SESSION_KEY, id_base="https://suyuan.example/")
    app = build(world.upstream(), settings, now_s=lambda: NOW_S)
    stop, loop = asyncio.Event(), asyncio.new_event_loop()
    serving = threading.Thread(
        target=lambda: loop.run_until_complete(serve_http(app, host="127.0.0.1", port=port, stop=stop))
    )
    serving.start()
    try:
        _await_answer(url)
        yield Portal(url, jwks, world.labels.known, world.scans)
    finally:
        loop.call_soon_threadsafe(stop.set)
        serving.join(DEADLINE_S)
        loop.close()


def _await_answer(url: str) -> None:
    """Raises TimeoutError."""
    until = monotonic() + DEADLINE_S
    while monotonic() < until:
        try:
            httpx.get(f"{url}/robots.txt", timeout=2)
        except httpx.TransportError:
            sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing answers at {url}")
