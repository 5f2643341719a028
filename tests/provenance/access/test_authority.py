"""Who may report what for whom: the table cell by cell, mandates, and whose event an event is."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from epcis.events import Event
from provenance import reports
from provenance.access.activities import Activity, activity_of
from provenance.access.authority import MAY_REPORT, Principal, Refusal, Scope, may_report, reports_at_all
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Mandate, Party, Record, Site

HERE = "https://suyuan.example"
AT = datetime(2026, 9, 12, 6, 30, tzinfo=timezone(timedelta(hours=8)))
DAY = date(2026, 9, 12)
LOT = "https://id.gs1.org/01/09520001000010/10/XX1"
BOX = "https://id.gs1.org/01/19520001000017/21/BX0001"
PALLET = "https://id.gs1.org/00/095200010000000010"
GROWER, NEIGHBOUR, STATION, PACKER, CARRIER, SHOP, LABORATORY = (
    f"{HERE}/party/{name}" for name in ("grower", "neighbour", "station", "packer", "carrier", "shop", "laboratory")
)
PLOT, STATION_YARD, PACKING_HOUSE, SHOP_FLOOR = (
    f"{HERE}/site/{name}" for name in ("plot", "station", "packing-house", "shop")
)
GLN = "https://id.gs1.org/414/9520001000102"
PARTIES = (GROWER, NEIGHBOUR, STATION, PACKER, CARRIER, SHOP, LABORATORY)
SITES = ((PLOT, GROWER), (STATION_YARD, STATION), (PACKING_HOUSE, PACKER), (SHOP_FLOOR, SHOP), (GLN, PACKER))

LOTS = {LOT: Decimal(400)}

# One event of each activity, all at the packer's house unless only another place makes sense.
EVENTS: dict[Activity, Event] = {
    activity: Event(body)
    for activity, body in {
        Activity.PICKING: reports.delivery(
            event_id="urn:uuid:1", at=AT, lot=LOT, kg=Decimal(400), plot=PACKING_HOUSE, grower=PACKER
        ),
        Activity.FARM_INPUT: reports.farm_input(
            event_id="urn:uuid:2", at=AT, input_lot=LOT, kg=None, plot=PACKING_HOUSE, grower=PACKER
        ),
        Activity.SAMPLING: {"type": "ObjectEvent", "action": "DELETE", "bizStep": "sampling", "epcList": [BOX]},
        Activity.INSPECTING: reports.inspection(
            event_id="urn:uuid:4", at=AT, lots=LOTS, conformant=True, site=PACKING_HOUSE
        ),
        Activity.CERTIFYING: reports.certificate(
            event_id="urn:uuid:5",
            at=AT,
            certificate=f"{HERE}/certificate/1",
            state="issued",
            issuer=PACKER,
            scheme="commitment",
            scope=[],
            lots=[LOT],
            valid_from=DAY,
            valid_to=date(2027, 9, 12),
        ),
        Activity.HOLDING: {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "holding", "epcList": [BOX]},
        Activity.POOLING: reports.pooling(
            event_id="urn:uuid:7", at=AT, inputs=LOTS, output=f"{LOT}P", site=PACKING_HOUSE
        ),
        Activity.PROCESSING: reports.grading(
            event_id="urn:uuid:8", at=AT, inputs=LOTS, outputs={f"{LOT}A": Decimal(390)}, site=PACKING_HOUSE
        ),
        Activity.PACKING: reports.palletising(
            event_id="urn:uuid:9", at=AT, pallet=PALLET, site=PACKING_HOUSE, items=[BOX]
        ),
        Activity.STORING: reports.storing(event_id="urn:uuid:10", at=AT, room=PACKING_HOUSE, items=[PALLET]),
        Activity.DISPATCHING: reports.shipment(
            event_id="urn:uuid:11", at=AT, from_site=PACKING_HOUSE, to_site=SHOP_FLOOR, items=[PALLET]
        ),
        Activity.RECEIVING: reports.receipt(event_id="urn:uuid:12", at=AT, site=PACKING_HOUSE, items=[PALLET]),
        Activity.READING: reports.reading(
            event_id="urn:uuid:13", start=AT, end=AT, device="urn:x:1", mean_c=Decimal(1), site=PACKING_HOUSE
        ),
        Activity.SELLING: reports.sale(event_id="urn:uuid:14", at=AT, site=PACKING_HOUSE, items=[BOX]),
        Activity.LOSING: reports.loss(event_id="urn:uuid:15", at=AT, site=PACKING_HOUSE, items=[BOX]),
        Activity.OTHER: {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "urn:x:washing", "epcList": [BOX]},
    }.items()
    for body in ({"readPoint": {"id": PACKING_HOUSE}, "eventID": "urn:x", **body},)
}

# The table again, written the other way round: who may, by activity. A wrong cell shows as a difference.
ANYBODY = {"importer", "operator"}
QUALITY = {"inspector", "laboratory", "regulator"}
HANDLERS = {"station", "packer", "carrier", "shop"}
EXPECTED: dict[Activity, tuple[set[str], set[str], set[str]]] = {
    # activity: (for anybody, under a mandate, for itself only)
    Activity.PICKING: (ANYBODY, {"station"}, {"grower"}),
    Activity.FARM_INPUT: (ANYBODY, {"station"}, {"grower"}),
    Activity.SAMPLING: (ANYBODY | QUALITY, {"station", "packer"}, set()),
    Activity.INSPECTING: (ANYBODY | QUALITY, {"station", "packer", "shop"}, set()),
    Activity.CERTIFYING: (ANYBODY | QUALITY - {"laboratory"}, {"station", "packer", "laboratory"}, {"grower"}),
    Activity.HOLDING: (ANYBODY | QUALITY, {"station", "packer", "shop"}, {"grower"}),
    Activity.POOLING: (ANYBODY, {"station", "packer"}, set()),
    Activity.PROCESSING: (ANYBODY, {"station", "packer", "shop"}, {"grower"}),
    Activity.PACKING: (ANYBODY, HANDLERS, {"grower"}),
    Activity.STORING: (ANYBODY, HANDLERS, {"grower"}),
    Activity.DISPATCHING: (ANYBODY, HANDLERS, {"grower"}),
    Activity.RECEIVING: (ANYBODY, HANDLERS, {"grower"}),
    Activity.READING: (ANYBODY | {"inspector"}, HANDLERS, {"grower"}),
    Activity.SELLING: (ANYBODY, {"station", "packer", "shop"}, {"grower"}),
    Activity.LOSING: (ANYBODY, HANDLERS, {"grower"}),
    Activity.OTHER: (ANYBODY, HANDLERS, {"grower"}),
}
CELLS = [(activity, role) for activity in Activity for role in (*MAY_REPORT, "somebody")]


def scope(activity: Activity, role: str) -> Scope:
    anybody, mandate, itself = EXPECTED[activity]
    if role in anybody:
        return Scope.ANYBODY
    return Scope.MANDATE if role in mandate else Scope.ITSELF if role in itself else Scope.NOBODY


def registry(*more: Record) -> MemoryRegistry:
    parties = [Party(id=id_, kind="station", name_zh=id_) for id_ in PARTIES]
    return MemoryRegistry([*parties, *(Site(id=s, kind="plot", party=p, name_zh=s) for s, p in SITES), *more])


def mandate(from_party: str, to_party: str, *actions: str, sites: tuple[str, ...] = (), **days: Any) -> Mandate:
    id_ = f"{HERE}/mandate/{from_party[-4:]}{to_party[-4:]}"
    return Mandate(
        id=id_, from_party=from_party, to_party=to_party, actions=frozenset(actions), sites=frozenset(sites), **days
    )


def asked(
    who: str, role: str, event: Event | dict[str, Any], *records: Record, on: date = DAY, today: date = DAY
) -> str:
    """ "" where it may, else the refusal's code."""
    read = event if isinstance(event, Event) else Event(event)
    refusal: Refusal | None = may_report(Principal(who, frozenset({role})), read, registry(*records), (on, today))
    return refusal.code if refusal else ""


