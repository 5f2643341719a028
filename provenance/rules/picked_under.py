"""The production standard that held where and when something was picked."""

from __future__ import annotations

from collections.abc import Iterator

from provenance.days import day_of
from provenance.histories.history import Pick
from provenance.registry.records import ProductionStandard
from provenance.rules.case import Case
from provenance.weights import gtin_of


def picked_under(case: Case) -> Iterator[tuple[Pick, ProductionStandard | None]]:
    """Every pick with the standard of its day: of the fruit picked, else of the product asked for."""
    return ((pick, _standard(pick, case)) for pick, _ in case.picks())


def _standard(pick: Pick, case: Case) -> ProductionStandard | None:
    on = day_of(pick.event)
    gtins = (*(gtin_of(item.key) for item in pick.event.objects), gtin_of(case.history.key))
    products = (case.registry.product(gtin, on) for gtin in gtins if gtin)
    ids = [product.production_standard for product in products if product and product.production_standard]
    return next(filter(None, (case.registry.production_standard(id_, on) for id_ in ids)), None)
