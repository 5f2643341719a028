"""Who may write which record, cell by cell, and what nobody gets by writing its own name into it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from provenance.access.authority import Principal
from provenance.registry.records import (
    Accreditation,
    Beneficiary,
    Brand,
    Channel,
    County,
    LessonCompleted,
    Logger,
    Mandate,
    Party,
    Product,
    ProductionStandard,
    Record,
    Site,
    Subscription,
)
from provenance.registry.values import KIND_OF
from services.registry.domain import Drafts, New, Present, Wrong, decide

TODAY = date(2026, 11, 22)
HERE = "https://suyuan.example"
OFFICE, RIVAL, GROWER = f"{HERE}/office/1", f"{HERE}/office/2", f"{HERE}/grower/1"
GTIN = "https://id.gs1.org/01/09520001000010"
BRAND = Brand(id=f"{HERE}/brand/1", name_zh="隰县玉露香梨", owner=OFFICE, county_code="141031")
RIVALS = replace(BRAND, id=f"{HERE}/brand/2", owner=RIVAL)
THERE: tuple[Record, ...] = (
    *(Party(id=id_, kind="brand_office", name_zh="办", author="urn:x") for id_ in (OFFICE, RIVAL)),
    Party(id=GROWER, kind="grower", name_zh="甲", author="urn:x:registrar"),
    Site(id=f"{HERE}/plot/1", kind="plot", party=GROWER, name_zh="园", county_code="130631", author="urn:x"),
    Product(id=GTIN, name_zh="梨", net_weight_kg=Decimal(5)),
    Mandate(id=f"{HERE}/mandate/1", from_party=GROWER, to_party=RIVAL, actions=frozenset({"report"})),
    BRAND,
    RIVALS,
    Channel(id=f"{HERE}/channel/2", brand=RIVALS.id, name_zh="铺"),
)
SECOND = {record.id: replace(record, version=2) for record in THERE}


def second(name: str, **fields: Any) -> Record:
    return replace(SECOND[name], **fields)


def party(kind: str, id_: str = f"{HERE}/party/new") -> Party:
    return Party(id=id_, kind=kind, name_zh="新")


def site(kind: str) -> Site:
    return Site(id=f"{HERE}/site/new", kind=kind, party=GROWER, name_zh="新", county_code="141031")


def mandate(from_party: str, to_party: str = RIVAL, id_: str = f"{HERE}/mandate/new") -> Mandate:
    return Mandate(id=id_, from_party=from_party, to_party=to_party, actions=frozenset({"report"}))


def channel(brand: Brand) -> Channel:
    return Channel(id=f"{HERE}/channel/new", brand=brand.id, name_zh="铺")


def subscription(party: str) -> Subscription:
    return Subscription(id=f"{HERE}/subscription/new", party=party, url="https://platform.example/suyuan")


OPERATOR = frozenset({"operator"})
KEEPERS = OPERATOR | {"registrar"}
OFFICES = KEEPERS | {"brand_office"}
NEXT_SEASON = date(2027, 1, 1)
EVERY = OFFICES | {"partner", "grower", "station", "inspector", "importer", "regulator", "somebody"}

# The table again, the other way round: who may write it, as the party OFFICE.
WRITES: list[tuple[Record, frozenset[str]]] = [
    *((party(kind), KEEPERS) for kind in ("inspector", "operator", "laboratory", "station", "packer", "brand_office")),
    (party("grower"), OPERATOR),
    (second(GROWER, name_zh="乙"), OPERATOR),
    (second(GROWER, kind="inspector"), OPERATOR),
    (second(OFFICE, kind="inspector"), KEEPERS),
    (site("plot"), OPERATOR),
    *((site(kind), KEEPERS) for kind in ("station", "packing_house", "truck", "shop")),
    (second(f"{HERE}/plot/1", county_code="141031", valid_from=NEXT_SEASON), OPERATOR),
    (second(f"{HERE}/plot/1", party=OFFICE), OPERATOR),
    (Logger(id=f"{HERE}/logger/1", site=f"{HERE}/plot/1", interval_seconds=600), KEEPERS),
    (Product(id="https://id.gs1.org/01/09520001000027", name_zh="梨", net_weight_kg=Decimal(5)), KEEPERS),
    (second(GTIN, net_weight_kg=Decimal("0.1")), KEEPERS),
    (ProductionStandard(id=f"{HERE}/standard/1", name_zh="梨"), KEEPERS),
    (County(id="141031", name_zh="隰县"), KEEPERS),
    (replace(BRAND, id=f"{HERE}/brand/new"), OFFICES),
    (second(BRAND.id, name_zh="新名"), OFFICES),
    (second(BRAND.id, owner=RIVAL), KEEPERS),
    (replace(RIVALS, id=f"{HERE}/brand/new"), KEEPERS),
    (second(RIVALS.id, owner=OFFICE), KEEPERS),
    (channel(BRAND), OFFICES),
    (channel(RIVALS), KEEPERS),
    (second(f"{HERE}/channel/2", brand=BRAND.id), KEEPERS),
    (Accreditation(id=f"{HERE}/accreditation/1", party=OFFICE, schemes=frozenset({"organic"})), KEEPERS),
    (LessonCompleted(id=f"{HERE}/lesson/1", party=GROWER, lesson="x", completed_on=date(2026, 5, 1)), KEEPERS),
    (Beneficiary(id=f"{HERE}/beneficiary/1", party=GROWER, county_code="141031", source="册"), OPERATOR),
    (subscription(OFFICE), KEEPERS | {"partner"}),
    (subscription(RIVAL), KEEPERS),
    (mandate(OFFICE), EVERY),
    (mandate(GROWER, OFFICE), OPERATOR),
    (second(f"{HERE}/mandate/1", from_party=OFFICE), OPERATOR),
]
CELLS = [
    pytest.param(record, role, role in may, id=f"{role}-{KIND_OF[type(record)]}-{i}")
    for i, (record, may) in enumerate(WRITES)
    for role in sorted(EVERY)
]


def put(record: Record, *roles: str, who: str = OFFICE, there: Iterable[Record] = THERE) -> New | Present | Wrong:
    standing = list(there)
    drafts = Drafts(lambda kind, id_: [r for r in standing if (KIND_OF[type(r)], r.id) == (kind, id_)])
    return decide(record, principal=Principal(who, frozenset(roles)), drafts=drafts, today=TODAY)


@pytest.mark.parametrize(("record", "role", "may"), CELLS)
def test_who_may_write_what(record: Record, role: str, may: bool) -> None:
    decision = put(record, role)
    if may:
        assert isinstance(decision, New), decision
    else:
        assert isinstance(decision, Wrong)
        assert [problem.code for problem in decision.problems] == ["may-not-write"]


def test_what_takes_two_is_refused_with_the_way_to_do_it() -> None:
    decision = put(party("grower"), "registrar")
    assert isinstance(decision, Wrong)
    assert "propose it, and another party approves it" in decision.problems[0].message


def test_nobody_writes_an_approval_into_a_record_of_his_own() -> None:
    decision = put(replace(party("grower"), approved_by=RIVAL), "operator")
    assert isinstance(decision, New)
    assert (decision.record.author, decision.record.approved_by) == (OFFICE, "")


def test_a_brand_and_its_channel_come_in_one_call() -> None:
    drafts = Drafts(lambda kind, id_: [r for r in THERE if (KIND_OF[type(r)], r.id) == (kind, id_)])
    brand = replace(BRAND, id=f"{HERE}/brand/new")
    drafts.add(brand)
    office = Principal(OFFICE, frozenset({"brand_office"}))
    assert isinstance(decide(channel(brand), principal=office, drafts=drafts, today=TODAY), New)


def test_nobody_writes_nothing_in_nobodys_name() -> None:
    assert isinstance(put(mandate(""), "brand_office", who=""), Wrong)
