"""A box that is only ever named as its label names it, with its lot: it comes from that lot, and is found from it."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.graph import gathering
from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back, trace_forward
from provenance.standing import Reported
from tests.provenance.foreign import gaps, harvest, holders, joined, made, seen, shares
from tests.provenance.reported import Body, report, reports

GTIN = "https://id.gs1.org/01/09520001700019"
LOT, OTHER = f"{GTIN}/10/P1", f"{GTIN}/10/P2"
POOLED = (
    harvest(0, {"a": 60}),
    harvest(0, {"b": 40}),
    made(1, {"a": 60, "b": 40}, {LOT: 100}, at="house"),
)


def box(serial: str | int, lot: str = LOT) -> str:
    """As its label has it."""
    return f"{lot}/21/{serial}"


def item(serial: str | int) -> str:
    return f"{GTIN}/21/{serial}"


def ten_kilograms(key: str, _time_ms: int) -> Decimal | None:
    return Decimal(10) if key.startswith(GTIN) else None


def back(*keys: str, among: tuple[Body, ...], weighed: bool = True) -> History:
    tracing = trace_back(keys, net_weight=ten_kilograms) if weighed else trace_back(keys)
    return build_from(reports(among), tracing)


def forward(*keys: str, among: tuple[Body, ...], weighed: bool = True) -> History:
    tracing = trace_forward(keys, net_weight=ten_kilograms) if weighed else trace_forward(keys)
    return build_from(reports(among), tracing)


def test_a_box_a_shop_received_comes_from_the_lot_on_its_label() -> None:
    among = (*POOLED, seen(2, "receiving", box(1), at="shop"))
    history = back(item(1), LOT, among=among)
    assert shares(history) == {"a": "3/5", "b": "2/5"}
    assert history.kilograms == 10
    assert (gaps(history), len(history.events)) == (set(), 4)


def test_it_is_found_from_its_lot_and_from_the_harvest_with_its_kilograms() -> None:
    among = (*POOLED, seen(2, "receiving", box(1), at="north"), seen(3, "receiving", box(2), box(3), at="south"))
    assert holders(forward(LOT, among=among)) == {"house": "70", "north": "10", "south": "20"}
    history = forward("urn:x:a", among=among)
    assert holders(history) == {"house": "42", "north": "6", "south": "12"}
    assert history.lost_kg == 0
    assert gaps(history) == set()


def test_back_does_not_say_who_has_a_lot_whose_boxes_it_does_not_read() -> None:
    among = (*POOLED, seen(2, "receiving", box(1), at="north"), seen(3, "receiving", box(2), box(3), at="south"))
    assert back(LOT, among=among).holders == ()


def test_a_box_first_seen_when_it_was_sold_is_sold() -> None:
    among = (*POOLED, seen(2, "retail_selling", box(1), action="DELETE", at="shop"))
    assert [(h.site, str(h.kilograms), h.state) for h in forward(LOT, among=among).holders] == [
        ("urn:x:house", "90", "there"),
        ("urn:x:shop", "10", "sold"),
    ]


def test_boxes_packed_on_a_pallet_by_their_labels_go_where_it_goes() -> None:
    among = (*POOLED, joined(2, "ADD", "pallet", box(1), box(2), at="house"), seen(3, "receiving", "pallet", at="shop"))
    assert holders(forward("urn:x:a", among=among)) == {"house": "48", "shop": "12"}
    assert shares(back("urn:x:pallet", among=among)) == {"a": "3/5", "b": "2/5"}
    assert back("urn:x:pallet", among=among).kilograms == 20


def test_boxes_are_taken_out_of_what_the_shop_has_of_the_lot() -> None:
    among = (
        *POOLED,
        seen(2, "receiving", lots={LOT: 30}, at="north"),
        seen(2, "receiving", lots={LOT: 50}, at="south"),
        seen(3, "retail_selling", box(1), action="DELETE", at="south"),
    )
    held = [(h.site.removeprefix("urn:x:"), str(h.kilograms), h.state) for h in forward(LOT, among=among).holders]
    assert held == [
        ("house", "20", "there"),
        ("north", "30", "there"),
        ("south", "10", "sold"),
        ("south", "40", "there"),
    ]


def test_boxes_nobody_weighed_are_found_and_never_weigh_as_much_as_their_lot() -> None:
    among = (*POOLED, seen(2, "receiving", box(1), at="shop"))
    assert back(item(1), LOT, among=among, weighed=False).kilograms is None
    history = forward("urn:x:a", among=among, weighed=False)
    assert holders(history) == {"house": "60", "shop": None}
    assert gaps(history) == {("unknown-quantity", item(1))}


def test_more_boxes_than_the_lot_weighs_make_no_mass_and_are_shown() -> None:
    among = (
        *POOLED,
        *(seen(2 + n, "receiving", *(box(f"{n}.{k}") for k in range(5)), at=f"shop{n}") for n in range(3)),
    )
    history = forward(LOT, among=among)
    assert holders(history) == {"shop0": "50", "shop1": "50", "shop2": None}
    assert gaps(history) == {("more-than-there-was", LOT)}


def test_an_item_that_events_name_without_its_lot_has_it_from_the_label_that_was_scanned() -> None:
    among = (*POOLED, seen(2, "receiving", item(1), at="shop"))
    assert gaps(back(item(1), among=among)) == {("missing-origin", item(1))}
    history = back(item(1), LOT, among=among)
    assert shares(history) == {"a": "3/5", "b": "2/5"}
    assert history.kilograms == 10
    assert (history.key, gaps(history)) == (item(1), set())


ELSEWHERE = made(1, {"c": 100}, {OTHER: 100}, at="farm")
NAMED_OTHER = seen(3, "commissioning", box(1, OTHER), action="ADD", at="farm")


def told(*by: tuple[str, Body]) -> tuple[Reported, ...]:
    """Each as its party reports it, one after the other."""
    return tuple(report(body, recorded=n, capturer=party) for n, (party, body) in enumerate(by))


POOLED_BY_HOUSE = tuple(("house", body) for body in POOLED)


def back_told(*keys: str, among: tuple[Reported, ...]) -> History:
    return build_from(among, trace_back(keys, net_weight=ten_kilograms))


def test_one_serial_of_two_lots_is_told_from_either_lot_and_neither_counts() -> None:
    among = told(
        *POOLED_BY_HOUSE,
        ("farm", ELSEWHERE),
        ("house", seen(2, "shipping", lots={LOT: 30}, at="house", to="shop")),
        ("farm", seen(2, "shipping", lots={OTHER: 30}, at="farm", to="shop")),
        ("shop", seen(2, "receiving", box(1), at="shop")),
        ("shop", seen(3, "retail_selling", box(1, OTHER), action="DELETE", at="shop")),
    )
    for lot in (LOT, OTHER):
        assert ("two-lots", item(1)) in gaps(build_from(among, trace_forward((lot,), net_weight=ten_kilograms)))
    history = back_told(item(1), LOT, among=among)
    assert ("two-lots", item(1)) in gaps(history)
    assert [(share.lot, share.picks) for share in history.shares] == [(item(1), ())]


def test_a_stranger_does_not_change_where_a_box_came_from_that_its_maker_named() -> None:
    named = seen(2, "commissioning", box(1), action="ADD", at="house")
    among = told(*POOLED_BY_HOUSE, ("house", named), ("stranger", ELSEWHERE), ("stranger", NAMED_OTHER))
    history = back_told(item(1), LOT, among=among)
    assert shares(history) == {"a": "3/5", "b": "2/5"}
    assert gaps(history) == {("stranger", item(1))}


def test_a_stranger_who_begins_a_box_before_its_maker_named_it_leaves_its_origin_unknown() -> None:
    sent = seen(2, "shipping", lots={LOT: 30}, at="house", to="shop")
    scanned = seen(2, "receiving", box(1), at="shop")
    among = told(
        *POOLED_BY_HOUSE, ("house", sent), ("shop", scanned), ("stranger", ELSEWHERE), ("stranger", NAMED_OTHER)
    )
    history = back_told(item(1), LOT, among=among)
    assert [(share.lot, share.picks) for share in history.shares] == [(item(1), ())]
    assert {("two-lots", item(1)), ("missing-origin", item(1))} <= gaps(history)


def test_what_the_label_says_against_the_reports_of_its_maker_is_told() -> None:
    among = (*POOLED, seen(2, "receiving", box(1), at="shop"))
    history = back(item(1), OTHER, among=among)
    assert shares(history) == {"a": "3/5", "b": "2/5"}
    assert gaps(history) == {("two-lots", item(1))}


def test_goods_received_that_nobody_sent_are_told_and_stay_where_they_were() -> None:
    invented = seen(2, "receiving", *(box(n) for n in range(10)), at="mallory")
    among = told(*POOLED_BY_HOUSE, ("mallory", invented))
    history = build_from(among, trace_forward((LOT,), net_weight=ten_kilograms))
    assert gaps(history) == {("stranger", LOT)}
    assert holders(history) == {"house": "100"}


def test_boxes_sent_by_themselves_on_a_pallet_or_as_kilograms_of_their_lot_were_sent() -> None:
    received = ("shop", seen(4, "receiving", box(1), at="shop"))
    packed = ("house", joined(2, "ADD", "pallet", box(1), at="house"))
    for sent in (
        [("house", seen(3, "shipping", box(1), at="house"))],
        [packed, ("house", seen(3, "shipping", "pallet", at="house"))],
        [("house", seen(3, "shipping", lots={LOT: 30}, at="house", to="shop"))],
    ):
        assert gaps(back_told(item(1), LOT, among=told(*POOLED_BY_HOUSE, *sent, received))) == set()
    to_another = ("house", seen(3, "shipping", lots={LOT: 30}, at="house", to="south"))
    history = back_told(item(1), LOT, among=told(*POOLED_BY_HOUSE, to_another, received))
    assert gaps(history) == {("missing-shipment", item(1))}


def test_a_lot_that_somebody_else_begins_with_as_much_as_was_made_is_told() -> None:
    again = harvest(2, {LOT: 100}, at="elsewhere")
    assert gaps(back_told(LOT, among=told(*POOLED_BY_HOUSE, ("house", again)))) == set()
    assert gaps(back_told(LOT, among=told(*POOLED_BY_HOUSE, ("stranger", again)))) == {("stranger", LOT)}


def test_the_page_of_a_lot_shows_that_its_boxes_weigh_more_than_there_was() -> None:
    among = (*POOLED, *(seen(2 + n, "receiving", box(n), at="shop") for n in range(12)))
    (gap,) = back(LOT, among=among).gaps
    assert gap.code == "more-than-there-was"
    assert (gap.taken_kg, gap.there_kg) == (Fraction(120), Fraction(100))
    assert len(gap.event_ids) == 12
    assert "120 kg were taken" in gap.message


def test_a_lot_with_too_many_boxes_to_read_has_its_origin_and_says_what_is_not_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gathering, "MOST_OF_ITEMS", 3)
    among = (*POOLED, *(seen(2 + n, "receiving", box(n), at="shop") for n in range(4)))
    history = back(LOT, among=among)
    assert shares(history) == {"a": "3/5", "b": "2/5"}
    assert gaps(history) == {("too-many-boxes", LOT)}


def test_boxes_that_came_out_of_packing_are_what_their_lot_consists_of() -> None:
    packed = made(2, {LOT: 100}, {}, outputEPCList=[box(n, OTHER) for n in range(10)], at="house")
    among = (*POOLED, packed, seen(3, "receiving", box(0, OTHER), at="shop"))
    for key in (OTHER, item(0)):
        assert shares(back(key, among=among)) == {"a": "3/5", "b": "2/5"}
        assert back(key, among=among).gaps == ()
    assert holders(forward(OTHER, among=among)) == {"house": "90", "shop": "10"}


def test_a_lot_and_its_boxes_out_of_one_run_are_counted_once() -> None:
    graded = made(1, {"a": 100}, {LOT: 90}, outputEPCList=[box(n) for n in range(9)], at="house")
    history = forward("urn:x:a", among=(harvest(0, {"a": 100}), graded, seen(2, "receiving", box(1), at="shop")))
    assert holders(history) == {"house": "80", "shop": "10"}
    assert history.lost_kg == 10


def test_where_one_box_came_from_is_read_without_the_others_of_its_lot() -> None:
    others = tuple(seen(2 + n / 100, "receiving", box(f"x{n}"), at="shop") for n in range(50))
    among = (*POOLED, seen(9, "receiving", box(1), at="shop"), *others)
    history = back(item(1), LOT, among=among)
    assert len(history.events) == 4
    assert f"{LOT}#items" not in history.depends_on


def test_a_lot_number_of_21_is_a_lot_number() -> None:
    lot = f"{GTIN}/10/21"
    among = (harvest(0, {lot: 100}), seen(1, "receiving", f"{lot}/21/21", at="shop"))
    assert shares(back(item(21), among=among)) == {lot: "1"}


def labelled(seed: int) -> list[Reported]:
    """Lots graded, boxes of them scanned here and there, some named as of another lot, more than there are."""
    random = Random(seed)
    bodies: list[Body] = [*POOLED, harvest(0, {"c": 30}), made(1, {"c": 30}, {OTHER: 25}, at="house")]
    for hour in range(2, 2 + random.randint(1, 8)):
        boxes = [box(random.randint(0, 12), random.choice((LOT, LOT, OTHER))) for _ in range(random.randint(1, 5))]
        boxes = [random.choice((name, item(name.rsplit("/", 1)[1]))) for name in dict.fromkeys(boxes)]
        bodies.append(_something(random, hour, list(dict.fromkeys(boxes))))
    return reports(bodies)


def _something(random: Random, hour: int, boxes: list[str]) -> Body:
    place = random.choice(("house", "north", "south"))
    deed = random.choice(("receiving", "packing", "retail_selling", "commissioning", "amount", "making"))
    if deed == "packing":
        return joined(hour, random.choice(("ADD", "ADD", "DELETE")), f"p{random.randint(0, 1)}", *boxes, at=place)
    if deed == "amount":
        return seen(hour, "receiving", lots={LOT: random.randint(1, 60)}, at=place)
    if deed == "making":
        return made(hour, {LOT: random.randint(1, 40)}, {f"m{hour}": None}, at=place)
    return seen(
        hour, deed, *boxes, action={"retail_selling": "DELETE", "commissioning": "ADD"}.get(deed, "OBSERVE"), at=place
    )


def _all(documents: list[Reported], weighed: bool) -> dict[tuple[str, ...], History]:
    net_weight = ten_kilograms if weighed else lambda _key, _time_ms: None
    starts = (("urn:x:a",), ("urn:x:c",), (LOT,), (OTHER,), (item(1), LOT), (item(2), OTHER), ("urn:x:p0",))
    ahead = {("forward", *k): build_from(documents, trace_forward(k, net_weight=net_weight)) for k in starts}
    return ahead | {("back", *k): build_from(documents, trace_back(k, net_weight=net_weight)) for k in starts}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_the_laws_hold_for_labelled_boxes(seed: int, weighed: bool) -> None:
    documents = labelled(seed)
    shuffled = documents * 2
    Random(seed).shuffle(shuffled)
    histories = _all(documents, weighed)
    assert _all(shuffled, weighed) == histories
    for (direction, *_), history in histories.items():
        held = [h.kilograms for h in history.holders if h.kilograms is not None]
        assert all(kg >= 0 for kg in held)
        if direction == "back":
            assert sum(share.fraction for share in history.shares) == 1
        elif history.kilograms is not None:
            assert sum(held, history.lost_kg or Fraction(0)) <= history.kilograms
