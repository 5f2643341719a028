"""The record of a day is the highest version valid on it."""

from dataclasses import replace
from datetime import date

from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Brand, Mandate, Site

PLOT = Site(
    id="urn:x:plot", kind="plot", party="urn:x:g", name_zh="园", county_code="141031", valid_from=date(2020, 1, 1)
)


def test_a_question_about_the_past_gets_the_record_of_that_day() -> None:
    moved = replace(PLOT, version=2, valid_from=date(2026, 1, 1), county_code="430426")
    registry = MemoryRegistry([moved, PLOT])
    found = [registry.site(PLOT.id, date(year, 6, 1)) for year in (2019, 2025, 2026)]
    assert [site and site.county_code for site in found] == [None, "141031", "430426"]


def test_the_end_of_validity_is_exclusive() -> None:
    registry = MemoryRegistry([replace(PLOT, valid_to=date(2026, 1, 1))])
    assert registry.site(PLOT.id, date(2025, 12, 31)) is not None
    assert registry.site(PLOT.id, date(2026, 1, 1)) is None


def test_ids_of_different_kinds_do_not_meet() -> None:
    assert MemoryRegistry([PLOT]).party(PLOT.id, date(2026, 1, 1)) is None


def test_brands_and_mandates_are_found_by_what_they_name() -> None:
    brand = Brand(id="b", name_zh="牌", owner="o", county_code="141031", gtins=frozenset({"gtin"}))
    mandate = Mandate(id="m", from_party="a", to_party="b", actions=frozenset({"report"}))
    registry = MemoryRegistry([brand, mandate])
    on = date(2026, 1, 1)
    assert (registry.brands_of("gtin", on), registry.brands_of("other", on)) == ((brand,), ())
    assert (registry.mandates("a", on), registry.mandates("b", on)) == ((mandate,), ())
