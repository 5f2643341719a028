"""Quantities, shares and holders out of events written by others, in every shape such events come in."""

from typing import Any

from tests.provenance.foreign import amounts, back, event, forward, gaps, harvest, holders, joined, made, seen, shares


def test_units_of_mass_are_mixed_exactly() -> None:
    bodies = (
        harvest(0, {"a": (0.4, "TNE")}),
        harvest(0, {"b": (350000, "GRM")}),
        harvest(0, {"c": (1000, "LBR")}),
        made(1, {"a": (0.4, "TNE"), "b": (350000, "GRM"), "c": (1000, "LBR")}, {"pool": None}),
    )
    history = back("pool", *bodies)
    assert str(history.kilograms) == "120359237/100000"
    assert shares(history)["a"] == "40000000/120359237"


def test_part_of_a_lot_counts_with_the_part_that_was_used() -> None:
    history = back("mix", harvest(0, {"a": 400}), harvest(0, {"b": 900}), made(1, {"a": 100, "b": 300}, {"mix": 390}))
    assert shares(history) == {"a": "1/4", "b": "3/4"}
    assert str(history.lost_kg) == "10"


def test_what_is_left_of_a_lot_stays_where_it_was() -> None:
    history = forward("a", harvest(0, {"a": 400}, at="farm"), made(1, {"a": 100}, {"x": 90}, at="house"))
    assert holders(history) == {"farm": "300", "house": "90"}
    assert str(history.lost_kg) == "10"


def test_several_events_under_one_transformation_id_are_one_run() -> None:
    run = {"transformationID": "urn:x:run"}
    bodies = (
        harvest(0, {"a": 400}),
        harvest(0, {"b": 600}),
        made(1, {"a": 400}, {}, **run),
        made(2, {"b": 600}, {}, **run),
        made(3, {}, {"first": 500}, **run),
        made(4, {}, {"second": 420}, **run),
    )
    for grade in ("first", "second"):
        history = back(grade, *bodies)
        assert shares(history) == {"a": "2/5", "b": "3/5"}
        assert len(history.events) == 5
    assert str(forward("a", *bodies).lost_kg) == "32"


def test_a_run_still_open_holds_what_was_tipped_in() -> None:
    history = forward("a", harvest(0, {"a": 400}), made(1, {"a": 400}, {}, transformationID="urn:x:run", at="house"))
    assert holders(history) == {"house": "400"}
    assert history.lost_kg == 0


def test_boxes_weigh_what_the_event_that_made_them_says() -> None:
    bodies = (
        harvest(0, {"a": 100}),
        made(1, {"a": 100}, {}, outputEPCList=["b1", "b2"], ilmd={"cbvmda:netWeight": "45 KGM"}, at="house"),
    )
    assert back("b1", *bodies).kilograms == 45
    assert holders(forward("a", *bodies)) == {"house": "90"}
    assert forward("a", *bodies).lost_kg == 10


def test_boxes_nobody_weighed_are_taken_as_equal_and_that_is_said() -> None:
    bodies = (harvest(0, {"a": 100}), made(1, {"a": 100}, {}, outputEPCList=["b1", "b2", "b3", "b4"], at="house"))
    history = back("b1", *bodies)
    assert history.kilograms == 25
    assert shares(history) == {"a": "1"}
    assert gaps(history) == {("unknown-quantity", "b1")}


def test_instances_and_quantities_mix_in_one_run() -> None:
    bodies = (
        seen(0, "commissioning", "crate1", action="ADD", ilmd={"cbvmda:netWeight": 20}),
        harvest(0, {"a": 60}),
        made(1, {"a": 60}, {"mix": 80}, inputEPCList=["crate1"]),
    )
    assert shares(back("mix", *bodies)) == {"a": "3/4", "crate1": "1/4"}


