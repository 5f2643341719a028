"""What each record must be, as a table of checks. Whether it may replace another is `services.registry.domain`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from stdnum.cn import uscc

from epcis.identifiers import Gln, Gtin, Pgln
from epcis.problems import Problem
from provenance.access.authority import MANDATE_ACTIONS
from provenance.certificates.schemes import SCHEMES, SPELLINGS
from provenance.days import YEARS
from provenance.quality.conformity import limits_of, plainly
from provenance.registry import records as registry
from provenance.registry.county_codes import COUNTY_CODE
from provenance.registry.ground import centre, crosses_itself, shape
from provenance.registry.provinces import in_china
from provenance.registry.records import Record
from provenance.scans import thresholds
from services.registry.fields import (
    Known,
    Rule,
    ascending,
    between,
    county,
    not_empty,
    one_of,
    registered,
    uri,
    wrong,
)

PARTY_KINDS = (
    *("grower", "station", "cooperative", "packer", "carrier", "shop", "inspector", "laboratory"),
    *("brand_office", "regulator", "operator", "partner"),
)
SITE_KINDS = ("plot", "station", "packing_house", "origin_cold_store", "room", "truck", "distribution_centre", "shop")
LEVELS = ("national", "provincial")
CHANNEL_KINDS = ("", "shop", "online", "live_stream")
INSPECTION_KINDS = ("official", "laboratory", "rapid", "self")

LEAST_CORNERS = 3
MOST_CORNERS = 60
WIDEST_DEGREES = 0.5
_PARCEL_CODE = re.compile(r"\d{19}")
_WEB_ADDRESS = re.compile(r"https://[^/?#@\s]+(?:[/?#]\S*)?")
_MONTH_AND_DAY = re.compile(r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
MG_IN_A_KG = 1_000_000
DAYS_IN_A_YEAR = 366


def problems_of(record: Record, known: Known) -> list[Problem]:
    """Every wrong field, each with a pointer into the record's own fields."""
    return [problem for rule in (_dates, *RULES[type(record)]) for problem in rule(record, known)]


def _dates(record: Record, _: Known) -> Iterator[Problem]:
    for field, day in (("valid_from", record.valid_from), ("valid_to", record.valid_to)):
        if day is not None and day != date.min and day.year not in YEARS:
            sentence = f"{field} {day} should lie in {YEARS[0]} to {YEARS[-1]}; what has no end has no valid_to"
            yield wrong(field, "no-such-day", sentence)
    if record.valid_to is not None and record.valid_to <= record.valid_from:
        sentence = f"valid_to {record.valid_to} should be after valid_from {record.valid_from}"
        yield wrong("valid_to", "ends-before-it-begins", sentence)


def _credit_code(record: registry.Party, _: Known) -> Iterator[Problem]:
    if record.credit_code and not uscc.is_valid(record.credit_code):
        sentence = f"{record.credit_code!r} is no unified social credit identifier: 18 characters, the last a check"
        yield wrong("credit_code", "wrong-credit-code", sentence)


def _two_parties(record: registry.Mandate, _: Known) -> Iterator[Problem]:
    if record.from_party == record.to_party:
        yield wrong("to_party", "same-party", "nobody needs a mandate from itself")


def _plots_only(record: registry.Site, _: Known) -> Iterator[Problem]:
    for field in ("area_mu", "bearing_since", "parcel_code", "boundary", "confirmed_beside"):
        if record.kind != "plot" and getattr(record, field) not in (None, "", (), frozenset()):
            yield wrong(field, "plots-only", f"only a plot has {field}, and this is a {record.kind}")


def _parcel_code(record: registry.Site, _: Known) -> Iterator[Problem]:
    code = record.parcel_code
    if code and not (_PARCEL_CODE.fullmatch(code) and COUNTY_CODE.fullmatch(code[:6])):
        sentence = f"{code!r} should be the nineteen digits of a contracted parcel, the first six its county's code"
        yield wrong("parcel_code", "no-parcel-code", sentence)


def _in_china(record: registry.Site, _: Known) -> Iterator[Problem]:
    middle = centre(record) if record.kind == "plot" else None
    if middle is None or not (-90 <= middle.latitude <= 90 and -180 <= middle.longitude <= 180):
        return
    if not in_china(middle):
        sentence = f"{middle.latitude}, {middle.longitude} is not in China: are latitude and longitude exchanged?"
        yield wrong("boundary" if record.latitude is None else "latitude", "outside-china", sentence)


