"""Listings as the real role judges and signs them, over the tests' registry and log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provenance.label_link import SigningKey
from provenance.labels.on_sale import is_on_sale
from services.labels.keys import Keyring, OwnKey
from services.labels.listings import handlers
from services.labels.listings.domain import Listing
from services.labels.listings.on_sale import OnSale
from services.labels.listings.ports import Granted
from services.labels.listings.signing import Signer
from services.portal.halls.ports import Checked, LabelCounts


@dataclass
class MemoryListings:
    registry: Any
    log: Any
    url: str
    now_ms: Callable[[], int]
    counted: dict[str, LabelCounts] = field(default_factory=dict)
    failure: Exception | None = None

    def __post_init__(self) -> None:
        key = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([7] * 32)))
        self.signer = Signer(Keyring([OwnKey(key)]), self.url)

    async def check(self, listings: Sequence[Mapping[str, str]]) -> Sequence[Checked]:
        on_sale = OnSale(lots=self, books=self, clock_s=lambda: 0.0, root=self.url)
        answers = await handlers.check(
            [Listing(**one) for one in listings],
            registry=self.registry,
            on_sale=on_sale,
            issuer=self.url,
            now_ms=self.now_ms,
        )
        said = [orjson.dumps(answer) for answer in answers]
        return [Checked(one, self.signer.jws(one)) for one in said]

    async def counts(self, brands: Any) -> Any:
        if self.failure:
            raise self.failure
        return [self.counted.get(brand, LabelCounts()) for brand in brands]

    async def keys(self) -> str:
        return self.signer.jwks

    async def of_product(self, product: str) -> Sequence[str]:
        (found,) = await self.log.find([product], token="", branded=True)
        return [one.key for one in found]

    async def granted(self, lot: str, brand: str) -> Granted | None:
        claim, left_kg = await self.log.claim_and_left(lot, brand)
        return Granted(None, left_kg) if is_on_sale(claim.verdict, left_kg) else None

    async def labelled_g(self, lots: Sequence[str]) -> Mapping[str, int]:
        return {}
