"""The floor price that growers of a fruit are to be paid: what the brands ask whose boxes may be made of it."""

from __future__ import annotations

from decimal import Decimal

from provenance.access.acting import with_whole
from provenance.days import day_of
from provenance.histories.history import Pick
from provenance.registry.records import Registry
from provenance.weights import gtin_of


def floor_of(pick: Pick, registry: Registry) -> Decimal | None:
    """Yuan a kilogram, the highest of several; None where no brand of the plot's county asks for one.

    A box says which fruit it may be made of; of one that does not, nothing is said here.
    """
    on = day_of(pick.event)
    sites = (registry.site(id_, on) for id_ in with_whole(pick.plot)) if pick.plot else ()
    county = next((site.county_code for site in sites if site), "")
    fruits = {gtin for item in pick.event.objects if (gtin := gtin_of(item.key))}
    products = fruits | {box.id for fruit in fruits for box in registry.products_of(fruit, on)}
    brands = {brand.id: brand for product in products for brand in registry.brands_of(product, on)}
    floors = (b.floor_price_yuan for b in brands.values() if county and b.county_code == county)
    return max((floor for floor in floors if floor is not None), default=None)