def test_a_crate_that_goes_in_stands_for_what_was_in_it_then() -> None:
    bodies = (
        harvest(0, {"a": 50}),
        harvest(0, {"b": 50}),
        joined(1, "ADD", "crate", lots={"a": 30}),
        made(2, {}, {"x": 28}, inputEPCList=["crate"]),
        joined(3, "ADD", "crate", lots={"b": 30}),
        made(4, {}, {"y": 27}, inputEPCList=["crate"]),
    )
    assert shares(back("x", *bodies)) == {"a": "1"}
    assert shares(back("y", *bodies)) == {"b": "1"}
    assert str(forward("b", *bodies).lost_kg) == "3"
    assert back("x", *bodies).events == forward("a", *bodies).events


def test_amounts_of_a_lot_on_pallets_are_where_the_pallets_are() -> None:
    bodies = (
        harvest(0, {"a": 100}, at="farm"),
        joined(1, "ADD", "p1", lots={"a": 60}, at="farm"),
        joined(1, "ADD", "p2", lots={"a": 30}, at="farm"),
        seen(2, "shipping", "p1", at="farm", to="shop1"),
        seen(3, "receiving", "p1", at="shop1"),
        seen(3, "receiving", "p2", at="shop2"),
        joined(4, "DELETE", "p2", at="shop2"),
    )
    history = forward("a", *bodies)
    assert holders(history) == {"farm": "10", "shop1": "60", "shop2": "30"}
    assert len(history.carried) == 4


def test_a_lot_shipped_by_quantity_is_in_both_places() -> None:
    bodies = (
        harvest(0, {"a": 1000}, at="farm"),
        seen(1, "shipping", lots={"a": 600}, at="farm", to="shop1"),
        seen(1, "shipping", lots={"a": 300}, at="farm", to="shop2"),
        seen(5, "receiving", lots={"a": 600}, at="shop1"),
    )
    history = forward("a", *bodies)
    assert holders(history) == {"farm": "100", "shop1": "600", "shop2": "300"}
    assert gaps(history) == {("missing-receipt", "a")}
    assert [holder.site for holder in history.holders if holder.state == "on_the_way"] == ["urn:x:shop2"]


def test_a_lot_used_at_two_sites_keeps_its_name_and_its_sum() -> None:
    bodies = (
        harvest(0, {"a": 1000}, at="farm"),
        seen(1, "receiving", lots={"a": 400}, at="north"),
        seen(1, "receiving", lots={"a": 500}, at="south"),
        made(2, {"a": 400}, {"n": 380}, at="north"),
        made(2, {"a": 300}, {"s": 300}, at="south"),
    )
    assert holders(forward("a", *bodies)) == {"farm": "100", "north": "380", "south": "500"}


def test_sold_by_weight_stays_with_the_shop_and_thrown_away_is_lost() -> None:
    bodies = (
        harvest(0, {"a": 100}, at="farm"),
        seen(1, "receiving", lots={"a": 100}, at="shop"),
        seen(2, "retail_selling", lots={"a": 70}, action="DELETE", at="shop"),
        seen(3, "destroying", lots={"a": 5}, action="DELETE", at="shop"),
    )
    history = forward("a", *bodies)
    assert {(h.site, h.state == "sold", str(h.kilograms)) for h in history.holders} == {
        ("urn:x:shop", True, "70"),
        ("urn:x:shop", False, "25"),
    }
    assert history.lost_kg == 5


def test_where_some_is_unweighed_shares_are_of_the_known_mass() -> None:
    bodies = (
        harvest(0, {"a": None}),
        harvest(0, {"b": 300}),
        harvest(0, {"c": 100}),
        made(1, {"a": None, "b": 300, "c": 100}, {"mix": 500}),
    )
    history = back("mix", *bodies)
    assert shares(history) == {"b": "3/4", "c": "1/4"}
    assert ("unknown-quantity", "a") in gaps(history)
    assert "urn:x:a" in history.keys


