"""One logger at one time in two places (docs/adr/0107): it was where it is registered, else it vouches for neither."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from provenance import reports
from provenance.cold_chain.verdict import ColdChain
from provenance.cold_chain.words import remedy, told
from provenance.registry.records import Logger
from tests.provenance.cold_chain.test_hearing import PALLET, Told
from tests.provenance.cold_chain.test_of_history import LOGGER, TRUCK, Chain, on_a_truck

HOURS = range(6)
DOCK, OTHER_DOCK = "/254/1", "/254/2"


def doubled(there: str = "", *, hours: Sequence[int] = HOURS, celsius: str = "1", **fields: Any) -> Chain:
    """A box in the house whose logger's file is told of another place too."""
    chain = Chain()
    chain.measure("1", HOURS, site=chain.house)
    chain.measure(celsius, hours, **(fields or {"site": there or chain.shop}))
    return chain


def registered(chain: Chain, at: str) -> Chain:
    chain.world.register(Logger(id=LOGGER, site=at, interval_seconds=3600))
    return chain


def judged(chain: Chain) -> ColdChain:
    """Alike in any order, and with everything twice."""
    found = chain.judged()
    events = chain.world.events
    for seed in range(3):
        chain.world.events = Random(seed).sample(events * 2, len(events) * 2)
        assert _alike(chain.judged()) == _alike(found)
    chain.world.events = events
    return found


def _alike(found: ColdChain) -> tuple[Any, ...]:
    return found.why, found.known, found.doubled, found.degree_minutes, found.silence


def test_a_file_told_of_two_places_vouches_for_neither_and_the_verdict_says_which() -> None:
    found = judged(doubled())
    assert [found.verdict, found.why, found.known] == ["unknown", "two-places", 0]
    [one] = found.doubled
    assert (one.device, one.until_ms - one.since_ms) == (LOGGER, 6 * 3_600_000)
    sentence = told(found)
    assert "only 0 % of the time" in sentence.en and "9520001LOGGER01 measured at" in sentence.en
    assert "同时报在" in sentence.zh and "并非只在这里" in sentence.zh
    assert "takes them back" in remedy(found).en and "撤回" in remedy(found).zh


def test_where_it_is_registered_it_was() -> None:
    chain = doubled()
    assert judged(registered(chain, chain.house)).verdict == "kept"
    chain = doubled()
    assert judged(registered(chain, chain.shop)).why == "two-places"


def test_registered_in_a_house_it_may_have_been_at_either_of_its_docks() -> None:
    chain = Chain()
    chain.do(reports.storing, 0, room=chain.house + DOCK, items=[chain.box])
    for dock in (DOCK, OTHER_DOCK):
        chain.measure("1", HOURS, site=chain.house + dock)
    registered(chain, chain.house)
    assert judged(chain).why == "two-places"
    chain.world.register(Logger(id=LOGGER, version=2, site=chain.house + DOCK, interval_seconds=3600))
    assert judged(chain).verdict == "kept"


def test_registered_here_and_told_of_another_place_alone_it_says_nothing_here() -> None:
    chain = Chain()
    chain.measure("1", HOURS, site=chain.shop)
    chain.do(reports.storing, 6, room=chain.house, items=[chain.box])
    assert [judged(registered(chain, chain.house)).why, chain.judged().known] == ["little-known", 0]


@pytest.mark.parametrize("of", [{"goods": [TRUCK]}, {"goods": ["https://id.gs1.org/00/095200010000000027"]}, {}])
def test_registered_here_and_lent_to_other_goods_what_it_measured_of_them_is_of_them_alone(of: dict[str, Any]) -> None:
    """A hall's logger is lent to a van whose own goods are warm, or cold."""
    chain = Chain()
    registered(chain, chain.house)
    chain.measure("1", HOURS, site=chain.house, device=LOGGER + "9")
    chain.measure("9", (3,), **(of or {"site": chain.shop}))
    assert judged(chain).verdict == "kept"
    chain = Chain()
    registered(chain, chain.house)
    chain.do(reports.storing, 6, room=chain.house, items=[chain.box])
    chain.measure("1", HOURS, **(of or {"site": chain.shop}))
    assert [judged(chain).why, chain.judged().known] == ["little-known", 0]


