"""What a hall is made of: the registry of the day, and the lots of its products with their claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from provenance.registry.records import Brand, Channel, County, Product
from services.portal.telling.histories import Claim, FoundCode


class HallRegistry(Protocol):
    """The records valid on a day; None where there is none."""

    async def caught_up(self, timeout_s: float = 2.0) -> None:
        """Until the registry's present end is applied. Raises Transient."""

    def county(self, id: str, on: date) -> County | None: ...

    def brands_in(self, county_code: str, on: date) -> tuple[Brand, ...]: ...

    def brands_of(self, gtin: str, on: date) -> tuple[Brand, ...]: ...

    def channels_for(self, brand: str, on: date) -> tuple[Channel, ...]: ...

    def product(self, id: str, on: date) -> Product | None: ...


class Lots(Protocol):
    async def find(self, codes: Sequence[str], *, token: str, branded: bool = False) -> Sequence[Sequence[FoundCode]]:
        """For each product its lots, the newest first, where `branded` also for the public (ADR 0150)."""

    async def claim_and_left(self, code: str, brand: str) -> tuple[Claim, Decimal | None]:
        """Judged as for a new label, and the kilograms left of it; None where some are not known."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is said of a listing, as JSON, and the same signed, as a compact JWS."""

    said: bytes
    jws: str


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """Labels of a brand, ever; `kilograms` of those that count against lots now, as decimal text."""

    issued: int = 0
    on_rolls: int = 0
    bound: int = 0
    returned: int = 0
    voided: int = 0
    kilograms: str = "0"


class Listings(Protocol):
    """Each raises Transient while nobody can say."""

    async def check(self, listings: Sequence[Mapping[str, str]]) -> Sequence[Checked]:
        """Of (shop, gtin, brand), in their order."""

    async def counts(self, brands: Sequence[str]) -> Sequence[LabelCounts]:
        """At most 100, in their order."""

    async def keys(self) -> str:
        """The public keys of what is signed, as a JWK set."""