def test_where_nothing_is_weighed_all_are_equal_and_that_is_said() -> None:
    bodies = (harvest(0, {"a": None, "b": None}), made(1, {"a": None, "b": None}, {"mix": None}))
    history = back("mix", *bodies)
    assert shares(history) == {"a": "1/2", "b": "1/2"}
    assert gaps(history) == {("unknown-quantity", "a"), ("unknown-quantity", "b")}
    assert history.kilograms is None


def test_where_nothing_is_weighed_but_all_is_counted_shares_are_of_the_counts() -> None:
    counts = {"a": (40, "CS"), "b": (35, "CS"), "c": (25, "CS")}
    bodies = (*(harvest(0, {name: count}) for name, count in counts.items()), made(1, counts, {"pool": (100, "CS")}))
    history = back("pool", *bodies)
    assert shares(history) == {"a": "2/5", "b": "7/20", "c": "1/4"}
    assert {code for code, _ in gaps(history)} == {"unknown-quantity"}
    other_unit = made(1, {**counts, "c": (25, "EA")}, {"pool": (100, "CS")})
    assert set(shares(back("pool", *bodies[:3], other_unit)).values()) == {"1/3"}


def test_a_lot_used_without_saying_how_much_is_used_up() -> None:
    bodies = (
        harvest(0, {"a": 100}),
        harvest(0, {"b": 60}),
        made(1, {"a": 40}, {"x": 40}),
        made(2, {"a": None, "b": 60}, {"y": 120}),
    )
    assert shares(back("y", *bodies)) == {"a": "1/2", "b": "1/2"}


def test_a_parent_nobody_reported_on_is_a_gap_and_keeps_its_share() -> None:
    history = back("mix", harvest(0, {"a": 60}), made(1, {"a": 60, "ghost": 40}, {"mix": 100}))
    assert shares(history) == {"a": "3/5", "ghost": "2/5"}
    assert gaps(history) == {("missing-parent", "ghost")}


def test_a_lot_of_unknown_origin_is_a_gap() -> None:
    history = back("a", seen(1, "shipping", lots={"a": 5}, at="x", to="y"), seen(2, "receiving", lots={"a": 5}, at="y"))
    assert gaps(history) == {("missing-origin", "a")}


def test_lots_made_of_each_other_are_one_mixture_and_a_gap() -> None:
    bodies = (
        harvest(0, {"a": 60}),
        harvest(0, {"b": 40}),
        made(1, {"a": 60, "y": 10}, {"x": 70}, at="house"),
        made(2, {"x": 70, "b": 40}, {"y": 110}, at="house"),
    )
    for key in ("x", "y"):
        history = back(key, *bodies)
        assert shares(history) == {"a": "3/5", "b": "2/5"}
        assert ("cycle", "x") in gaps(history)
    history = forward("a", *bodies)
    held = [holder.kilograms for holder in history.holders]
    assert sum(kg for kg in held if kg is not None) + (history.lost_kg or 0) == 60


def test_a_remainder_under_the_same_name_is_no_circle() -> None:
    bodies = (harvest(0, {"a": 100}, at="house"), made(1, {"a": 100}, {"x": 70, "a": 30}, at="house"))
    assert shares(back("x", *bodies)) == {"a": "1"}
    assert gaps(back("x", *bodies)) == set()
    assert forward("a", *bodies).lost_kg == 0


def test_more_out_than_in_makes_no_mass_of_the_growers() -> None:
    history = forward("a", harvest(0, {"a": 100}), made(1, {"a": 100}, {"x": 150}, at="house"))
    assert holders(history) == {"house": "100"}


def test_outside_fruit_slipped_into_a_lot_has_its_share() -> None:
    bodies = (harvest(0, {"a": 60}), made(1, {"a": 60}, {"pool": 60}), harvest(2, {"pool": 40}))
    assert shares(back("pool", *bodies)) == {"a": "3/5", "pool": "2/5"}