@pytest.mark.parametrize("where", [None, "", DOCK])
def test_registered_here_what_names_it_alone_or_its_dock_is_measured_here(where: str | None) -> None:
    chain = Chain()
    registered(chain, chain.house)
    chain.measure("1", HOURS, site="" if where is None else chain.house + where)
    assert judged(chain).verdict == "kept"
    chain.measure("9", (3,), site="" if where is None else chain.house + where)
    assert judged(chain).verdict == "broken"


def test_a_file_of_where_the_goods_came_later_vouches_for_no_way_there() -> None:
    """The place is part of the same stay on a pallet, and not at that time."""
    chain = Chain()
    chain.do(reports.palletising, 0, pallet=PALLET, items=[chain.box], lots={}, site=chain.house)
    chain.do(reports.palletising, 2, pallet=TRUCK, items=[PALLET], lots={}, site=chain.house)
    chain.do(
        reports.shipment, 2, items=[PALLET], from_site=chain.house, to_site=(cold := chain.world.site("cold_store"))
    )
    chain.do(reports.receipt, 8, items=[PALLET], site=cold)
    chain.measure("1", (0, 1), site=chain.house)
    chain.measure("1", range(2, 14), site=cold, device=LOGGER + "9")
    assert judged(chain).why == "little-known"
    chain.measure("1", range(2, 8), goods=[TRUCK], device=LOGGER + "9")
    chain.world.register(Logger(id=LOGGER + "9", site=cold, interval_seconds=3600))
    found = judged(chain)
    assert [found.why, [one.place for one in found.doubled]] == ["two-places", [cold]]
    assert found.known == Fraction(8, 14), "in the store, where it is registered, it vouches"


def test_a_logger_that_goes_along_was_in_one_place_at_a_time() -> None:
    chain = on_a_truck()
    chain.measure("1", (0, 1, 5, 6), site=chain.house)
    chain.measure("1", (2, 3, 4), goods=[TRUCK])
    found = judged(chain)
    assert [found.verdict, found.known, found.doubled] == ["kept", 1, ()]


def test_shared_between_two_places_by_turns_it_was_in_each_half_of_the_time() -> None:
    found = judged(doubled(hours=(1, 3, 5)))
    assert found.verdict == "unknown" and found.known is not None and found.known <= 0.5


@pytest.mark.parametrize("goods", [["https://id.gs1.org/00/095200010000000027"], ["https://id.gs1.org/8003/1"]])
def test_named_with_each_pallet_of_a_load_it_is_in_no_second_place(goods: list[str]) -> None:
    found = judged(doubled(goods=goods))
    assert [found.verdict, found.doubled] == ["kept", ()]


def test_one_reading_that_names_the_truck_and_the_house_it_stands_in_is_of_one_place() -> None:
    chain = Chain()
    chain.measure("1", HOURS, site=chain.house, goods=[TRUCK])
    assert judged(chain).verdict == "kept"


def test_another_logger_that_was_there_vouches_all_the_same() -> None:
    chain = doubled()
    chain.measure("1", HOURS, site=chain.house, device=LOGGER + "9")
    assert judged(chain).verdict == "kept"


def test_what_it_measured_out_of_range_where_the_goods_were_counts() -> None:
    chain = doubled()
    chain.measure("9", (3,), site=chain.house)
    assert judged(chain).verdict == "broken"
    assert judged(doubled(celsius="9")).verdict == "unknown", "of the other place it says nothing here"


def test_the_wrong_place_taken_back_leaves_the_right_one() -> None:
    chain = doubled()
    for body in [one for one in chain.world.events if one.get("readPoint", {}).get("id") == chain.shop]:
        chain.world.take_back(body["eventID"])
    assert judged(chain).verdict == "kept"


def test_who_has_nothing_to_do_with_the_goods_moves_no_logger_by_its_number() -> None:
    told = Told()
    told.measure(told.house, "1", site=told.chain.house)
    told.measure(told.rival, "1", site=told.rivals_site)
    assert told.judged().verdict == "kept"
    told.measure(told.house, "1", site=told.rivals_site)
    assert told.judged().why == "two-places"
