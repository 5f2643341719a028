"""What the registry ended after goods were made says nothing of them; what it ended before, nothing for them."""

from dataclasses import replace
from datetime import date

import pytest

from provenance.registry.records import Product, ProductionStandard
from tests.provenance.claimed import GOOD, good, outcomes


@pytest.mark.parametrize("kind", [Product, ProductionStandard])
@pytest.mark.parametrize(("ended", "standard"), [(date(2026, 11, 1), "passed"), (date(2026, 8, 1), "unknown")])
def test_boxes_keep_the_product_and_the_standard_they_were_packed_under(
    kind: type[Product] | type[ProductionStandard], ended: date, standard: str
) -> None:
    season = good()
    box = season.boxes()[0]
    latest = {record.id: record for record in season.world.records if isinstance(record, kind)}
    for record in latest.values():
        season.world.register(replace(record, version=record.version + 1, valid_to=ended))
    assert outcomes(season.claim(key=box))["standard"] == standard
    if standard == "passed":
        assert outcomes(season.claim(key=box)) == GOOD
