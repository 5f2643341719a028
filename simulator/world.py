"""A small world of growers, stations, packing houses and shops, told what to do in domain words.

Each deed writes the report that its doer would send (`provenance.reports`) into `events`, and gives back what it made.
The world knows how much of each lot there is and where everything stands, so that a story needs no arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any

from provenance import reports
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Brand, County, Party, Product, Record, Site
from provenance.reports import CertificateState, Json
from simulator.numbers import Numbers

CHINA = timezone(timedelta(hours=8))
Mass = Decimal | int | str


# Whose kind of party keeps a kind of site, where the two are not called alike.
_KEEPERS = {
    "plot": "grower",
    "packing_house": "packer",
    "origin_cold_store": "packer",
    "room": "packer",
    "truck": "carrier",
    "distribution_centre": "partner",
}


@dataclass(frozen=True, slots=True)
class Grower:
    """A household and its one plot."""

    id: str
    plot: str


class World:
    """Deeds happen ten minutes after each other unless a time is given."""

    def __init__(self, *, seed: int = 0, start: datetime = datetime(2026, 9, 10, 6, 0, tzinfo=CHINA)) -> None:
        self.random = Random(seed)  # noqa: S311  # repeatable, and nothing secret
        self.numbers = Numbers(self.random)
        self.now = start
        self.events: list[Json] = []
        self.records: list[Record] = []
        self.kg: dict[str, Decimal | None] = {}
        self.place: dict[str, str] = {}
        self.inside: dict[str, list[str]] = {}
        self._net_weight: dict[str, Decimal | None] = {}
        self.fruit = self.product("散装梨", net_weight_kg=None)

    @property
    def registry(self) -> MemoryRegistry:
        return MemoryRegistry(self.records)

    # Who and what there is

    def register(self, record: Record) -> str:
        self.records.append(record)
        return record.id

    def county(self, code: str, name_zh: str, **fields: Any) -> str:
        return self.register(County(id=code, name_zh=name_zh, **fields))

    def product(self, name_zh: str, *, net_weight_kg: Mass | None) -> str:
        weight = None if net_weight_kg is None else Decimal(net_weight_kg)
        product = self.register(Product(id=self.numbers.gtin(), name_zh=name_zh, net_weight_kg=weight))
        self._net_weight[product] = weight
        return product

    def party(self, kind: str, name_zh: str = "") -> str:
        return self.register(Party(id=self.numbers.party(), kind=kind, name_zh=name_zh or kind))

    def site(self, kind: str, *, party: str = "", county: str = "141031", name_zh: str = "") -> str:
        owner = party or self.party(_KEEPERS.get(kind, kind))
        return self.register(
            Site(id=self.numbers.place(), kind=kind, party=owner, name_zh=name_zh or kind, county_code=county)
        )

    def grow(self, *, county: str = "141031", area_mu: Mass = 10, village: str = "") -> Grower:
        """A registered household with a registered plot of bearing trees."""
        grower = Grower(self.numbers.grower(), self.numbers.plot())
        north, east = self.numbers.point()
        self.register(Party(id=grower.id, kind="grower", name_zh="农户", county_code=county, village=village))
        plot = Site(
            id=grower.plot,
            kind="plot",
            party=grower.id,
            name_zh="梨园",
            county_code=county,
            village=village,
            area_mu=Decimal(area_mu),
            bearing_since=2016,
            parcel_code=self.numbers.parcel(county),
            latitude=north,
            longitude=east,
        )
        self.register(plot)
        return grower

    def brand(self, *, county: str = "141031", gtins: Iterable[str] = (), **fields: Any) -> Brand:
        owner = self.party("brand_office")
        brand = Brand(
            id=f"{self.numbers.private}/brand/{county}",
            name_zh="品牌",
            owner=owner,
            county_code=county,
            gtins=frozenset(gtins),
            **fields,
        )
        self.register(brand)
        return brand

    # What is done

    def pick(self, grower: Grower, kg: Mass | None, *, station: str | None = None, **fields: Any) -> str:
        lot = self.numbers.lot(self.fruit)
        mass = None if kg is None else Decimal(kg)
        self.report(reports.delivery, lot=lot, kg=mass, plot=grower.plot, grower=grower.id, station=station, **fields)
        return self._made(lot, mass, station or grower.plot)

    def pool(self, lots: Sequence[str], *, site: str, kg: Mass | None = None) -> str:
        pooled = self.numbers.lot(self.fruit)
        inputs = {lot: self.kg[lot] for lot in lots}
        self.report(reports.pooling, inputs=inputs, output=pooled, site=site, kg=None if kg is None else Decimal(kg))
        self._use_up(lots)
        known = [mass for mass in inputs.values() if mass is not None]
        return self._made(pooled, sum(known, Decimal(0)) if kg is None else Decimal(kg), site)

    def grade(self, lot: str, masses: Sequence[Mass], *, site: str, run: str | None = None) -> list[str]:
        outputs = {self.numbers.lot(self.fruit): Decimal(mass) for mass in masses}
        self.report(reports.grading, inputs={lot: self.kg[lot]}, outputs=outputs, site=site, run=run)
        self._use_up([lot])
        return [self._made(grade, mass, site) for grade, mass in outputs.items()]

    def pack(self, lot: str, count: int, *, product: str, site: str, kg: Mass | None = None) -> list[str]:
        """So many boxes from a lot; their registered net weight is taken from it, or `kg` in all."""
        boxes = [self.numbers.serial(product) for _ in range(count)]
        each = self._net_weight[product]
        used = Decimal(kg) if kg is not None else (each or Decimal(0)) * count
        self.report(reports.packing, inputs={lot: used}, boxes=boxes, site=site, lot=lot, net_weight_kg=each)
        self.kg[lot] = (self.kg[lot] or Decimal(0)) - used
        return [self._made(box, each, site) for box in boxes]

    def palletise(self, items: Sequence[str] = (), *, site: str, lots: Mapping[str, Mass] | None = None) -> str:
        pallet = self.numbers.pallet()
        amounts = {lot: Decimal(kg) for lot, kg in (lots or {}).items()}
        self.report(reports.palletising, pallet=pallet, items=items, lots=amounts, site=site)
        self.inside[pallet] = [*items, *amounts]
        self.place[pallet] = site
        return pallet

    def unpack(self, pallet: str, *, site: str = "", items: Sequence[str] = ()) -> list[str]:
        """Everything, unless some things are named."""
        self.report(reports.unpacking, pallet=pallet, items=items, site=site or self.place[pallet])
        out = list(items) or self.inside[pallet]
        self.inside[pallet] = [thing for thing in self.inside[pallet] if thing not in out]
        return out

    def ship(
        self, items: Sequence[str] = (), *, to: str, lots: Mapping[str, Mass] | None = None, frm: str = ""
    ) -> None:
        amounts = {lot: Decimal(kg) for lot, kg in (lots or {}).items()}
        here = frm or self.place[next(iter((*items, *amounts)))]
        self.report(reports.shipment, items=items, lots=amounts, from_site=here, to_site=to)

    def receive(self, items: Sequence[str] = (), *, site: str, lots: Mapping[str, Mass] | None = None) -> None:
        amounts = {lot: Decimal(kg) for lot, kg in (lots or {}).items()}
        self.report(reports.receipt, items=items, lots=amounts, site=site)
        for thing in items:
            for moved in (thing, *self.inside.get(thing, ())):
                self.place[moved] = site

    def send(self, items: Sequence[str], *, to: str) -> None:
        """Shipped and received."""
        self.ship(items, to=to)
        self.now += timedelta(hours=8)
        self.receive(items, site=to)

    def store(self, things: Sequence[str], *, room: str) -> None:
        lots = {thing: self.kg[thing] for thing in things if "/10/" in thing}
        self.report(reports.storing, room=room, items=[t for t in things if t not in lots], lots=lots)

    def read(self, device: str, celsius: Mass, *, goods: Sequence[str] = (), site: str | None = None) -> None:
        self.now += timedelta(minutes=10)
        start, degrees = self.now - timedelta(minutes=10), Decimal(celsius)
        self._keep(
            reports.reading(
                event_id=self.numbers.event_id(),
                start=start,
                end=self.now,
                device=device,
                mean_c=degrees,
                goods=goods,
                site=site,
            )
        )

    def inspect(self, lots: Sequence[str], *, site: str, conformant: bool | None = True, **fields: Any) -> str:
        amounts = {lot: self.kg[lot] for lot in lots}
        return self.report(reports.inspection, lots=amounts, conformant=conformant, site=site, **fields)

    def certify(
        self,
        certificate: str,
        *,
        scheme: str,
        scope: Sequence[str] = (),
        lots: Sequence[str] = (),
        state: CertificateState = "issued",
        valid_from: date = date(2026, 1, 1),
        valid_to: date = date(2029, 1, 1),
        issuer: str = "https://example.org/certifier",
    ) -> str:
        return self.report(
            reports.certificate,
            certificate=certificate,
            state=state,
            issuer=issuer,
            scheme=scheme,
            scope=scope,
            lots=lots,
            valid_from=valid_from,
            valid_to=valid_to,
        )

    def sell(self, items: Sequence[str] = (), *, site: str, lots: Mapping[str, Mass] | None = None) -> None:
        amounts = {lot: Decimal(kg) for lot, kg in (lots or {}).items()}
        self.report(reports.sale, items=items, lots=amounts, site=site)

    def lose(self, *, site: str, items: Sequence[str] = (), lots: Mapping[str, Mass] | None = None) -> None:
        amounts = {lot: Decimal(kg) for lot, kg in (lots or {}).items()}
        self.report(reports.loss, items=items, lots=amounts, site=site)

    def take_back(self, event_id: str, *, corrected_by: Sequence[str] = ()) -> Json:
        """Declare a report wrong; what corrects it, if anything does, is reported on its own."""
        body = next(event for event in self.events if event["eventID"] == event_id)
        self.now += timedelta(minutes=10)
        return self._keep(reports.correction(body, at=self.now, corrective_event_ids=corrected_by))

    def report(self, builder: Any, *, at: datetime | None = None, **fields: Any) -> str:
        """File the report a builder of `provenance.reports` makes; gives back its event id."""
        self.now = at or self.now + timedelta(minutes=10)
        return str(self._keep(builder(event_id=self.numbers.event_id(), at=self.now, **fields))["eventID"])

    def forget(self) -> None:
        """Let go of all reports and goods so far, as a long season does every evening; places and people stay."""
        for kept in (self.events, self.kg, self.place, self.inside):
            kept.clear()

    def _keep(self, body: Json) -> Json:
        self.events.append(body)
        return body

    def _made(self, thing: str, kg: Decimal | None, place: str) -> str:
        self.kg[thing] = kg
        self.place[thing] = place
        return thing

    def _use_up(self, lots: Iterable[str]) -> None:
        for lot in lots:
            self.kg[lot] = Decimal(0)
