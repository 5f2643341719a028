"""What looks odd on the way to the buyer is recorded, every time, and said."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from epcis.events import Event
from provenance import reports
from services.shipping.domain import checks

AT = datetime(2026, 9, 12, 6, 30, tzinfo=UTC)
LATEST = date(2026, 9, 13)
HOUSE, SHOP, PALLET, BOX = "urn:x:house", "urn:x:shop", "urn:x:pallet", "urn:x:box"


def shipment(to: str | None = SHOP) -> dict[str, Any]:
    return reports.shipment(event_id="urn:x:1", at=AT, from_site=HOUSE, to_site=to, items=[PALLET])


def palletising(*items: str) -> dict[str, Any]:
    return reports.palletising(event_id="urn:x:2", at=AT, pallet=PALLET, site=HOUSE, items=items)


def grading(output: str) -> dict[str, Any]:
    lots = {"urn:x:lot": Decimal(400)}
    return reports.grading(event_id="urn:x:3", at=AT, inputs=lots, outputs={output: Decimal(390)}, site=HOUSE)


def reading(length: timedelta) -> dict[str, Any]:
    start, end = AT, AT + length
    return reports.reading(
        event_id="urn:x:4", start=start, end=end, device="urn:x:logger", mean_c=Decimal(1), site=HOUSE
    )


@pytest.mark.parametrize("body", [shipment(), palletising(BOX), grading("urn:x:other"), reading(timedelta(hours=1))])
def test_an_ordinary_report_has_no_problem(body: dict[str, Any]) -> None:
    assert list(checks(Event(body), LATEST)) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (shipment(to=None), "no-destination"),
        (shipment(to=HOUSE), "same-place"),
        (palletising(BOX, PALLET), "inside-itself"),
        (grading("urn:x:lot"), "made-of-itself"),
        (reading(-timedelta(hours=1)), "ends-before-it-begins"),
    ],
)
def test_an_odd_report_is_recorded_with_a_warning(body: dict[str, Any], code: str) -> None:
    assert [(p.code, p.severity) for p in checks(Event(body), LATEST)] == [(code, "warning")]