def test_picking_often_into_one_lot_adds_up() -> None:
    bodies = (
        harvest(0, {"a": 60}),
        harvest(1, {"a": 40}),
        harvest(0, {"b": 100}),
        made(2, {"a": 100, "b": 100}, {"m": 200}),
    )
    history = back("m", *bodies)
    assert shares(history) == {"a": "1/2", "b": "1/2"}
    assert len(history.shares[0].picks) == 2


def test_counted_boxes_of_a_lot_weigh_their_stated_net_weight() -> None:
    bodies = (
        harvest(0, {"a": 100}),
        made(1, {"a": 100}, {"packed": (20, "")}, ilmd={"x:netWeight": {"value": 5, "unitCode": "KGM"}}, at="house"),
        seen(2, "receiving", lots={"packed": (8, "")}, at="shop"),
    )
    assert holders(forward("a", *bodies)) == {"house": "60", "shop": "40"}


GTIN = "https://id.gs1.org/01/09520001700019"


def serialised(hour: float, *serials: str, lot: str = "P1", **fields: Any) -> dict[str, Any]:
    epcs = [f"{GTIN}/21/{serial}" for serial in serials]
    return dict(seen(hour, "commissioning", *epcs, action="ADD", ilmd={"cbvmda:lotNumber": lot, **fields}, at="house"))


def test_items_commissioned_of_a_packed_lot_come_from_it() -> None:
    bodies = (
        harvest(0, {"a": 60}),
        harvest(0, {"b": 40}),
        made(1, {"a": 60, "b": 40}, {f"{GTIN}/10/P1": 100}, at="house"),
        serialised(2, "s1", "s2", netWeight=10),
        serialised(3, "s3", netWeight=10),
        seen(4, "receiving", f"{GTIN}/21/s1", at="shop"),
    )
    history = back(f"{GTIN}/21/s1", *bodies)
    assert shares(history) == {"a": "3/5", "b": "2/5"}
    assert history.kilograms == 10
    assert len(history.events) == 5
    assert not history.gaps
    assert holders(forward("a", *bodies)) == {"house": "54", "shop": "6"}


def test_items_commissioned_under_links_with_their_lot_come_from_it() -> None:
    link = f"{GTIN}/10/P1/21/s1"
    bodies = (
        harvest(0, {"a": 60}),
        harvest(0, {"b": 40}),
        made(1, {"a": 60, "b": 40}, {f"{GTIN}/10/P1": 100}, at="house"),
        seen(2, "commissioning", link, f"{GTIN}/10/P1/21/s2", action="ADD", at="house"),
        seen(3, "receiving", link, at="shop"),
    )
    assert shares(back(f"{GTIN}/21/s1", *bodies)) == {"a": "3/5", "b": "2/5"}
    assert holders(forward("a", *bodies)) == {"house": "30", "shop": "30"}


def test_a_pallet_followed_forward_is_not_said_to_be_unweighed() -> None:
    bodies = (
        harvest(0, {"a": 100}, at="farm"),
        joined(1, "ADD", "pallet", lots={"a": 100}, at="farm"),
        seen(2, "receiving", "pallet", at="shop"),
    )
    assert holders(forward("pallet", *bodies)) == {"shop": "100"}
    assert gaps(forward("pallet", *bodies)) == set()


def test_items_nobody_weighed_divide_what_their_lot_weighs() -> None:
    bodies = (
        harvest(0, {"a": 100}),
        made(1, {"a": 100}, {f"{GTIN}/10/P1": 100}, at="house"),
        serialised(2, "s1", "s2", "s3", "s4"),
    )
    assert back(f"{GTIN}/21/s1", *bodies).kilograms == 25
    assert holders(forward("a", *bodies)) == {"house": "100"}


def test_items_of_a_lot_nobody_reported_made_begin_where_they_were_commissioned() -> None:
    history = back(f"{GTIN}/21/s1", serialised(2, "s1", lot="UNHEARD"))
    assert list(shares(history).values()) == ["1"]
    assert gaps(history) == set()


