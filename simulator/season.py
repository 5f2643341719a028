"""A whole season of any size: growers deliver to stations every day, and what they bring goes its way to the shops.

Station by station and day by day: deliveries, pooled; shipped to the packing house; graded with a loss; boxed;
palletised; stored cold; shipped with a logger; received; unpacked; sent to shops; partly sold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from provenance.reports import Json
from simulator.accidents import NONE, Accidents, befall
from simulator.world import Grower, World

_COUNTIES = ("141031", "141033", "430822", "530926", "610830", "620522")
LOGGER = "https://id.gs1.org/8004/9520001SIMLOG"


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything. Reports are about stations × days × (growers + 25)."""

    counties: int = 1
    stations: int = 2
    growers: int = 4
    days: int = 3
    readings: int = 4
    shops: int = 2


@dataclass(frozen=True, slots=True)
class _Station:
    site: str
    growers: Sequence[Grower]


class Season:
    """`world` has the registry of all who take part; `reports` yields their reports in the order they come in."""

    def __init__(self, *, seed: int = 0, size: Size = Size(), accidents: Accidents = NONE) -> None:  # frozen
        self.world = World(seed=seed)
        self._size = size
        self._accidents = accidents
        for code in _COUNTIES[: size.counties]:
            self.world.county(code, code)
        self._house, self._cold = self.world.site("packing_house"), self.world.site("origin_cold_store")
        self._centre = self.world.site("distribution_centre")
        self._shops = [self.world.site("shop") for _ in range(size.shops)]
        self._box = self.world.product("礼盒", net_weight_kg=5)
        self._stations = [self._found(n) for n in range(size.stations)]

    def reports(self) -> Iterator[Json]:
        """Made as they are asked for, so that a season of millions needs no memory for them."""
        world = self.world
        yield from befall(self._deeds(), self._accidents, random=world.random, numbers=world.numbers)

    def _found(self, number: int) -> _Station:
        county = _COUNTIES[number % self._size.counties]
        site = self.world.site("station", county=county)
        return _Station(site, [self.world.grow(county=county) for _ in range(self._size.growers)])

    def _deeds(self) -> Iterator[Json]:
        morning = self.world.now
        for day in range(self._size.days):
            for station in self._stations:
                self.world.now = morning + timedelta(days=day)
                self._one_day(station)
                yield from self.world.events
                self.world.forget()

    def _one_day(self, station: _Station) -> None:
        world = self.world
        lots = [world.pick(grower, self._weighed(), station=station.site) for grower in station.growers]
        pooled = world.pool(lots, site=station.site)
        mass = world.kg[pooled] or Decimal(0)
        world.inspect([pooled], site=station.site)
        world.ship(lots={pooled: mass}, to=self._house)
        world.receive(lots={pooled: mass}, site=self._house)
        first, second = (int(mass * share) for share in (Decimal("0.55"), Decimal("0.37")))
        grades = world.grade(pooled, [first, second], site=self._house)
        boxes = [box for grade, kg in zip(grades, (first, second), strict=True) for box in self._boxed(grade, kg)]
        if boxes:
            self._sent(boxes)

    def _boxed(self, grade: str, kg: int) -> list[str]:
        return self.world.pack(grade, kg // 5, product=self._box, site=self._house) if kg >= 5 else []

    def _sent(self, boxes: Sequence[str]) -> None:
        world = self.world
        pallet = world.palletise(boxes, site=self._house)
        world.store([pallet], room=self._cold)
        world.ship([pallet], to=self._centre)
        for _ in range(self._size.readings):
            world.read(LOGGER, f"{world.random.gauss(0.8, 0.4):.1f}", goods=[pallet])
        world.receive([pallet], site=self._centre)
        world.unpack(pallet)
        for n, shop in enumerate(self._shops):
            part = boxes[n :: len(self._shops)]
            if part:
                world.send(part, to=shop)
                world.sell(part[: len(part) // 2 or 1], site=shop)

    def _weighed(self) -> Decimal:
        """Kilograms of one delivery, to the half kilogram a station's scale shows."""
        return Decimal(self.world.random.randint(160, 1300)) / 2


def season(*, seed: int = 0, size: Size = Size(), accidents: Accidents = NONE) -> Iterator[Json]:  # frozen
    """The reports of a season; `Season` where its registry is wanted too."""
    return Season(seed=seed, size=size, accidents=accidents).reports()
