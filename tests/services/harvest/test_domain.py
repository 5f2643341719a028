"""What a picking must say to be possible, and what it may leave out."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from epcis.events import Event
from provenance import reports
from services.harvest.domain import checks

AT = datetime(2026, 9, 12, 6, 30, tzinfo=UTC)
LATEST = date(2026, 9, 13)


def picking(**changes: Any) -> dict[str, Any]:
    body = reports.delivery(
        event_id="urn:x:1", at=AT, lot="urn:x:lot", kg=Decimal(400), plot="urn:x:plot", grower="urn:x:grower"
    )
    return {name: value for name, value in (body | changes).items() if value is not None}


def found(body: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {p.pointer: (p.code, p.severity) for p in checks(Event(body), LATEST)}


def test_a_right_picking_has_no_problem() -> None:
    assert found(picking()) == {}


def test_nothing_picked_is_no_picking() -> None:
    body = picking(quantityList=[{"epcClass": "urn:x:lot", "quantity": 0, "uom": "KGM"}])
    assert found(body) == {"/quantityList/0/quantity": ("nothing-picked", "error")}


def test_fruit_that_was_not_weighed_is_recorded() -> None:
    assert found(picking(quantityList=[{"epcClass": "urn:x:lot"}])) == {"/quantityList/0": ("not-weighed", "warning")}


def test_a_picking_without_a_plot_is_recorded_with_its_origin_unknown() -> None:
    assert found(picking(readPoint=None)) == {"/readPoint": ("no-plot", "warning")}


@pytest.mark.parametrize(
    ("start", "end", "problems"),
    [
        ("2026-09-10", "2026-09-12", {}),
        ("2026-09-12", "2026-09-12", {}),
        ("2026-09-12T06:00:00+08:00", None, {}),
        (None, None, {}),
        ("2026-09-12", "2026-09-11", {"/ilmd/cbvmda:harvestEndDate": ("ends-before-it-begins", "error")}),
        (None, "2026-09-13", {"/ilmd/cbvmda:harvestEndDate": ("unlikely-harvest-day", "warning")}),
        ("2026-07-14", None, {}),
        ("2026-07-13", None, {"/ilmd/cbvmda:harvestStartDate": ("unlikely-harvest-day", "warning")}),
        ("2026-09-14", None, {"/ilmd/cbvmda:harvestStartDate": ("in-the-future", "error")}),
        ("last week", None, {"/ilmd/cbvmda:harvestStartDate": ("not-a-day", "error")}),
        ("2026-02-30", None, {"/ilmd/cbvmda:harvestStartDate": ("not-a-day", "error")}),
        (20260912, None, {"/ilmd/cbvmda:harvestStartDate": ("not-a-day", "error")}),
        ("1926-09-12", None, {"/ilmd/cbvmda:harvestStartDate": ("unlikely-harvest-day", "warning")}),
    ],
)
def test_days_of_picking(start: Any, end: Any, problems: dict[str, tuple[str, str]]) -> None:
    days = {"cbvmda:harvestStartDate": start, "cbvmda:harvestEndDate": end}
    assert found(picking(ilmd={name: day for name, day in days.items() if day is not None})) == problems


def test_a_farm_input_needs_no_amount_and_no_day() -> None:
    body = reports.farm_input(
        event_id="urn:x:2", at=AT, input_lot="urn:x:spray", kg=None, plot="urn:x:plot", grower="urn:x:grower"
    )
    assert found(body) == {}
