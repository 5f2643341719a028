"""Master data as the rules read it: frozen records, each true from a day to a day, and the port that finds them.

A question about the past gets the record of that day. Who may write them is the registry service's affair.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

PENDING = "pending"
"""Of a proposal nobody has decided; else it is approved, rejected or withdrawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What all records have. `valid_to` is exclusive, None while open."""

    id: str
    version: int = 1
    valid_from: date = date.min
    valid_to: date | None = None
    author: str = ""
    # The party that approved it; empty where nobody did: what the registry's keepers brought in themselves.
    approved_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party(Record):
    kind: str
    name_zh: str
    name_en: str = ""
    credit_code: str = ""
    village: str = ""
    county_code: str = ""
    public_name_zh: str = ""
    public_name_en: str = ""
    # The erasable part: never in a log line, never in an event, shown to few (`provenance.access.authority`).
    personal_name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate(Record):
    """`from_party` lets `to_party` act for it; no sites means all of its sites."""

    from_party: str
    to_party: str
    actions: frozenset[str]
    sites: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, north and east positive (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Record):
    """`parcel_code` is the contracted parcel's 承包地块编码 (NY/T 2537), `boundary` its corners in order."""

    kind: str
    party: str
    name_zh: str
    name_en: str = ""
    county_code: str = ""
    township: str = ""
    village: str = ""
    area_mu: Decimal | None = None
    bearing_since: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    township_en: str = ""
    village_en: str = ""
    parcel_code: str = ""
    boundary: tuple[Point, ...] = ()
    # Plots that look like the same ground, and of which whoever approved this one said why they are not; its own id,
    # where he vouched for a plot that lies nobody knows where.
    confirmed_beside: frozenset[str] = frozenset()
    # The day the plot was first proposed: it bears nothing before (ADR 0100). None for what the operator brought in.
    proposed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Logger(Record):
    site: str
    interval_seconds: int
    calibrated_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Record):
    """The id is the GTIN's canonical Digital Link; `net_weight_kg` is None for goods sold by weight.

    `made_of` are the products, fruit as it is picked, that it may be made of; where none is named, of whatever has its
    own production standard.
    """

    name_zh: str
    name_en: str = ""
    variety: str = ""
    net_weight_kg: Decimal | None = None
    production_standard: str = ""
    variety_en: str = ""
    made_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class QualityLimit:
    property: str
    unit: str
    minimum: Decimal | None
    maximum: Decimal | None
    source: str
    edition: str = ""
    name_zh: str = ""
    name_en: str = ""
    aliases: frozenset[str] = frozenset()
    required: bool = False


@dataclass(frozen=True, slots=True)
class ResidueLimit:
    """The most of a substance (a pesticide's common name) that the edible part may hold.

    `aliases` are all else laboratories call it: other spellings and languages, its CAS number, URIs of it. A `required`
    limit is one that must have been measured.
    """

    substance: str
    maximum_mg_per_kg: Decimal
    source: str
    edition: str = ""
    name_zh: str = ""
    aliases: frozenset[str] = frozenset()
    required: bool = False


@dataclass(frozen=True, slots=True)
class PreHarvestInterval:
    """Whole days between an application and picking. `input` is the product's canonical GTIN or a substance."""

    input: str
    days: int


@dataclass(frozen=True, slots=True)
class YieldStep:
    """Believable kilograms a 亩 a season for trees at least this old."""

    from_age_years: int
    kg_per_mu: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductionStandard(Record):
    name_zh: str
    name_en: str = ""
    edition: str = ""
    limits: tuple[QualityLimit, ...] = ()
    storage_min_c: Decimal | None = None
    storage_max_c: Decimal | None = None
    cool_within_minutes: int | None = None
    tolerated_degree_minutes: Decimal = Decimal(0)
    balance_tolerance: Decimal = Decimal("0.02")
    yields: tuple[YieldStep, ...] = ()
    season_from: str = ""
    season_to: str = ""
    shelf_life_days: int | None = None
    transit_days: int = 7
    residue_limits: tuple[ResidueLimit, ...] = ()
    pre_harvest_intervals: tuple[PreHarvestInterval, ...] = ()
    # Kinds of inspection that must be there; empty: one of any kind.
    tests_required: frozenset[str] = frozenset()
    test_within_days: int | None = None
    # How long the fruit can be kept between picking and packing; None: `provenance.rules.kept_fruit`.
    storage_days: int | None = None