@pytest.mark.parametrize("activity", Activity)
def test_the_event_of_each_activity_is_of_that_activity(activity: Activity) -> None:
    assert activity_of(EVENTS[activity]) is activity


@pytest.mark.parametrize(("activity", "role"), CELLS)
def test_for_itself(activity: Activity, role: str) -> None:
    assert asked(PACKER, role, EVENTS[activity]) == ("role-may-not" if scope(activity, role) is Scope.NOBODY else "")


@pytest.mark.parametrize(("activity", "role"), CELLS)
def test_for_a_registered_party_that_gave_no_mandate(activity: Activity, role: str) -> None:
    codes = {Scope.NOBODY: "role-may-not", Scope.ITSELF: "not-your-own", Scope.MANDATE: "no-mandate", Scope.ANYBODY: ""}
    assert asked(STATION, role, EVENTS[activity]) == codes[scope(activity, role)]


@pytest.mark.parametrize(("activity", "role"), CELLS)
def test_for_a_party_that_gave_a_mandate(activity: Activity, role: str) -> None:
    codes = {Scope.NOBODY: "role-may-not", Scope.ITSELF: "not-your-own", Scope.MANDATE: "", Scope.ANYBODY: ""}
    given = mandate(PACKER, STATION, "report")
    assert asked(STATION, role, EVENTS[activity], given) == codes[scope(activity, role)]


