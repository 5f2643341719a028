"""Numbers no report can mean: refused at the door with their field, and told where they were recorded before."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epcis.events import Event
from provenance import reports
from provenance.access.extremes import extremes
from provenance.balances.sheet import balance_sheet
from provenance.histories.history import build_from
from provenance.histories.tracing import trace_back, trace_forward
from provenance.rules.claims import claim
from provenance.weights import registered
from tests.provenance.beside_of import beside_of
from tests.provenance.claimed import NOW, Season
from tests.provenance.reported import reports as reported
from wire.balance_codec import balance_message
from wire.history_codec import facts_of

AT = datetime(2026, 9, 12, 6, 30, tzinfo=UTC)
LOT = "https://id.gs1.org/01/09520001000010/10/XX1"
ROOM = "https://id.gs1.org/414/9520001000102"
UNITS = ("KGM", "TNE", "MGM", "58", "H87", None, "LTR")
AMOUNTS = st.one_of(
    st.floats(0, allow_nan=False, allow_infinity=False), st.sampled_from([0, 5e-324, 1e-300, 1e15, 1e308, 2**52, 1.5])
)
CELSIUS = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([1e308, -1e308, 5e-324, 35.61])


def amount_of(quantity: Any, uom: str | None) -> dict[str, Any]:
    body = reports.loss(event_id="urn:x:1", at=AT, site=ROOM, lots={LOT: Decimal(1)})
    body["quantityList"][0]["quantity"] = quantity
    body["quantityList"][0].update({"uom": uom} if uom else {})
    return {**body, "quantityList": [{k: v for k, v in body["quantityList"][0].items() if k != "uom" or uom}]}


def reading_of(value: float, uom: str, name: str = "meanValue") -> dict[str, Any]:
    body = reports.reading(event_id="urn:x:2", start=AT, end=AT, device="urn:x:l", mean_c=Decimal(1), site=ROOM)
    said = body["sensorElementList"][0]["sensorReport"][0]
    said.pop("meanValue")
    said.update({name: value, "uom": uom})
    return body


@pytest.mark.parametrize(
    ("quantity", "uom", "refused"),
    [
        (10_000_000, "KGM", False),
        (10_000_000.1, "KGM", True),
        (10_000, "TNE", False),
        (1e308, "TNE", True),
        (1e308, None, True),
        (1e308, "H87", True),
        (1_000_000_000, None, False),
        (5e-324, "KGM", False),
        (1e308, "LTR", False),
    ],
)
def test_no_report_means_more_than_any_scale_weighs(quantity: float, uom: str | None, refused: bool) -> None:
    found = [(one.pointer, one.code, one.severity) for one in extremes(Event(amount_of(quantity, uom)))]
    assert found == ([("/quantityList/0/quantity", "too-much", "error")] if refused else [])


@pytest.mark.parametrize("field", ["childQuantityList", "inputQuantityList", "outputQuantityList"])
def test_it_is_refused_wherever_it_is_said(field: str) -> None:
    body = {field: [{"epcClass": LOT, "quantity": 1, "uom": "KGM"}, {"epcClass": LOT, "quantity": 1e99, "uom": "KGM"}]}
    assert [one.pointer for one in extremes(Event(body))] == [f"/{field}/1/quantity"]


@pytest.mark.parametrize("name", ["value", "minValue", "meanValue", "maxValue"])
@pytest.mark.parametrize(
    ("value", "uom", "refused"),
    [
        (10_000, "CEL", False),
        (10_001, "CEL", True),
        (-1e308, "KEL", True),
        (1e308, "FAH", True),
        (18_000, "FAH", False),
    ],
)
def test_no_sensor_measures_the_heat_of_a_star(name: str, value: float, uom: str, refused: bool) -> None:
    found = [one.pointer for one in extremes(Event(reading_of(value, uom, name)))]
    assert found == ([f"/sensorElementList/0/sensorReport/0/{name}"] if refused else [])


def test_what_is_no_temperature_may_be_as_large_as_it_is() -> None:
    body = reading_of(1e12, "LUX")
    body["sensorElementList"][0]["sensorReport"][0]["type"] = "Illuminance"
    assert list(extremes(Event(body))) == []


def lost(season: Season, key: str, amount: float, uom: str | None) -> None:
    season.world.report(reports.loss, site=season.house, lots={key: Decimal(1)})
    season.world.events[-1]["quantityList"] = amount_of(amount, uom)["quantityList"]
    season.world.events[-1]["quantityList"][0]["epcClass"] = key


def counted(season: Season, key: str, amount: float, uom: str | None) -> None:
    season.world.report(reports.stock_take, site=season.house, lots={key: Decimal(1)})
    season.world.events[-1]["quantityList"] = [{**amount_of(amount, uom)["quantityList"][0], "epcClass": key}]


def shipped(season: Season, key: str, amount: float, uom: str | None) -> None:
    season.world.report(reports.shipment, from_site=season.house, to_site=ROOM, lots={key: Decimal(1)})
    season.world.events[-1]["quantityList"] = [{**amount_of(amount, uom)["quantityList"][0], "epcClass": key}]


@settings(max_examples=25, deadline=None)
@given(
    AMOUNTS,
    st.sampled_from(UNITS),
    CELSIUS,
    st.sampled_from(["CEL", "FAH", "KEL"]),
    st.sampled_from([lost, counted, shipped]),
)
def test_no_number_recorded_before_breaks_a_history_or_a_claim(
    amount: float, uom: str | None, warm: float, unit: str, say: Callable[[Season, str, float, str | None], None]
) -> None:
    season = Season()
    season.standard(storage_min_c=Decimal(-1), storage_max_c=Decimal(2))
    season.bring(60, 1)
    season.certify()
    lot = season.world.pool(season.lots, site=season.house)
    box = season.world.pack(lot, 2, product=season.box, site=season.house, kg=10)[0]
    say(season, lot, amount, uom)
    start = season.world.now
    read = reports.reading(
        event_id=season.world.numbers.event_id(),
        start=start,
        end=start + timedelta(hours=1),
        device="urn:x:l",
        mean_c=Decimal(1),
        goods=[box],
    )
    read["sensorElementList"][0]["sensorReport"][0] |= {"meanValue": warm, "uom": unit}
    season.world.events.append(read)
    documents = reported(json.loads(json.dumps(season.world.events, default=float)))
    for key in (lot, box, season.lots[0]):
        for walk in (trace_back, trace_forward):
            history = build_from(documents, walk([key], net_weight=registered(season.world.registry)))
            facts_of(history, (), history.holders, history.losses)
            beside = beside_of(history, documents, season.world.registry, NOW)
            claim(history, season.world.registry, season.brand, NOW, beside=beside)
            now_ms = round(NOW.timestamp() * 1000)
            balance_message(key, balance_sheet(history, beside, season.world.registry, now_ms, NOW.date()), 0)
