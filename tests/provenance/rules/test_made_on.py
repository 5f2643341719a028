"""From which day goods are counted: they grow no younger by being opened and packed again."""

from datetime import timedelta
from decimal import Decimal

import pytest

from provenance import reports
from tests.provenance.claimed import good, outcomes


@pytest.mark.parametrize(("days_later", "outcome"), [(20, "passed"), (40, "failed")])
def test_boxes_opened_and_packed_again_keep_no_longer_than_they_would_have(days_later: int, outcome: str) -> None:
    season = good()
    season.standard(shelf_life_days=30)
    world = season.world
    pooled = world.pool(season.lots, site=season.house)
    boxes = world.pack(pooled, 10, product=season.box, site=season.house)
    world.now += timedelta(days=days_later)
    loose = world.numbers.lot(world.fruit)
    world.report(reports.grading, inputs=dict.fromkeys(boxes), outputs={loose: Decimal(50)}, site=season.house)
    world.kg[loose] = Decimal(50)
    again = world.pack(loose, 10, product=season.box, site=season.house)[0]
    assert outcomes(season.claim(world.now, again))["not_recalled"] == outcome
