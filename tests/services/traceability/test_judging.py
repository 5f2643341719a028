"""Under which brand a code is judged: for the public under none that does not list the product."""

import pytest

from provenance.access.authority import Principal
from provenance.rules.beside import NOTHING
from services.traceability.claims.judging import Judged, judge
from tests.provenance.claimed import NOW, Season, good

PUBLIC = Principal("", frozenset())
INSPECTOR = Principal("urn:x:inspector", frozenset({"inspector"}))


def judged(season: Season, key: str, brand: str, reader: Principal = PUBLIC) -> Judged | str:
    history, now_ms = season.history(key), int(NOW.timestamp() * 1000)
    return judge(history, brand, registry=season.world.registry, now_ms=now_ms, reader=reader, beside=NOTHING)


@pytest.fixture
def season() -> Season:
    return good()


def test_a_product_is_judged_under_the_brand_that_lists_it_named_or_not(season: Season) -> None:
    (box, *_) = season.boxes()
    for named in (season.brand.id, ""):
        found = judged(season, box, named)
        assert isinstance(found, Judged)
        assert found.claim.brand == season.brand


def test_one_growers_delivery_is_judged_under_no_brand_that_the_public_chooses(season: Season) -> None:
    """It would say of one grower whether the county helps that household."""
    found = judged(season, season.lots[0], season.brand.id)
    assert found == f"brand: {season.brand.id} does not list this product"
    assert isinstance(judged(season, season.lots[0], season.brand.id, INSPECTOR), Judged)


def test_a_brand_nobody_registered_is_told_as_such(season: Season) -> None:
    (box, *_) = season.boxes()
    assert judged(season, box, "urn:x:none") == "brand: urn:x:none is not registered"
