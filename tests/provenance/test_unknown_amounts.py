"""Whatever is reported without an amount besides, no rule that failed is passed by it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance import reports
from provenance.registry.records import YieldStep
from tests.provenance.claimed import Season, good, outcomes

KG = st.integers(1, 150)


def shop_sells(kg: list[int], besides: str) -> tuple[Season, str]:
    """100 kg and more pooled, shipped to a shop, received, brought back and sold: each as much as `kg` says."""
    pooled_kg, shipped, received, returned, sold = kg
    season = good()
    season.standard(yields=(YieldStep(0, Decimal(5)),), balance_tolerance=Decimal("0.02"))
    if besides == "delivery":
        season.bring(None, 0)
    lot = season.world.pool(season.lots, site=season.house, kg=pooled_kg)
    shop = season.world.site("shop")
    season.world.ship(lots={lot: shipped}, to=shop)
    season.world.receive(lots={lot: received}, site=shop)
    if besides == "receipt":
        season.world.receive(lots={lot: 1}, site=shop)
    if besides == "return":
        season.world.report(reports.returned, lots={lot: Decimal(1)}, site=shop)
    if besides == "sale":
        season.world.sell(lots={lot: 1}, site=shop)
    if besides in ("receipt", "return", "sale"):
        season.world.events[-1]["quantityList"] = [{"epcClass": lot}]
    season.world.report(reports.returned, lots={lot: Decimal(returned)}, site=shop)
    season.world.sell(lots={lot: sold}, site=shop)
    return season, lot


@pytest.mark.parametrize("besides", ["delivery", "receipt", "return", "sale"])
@given(kg=st.lists(KG, min_size=5, max_size=5))
@settings(max_examples=25, deadline=None)
def test_a_report_of_an_unknown_amount_never_turns_failed_into_passed(besides: str, kg: list[int]) -> None:
    found = []
    for more in ("", besides):
        season, lot = shop_sells(kg, more)
        found.append(outcomes(season.claim(season.world.now + timedelta(days=30), lot)))
    without, with_it = found
    assert not [rule for rule, outcome in without.items() if outcome == "failed" and with_it[rule] == "passed"]