def _boundary(record: registry.Site, _: Known) -> Iterator[Problem]:
    if record.boundary and len(set(record.boundary)) < LEAST_CORNERS:
        yield wrong("boundary", "no-area", "a boundary needs at least three different corners, in order")
    if len(record.boundary) > MOST_CORNERS:
        sentence = f"a boundary has at most {MOST_CORNERS} corners, and this one {len(record.boundary)}"
        yield wrong("boundary", "too-many", sentence)
    for i, point in enumerate(record.boundary):
        if not (-90 <= point.latitude <= 90 and -180 <= point.longitude <= 180):
            sentence = f"{point.latitude}, {point.longitude} should be degrees north (-90 to 90) and east (-180 to 180)"
            yield wrong(f"boundary/{i}", "out-of-range", sentence)
            return
    yield from _outline(record.boundary)


def _outline(boundary: tuple[registry.Point, ...]) -> Iterator[Problem]:
    latitudes, longitudes = [p.latitude for p in boundary], [p.longitude for p in boundary]
    if boundary and max(max(latitudes) - min(latitudes), max(longitudes) - min(longitudes)) > WIDEST_DEGREES:
        sentence = f"a plot is at most {WIDEST_DEGREES} degrees across: is latitude or longitude shifted?"
        yield wrong("boundary", "too-wide", sentence)
    elif LEAST_CORNERS < len(boundary) <= MOST_CORNERS and crosses_itself(shape(boundary, boundary[0])):
        yield wrong("boundary", "crosses-itself", "its sides cross: name the corners in order around the plot")


def _season(record: registry.ProductionStandard, _: Known) -> Iterator[Problem]:
    for field in ("season_from", "season_to"):
        if (text := getattr(record, field)) and not _MONTH_AND_DAY.fullmatch(text):
            yield wrong(field, "no-day-of-the-year", f"{text!r} should be month and day, such as 09-10")


def _limits_and_yields(record: registry.ProductionStandard, _: Known) -> Iterator[Problem]:
    for i, limit in enumerate(record.limits):
        if limit.minimum is not None and limit.maximum is not None and limit.minimum > limit.maximum:
            sentence = f"the maximum {limit.maximum} should not be less than the minimum {limit.minimum}"
            yield wrong(f"limits/{i}/maximum", "out-of-order", sentence)
    ages = [step.from_age_years for step in record.yields]
    if ages != sorted(set(ages)):
        yield wrong("yields", "out-of-order", "the ages should rise, each named once")


def _safety(record: registry.ProductionStandard, _: Known) -> Iterator[Problem]:
    for i, residue in enumerate(record.residue_limits):
        if not 0 <= residue.maximum_mg_per_kg <= MG_IN_A_KG:
            sentence = f"{residue.maximum_mg_per_kg} should be milligrams a kilogram, at least 0"
            yield wrong(f"residue_limits/{i}/maximum_mg_per_kg", "out-of-range", sentence)
    for i, interval in enumerate(record.pre_harvest_intervals):
        if not 0 <= interval.days <= DAYS_IN_A_YEAR:
            sentence = f"{interval.days} should be whole days from 0 to {DAYS_IN_A_YEAR}"
            yield wrong(f"pre_harvest_intervals/{i}/days", "out-of-range", sentence)


def _names_apart(record: registry.ProductionStandard, _: Known) -> Iterator[Problem]:
    """A name that two substances share would hold what was found of one against the limit of the other."""
    whose: dict[str, str] = {}
    for i, limit in enumerate(limits_of(record)):
        for name in sorted(limit.names):
            if whose.setdefault(name, plainly(limit.name)) != plainly(limit.name):
                field = f"limits/{i}" if i < len(record.limits) else f"residue_limits/{i - len(record.limits)}"
                sentence = f"{name!r} is a name of {whose[name]!r} already; a name is of one substance"
                yield wrong(f"{field}/aliases", "named-twice", sentence)


def _county_itself(record: registry.County, _: Known) -> Iterator[Problem]:
    if not COUNTY_CODE.fullmatch(record.id):
        sentence = f"{record.id!r} should be the six digits of a county in GB/T 2260, such as 141031"
        yield wrong("id", "no-county-code", sentence)
    for i, status in enumerate(record.statuses):
        if status.level not in LEVELS:
            sentence = f"{status.level!r} should be one of {', '.join(LEVELS)}"
            yield wrong(f"statuses/{i}/level", "unknown-word", sentence)
        if status.listed_from and status.exit_year and status.exit_year < status.listed_from:
            sentence = f"it left in {status.exit_year}, before it was listed in {status.listed_from}"
            yield wrong(f"statuses/{i}/exit_year", "ends-before-it-begins", sentence)