@pytest.mark.parametrize("action", ["report", "read", "ship", "receive"])
@pytest.mark.parametrize("activity", [Activity.DISPATCHING, Activity.RECEIVING, Activity.STORING])
def test_a_mandate_is_for_the_actions_it_names(activity: Activity, action: str) -> None:
    allowed = {Activity.DISPATCHING: {"report", "ship"}, Activity.RECEIVING: {"report", "receive"}}
    given = mandate(PACKER, CARRIER, action)
    may = action in allowed.get(activity, {"report"})
    assert asked(CARRIER, "carrier", EVENTS[activity], given) == ("" if may else "no-mandate")


def test_a_mandate_is_for_the_sites_it_names() -> None:
    event = EVENTS[Activity.STORING]
    assert asked(STATION, "station", event, mandate(PACKER, STATION, "report", sites=(PACKING_HOUSE,))) == ""
    assert asked(STATION, "station", event, mandate(PACKER, STATION, "report", sites=(GLN,))) == "no-mandate"


def test_a_mandate_for_a_site_is_for_its_parts_too() -> None:
    room = reports.storing(event_id="urn:x", at=AT, room=f"{GLN}/254/ROOM-2", items=[PALLET])
    assert asked(STATION, "station", room) == "no-mandate"
    assert asked(STATION, "station", room, mandate(PACKER, STATION, "report", sites=(GLN,))) == ""


def test_a_part_that_is_registered_itself_belongs_to_its_own_party() -> None:
    part = Site(id=f"{GLN}/254/ROOM-2", kind="room", party=STATION, name_zh="二号库")
    room = reports.storing(event_id="urn:x", at=AT, room=part.id, items=[PALLET])
    assert asked(STATION, "station", room, part) == ""
    assert asked(PACKER, "packer", room, part) == "no-mandate"


@pytest.mark.parametrize(
    ("on", "may"),
    [(date(2026, 8, 31), False), (date(2026, 9, 1), True), (date(2026, 9, 30), True), (date(2026, 10, 1), False)],
)
def test_a_mandate_is_for_its_days(on: date, may: bool) -> None:
    given = mandate(PACKER, STATION, "report", valid_from=date(2026, 9, 1), valid_to=date(2026, 10, 1))
    assert asked(STATION, "station", EVENTS[Activity.STORING], given, on=on) == ("" if may else "no-mandate")


def test_a_mandate_goes_one_way() -> None:
    assert asked(STATION, "station", EVENTS[Activity.STORING], mandate(STATION, PACKER, "report")) == "no-mandate"


def delivery(*, plot: str = PLOT, grower: str = GROWER, station: str | None = STATION_YARD) -> dict[str, Any]:
    return reports.delivery(
        event_id="urn:x", at=AT, lot=LOT, kg=Decimal(400), plot=plot, grower=grower, station=station
    )


def test_a_station_reports_a_growers_delivery_under_its_mandate_only() -> None:
    assert asked(STATION, "station", delivery()) == "no-mandate"
    assert asked(STATION, "station", delivery(), mandate(GROWER, STATION, "report")) == ""


def test_a_delivery_from_a_plot_and_grower_nobody_registered_is_taken() -> None:
    unknown = delivery(plot=f"{HERE}/plot/new", grower=f"{HERE}/grower/new")
    assert asked(STATION, "station", unknown) == ""


def test_a_registered_growers_name_is_not_used_on_an_unregistered_plot_without_a_mandate() -> None:
    assert asked(STATION, "station", delivery(plot=f"{HERE}/plot/new")) == "no-mandate"


def test_fruit_of_one_plot_is_not_put_down_to_another_grower_without_a_mandate() -> None:
    mixed = delivery(grower=NEIGHBOUR)
    assert asked(STATION, "station", mixed, mandate(GROWER, STATION, "report")) == "no-mandate"
    both = (mandate(GROWER, STATION, "report"), mandate(NEIGHBOUR, STATION, "report"))
    assert asked(STATION, "station", mixed, *both) == ""


