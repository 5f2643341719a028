"""Whether what was picked is fruit that the product is made of: apples in a box of pears weigh as much, and are none.

A product may name its fruit; where it does not, whatever has its own production standard is it. What nobody registered
may be anything. Of goods that are no product, or of a product with neither, nothing is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provenance.days import day_of
from provenance.registry.records import Product
from provenance.rules.case import Case
from provenance.weights import gtin_of


@dataclass(frozen=True, slots=True)
class Stray:
    """A lot that was picked and is none of the product's fruit, or, where `fruit` is None, of which nobody says what it
    is."""

    lot: str
    event_id: str
    fruit: Product | None


def strays(case: Case) -> Iterator[Stray]:
    """Each by the record of the day of picking."""
    product = case.product
    if product is None or not (product.made_of or product.production_standard):
        return
    for pick, _ in case.picks():
        for item in pick.event.objects:
            gtin = gtin_of(item.key)
            fruit = case.registry.product(gtin, day_of(pick.event)) if gtin else None
            if item.key in case.history.keys and gtin != product.id and not (fruit and _is_for(fruit, product)):
                is_told = fruit is not None and bool(product.made_of or fruit.production_standard)
                yield Stray(item.key, pick.event.event_id, fruit if is_told else None)


def _is_for(fruit: Product, product: Product) -> bool:
    if product.made_of:
        return fruit.id in product.made_of
    return fruit.production_standard == product.production_standard