def test_a_shipment_taken_back_is_where_it_left() -> None:
    bodies = (
        harvest(0, {"a": 100}, at="farm"),
        seen(1, "shipping", lots={"a": 60}, at="farm", to="shop"),
        seen(2, "void_shipping", lots={"a": 60}, at="farm"),
    )
    assert holders(forward("a", *bodies)) == {"farm": "100"}
    assert gaps(forward("a", *bodies)) == set()


def test_a_pallet_number_retired_loses_nothing_that_stood_on_it() -> None:
    bodies = (
        harvest(0, {"a": 100}, at="farm"),
        joined(1, "ADD", "pallet", lots={"a": 100}, at="farm"),
        seen(2, "decommissioning", "pallet", action="DELETE", at="shop"),
    )
    assert holders(forward("a", *bodies)) == {"shop": "100"}


def test_a_pallet_destroyed_takes_what_stood_on_it_along() -> None:
    bodies = (
        harvest(0, {"a": 100}, at="farm"),
        joined(1, "ADD", "pallet", lots={"a": 70}, at="farm"),
        seen(2, "destroying", "pallet", action="DELETE", at="road"),
    )
    assert forward("a", *bodies).lost_kg == 70


def test_things_seen_on_a_pallet_are_on_it_though_nobody_reported_the_packing() -> None:
    bodies = (
        harvest(0, {"a": 100}, at="farm"),
        joined(1, "OBSERVE", "pallet", lots={"a": 100}),
        seen(2, "receiving", "pallet", at="shop"),
    )
    history = forward("a", *bodies)
    assert (holders(history), len(history.carried)) == ({"shop": "100"}, 1)


def test_a_box_brought_back_is_in_the_shop_again() -> None:
    bodies = (
        harvest(0, {"a": 5}),
        made(1, {"a": 5}, {}, outputEPCList=["box"], at="house"),
        seen(2, "retail_selling", "box", action="DELETE", at="shop"),
        seen(3, "receiving", "box", at="shop", disposition="returned"),
    )
    history = forward("a", *bodies)
    assert [(h.site, h.state) for h in history.holders] == [("urn:x:shop", "returned")]
    assert history.steps[-1].kind == "return"


POOLS = {"a": 400.0, "b": 350.0, "c": 250.0}
THEIRS = {"a": "2/5", "b": "7/20", "c": "1/4"}


def _picked() -> tuple[Any, ...]:
    return tuple(harvest(0, {lot: kg}, at="farm") for lot, kg in POOLS.items())


def test_a_bin_that_is_used_by_amount_is_a_lot_of_what_was_put_in() -> None:
    bodies = (
        *_picked(),
        *(joined(1, "ADD", "pool", lots={lot: kg}, at="station") for lot, kg in POOLS.items()),
        made(2, {"pool": 500}, {"x": 460}, at="house"),
        made(2, {"pool": 500}, {"y": 460}, at="house"),
    )
    for lot in ("pool", "x", "y"):
        assert shares(back(lot, *bodies)) == THEIRS
        assert back(lot, *bodies).gaps == ()
    history = forward("c", *bodies)
    assert holders(history) == {"house": "230"}
    assert history.lost_kg == 20


def test_a_lot_reported_as_begun_and_as_made_is_one_lot() -> None:
    run = made(1, dict(POOLS), {"pool": None}, at="station")
    for begun in (harvest(0.5, {"pool": 1000}), harvest(0.5, {"pool": None}), harvest(2, {"pool": 920})):
        history = back("pool", *_picked(), run, begun)
        assert shares(history) == THEIRS
    assert forward("c", *_picked(), run, harvest(2, {"pool": 920})).lost_kg == 20


