"""Who may read what: the table cell by cell, the listed public fields, and what a registry record shows to whom."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from epcis.events import Event
from provenance import reports
from provenance.access.authority import MAY_REPORT, PUBLIC, Principal
from provenance.access.public_view import PUBLIC_FIELDS, public_view
from provenance.access.readership import MAY_READ, View, may_count_holders, may_name_holders, readable, record_view
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Brand, County, Mandate, Party, Site

HERE = "https://suyuan.example"
AT = datetime(2026, 9, 12, 6, 30, tzinfo=timezone(timedelta(hours=8)))
DAY, LATER = date(2026, 9, 12), date(2026, 12, 1)
GROWER, STATION, PACKER, SHOP, STRANGER = (f"{HERE}/party/{n}" for n in ("grower", "station", "packer", "shop", "x"))
PLOT, HOUSE, FLOOR = (f"{HERE}/site/{n}" for n in ("plot", "house", "shop"))
SITES = [Site(id=s, kind="plot", party=p, name_zh=s) for s, p in ((PLOT, GROWER), (HOUSE, PACKER), (FLOOR, SHOP))]
SHIPMENT = Event(
    reports.shipment(
        event_id="urn:uuid:1",
        at=AT,
        from_site=HOUSE,
        to_site=FLOOR,
        from_party=PACKER,
        items=["https://id.gs1.org/00/095200010000000010"],
        despatch_advice="urn:uuid:2",
    )
)

EVERYTHING = {"inspector", "regulator", "operator"}
OWN = {"grower", "station", "packer", "carrier", "shop", "laboratory", "importer", "brand_office"}


def view(party: str, role: str, *mandates: Mandate, capturer: str = STATION, today: date = LATER) -> View:
    registry = MemoryRegistry([*SITES, *mandates])
    who = Principal(party, frozenset({role}))
    return readable(who, SHIPMENT, capturer=capturer, registry=registry, on=DAY, today=today)


def test_every_role_has_its_row_in_both_tables() -> None:
    assert set(MAY_READ) == set(MAY_REPORT)


@pytest.mark.parametrize("role", [*MAY_READ, "somebody"])
@pytest.mark.parametrize(
    ("party", "concerned"), [(PACKER, True), (SHOP, True), (STATION, True), (GROWER, False), (STRANGER, False)]
)
def test_who_sees_the_whole_of_an_event(role: str, party: str, concerned: bool) -> None:
    whole = role in EVERYTHING or (role in OWN and concerned)
    assert view(party, role) is (View.WHOLE if whole else View.PUBLIC)


@pytest.mark.parametrize("role", [*MAY_READ, "somebody"])
@pytest.mark.parametrize("brand", ["its own", "another's", "none"])
def test_who_is_told_that_goods_it_takes_no_part_in_have_holders_and_who_they_are(role: str, brand: str) -> None:
    product = "https://id.gs1.org/01/09520001000010"
    owner = {"its own": STRANGER, "another's": SHOP}.get(brand)
    brands = (
        [Brand(id="b", name_zh="b", county_code="141031", owner=owner, gtins=frozenset({product}))] if owner else []
    )
    registry = MemoryRegistry([*SITES, *brands])
    who, keys = Principal(STRANGER, frozenset({role})), [f"{product}/21/BX1"]
    own = (role, brand) == ("brand_office", "its own")
    assert may_name_holders(who, keys, registry=registry, today=LATER) is own
    assert may_count_holders(who, keys, registry=registry, today=LATER) is (own or role == "registrar")


def test_the_public_is_nobodys_party() -> None:
    registry = MemoryRegistry(SITES)
    assert readable(PUBLIC, SHIPMENT, capturer="", registry=registry, on=DAY, today=LATER) is View.PUBLIC


def read_mandate(*actions: str, sites: frozenset[str] = frozenset(), valid_to: date | None = None) -> Mandate:
    return Mandate(
        id="m", from_party=PACKER, to_party=STRANGER, actions=frozenset(actions), sites=sites, valid_to=valid_to
    )


def test_a_mandate_to_read_opens_the_whole_event() -> None:
    assert view(STRANGER, "packer", read_mandate("read")) is View.WHOLE
    assert view(STRANGER, "packer", read_mandate("report")) is View.PUBLIC


def test_a_mandate_to_read_is_for_its_sites_and_good_on_the_day_of_the_question() -> None:
    assert view(STRANGER, "packer", read_mandate("read", sites=frozenset({HOUSE}))) is View.WHOLE
    assert view(STRANGER, "packer", read_mandate("read", sites=frozenset({PLOT}))) is View.PUBLIC
    over = read_mandate("read", valid_to=date(2026, 11, 1))
    assert view(STRANGER, "packer", over, today=date(2026, 10, 1)) is View.WHOLE
    assert view(STRANGER, "packer", over) is View.PUBLIC


def test_the_public_sees_what_when_and_where_and_not_with_whom_or_on_which_paper() -> None:
    delivery = Event(
        reports.delivery(event_id="urn:uuid:3", at=AT, lot="urn:x:lot", kg=Decimal(400), plot=PLOT, grower=GROWER)
        | {"partner:price": 3.2}
    )
    shown = public_view(SHIPMENT).keys() | public_view(delivery).keys()
    hidden = {"sourceList", "destinationList", "bizTransactionList", "ilmd", "partner:price"}
    assert hidden <= SHIPMENT.body.keys() | delivery.body.keys()
    assert not hidden & shown
    assert {"type", "eventTime", "readPoint", "bizStep", "quantityList", "epcList"} <= shown
    assert shown <= PUBLIC_FIELDS


PERSON = Party(id=GROWER, kind="grower", name_zh="十七户", personal_name="王某", phone="13800000000")
MANDATE = Mandate(id="m", from_party=GROWER, to_party=STATION, actions=frozenset({"report"}))


@pytest.mark.parametrize("role", [*MAY_READ, "somebody"])
def test_who_sees_personal_data(role: str) -> None:
    seen = record_view(Principal(STRANGER, frozenset({role})), PERSON)
    assert isinstance(seen, Party)
    assert bool(seen.phone and seen.personal_name) == (role in {"registrar", "operator"})
    assert record_view(Principal(GROWER, frozenset({role})), PERSON) == PERSON


@pytest.mark.parametrize("role", [*MAY_READ, "somebody"])
def test_who_sees_a_mandate(role: str) -> None:
    keeps_or_checks = {"registrar", "operator", "inspector", "regulator", "brand_office"}
    assert (record_view(Principal(STRANGER, frozenset({role})), MANDATE) is not None) == (role in keeps_or_checks)
    assert record_view(Principal(STATION, frozenset({role})), MANDATE) == MANDATE


def test_other_records_are_public() -> None:
    county = County(id="141031", name_zh="隰县")
    assert record_view(PUBLIC, county) == county


def test_personal_data_hides_in_repr() -> None:
    assert "王某" not in repr(PERSON)
    assert "138" not in repr(PERSON)
