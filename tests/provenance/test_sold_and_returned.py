"""A numbered box is sold once, unless it came back; and what comes back was sold."""

from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back, trace_forward
from tests.provenance.foreign import gaps, harvest, joined, seen
from tests.provenance.reported import Body, reports

GTIN = "https://id.gs1.org/01/09520001700019"
LOT, BOX, LABEL = f"{GTIN}/10/P1", f"{GTIN}/21/1", f"{GTIN}/10/P1/21/1"
MADE = harvest(0, {LOT: 100}, at="house")


def sold(hour: float, *items: str, at: str = "shop") -> Body:
    return seen(hour, "retail_selling", *items, action="DELETE", disposition="retail_sold", at=at)


def returned(hour: float, *items: str, at: str = "shop") -> Body:
    return seen(hour, "receiving", *items, disposition="returned", at=at)


def back(*among: Body) -> History:
    return build_from(reports((MADE, *among)), trace_back([BOX, LOT]))


def doubted(*among: Body) -> set[str]:
    return {code for code, key in gaps(back(*among)) if key == BOX and code in ("sold-twice", "returned-unsold")}


def test_a_box_in_two_parcels_is_sold_twice_and_both_are_named() -> None:
    history = back(sold(2, LABEL), sold(3, LABEL, at="another"))
    (gap,) = [gap for gap in history.gaps if gap.code == "sold-twice"]
    assert (gap.key, len(gap.event_ids)) == (BOX, 2)


def test_it_is_told_forward_from_its_lot_too() -> None:
    forward = build_from(reports((MADE, sold(2, LABEL), sold(3, LABEL))), trace_forward([LOT]))
    assert ("sold-twice", BOX) in gaps(forward)


def test_a_box_that_came_back_is_sold_again_without_a_doubt() -> None:
    assert doubted(sold(2, LABEL), returned(3, LABEL), sold(4, LABEL)) == set()
    assert doubted(sold(2, LABEL), returned(2, LABEL), sold(2, LABEL)) == set()


def test_a_return_after_both_sales_explains_neither() -> None:
    assert doubted(sold(2, LABEL), sold(3, LABEL), returned(4, LABEL)) == {"sold-twice"}


def test_a_box_brought_back_without_a_sale_is_said() -> None:
    assert doubted(returned(3, LABEL)) == {"returned-unsold"}
    assert doubted(returned(3, LABEL), sold(4, LABEL)) == {"returned-unsold"}


def test_a_box_brought_back_twice_was_sold_twice() -> None:
    assert doubted(sold(2, LABEL), returned(3, LABEL), returned(4, LABEL)) == {"returned-unsold"}
    assert doubted(sold(2, LABEL), returned(3, LABEL), sold(4, LABEL), returned(5, LABEL)) == set()


def test_a_lot_sold_by_weight_may_come_back_as_a_box() -> None:
    by_weight = seen(2, "retail_selling", lots={LOT: 10}, action="DELETE", disposition="retail_sold", at="shop")
    assert doubted(seen(1, "receiving", LABEL, at="shop"), by_weight, returned(3, LABEL)) == set()


def test_a_load_refused_by_the_shop_comes_back_to_where_it_left() -> None:
    packed = joined(1, "ADD", "pallet", LABEL, at="house")
    sent = seen(2, "shipping", "pallet", at="house", to="shop")
    assert doubted(packed, sent, returned(3, LABEL, at="house")) == set()
    assert doubted(packed, sent, returned(3, LABEL, at="nowhere")) == {"returned-unsold"}


@settings(max_examples=30, deadline=None)
@given(st.permutations([sold(2, LABEL), returned(3, LABEL), sold(4, LABEL), sold(5, LABEL), returned(1, LABEL)]))
def test_the_order_of_arrival_says_nothing(among: list[Body]) -> None:
    assert doubted(*among) == {"sold-twice", "returned-unsold"}
