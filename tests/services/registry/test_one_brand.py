"""A GTIN is of one brand at a time: who may list it, from when, and what is said to who may not (ADR 0125)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.access.authority import Principal
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Brand, Party, Product, Record
from services.registry.domain import Drafts, New, Wrong, decide

TODAY = date(2026, 11, 23)
OFFICE, RIVAL = "https://suyuan.example/office", "https://suyuan.example/rival"
GIFT, LOOSE = "https://id.gs1.org/01/09520001007026", "https://id.gs1.org/01/09520001007019"
OURS = Brand(id="urn:x:ours", name_zh="隰县玉露香梨", owner=OFFICE, county_code="141031", valid_from=date(2026, 1, 1))
THEIRS = replace(OURS, id="urn:x:theirs", name_zh="他县梨", owner=RIVAL, county_code="430426")
LISTING = replace(OURS, gtins=frozenset({GIFT}))
REGISTERED = (
    *(Party(id=id_, kind="brand_office", name_zh="办") for id_ in (OFFICE, RIVAL)),
    Product(id=LOOSE, name_zh="梨"),
    Product(id=GIFT, name_zh="礼盒", made_of=frozenset({LOOSE})),
)


def drafts_of(*there: Record) -> Drafts:
    drafts = Drafts(lambda kind, id_: ())
    for record in (*REGISTERED, *there):
        drafts.add(record)
    return drafts


def put(brand: Brand, *there: Brand) -> str:
    """What is wrong with it, "" where nothing is."""
    office = Principal(brand.owner, frozenset({"brand_office"}))
    decided = decide(brand, principal=office, drafts=drafts_of(*there), today=TODAY)
    assert isinstance(decided, New | Wrong)
    return "" if isinstance(decided, New) else "; ".join(f"{p.pointer} {p.message}" for p in decided.problems)


def test_another_brands_gtin_is_refused_and_the_field_the_brand_and_the_day_are_named() -> None:
    wanted = replace(THEIRS, gtins=frozenset({GIFT}))
    until = replace(LISTING, valid_to=date(2027, 3, 1))
    assert put(wanted, until) == (
        f"/gtins {GIFT} is listed by the brand {OURS.id} (隰县玉露香梨), until 2027-03-01: "
        "a GTIN is of one brand at a time"
    )
    assert "(隰县玉露香梨), with no end:" in put(wanted, LISTING)


def test_the_fruit_that_anothers_products_are_made_of_is_refused_likewise() -> None:
    refused = put(replace(THEIRS, gtins=frozenset({LOOSE})), LISTING)
    assert refused.startswith(f"/gtins {LOOSE} is what {GIFT} is made of, which is listed by the brand {OURS.id}")
    assert put(replace(OURS, version=2, gtins=frozenset({GIFT, LOOSE})), LISTING) == ""


@pytest.mark.parametrize(
    "begins, may", [(date(2026, 5, 31), False), (date(2026, 6, 1), True), (date(2027, 1, 1), True)]
)
def test_it_is_another_brands_from_the_day_on_which_the_first_has_it_no_more(begins: date, may: bool) -> None:
    ended = replace(OURS, version=2, valid_from=date(2026, 6, 1))
    wanted = replace(THEIRS, valid_from=begins, gtins=frozenset({GIFT}))
    assert (put(wanted, LISTING, ended) == "") is may


def test_the_days_before_are_not_taken_from_under_who_has_it_now() -> None:
    wanted = replace(THEIRS, valid_from=date(2025, 1, 1), valid_to=LISTING.valid_from, gtins=frozenset({GIFT}))
    assert "with no end" in put(wanted, LISTING)


def test_who_has_it_may_go_on_whatever_else_it_changes() -> None:
    """Two brands of before this rule had it both."""
    both = replace(THEIRS, gtins=frozenset({GIFT}))
    assert put(replace(LISTING, version=2, name_zh="玉露香"), LISTING, both) == ""
    assert "urn:x:theirs" in put(replace(LISTING, version=3), LISTING, replace(OURS, version=2), both)


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 9))


@st.composite
def brands(draw: st.DrawFn) -> Brand:
    begins, ends = draw(DAYS), draw(st.none() | DAYS)
    gtins = draw(st.frozensets(st.sampled_from([GIFT, LOOSE])))
    whose = draw(st.sampled_from([OURS, THEIRS]))
    return replace(whose, valid_from=begins, valid_to=ends, gtins=gtins)


@given(st.lists(brands(), max_size=6))
def test_whatever_is_put_no_day_finds_a_gtin_in_two_brands(wanted: list[Brand]) -> None:
    drafts = drafts_of()
    for brand in wanted:
        put_next = replace(brand, version=len(drafts.of("brand", brand.id)) + 1)
        office = Principal(brand.owner, frozenset({"brand_office"}))
        decided = decide(put_next, principal=office, drafts=drafts, today=TODAY)
        if isinstance(decided, New):
            drafts.add(decided.record)
    assert not two_at_once(drafts.of("brand", id_) for id_ in (OURS.id, THEIRS.id))


def two_at_once(versions: Iterable[Iterable[Record]]) -> list[tuple[str, date]]:
    registry = MemoryRegistry(record for listed in versions for record in listed)
    days = [date(2026, 1, day) for day in range(1, 11)]
    return [(gtin, day) for gtin in (GIFT, LOOSE) for day in days if len(registry.brands_of(gtin, day)) > 1]
