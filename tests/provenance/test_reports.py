"""Every builder gives a valid EPCIS 2.0 event that says what was reported and nothing else."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from epcis.events import Event
from epcis.validation import validate_event
from provenance import reports
from provenance.steps import CERTIFYING, certified

CHINA = timezone(timedelta(hours=8))
AT = datetime(2026, 9, 12, 6, 30, tzinfo=CHINA)
LOT = "https://id.gs1.org/01/09520001000010/10/XX0912A"
GRADED = "https://id.gs1.org/01/09520001000010/10/G1"
BOX = "https://id.gs1.org/01/09520001000034/21/BX0001"
PALLET = "https://id.gs1.org/00/095200010000000010"
SITE = "https://id.gs1.org/414/9520001000201"
PLOT = "https://suyuan.example/plot/p1"
GROWER = "https://suyuan.example/grower/g1"
CERTIFICATE = "https://id.gs1.org/253/9520001000508C0001"
LOGGER = "https://id.gs1.org/8004/9520001LOGGER01"

DELIVERY = reports.delivery(
    event_id="urn:uuid:1",
    at=AT,
    lot=LOT,
    kg=Decimal(412),
    plot=PLOT,
    grower=GROWER,
    station=SITE,
    gross_kg=Decimal(430),
    tare_kg=Decimal(18),
    reported="824 斤",
    county_code="141031",
)
ALL: Mapping[str, Mapping[str, Any]] = {
    "delivery": DELIVERY,
    "unweighed delivery": reports.delivery(event_id="urn:uuid:1", at=AT, lot=LOT, kg=None, plot=PLOT, grower=GROWER),
    "farm input": reports.farm_input(event_id="u:2", at=AT, input_lot=LOT, kg=Decimal("0.5"), plot=PLOT, grower=GROWER),
    "pooling": reports.pooling(event_id="u:3", at=AT, inputs={LOT: Decimal(412)}, output=GRADED, site=SITE),
    "grading": reports.grading(
        event_id="u:4", at=AT, inputs={LOT: None}, outputs={GRADED: Decimal(300)}, site=SITE, run="urn:uuid:r"
    ),
    "packing": reports.packing(
        event_id="u:5",
        at=AT,
        inputs={GRADED: Decimal(9)},
        boxes=[BOX],
        lot=GRADED,
        net_weight_kg=Decimal("4.5"),
        site=SITE,
    ),
    "palletising": reports.palletising(event_id="u:6", at=AT, pallet=PALLET, items=[BOX], site=SITE),
    "unpacking": reports.unpacking(event_id="u:7", at=AT, pallet=PALLET, site=SITE),
    "shipment": reports.shipment(event_id="u:8", at=AT, items=[PALLET], from_site=SITE, to_site=SITE, carrier=GROWER),
    "receipt": reports.receipt(event_id="u:9", at=AT, lots={LOT: Decimal(3)}, site=SITE, receiving_advice="urn:x:1"),
    "storing": reports.storing(event_id="u:10", at=AT, room=SITE, lots={LOT: None}),
    "reading": reports.reading(
        event_id="u:11",
        start=AT,
        end=AT + timedelta(hours=1),
        device=LOGGER,
        mean_c=Decimal("1.4"),
        min_c=Decimal("0.2"),
        humidity_percent=Decimal(91),
        goods=[PALLET],
    ),
    "room reading": reports.reading(event_id="u:12", start=AT, end=AT, device=LOGGER, mean_c=Decimal(0), site=SITE),
    "parcel": reports.parcel(
        event_id="urn:uuid:31", at=AT, site=SITE, items=[BOX], order=f"{GROWER}/order", waybill=f"{GROWER}/waybill"
    ),
    "returned": reports.returned(event_id="urn:uuid:32", at=AT, site=SITE, items=[BOX], reason="refused"),
    "sale": reports.sale(event_id="u:13", at=AT, items=[BOX], site=SITE, order="urn:sha256:00"),
    "loss": reports.loss(event_id="u:14", at=AT, lots={LOT: Decimal(3)}, site=SITE, reason="rotten"),
    "inspection": reports.inspection(
        event_id="u:15",
        at=AT,
        lots={LOT: Decimal(412)},
        conformant=True,
        site=SITE,
        certificates=[CERTIFICATE],
        measurements=[reports.Measurement("Dimensionless", Decimal("13.2"), "P1", "soluble solids")],
    ),
    "substance used": reports.farm_input(event_id="u:17", at=AT, plot=PLOT, substance="苦参碱", dose="20 g / 亩"),
    "sample": reports.sample(
        event_id="u:18",
        at=AT,
        sample="https://suyuan.example/sample/1",
        seal="1",
        lot=LOT,
        kg=Decimal("1.5"),
        due_on=AT.date(),
        site=SITE,
        laboratory=GROWER,
    ),
    "report of a sample": reports.inspection(
        event_id="u:19",
        at=AT,
        lots={LOT: None},
        site=SITE,
        kind="laboratory",
        sample="https://suyuan.example/sample/1",
        report_number="R-7",
        file_hash="a" * 64,
        measurements=[
            reports.Measurement("", Decimal("48.6"), "N/cm²", "firmness"),
            reports.Measurement("", Decimal("0.01"), "mg/kg", "imidacloprid", method="GB 23200.121", at_most=True),
            reports.Measurement("", Decimal(12), "cm", "strip length"),
        ],
    ),
    "hold": reports.hold(event_id="u:20", at=AT, lots=[LOT], items=[BOX], reason="mould"),
    "recall": reports.hold(event_id="u:21", at=AT, lots=[LOT], reason="mould", recall=True),
    "release": reports.release(event_id="u:22", at=AT, lots=[LOT], reason="sorted out"),
    "certificate": reports.certificate(
        event_id="u:16",
        at=AT,
        certificate=CERTIFICATE,
        state="issued",
        issuer=GROWER,
        scheme="green_food",
        scope=[PLOT],
        lots=[LOT],
        valid_from=date(2026, 1, 1),
        valid_to=date(2029, 1, 1),
        number="GF141031260001",
    ),
    "correction": reports.correction(DELIVERY, at=AT, corrective_event_ids=["urn:uuid:2"]),
}


@pytest.mark.parametrize("name", ALL)
def test_every_report_is_a_valid_event(name: str) -> None:
    body = ALL[name]
    problems = validate_event(body, context=body["@context"])
    assert [p for p in problems if p.severity == "error"] == []


def test_a_delivery_names_plot_grower_and_kilograms_but_no_person() -> None:
    event = Event(DELIVERY)
    assert event.objects[0].key == LOT
    assert event.objects[0].quantity == 412
    assert event.read_point == PLOT
    assert event.sources == (("owning_party", GROWER),)


def test_pooling_adds_up_what_came_in() -> None:
    body = reports.pooling(
        event_id="u:1", at=AT, inputs={LOT: Decimal("400.1"), GRADED: Decimal("349.9")}, output=BOX, site=SITE
    )
    assert body["outputQuantityList"][0]["quantity"] == 750


def test_a_pool_with_an_unweighed_delivery_has_no_made_up_sum() -> None:
    body = reports.pooling(event_id="u:1", at=AT, inputs={LOT: Decimal(400), GRADED: None}, output=BOX, site=SITE)
    assert "quantity" not in body["outputQuantityList"][0]


def test_a_certificate_is_found_by_what_it_vouches_for() -> None:
    event = Event(ALL["certificate"])
    assert event.biz_step == CERTIFYING
    assert {certified(CERTIFICATE), certified(PLOT), certified(LOT), LOT} == {item.key for item in event.objects}
    assert event.certificates == (CERTIFICATE,)


def test_a_certificate_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="valid_to"):
        reports.certificate(
            event_id="u:1",
            at=AT,
            certificate=CERTIFICATE,
            state="issued",
            issuer=GROWER,
            scheme="green_food",
            scope=[PLOT],
            valid_from=date(2026, 1, 1),
            valid_to=date(2025, 1, 1),
        )


def test_a_time_without_its_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        reports.storing(event_id="u:1", at=datetime(2026, 9, 12), room=SITE, lots={LOT: None})


def test_a_correction_repeats_the_event_and_names_what_is_right() -> None:
    event = Event(ALL["correction"])
    assert event.event_id == DELIVERY["eventID"]
    assert event.error_declaration is not None
    assert event.error_declaration.corrective_event_ids == ("urn:uuid:2",)


def test_a_stock_take_says_what_is_there_and_the_last_report_of_a_run_closes_it() -> None:
    at = datetime(2026, 9, 20, 8, 0, tzinfo=timezone(timedelta(hours=8)))
    lot = "https://id.gs1.org/01/09520001000010/10/A1"
    counted = reports.stock_take(event_id="urn:uuid:1", at=at, site="urn:x:room", lots={lot: Decimal("12.5")})
    assert (counted["bizStep"], counted["quantityList"][0]["quantity"]) == ("stock_taking", 12.5)
    run: dict[str, Any] = {
        "event_id": "urn:uuid:2",
        "at": at,
        "inputs": {},
        "outputs": {lot: Decimal(3)},
        "site": "urn:x:house",
    }
    assert reports.grading(**run, run="urn:x:run", closed=True)["suyuan:runClosed"] is True
    assert "suyuan:runClosed" not in reports.grading(**run, run="urn:x:run")
    assert "suyuan:runClosed" not in reports.grading(**run, closed=True)
