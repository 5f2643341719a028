"""What a piece weighs: as its product is registered, and only else as somebody writes on it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from epcis.events import Event
from provenance import reports
from provenance.registry.records import Product
from provenance.weights import nothing_registered, piece_kg, registered, stated_net_weight
from simulator.world import CHINA
from tests.provenance.claimed import Season

BOX = "https://id.gs1.org/01/09520001000010/21/1"


def made(net_weight: Any) -> Event:
    return Event({"ilmd": {"cbvmda:netWeight": net_weight}})


def five_kilograms(_key: str, _time_ms: int) -> Decimal:
    return Decimal(5)


def test_the_registered_weight_goes_before_the_one_that_is_written_on_it() -> None:
    assert piece_kg(BOX, [made("0.1 KGM")], five_kilograms, 0) == 5
    assert piece_kg(BOX, [made("0.1 KGM")], nothing_registered, 0) == Decimal("0.1")
    assert piece_kg(BOX, [], nothing_registered, 0) is None


@pytest.mark.parametrize("said", ["1e999999999", "1e-999999999", "1e308 TNE", "-1", "0", "NaN", "Infinity", "much"])
def test_what_nothing_can_weigh_is_not_said(said: str) -> None:
    assert stated_net_weight(made(said)) is None


def test_a_smaller_number_on_the_boxes_makes_no_more_of_them() -> None:
    season = Season()
    season.bring(60, 0)
    season.bring(40, 1)
    season.certify()
    lot = season.world.pool(season.lots, site=season.house)
    boxes = [season.world.numbers.serial(season.box) for _ in range(100)]
    season.world.report(
        reports.packing, inputs={lot: Decimal(100)}, boxes=boxes, site=season.house, net_weight_kg=Decimal("0.1")
    )
    judged = season.claim(key=boxes[0])
    assert judged.verdict != "granted"
    assert "failed" in [one.outcome for one in judged.results if one.rule == "balance"]


def test_the_registered_weight_is_that_of_the_day_in_china() -> None:
    season = Season()
    now = next(one for one in season.world.records if isinstance(one, Product) and one.id == season.box)
    assert registered(season.world.registry)(season.box, 0) == now.net_weight_kg == 5


def test_a_packing_says_the_net_weight_in_the_name_of_the_standard_and_old_reports_are_still_read() -> None:
    """CBV 2.0 names `netWeight` among the attributes of trade items; its JSON has no place for the unit."""
    at = datetime(2026, 9, 14, 8, 0, tzinfo=CHINA)
    packing = reports.packing(
        event_id="urn:x:1", at=at, inputs={}, boxes=[BOX], site="urn:x:house", net_weight_kg=Decimal("4.5")
    )
    assert packing["ilmd"]["cbvmda:netWeight"] == {"gs1:value": 4.5, "gs1:unitCode": "KGM"}
    assert stated_net_weight(Event(packing)) == Decimal("4.5")
    assert stated_net_weight(Event({"ilmd": {"suyuan:netWeightKg": 4.5}})) == Decimal("4.5")
