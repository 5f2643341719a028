"""Which lots of a hall's brands are on sale, and their labels counted; asked for once in a while whoever looks
(ADR 0150).

A lot is on sale (`provenance.labels.on_sale`) while its claim for the brand, judged as for a new label, is granted:
certified, within its shelf life, neither held nor recalled; and while reports leave something of it. Who has how
much is nobody's business but theirs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from provenance.labels.on_sale import is_on_sale
from services.portal.halls.hall import Hall, Lot, Shown, gtins
from services.portal.halls.ports import LabelCounts, Listings, Lots
from services.portal.rpc import at_once
from services.portal.telling.histories import FoundCode
from services.portal.telling.naming import short
from wire.errors import NotFound, Rejected, Transient, Unauthorised

KEPT_S = 1.0
MOST_KEPT = 1000
"""Halls; there are 832 such counties."""

MOST_LOTS = 10
"""Of one product, the newest."""

_PRODUCTS_A_CALL = 5
"""As many as the public may ask for at once."""


@dataclass(frozen=True, slots=True)
class OnShow:
    """By brand. `labels` is empty while nobody can count them."""

    lots: Mapping[str, tuple[Lot, ...]]
    labels: Mapping[str, LabelCounts]


class OnSale:
    """`root`: where Digital Links are resolved, without a slash at its end."""

    def __init__(self, *, lots: Lots, listings: Listings, clock_s: Callable[[], float], root: str) -> None:
        self._lots = lots
        self._listings = listings
        self._clock_s = clock_s
        self._root = root
        self._kept: dict[str, tuple[float, asyncio.Task[OnShow]]] = {}

    async def filled(self, hall: Hall) -> Hall:
        """The hall with its lots; without any where nobody can say just now (`lots` None)."""
        try:
            found = await asyncio.shield(self._asked(hall))
        except Transient:
            self._kept.pop(hall.county.id, None)
            return replace(hall, brands=tuple(replace(one, lots=None) for one in hall.brands))
        return replace(hall, brands=tuple(_with(one, found) for one in hall.brands))

    def _asked(self, hall: Hall) -> asyncio.Task[OnShow]:
        """Everybody who comes meanwhile waits for the same answer."""
        until, kept = self._kept.get(hall.county.id, (0.0, None))
        if kept is None or until <= self._clock_s():
            kept = asyncio.create_task(self._look(hall))
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[hall.county.id] = self._clock_s() + KEPT_S, kept
        return kept

    async def _look(self, hall: Hall) -> OnShow:
        listed = gtins(hall.brands)
        parts = [listed[at : at + _PRODUCTS_A_CALL] for at in range(0, len(listed), _PRODUCTS_A_CALL)]
        found = [one for part in parts for one in await self._lots.find(part, token="", branded=True)]
        of_product = dict(zip(listed, found, strict=True))
        shown = await at_once(self._of_brand(one, of_product) for one in hall.brands)
        lots = {one.brand.id: lots for one, lots in zip(hall.brands, shown, strict=True)}
        return OnShow(lots, await self._counted(list(lots)))

    async def _counted(self, brands: Sequence[str]) -> Mapping[str, LabelCounts]:
        try:
            return dict(zip(brands, await self._listings.counts(brands), strict=True))
        except Transient:
            return {}

    async def _of_brand(self, shown: Shown, of_product: Mapping[str, Sequence[FoundCode]]) -> tuple[Lot, ...]:
        wanted = [(product.id, lot.key) for product in shown.products for lot in of_product[product.id][:MOST_LOTS]]
        judged = await at_once(self._on_sale(product, key, shown.brand.id) for product, key in wanted)
        return tuple(lot for lot in judged if lot is not None)

    async def _on_sale(self, product: str, key: str, brand: str) -> Lot | None:
        try:
            claim, left_kg = await self._lots.claim_and_left(key, brand)
        except (NotFound, Rejected, Unauthorised):
            return None
        if not is_on_sale(claim.verdict, left_kg):
            return None
        passed = tuple(one for one in claim.results if one.outcome == "passed")
        return Lot(short(key), product, self._root + key[key.index("/01/") :], passed)


def _with(shown: Shown, found: OnShow) -> Shown:
    """A brand registered since they were asked for has none yet."""
    brand = shown.brand.id
    return replace(shown, lots=found.lots.get(brand, ()), labels=found.labels.get(brand))