def test_a_delivery_that_was_only_received_weighs_what_was_received() -> None:
    received = tuple(seen(0, "receiving", lots={lot: kg}, at="station") for lot, kg in POOLS.items())
    unweighed = made(1, dict.fromkeys(POOLS), {"x": 920}, at="house")
    for begun in ((), tuple(harvest(0, {lot: None}) for lot in POOLS)):
        bodies = (*begun, *received, unweighed)
        assert shares(back("x", *bodies)) == THEIRS
        history = forward("c", *bodies)
        assert holders(history) == {"house": "230"}
        assert (str(history.lost_kg), str(history.kilograms)) == ("20", "250")


def test_what_was_used_of_a_lot_nobody_weighed_is_known_and_the_rest_is_not() -> None:
    bodies = (harvest(0, {"a": None}, at="farm"), made(1, {"a": 100}, {"x": 92}, at="house"))
    history = forward("a", *bodies)
    assert holders(history) == {"farm": None, "house": "92"}
    assert (str(history.lost_kg), history.kilograms) == ("8", None)


def test_a_lot_picked_in_crates_of_its_number_and_used_by_amount_is_their_harvest() -> None:
    crates = serialised(0, "c1", "c2", lot="H1", netWeight=50)
    bodies = (crates, harvest(0, {"b": 300}), made(1, {f"{GTIN}/10/H1": 100, "b": 300}, {"x": 400}, at="house"))
    history = back("x", *bodies)
    assert sorted(shares(history).values()) == ["1/4", "3/4"]
    assert history.kilograms == 400
    assert gaps(history) == set()
    assert len(history.shares[0].picks) == 1


def test_commissioned_pallets_and_boxes_are_what_was_put_in_them() -> None:
    commissioned = seen(0, "commissioning", "pallet", "box", action="ADD", at="house")
    packed = (joined(1, "ADD", "box", lots={"a": 100}), joined(2, "ADD", "pallet", "box"))
    for key in ("box", "pallet"):
        history = back(key, harvest(0, {"a": 100}), commissioned, *packed)
        assert shares(history) == {"a": "1"}
        assert history.kilograms == 100


def test_pieces_nobody_weighed_are_equal_parts_of_what_their_lot_weighs() -> None:
    bodies = (
        harvest(0, {"a": 600}),
        made(1, {"a": 600}, {"boxes": (60, "")}, at="house"),
        seen(2, "receiving", lots={"boxes": (20, "EA")}, at="north"),
        seen(2, "receiving", lots={"boxes": (30, "")}, at="south"),
    )
    assert holders(forward("a", *bodies)) == {"house": "100", "north": "200", "south": "300"}


def test_where_nothing_is_weighed_a_counted_lot_is_followed_by_its_pieces() -> None:
    bodies = (
        harvest(0, {"a": (60, "")}, at="farm"),
        seen(2, "receiving", lots={"a": (20, "")}, at="north"),
        seen(2, "receiving", lots={"a": (40, "")}, at="south"),
    )
    assert holders(forward("a", *bodies)) == {"north": None, "south": None}


def test_a_sale_or_destruction_that_was_only_observed_happened() -> None:
    bodies = (
        harvest(0, {"a": 100}, at="farm"),
        seen(1, "retail_selling", lots={"a": 70}, at="shop"),
        seen(2, "destroying", lots={"a": 30}, at="farm"),
    )
    history = forward("a", *bodies)
    assert [(h.site, str(h.kilograms), h.state) for h in history.holders] == [("urn:x:shop", "70", "sold")]
    assert history.lost_kg == 30


def _transacted(hour: float, at: str, **fields: Any) -> dict[str, Any]:
    paper = [{"type": "po", "bizTransaction": "urn:x:order"}]
    return event("TransactionEvent", hour, action="ADD", bizStep="receiving", bizTransactionList=paper, at=at, **fields)


def test_what_a_transaction_is_about_is_where_it_was_received() -> None:
    bodies = (
        harvest(0, {"a": 100}, at="farm"),
        _transacted(1, "north", quantityList=amounts({"a": 40})),
        _transacted(1, "south", quantityList=amounts({"a": 60})),
    )
    assert holders(forward("a", *bodies)) == {"north": "40", "south": "60"}
