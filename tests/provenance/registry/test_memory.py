"""The record of a day is the highest version valid on it, unless one above it has ended it."""

from dataclasses import replace
from datetime import date

from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Accreditation, Brand, Mandate, Site

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


def test_what_a_later_version_ends_is_ended_and_not_what_it_was_before() -> None:
    """The earlier version stays open for ever: nothing is overwritten."""
    ended = replace(PLOT, version=2, valid_to=date(2026, 1, 1))
    registry = MemoryRegistry([ended, PLOT])
    assert registry.site(PLOT.id, date(2025, 12, 31)) == ended
    assert registry.site(PLOT.id, date(2026, 1, 1)) is None


def test_what_was_ended_can_begin_again() -> None:
    ended = replace(PLOT, version=2, valid_to=date(2025, 1, 1))
    again = replace(PLOT, version=3, valid_from=date(2026, 1, 1))
    registry = MemoryRegistry([again, ended, PLOT])
    found = [registry.site(PLOT.id, date(year, 6, 1)) for year in (2024, 2025, 2026)]
    assert found == [ended, None, again]


def test_what_is_to_begin_later_is_not_ended_by_a_word_about_before() -> None:
    larger = replace(PLOT, version=2, valid_from=date(2027, 1, 1), name_zh="大园")
    renamed = replace(PLOT, version=3, valid_to=date(2026, 6, 1), name_zh="老园")
    registry = MemoryRegistry([renamed, larger, PLOT])
    found = [registry.site(PLOT.id, day) for day in (date(2026, 5, 31), date(2026, 6, 1), date(2027, 1, 1))]
    assert found == [renamed, None, larger]


def test_a_mandate_or_an_accreditation_that_was_ended_is_none() -> None:
    mandate = Mandate(id="m", from_party="a", to_party="b", actions=frozenset({"report"}))
    accredited = Accreditation(id="acc", party="c", schemes=frozenset({"green-food"}))
    ends = date(2026, 6, 1)
    records = [mandate, accredited, *(replace(one, version=2, valid_to=ends) for one in (mandate, accredited))]
    registry = MemoryRegistry(records)
    assert [len(registry.mandates("a", day)) for day in (date(2026, 5, 31), ends)] == [1, 0]
    assert [len(registry.accreditations("c", day)) for day in (date(2026, 5, 31), ends)] == [1, 0]


def test_ids_of_different_kinds_do_not_meet() -> None:
    assert MemoryRegistry([PLOT]).party(PLOT.id, date(2026, 1, 1)) is None


def test_brands_and_mandates_are_found_by_what_they_name() -> None:
    brand = Brand(id="b", name_zh="牌", owner="o", county_code="141031", gtins=frozenset({"gtin"}))
    mandate = Mandate(id="m", from_party="a", to_party="b", actions=frozenset({"report"}))
    registry = MemoryRegistry([brand, mandate])
    on = date(2026, 1, 1)
    assert (registry.brands_of("gtin", on), registry.brands_of("other", on)) == ((brand,), ())
    assert (registry.mandates("a", on), registry.mandates("b", on)) == ((mandate,), ())