def test_a_grower_reports_its_own_delivery_at_somebody_elses_station() -> None:
    assert asked(GROWER, "grower", delivery()) == ""
    assert asked(GROWER, "grower", delivery(plot=f"{HERE}/plot/new")) == ""
    assert asked(NEIGHBOUR, "grower", delivery()) == "not-your-own"


def test_a_site_registered_after_the_day_was_nobodys_on_the_day() -> None:
    late = Site(id=f"{HERE}/plot/late", kind="plot", party=GROWER, name_zh="新园", valid_from=date(2026, 10, 1))
    event = delivery(plot=late.id, grower=f"{HERE}/grower/new")
    assert asked(STATION, "station", event, late) == ""
    assert asked(STATION, "station", event, late, on=date(2026, 10, 2)) == "no-mandate"


def test_a_site_registered_since_speaks_by_the_mandates_of_today() -> None:
    late = Site(id=f"{HERE}/plot/late", kind="plot", party=GROWER, name_zh="新园", valid_from=date(2026, 10, 1))
    event, since = delivery(plot=late.id, grower=f"{HERE}/grower/new"), date(2026, 10, 2)
    assert asked(STATION, "station", event, late, today=since) == "no-mandate"
    given = mandate(GROWER, STATION, "report", valid_from=date(2026, 10, 1))
    assert asked(STATION, "station", event, late, given, today=since) == ""


def test_a_mandate_given_since_covers_nothing_that_was_its_givers_before() -> None:
    given = mandate(GROWER, STATION, "report", valid_from=date(2026, 10, 1))
    assert asked(STATION, "station", delivery(), given, today=date(2026, 10, 2)) == "no-mandate"


def test_a_mandate_withdrawn_since_still_covers_what_was_reported_late() -> None:
    given = mandate(GROWER, STATION, "report", valid_to=date(2026, 10, 1))
    assert asked(STATION, "station", delivery(), given, today=date(2026, 10, 2)) == ""


def test_who_bought_a_site_since_is_not_asked_about_what_happened_there_before() -> None:
    since = date(2026, 10, 1)
    sold = Site(id=PACKING_HOUSE, kind="packing_house", party=SHOP, name_zh="房", valid_from=since, version=2)
    assert asked(PACKER, "packer", EVENTS[Activity.STORING], sold, today=since) == ""
    assert asked(SHOP, "shop", EVENTS[Activity.STORING], sold, today=since) == "no-mandate"


def test_nobody_certifies_in_the_name_of_one_who_is_not_registered_yet() -> None:
    event = {**EVENTS[Activity.CERTIFYING].body, "suyuan:issuer": f"{HERE}/party/to-come"}
    event.pop("readPoint", None)
    assert asked(STATION, "station", event) == "no-mandate"
    assert asked(LABORATORY, "laboratory", event) == "no-mandate"
    assert asked(SHOP, "inspector", event) == ""


def test_a_carrier_ships_from_a_dock_whose_owner_lets_it() -> None:
    event = EVENTS[Activity.DISPATCHING]
    assert asked(CARRIER, "carrier", event) == "no-mandate"
    assert asked(CARRIER, "carrier", event, mandate(PACKER, CARRIER, "ship")) == ""


def test_at_an_unknown_place_a_hand_over_is_of_the_party_it_names_at_its_own_end() -> None:
    ends: dict[str, Any] = {"from_party": PACKER, "to_party": SHOP}
    leaving = reports.shipment(event_id="urn:x", at=AT, from_site="geo:36.7,110.9", items=[BOX], **ends)
    arriving = reports.receipt(event_id="urn:x", at=AT, site="geo:36.7,110.9", items=[BOX], **ends)
    assert asked(PACKER, "packer", leaving) == ""
    assert asked(SHOP, "shop", leaving) == "no-mandate"
    assert asked(SHOP, "shop", arriving) == ""
    assert asked(PACKER, "packer", arriving) == "no-mandate"