def _scan_thresholds(record: registry.Brand, _: Known) -> Iterator[Problem]:
    for i, one in enumerate(record.scan_thresholds):
        try:
            thresholds.check(one)
        except ValueError as error:
            yield wrong(f"scan_thresholds/{i}", "no-threshold", str(error))
        if one.name in {before.name for before in record.scan_thresholds[:i]}:
            yield wrong(f"scan_thresholds/{i}", "twice", f"{one.name} is named twice")


def _web_address(record: registry.Channel | registry.Subscription, _: Known) -> Iterator[Problem]:
    """Buyers, or messages, are sent there."""
    if record.url and not _WEB_ADDRESS.fullmatch(record.url):
        sentence = f"{record.url!r} should be an address such as https://shop.example/pears, without a user in it"
        yield wrong("url", "no-web-address", sentence)


def _dated_stream(record: registry.Channel, _: Known) -> Iterator[Problem]:
    if record.kind == "live_stream" and (not record.url or record.valid_to is None):
        yield wrong("valid_to", "not-dated", "a live stream has its url and the day on which it is over, valid_to")


RULES: Mapping[type[Record], tuple[Rule, ...]] = {
    registry.Party: (uri(Pgln, Gln), one_of("kind", PARTY_KINDS), county("county_code"), _credit_code),
    registry.Mandate: (
        uri(),
        registered("from_party", "party"),
        registered("to_party", "party"),
        _two_parties,
        not_empty("actions"),
        one_of("actions", MANDATE_ACTIONS),
        registered("sites", "site"),
    ),
    registry.Site: (
        uri(Gln),
        one_of("kind", SITE_KINDS),
        registered("party", "party"),
        county("county_code"),
        _plots_only,
        between("area_mu", Decimal(0), Decimal(1_000_000), above=True),
        between("bearing_since", YEARS[0], YEARS[-1]),
        between("latitude", -90.0, 90.0),
        between("longitude", -180.0, 180.0),
        _parcel_code,
        _boundary,
        _in_china,
    ),
    registry.Logger: (uri(), registered("site", "site"), between("interval_seconds", 1, 7 * 24 * 3600)),
    registry.Product: (
        uri(Gtin),
        between("net_weight_kg", Decimal(0), Decimal(1_000_000), above=True),
        registered("production_standard", "production_standard"),
        registered("made_of", "product"),
    ),
    registry.ProductionStandard: (
        uri(),
        ascending("storage_min_c", "storage_max_c"),
        between("cool_within_minutes", 0, 366 * 24 * 60),
        between("tolerated_degree_minutes", 0, 1_000_000),
        between("balance_tolerance", 0, 1),
        between("shelf_life_days", 0, 36_600),
        between("transit_days", 0, 366),
        between("storage_days", 0, 36_600),
        between("test_within_days", 1, 3660),
        one_of("tests_required", INSPECTION_KINDS),
        _safety,
        _names_apart,
        _season,
        _limits_and_yields,
    ),
    registry.County: (_county_itself, registered("outstanding_brand", "brand")),
    registry.Brand: (
        uri(),
        registered("owner", "party"),
        county("county_code"),
        registered("gtins", "product"),
        between("least_origin_share", 0, 1),
        between("least_benefit_share", 0, 1),
        between("least_confirmed_share", 0, 1),
        between("floor_price_yuan", 0, 1_000_000),
        one_of("required_certificate_schemes", (*SCHEMES, *SPELLINGS)),
        _scan_thresholds,
    ),
    registry.Channel: (
        uri(),
        registered("brand", "brand"),
        registered("party", "party"),
        county("county_codes"),
        registered("platform", "party"),
        one_of("kind", CHANNEL_KINDS),
        _web_address,
        _dated_stream,
    ),
    registry.Subscription: (uri(), registered("party", "party"), not_empty("url"), _web_address),
    registry.Accreditation: (
        uri(),
        registered("party", "party"),
        not_empty("schemes"),
        one_of("schemes", (*SCHEMES, *SPELLINGS)),
    ),
    registry.LessonCompleted: (uri(), registered("party", "party")),
    registry.Proposal: (uri(),),
    registry.Beneficiary: (
        uri(),
        registered("party", "party"),
        county("county_code"),
        not_empty("county_code"),
        not_empty("source"),
    ),
}
