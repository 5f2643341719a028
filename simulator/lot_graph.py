"""A season as large as wanted: lots that are picked, topped up, mixed, divided and used again, to a great depth.

Sites are Zipf-sized. A run tips a lot of the site's stock together with one or two picked lots, each of which goes into
three runs, loses a little and makes two lots, so a lot has some two ancestors for each step of its depth. The largest
site has a silo beside them, which goes into hundreds of runs and leads to thousands of lots. Reports are made as they
are asked for, in the order of their times; what is remembered is the stock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random

from provenance import reports
from provenance.reports import Json
from simulator.numbers import Numbers
from simulator.world import CHINA

SAMPLED = 400
"""Lots of each depth that are remembered, for who wants to ask about them."""
DELIVERY_USES = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """How much, and of which shape. `links` are pairs (input lot, output lot) for each lot there is."""

    lots: int = 1_000_000
    links: int = 2
    sites: int = 2_000
    deepest: int = 60
    stock: int = 200
    silo_uses: int = 300
    days: int = 90

    @classmethod
    def of(cls, lots: int) -> Shape:
        """So many lots, with sites and stocks in proportion, so that a small season is deep, too."""
        return cls(lots=lots, sites=min(max(lots // 500, 5), 2_000), stock=min(max(lots // 5_000, 12), 200))


@dataclass(slots=True)
class _Lot:
    key: str
    kg: Decimal
    depth: int = 1
    uses_left: int = 2


@dataclass(slots=True)
class _Site:
    id: str
    plot: str
    grower: str
    product: str
    picked: dict[int, _Lot] = field(default_factory=dict)
    stock: list[_Lot] = field(default_factory=list)


class LotGraph:
    """`reports` once; afterwards, or meanwhile, the counts and the lots remembered tell what was made."""

    def __init__(self, *, seed: int = 0, shape: Shape = Shape()) -> None:  # frozen
        self.shape = shape
        self.lots = self.links = self.events = 0
        self.by_depth: dict[int, list[str]] = {}
        self.silos: list[str] = []
        """Those of the largest site, in the order of their making; its other lots are not remembered."""
        self._random = Random(seed)  # noqa: S311 - repeatable, and nothing secret
        self._numbers = Numbers(self._random)
        self._now = datetime(2025, 9, 1, tzinfo=CHINA)
        self._tick = timedelta(days=shape.days) / (shape.lots + 1)
        products = [self._numbers.gtin() for _ in range(8)]
        self._sites = [self._site(products[n % len(products)]) for n in range(shape.sites)]
        self._weights = list(accumulate(1 / rank for rank in range(1, shape.sites + 1)))

    def reports(self) -> Iterator[Json]:
        while self.lots < self.shape.lots:
            yield from self._run(self._random.choices(self._sites, cum_weights=self._weights)[0])

    def _site(self, product: str) -> _Site:
        numbers = self._numbers
        return _Site(numbers.place(), numbers.plot(), numbers.grower(), product)

    def _run(self, site: _Site) -> Iterator[Json]:
        """As many picked lots go in as keep the links at the number wanted."""
        inputs: dict[str, Decimal] = {}
        deepest = 0
        if not site.stock:
            site.stock.append(self._grown(site, 120, 2))
            yield self._delivered(site, site.stock[-1])
        used = [self._from_stock(site)]
        for place in (0, 1) if self.links <= self.shape.links * self.lots else (0,):
            if place not in site.picked or not site.picked[place].uses_left:
                site.picked[place] = self._grown(site, *self._crop(site, place))
                yield self._delivered(site, site.picked[place])
            used.append(site.picked[place])
        for lot in used:
            inputs[lot.key] = self._taken(lot)
            deepest = max(deepest, lot.depth)
        yield self._graded(site, inputs, deepest + 1)

    def _from_stock(self, site: _Site) -> _Lot:
        """One of the stock, which stays in it while there is some left of it."""
        place = self._random.randrange(len(site.stock))
        lot = site.stock[place]
        if lot.uses_left == 1:
            site.stock[place] = site.stock[-1]
            site.stock.pop()
        return lot

    def _taken(self, lot: _Lot) -> Decimal:
        """An equal part of what is left, to the tenth of a kilogram."""
        kg = lot.kg if lot.uses_left == 1 else (lot.kg / lot.uses_left).quantize(Decimal("0.1"))
        lot.kg -= kg
        lot.uses_left -= 1
        return kg

    def _crop(self, site: _Site, place: int) -> tuple[int, int]:
        """Kilograms, and the number of runs they go into: of a silo or of a delivery."""
        is_silo = site is self._sites[0] and not place
        uses = self.shape.silo_uses if is_silo else DELIVERY_USES
        return self._random.randint(60, 140) * uses, uses

    def _grown(self, site: _Site, kg: int, uses: int) -> _Lot:
        lot = self._made(site, Decimal(kg), 1)
        lot.uses_left = uses
        if uses == self.shape.silo_uses:
            self.silos.append(lot.key)
        return lot

    def _delivered(self, site: _Site, lot: _Lot) -> Json:
        event_id, at = self._told()
        return reports.delivery(
            event_id=event_id,
            at=at,
            lot=lot.key,
            kg=lot.kg,
            plot=site.plot,
            grower=site.grower,
            station=site.id,
        )

    def _graded(self, site: _Site, inputs: dict[str, Decimal], depth: int) -> Json:
        left = sum(inputs.values()) * Decimal(self._random.randint(92, 100)) / 100
        first = (left * Decimal(self._random.randint(40, 60)) / 100).quantize(Decimal("0.1"))
        made = [self._made(site, kg, depth) for kg in (first, (left - first).quantize(Decimal("0.1")))]
        self.links += len(inputs) * len(made)
        for lot in made if depth < self.shape.deepest else ():
            self._keep(site, lot)
        event_id, at = self._told()
        outputs: dict[str, Decimal | None] = {lot.key: lot.kg for lot in made}
        return reports.grading(event_id=event_id, at=at, inputs=dict(inputs), outputs=outputs, site=site.id)

    def _keep(self, site: _Site, lot: _Lot) -> None:
        """What there is no room for is sold to people we hear nothing of."""
        if len(site.stock) < self.shape.stock:
            site.stock.append(lot)
        else:
            site.stock[self._random.randrange(len(site.stock))] = lot

    def _made(self, site: _Site, kg: Decimal, depth: int) -> _Lot:
        lot = _Lot(self._numbers.lot(site.product), kg, depth)
        self.lots += 1
        remembered = self.by_depth.setdefault(depth, [])
        if len(remembered) < SAMPLED and site is not self._sites[0]:
            remembered.append(lot.key)
        return lot

    def _told(self) -> tuple[str, datetime]:
        self.events += 1
        self._now += self._tick
        return self._numbers.event_id(), self._now