@dataclass(frozen=True, slots=True)
class CountyStatus:
    """One listing of a county: history with its dates, never a present tense. `level` is national or provincial."""

    scheme: str
    level: str
    listed_from: int | None
    exit_year: int | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class County(Record):
    """The id is the GB/T 2260 code."""

    name_zh: str
    name_en: str = ""
    province_zh: str = ""
    province_en: str = ""
    city_zh: str = ""
    statuses: tuple[CountyStatus, ...] = ()
    # The id of the one brand that the county stands for.
    outstanding_brand: str = ""


@dataclass(frozen=True, slots=True)
class ScanThreshold:
    """From when on look-ups of a label warn: a field of `provenance.scans.thresholds.Thresholds`, and its value."""

    name: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand(Record):
    name_zh: str
    name_en: str = ""
    owner: str
    county_code: str
    gtins: frozenset[str] = frozenset()
    least_origin_share: Decimal = Decimal(1)
    accepted_county_schemes: frozenset[str] = frozenset()
    required_certificate_schemes: frozenset[str] = frozenset()
    may_be_unknown: frozenset[str] = frozenset()
    least_benefit_share: Decimal | None = None
    floor_price_yuan: Decimal | None = None
    # Of the payments to growers, the share that the payee has to have confirmed.
    least_confirmed_share: Decimal | None = None
    # What is not named is as in `provenance.scans.thresholds.DEFAULTS`.
    scan_thresholds: tuple[ScanThreshold, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Record):
    brand: str
    name_zh: str
    name_en: str = ""
    party: str = ""
    county_codes: frozenset[str] = frozenset()
    # shop, online or live_stream, which lasts as long as its record is valid; `url` where it is found on the web.
    kind: str = ""
    url: str = ""
    # The party that runs the platform the shop is on.
    platform: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(Record):
    """Where a platform is told when what is said of its listings changes (ADR 0163)."""

    party: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accreditation(Record):
    party: str
    schemes: frozenset[str]
    number: str = ""
    accreditor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonCompleted(Record):
    party: str
    lesson: str
    completed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Beneficiary(Record):
    """A household that the county's programme counts as helped. Personal data by its meaning: never public."""

    party: str
    county_code: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal(Record):
    """What somebody would have registered: in force only once another party approves it.

    `proposed` carries the version it would be. Its later version says what was decided, by whom (`decided_by`) and why;
    `confirmed` is why a flagged plot was approved all the same (`provenance.registry.same_ground`).
    """

    proposed: Record
    proposed_by: str
    proposed_on: date
    state: str = PENDING
    decided_by: str = ""
    decided_on: date | None = None
    reason: str = ""
    confirmed: str = ""


class Registry(Protocol):
    """Finds the record of a day; None where nothing is registered on it. Ids are canonical."""

    def party(self, id: str, on: date) -> Party | None: ...

    def site(self, id: str, on: date) -> Site | None: ...

    def sites_of(self, party: str, on: date) -> tuple[Site, ...]: ...

    def sites_near(self, site: Site, on: date) -> tuple[Site, ...]:
        """Every plot of that day that may be the same ground, by parcel code or by where it lies; itself too."""
        ...

    def logger(self, id: str, on: date) -> Logger | None: ...

    def loggers_at(self, asset: str, on: date) -> tuple[Logger, ...]: ...

    def product(self, id: str, on: date) -> Product | None: ...

    def production_standard(self, id: str, on: date) -> ProductionStandard | None: ...

    def county(self, id: str, on: date) -> County | None: ...

    def brand(self, id: str, on: date) -> Brand | None: ...

    def brands_of(self, gtin: str, on: date) -> tuple[Brand, ...]: ...

    def brands_in(self, county_code: str, on: date) -> tuple[Brand, ...]: ...

    def products_of(self, fruit: str, on: date) -> tuple[Product, ...]:
        """Those that say they may be made of it."""
        ...

    def channels_of(self, party: str, on: date) -> tuple[Channel, ...]: ...

    def channels_for(self, brand: str, on: date) -> tuple[Channel, ...]: ...

    def mandates(self, from_party: str, on: date) -> tuple[Mandate, ...]: ...

    def accreditations(self, party: str, on: date) -> tuple[Accreditation, ...]: ...

    def beneficiary(self, party: str, on: date) -> Beneficiary | None: ...
