"""Who reads a payment: the table, cell by cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

import pytest

from provenance.access.authority import MAY_REPORT, Principal
from provenance.access.readership import MAY_READ_PAYMENTS, may_read_payment
from provenance.payments.records import PaidFor
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Brand, Party
from tests.provenance.paying import GROWER, STATION, payment

TODAY = date(2026, 12, 1)
GTIN = "https://id.gs1.org/01/09520001007019"
OFFICE, ELSEWHERE, COUNTY, FAR, STRANGER, CLERK = (
    f"urn:x:{n}" for n in ("office", "o2", "county", "far", "no", "clerk")
)
REGISTRY = MemoryRegistry(
    [
        Party(id=GROWER, kind="grower", name_zh="甲", county_code="141031"),
        Party(id=COUNTY, kind="county", name_zh="县", county_code="141031"),
        Party(id=FAR, kind="county", name_zh="外县", county_code="430426"),
        Party(id=STRANGER, kind="station", name_zh="别人"),
        Brand(id="b", name_zh="品牌", owner=OFFICE, county_code="141031", gtins=frozenset({GTIN})),
    ]
)
PAID = payment("a", deliveries=(PaidFor(f"{GTIN}/10/A", Decimal(1)),))
READERS = (STATION, GROWER, CLERK, OFFICE, ELSEWHERE, COUNTY, FAR, STRANGER)
OWN, BRANDS, COUNTYS = {STATION, GROWER, CLERK}, {STATION, GROWER, CLERK, OFFICE}, {STATION, GROWER, CLERK, COUNTY}
NOBODY: frozenset[str] = frozenset()
EXPECTED: Mapping[str, Collection[str]] = {
    "grower": OWN,
    "cardholder": OWN,
    "station": OWN,
    "packer": OWN,
    "carrier": NOBODY,
    "shop": OWN,
    "inspector": NOBODY,
    "laboratory": NOBODY,
    "regulator": READERS,
    "importer": OWN,
    "operator": READERS,
    "brand_office": BRANDS,
    "registrar": COUNTYS,
    "public": NOBODY,
    "somebody": NOBODY,
}


def test_every_role_has_its_row() -> None:
    assert set(MAY_READ_PAYMENTS) == set(MAY_REPORT)


@pytest.mark.parametrize("role", EXPECTED)
@pytest.mark.parametrize("reader", READERS)
def test_who_reads_a_payment(role: str, reader: str) -> None:
    who = Principal(reader, frozenset({role}))
    read = may_read_payment(who, PAID, capturer=CLERK, registry=REGISTRY, today=TODAY)
    assert read is (reader in EXPECTED[role])


@pytest.mark.parametrize("role", EXPECTED)
def test_the_public_reads_none_whatever_it_says_of_itself(role: str) -> None:
    who = Principal("", frozenset({role}))
    read = may_read_payment(who, PAID, capturer=CLERK, registry=REGISTRY, today=TODAY)
    assert read is (role in ("regulator", "operator"))
