"""Under which brand a code is judged: for the public under none that does not list the product."""

import pytest

from provenance.access.authority import PUBLIC, Principal
from provenance.rules.beside import NOTHING
from services.traceability.claims.judging import Judged, judge
from tests.provenance.claimed import NOW, Season, good

INSPECTOR = Principal("urn:x:inspector", frozenset({"inspector"}))
ELSEWHERE = Principal("urn:x:carrier", frozenset({"carrier"}))


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


@pytest.mark.parametrize("reader", [PUBLIC, ELSEWHERE])
def test_one_growers_delivery_is_judged_under_no_brand_that_who_takes_no_part_chooses(
    season: Season, reader: Principal
) -> None:
    """It would say of one grower whether the county helps that household."""
    found = judged(season, season.lots[0], season.brand.id, reader)
    assert found == f"brand: {season.brand.id} does not list this product"


def test_it_is_judged_for_an_inspector_for_the_brands_office_and_for_who_takes_part(season: Season) -> None:
    office = Principal(season.brand.owner, frozenset({"brand_office"}))
    grower = Principal(season.growers[0].id, frozenset({"grower"}))
    for reader in (INSPECTOR, office, grower):
        assert isinstance(judged(season, season.lots[0], season.brand.id, reader), Judged)


def test_a_brand_nobody_registered_is_told_as_such(season: Season) -> None:
    (box, *_) = season.boxes()
    assert judged(season, box, "urn:x:none") == "brand: urn:x:none is not registered"
