"""A brand, its shop on a platform, and the lots of it: what listings are judged by, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provenance.label_link import SigningKey
from provenance.labels.on_sale import is_on_sale
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Brand, Channel, Record, Subscription
from services.labels.keys import Keyring, OwnKey
from services.labels.listings import handlers
from services.labels.listings.domain import Listing
from services.labels.listings.on_sale import OnSale
from services.labels.listings.ports import Counts, Granted
from services.labels.listings.signing import Signer
from wire.errors import Transient

URL = "https://suyuan.example"
GTIN = "https://id.gs1.org/01/09520001000010"
BRAND = "https://suyuan.example/brand/yulu"
SHOP = "https://shop.example/p"
PLATFORM = "https://suyuan.example/platform/1"
SUBSCRIPTION = "https://suyuan.example/subscription/1"
SINCE = date(2026, 1, 1)
NOW_MS = 1_790_000_000_000
LISTING = Listing(shop=SHOP, gtin=GTIN, brand=BRAND)


class LateRegistry(MemoryRegistry):
    async def caught_up(self, timeout_s: float = 2.0) -> None:
        """Memory is never late."""


@dataclass
class Market:
    """`lots`: by number, what is granted of each, the newest first. `labelled`: grams by `gtin/lot`."""

    lots: dict[str, Granted] = field(default_factory=lambda: {"P1": Granted(Decimal(100), Decimal("62.5"))})
    labelled: dict[str, int] = field(default_factory=dict)
    registry: LateRegistry = field(default_factory=LateRegistry)
    now_ms: int = NOW_MS
    asked: int = 0
    away: bool = False
    crowded: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.signer = Signer(Keyring([OwnKey(SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(32))))]), URL)
        for record in records():
            self.registry.put(record)

    @property
    def on_sale(self) -> OnSale:
        return OnSale(lots=self, books=self, clock_s=lambda: 0.0, root=URL)

    async def check(self, *listings: Listing) -> list[dict[str, Any]]:
        return await handlers.check(
            listings, registry=self.registry, on_sale=self.on_sale, issuer=URL, now_ms=lambda: self.now_ms
        )

    async def of_product(self, product: str) -> Sequence[str]:
        self.asked += 1
        if self.away or product in self.crowded:
            raise Transient("traceability does not answer")
        return [f"{product}/10/{number}" for number in self.lots]

    async def granted(self, lot: str, brand: str) -> Granted | None:
        found = self.lots.get(lot.rpartition("/")[2])
        return found if found and is_on_sale("granted", found.left_kg) else None

    async def labelled_g(self, lots: Sequence[str]) -> Mapping[str, int]:
        return self.labelled

    async def counts(self, brand: str) -> Counts:
        return Counts()


def records() -> tuple[Record, ...]:
    return (
        Brand(id=BRAND, valid_from=SINCE, name_zh="玉露", owner=URL, county_code="141031", gtins=frozenset({GTIN})),
        Channel(id="urn:x:shop", valid_from=SINCE, brand=BRAND, name_zh="店", url=SHOP, platform=PLATFORM),
    )


def subscription(url: str = "https://platform.example/suyuan") -> Subscription:
    return Subscription(id=SUBSCRIPTION, valid_from=SINCE, party=PLATFORM, url=url)
