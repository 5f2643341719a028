"""What a report about quality must say to be possible, and what it may leave out."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from epcis.events import Event
from provenance import reports
from services.quality.domain import STATES, checks

AT = datetime(2026, 9, 12, 6, 30, tzinfo=UTC)
LATEST = date(2026, 9, 13)


def certificate(**changes: Any) -> dict[str, Any]:
    body = reports.certificate(
        event_id="urn:x:1",
        at=AT,
        certificate="urn:x:certificate",
        state="issued",
        issuer="urn:x:nobody-accredited-this-one",
        scheme="green_food",
        number="GF141031250001",
        scope=["urn:x:plot"],
        valid_from=date(2026, 1, 1),
        valid_to=date(2028, 12, 31),
    )
    return {name: value for name, value in (body | changes).items() if value is not None}


def found(body: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {p.pointer: (p.code, p.severity) for p in checks(Event(body), LATEST)}


def test_a_certificate_of_an_issuer_nobody_accredited_is_recorded() -> None:
    assert found(certificate()) == {}


@pytest.mark.parametrize("state", STATES)
def test_every_change_of_state_is_recorded(state: str) -> None:
    assert found(certificate(**{"suyuan:state": state})) == {}


@pytest.mark.parametrize("state", ["valid", "", None, 7])
def test_another_state_is_refused(state: Any) -> None:
    assert found(certificate(**{"suyuan:state": state})) == {"/suyuan:state": ("unknown-state", "error")}


def test_a_change_of_state_names_its_certificate() -> None:
    assert found(certificate(certificationInfo=None)) == {"/certificationInfo": ("no-certificate", "error")}


@pytest.mark.parametrize(
    ("start", "end", "problems"),
    [
        ("2026-01-01", "2026-01-01", {"/suyuan:validTo": ("covers-no-day", "warning")}),
        ("2030-01-01", "2033-01-01", {}),
        (None, None, {}),
        ("2026-01-02", "2026-01-01", {"/suyuan:validTo": ("ends-before-it-begins", "error")}),
        ("soon", "2026-01-01", {"/suyuan:validFrom": ("not-a-day", "error")}),
        ("2026-01-01", 2027, {"/suyuan:validTo": ("not-a-day", "error")}),
    ],
)
def test_days_of_validity(start: Any, end: Any, problems: dict[str, tuple[str, str]]) -> None:
    assert found(certificate(**{"suyuan:validFrom": start, "suyuan:validTo": end})) == problems


@pytest.mark.parametrize(
    ("scheme", "number", "usual"),
    [
        ("green_food", "GF141031250001", True),
        ("green_food", "LB-18-2509123456A", True),
        ("green_food", "GF14103125", False),
        ("organic", "12325123456789012", True),
        ("organic", "1232512345678901", False),
        ("gi", "whatever it says", False),
        ("gi", "91110000600037341L", True),
        ("laboratory", "2026-17", True),
    ],
)
def test_a_number_of_an_unusual_form_is_recorded_and_shown(scheme: str, number: str, usual: bool) -> None:
    problems = found(certificate(**{"suyuan:scheme": scheme, "suyuan:number": number}))
    assert problems == ({} if usual else {"/suyuan:number": ("unusual-number", "warning")})


def test_a_persons_number_in_a_reason_is_warned_of() -> None:
    problems = found(certificate(**{"suyuan:reason": "打电话 13800000000"}))
    assert problems == {"/suyuan:reason": ("personal-number", "warning")}


def test_an_inspection_without_a_verdict_is_pending() -> None:
    body = reports.inspection(event_id="urn:x:2", at=AT, lots={"urn:x:lot": None}, conformant=True, site="urn:x:house")
    assert found(body) == {}
    assert found(body | {"disposition": "in_progress"}) == {"/disposition": ("no-verdict", "warning")}


def inspected(**changes: Any) -> dict[str, Any]:
    measured = [reports.Measurement("", Decimal("13.1"), "%", "soluble solids")]
    body = reports.inspection(
        event_id="urn:x:2", at=AT, lots={"urn:x:lot": None}, site="urn:x:house", measurements=measured, kind="self"
    )
    return body | changes


def measured_as(**report: Any) -> dict[str, Any]:
    said = inspected()["sensorElementList"][0]["sensorReport"][0] | report
    return inspected(sensorElementList=[{"sensorReport": [said]}])


def test_values_need_no_verdict_beside_them() -> None:
    assert found(inspected()) == {}


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (measured_as(uom="XYZ"), "/sensorElementList/0/sensorReport/0/uom", "unknown-unit"),
        (measured_as(**{"suyuan:property": " "}), "/sensorElementList/0/sensorReport/0/suyuan:property", "no-property"),
        (inspected(**{"suyuan:inspectionKind": "secret"}), "/suyuan:inspectionKind", "unknown-kind"),
        (inspected(**{"suyuan:fileHash": "abc"}), "/suyuan:fileHash", "no-hash"),
        (inspected(**{"suyuan:overrideReason": "I know"}), "/disposition", "override-without-verdict"),
    ],
)
def test_what_nobody_could_judge_on_is_refused_at_its_field(body: dict[str, Any], pointer: str, code: str) -> None:
    assert found(body) == {pointer: (code, "error")}


BOX = "https://id.gs1.org/01/09520001000010"


@pytest.mark.parametrize(
    ("item", "lots", "told"),
    [
        (f"{BOX}/21/B1", [], False),
        (f"{BOX}/10/L1/21/B1", [], True),
        (f"{BOX}/21/B1", [{"epcClass": f"{BOX}/10/L1"}], True),
        ("urn:x:box", [], True),
    ],
)
def test_a_box_that_is_inspected_is_named_with_its_lot(item: str, lots: list[Any], told: bool) -> None:
    assert found(inspected(epcList=[item], quantityList=lots)) == ({} if told else {"/epcList": ("no-lot", "warning")})


def test_a_partners_values_in_units_of_its_own_are_recorded() -> None:
    assert found(inspected(sensorElementList=[{"sensorReport": [{"type": "Speed", "value": 1, "uom": "MTS"}]}])) == {}


def test_a_sample_is_not_due_before_it_is_taken() -> None:
    said = {"sample": "urn:x:s", "lot": "urn:x:lot", "kg": Decimal(1), "due_on": date(2026, 9, 20), "site": "urn:x:h"}
    body = reports.sample(event_id="urn:x:3", at=AT, **said)  # type: ignore[arg-type]
    assert found(body) == {}
    assert found(body | {"suyuan:dueOn": "2026-09-01"}) == {"/suyuan:dueOn": ("due-before-taken", "error")}
    assert found(body | {"suyuan:dueOn": "soon"}) == {"/suyuan:dueOn": ("not-a-day", "error")}


def test_a_hold_without_a_reason_is_recorded_and_told_as_such() -> None:
    body = reports.hold(event_id="urn:x:4", at=AT, lots=["urn:x:lot"], reason="mould")
    assert found(body) == {}
    del body["suyuan:reason"]
    assert found(body) == {"/suyuan:reason": ("no-reason", "warning")}
