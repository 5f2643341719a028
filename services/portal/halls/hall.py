"""A county's hall as a value, composed from the registry of a day. Pure.

What a county was and when is told with its dates (`provenance.rules.badges`); a channel is open, and a live stream
told, on the days of its record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from provenance.registry.records import Brand, Channel, County, Product
from provenance.rules.badges import Badge, badges
from services.portal.halls.ports import HallRegistry, LabelCounts
from services.portal.telling.histories import RuleResult

LIVE = "live_stream"


@dataclass(frozen=True, slots=True)
class Lot:
    """On sale: whose claim for the brand is granted as it stands. `link` is its Digital Link."""

    number: str
    product: str
    link: str
    passed: tuple[RuleResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A brand in its county's hall. `outstanding`: the county stands for it; there is at most one. `lots`: None
    where nobody can say just now; `labels` likewise."""

    brand: Brand
    outstanding: bool
    products: tuple[Product, ...]
    channels: tuple[Channel, ...]
    badges: tuple[Badge, ...]
    lots: tuple[Lot, ...] | None = ()
    labels: LabelCounts | None = None

    @property
    def shops(self) -> tuple[Channel, ...]:
        return tuple(one for one in self.channels if one.kind != LIVE)

    @property
    def streams(self) -> tuple[Channel, ...]:
        return tuple(one for one in self.channels if one.kind == LIVE)


@dataclass(frozen=True, slots=True)
class Hall:
    county: County
    brands: tuple[Shown, ...]
    on: date


def hall(county: County, registry: HallRegistry, on: date) -> Hall:
    """The outstanding brand first, the others by id; lots are not looked for here."""
    shown = (_shown(brand, county, registry, on) for brand in registry.brands_in(county.id, on))
    return Hall(county, tuple(sorted(shown, key=lambda one: (not one.outstanding, one.brand.id))), on)


def _shown(brand: Brand, county: County, registry: HallRegistry, on: date) -> Shown:
    found = (registry.product(gtin, on) for gtin in sorted(brand.gtins))
    return Shown(
        brand,
        outstanding=county.outstanding_brand == brand.id,
        products=tuple(product for product in found if product is not None),
        channels=_in_order(registry.channels_for(brand.id, on)),
        badges=badges(county, brand.accepted_county_schemes),
    )


def _in_order(channels: Iterable[Channel]) -> tuple[Channel, ...]:
    return tuple(sorted(channels, key=lambda one: one.id))


def gtins(brands: Sequence[Shown]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(product.id for shown in brands for product in shown.products))