@pytest.mark.parametrize("read_point", [None, "geo:1,2", f"{HERE}/site/nobodys", STATION_YARD])
@pytest.mark.parametrize("step", ["receiving", "arriving", "accepting", "storing"])
def test_goods_are_put_into_a_partys_hands_by_itself_or_under_its_mandate_only(
    step: str, read_point: str | None
) -> None:
    event: dict[str, Any] = {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": step, "epcList": [BOX]}
    event |= {"bizLocation": {"id": SHOP_FLOOR}} | ({"readPoint": {"id": read_point}} if read_point else {})
    assert asked(STATION, "station", event) == "no-mandate"
    assert asked(STATION, "station", event, mandate(SHOP, STATION, "report")) == ""
    if read_point != STATION_YARD:
        assert asked(SHOP, "shop", event) == ""


def test_a_place_named_only_as_the_end_of_a_hand_over_is_its_partys() -> None:
    arriving = reports.receipt(event_id="urn:x", at=AT, site=SHOP_FLOOR, items=[BOX])
    unplaced = {name: value for name, value in arriving.items() if name not in ("readPoint", "bizLocation")}
    assert asked(STATION, "station", unplaced) == "no-mandate"
    assert asked(SHOP, "shop", unplaced) == ""


def test_goods_leave_a_partys_place_by_itself_or_under_its_mandate_only_wherever_it_is_read() -> None:
    leaving = reports.shipment(event_id="urn:x", at=AT, from_site=PACKING_HOUSE, to_site=SHOP_FLOOR, items=[BOX])
    elsewhere = {
        **leaving,
        "readPoint": {"id": SHOP_FLOOR},
        "sourceList": [{"type": "location", "source": PACKING_HOUSE}],
    }
    assert asked(SHOP, "shop", elsewhere) == "no-mandate"
    assert asked(SHOP, "shop", elsewhere, mandate(PACKER, SHOP, "ship")) == ""


def test_the_possessing_party_goes_before_the_owning_party() -> None:
    event = reports.shipment(
        event_id="urn:x", at=AT, from_site="geo:1,2", items=[BOX], from_party=PACKER, carrier=CARRIER
    )
    assert asked(CARRIER, "carrier", event) == ""
    assert asked(PACKER, "packer", event) == "no-mandate"


def test_a_certificate_is_in_its_issuers_name() -> None:
    event = {**EVENTS[Activity.CERTIFYING].body, "suyuan:issuer": LABORATORY}
    event.pop("readPoint")
    assert asked(PACKER, "packer", event) == "no-mandate"
    assert asked(PACKER, "packer", event, mandate(LABORATORY, PACKER, "report")) == ""
    assert asked(LABORATORY, "laboratory", event) == ""


def test_an_error_declaration_is_taken_from_all_who_report_at_all() -> None:
    declared = reports.correction(delivery(), at=AT)
    for role in MAY_REPORT:
        expected = "role-may-not" if role in ("brand_office", "registrar", "cardholder", "public") else ""
        assert asked(SHOP, role, declared) == expected


@pytest.mark.parametrize("kind", ["inspector", "operator"])
def test_where_it_would_count_on_anybodys_report_it_is_taken_in_an_offices_role_alone(kind: str) -> None:
    office = f"{HERE}/party/office"
    known = Party(id=office, kind=kind, name_zh="检验站", valid_from=DAY, valid_to=date(2026, 9, 20))
    declared = reports.correction(delivery(), at=AT)
    for role in MAY_REPORT:
        if role not in ("brand_office", "registrar", "cardholder", "public"):
            expected = "" if role in ("inspector", "operator") else "not-in-this-role"
            assert asked(office, role, declared, known) == expected
    both = Principal(office, frozenset({"carrier", kind}))
    assert may_report(both, Event(declared), registry(known), [DAY]) is None
    lesser = Principal(office, frozenset({"carrier"}))
    long_after, long_before = date(2026, 10, 1), date(2026, 9, 1)
    assert may_report(lesser, Event(declared), registry(known), [long_before, long_after]) is None
    assert may_report(lesser, Event(declared), registry(known), [long_before, DAY]) is not None


def test_several_roles_together_may_what_the_widest_may() -> None:
    both = Principal(STATION, frozenset({"grower", "inspector", "somebody"}))
    assert may_report(both, EVENTS[Activity.INSPECTING], registry(), [DAY]) is None
    assert may_report(both, EVENTS[Activity.POOLING], registry(), [DAY]) is not None


def test_a_party_is_the_same_in_every_spelling() -> None:
    assert Principal("urn:epc:id:pgln:9520001.00000", frozenset()) == Principal(
        "https://id.gs1.org/417/9520001000003", frozenset()
    )


def test_who_reports_at_all() -> None:
    silent = {role for role in MAY_REPORT if not reports_at_all(Principal(STATION, frozenset({role})))}
    assert silent == {"brand_office", "registrar", "cardholder", "public"}


def test_a_refusal_points_at_the_field_and_names_both_parties() -> None:
    refusal = may_report(Principal(STATION, frozenset({"station"})), Event(delivery()), registry(), [DAY])
    assert refusal is not None
    assert refusal.pointer == "/readPoint/id"
    assert GROWER in refusal.message
    assert STATION in refusal.message
    assert refusal.rests_on_registry
