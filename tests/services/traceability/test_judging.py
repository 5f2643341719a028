"""Under which brand a code is judged: for the public under none that does not list the product."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from provenance.access.authority import PUBLIC, Principal
from provenance.rules.beside import NOTHING
from services.traceability.claims.judging import Judged, judge
from tests.provenance.claimed import NOW, Season, good

NOW_MS = int(NOW.timestamp() * 1000)
INSPECTOR = Principal("urn:x:inspector", frozenset({"inspector"}))
ELSEWHERE = Principal("urn:x:carrier", frozenset({"carrier"}))


def judged(season: Season, key: str, brand: str, reader: Principal = PUBLIC, **issued: Any) -> Judged | str:
    history, registry = season.history(key), season.world.registry
    return judge(history, brand, registry=registry, now_ms=NOW_MS, reader=reader, beside=NOTHING, **issued)


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


@pytest.mark.parametrize("without", ["its year", "the product"])
def test_goods_whose_labels_are_out_are_judged_under_the_brand_as_it_was_when_they_were_issued(
    season: Season, without: str
) -> None:
    (box, *_) = season.boxes()
    brand, today = season.brand, NOW.date()
    if without == "its year":
        season.world.register(replace(brand, version=brand.version + 1, valid_to=today))
    else:
        season.world.register(replace(brand, version=brand.version + 1, valid_from=today, gtins=frozenset()))
    yesterday_ms = NOW_MS - int(timedelta(days=1).total_seconds() * 1000)
    assert isinstance(judged(season, box, brand.id, issued=True, issued_ms=NOW_MS), str)
    found = judged(season, box, brand.id, issued=True, issued_ms=yesterday_ms)
    assert isinstance(found, Judged) and found.claim.brand.gtins == brand.gtins
    assert isinstance(judged(season, box, brand.id), str), "no new labels"
