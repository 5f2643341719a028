"""Things are inside only between packing and unpacking; what names only the container counts for that time."""

from typing import Any

from tests.provenance.foreign import amounts, back, event, forward, harvest, holders, joined, made, seen, shares


def _told(history: "object") -> tuple[int, int]:
    return len(history.events), len(history.carried)  # type: ignore[attr-defined]


BOX = made(0, {"a": 100}, {}, outputEPCList=["box"])


def test_readings_count_only_while_it_was_in_there() -> None:
    readings = [seen(hour, "sensor_reporting", "pallet") for hour in (1, 3, 5)]
    history = back("box", BOX, joined(2, "ADD", "pallet", "box"), *readings, joined(4, "DELETE", "pallet", "box"))
    assert len(history.carried) == 1


def test_a_box_on_a_pallet_in_a_truck_was_in_the_truck() -> None:
    bodies = (
        BOX,
        joined(1, "ADD", "pallet", "box"),
        joined(2, "ADD", "truck", "pallet"),
        seen(3, "sensor_reporting", "truck"),
        joined(4, "DELETE", "truck", "pallet"),
        seen(5, "sensor_reporting", "truck"),
        seen(5, "sensor_reporting", "pallet"),
        joined(6, "DELETE", "pallet"),
        seen(7, "sensor_reporting", "pallet"),
    )
    assert _told(back("box", *bodies)) == (2, 5)


def test_a_delete_without_children_empties_the_container() -> None:
    bodies = (BOX, joined(1, "ADD", "pallet", "box"), joined(2, "DELETE", "pallet"), seen(3, "shipping", "pallet"))
    assert _told(back("box", *bodies)) == (2, 1)


def test_being_packed_elsewhere_ends_the_stay_before() -> None:
    bodies = (
        BOX,
        joined(1, "ADD", "one", "box"),
        joined(2, "ADD", "two", "box"),
        seen(3, "sensor_reporting", "one"),
        seen(3, "sensor_reporting", "two"),
    )
    assert _told(back("box", *bodies)) == (3, 1)


def test_packing_other_things_beside_it_says_nothing_of_it() -> None:
    bodies = (
        BOX,
        joined(1, "ADD", "pallet", "box"),
        joined(2, "ADD", "pallet", "other"),
        joined(3, "DELETE", "pallet", "other"),
    )
    assert _told(back("box", *bodies)) == (2, 0)


def test_part_of_a_lot_taken_out_leaves_the_rest_inside() -> None:
    bodies = (
        harvest(0, {"a": 100}),
        joined(1, "ADD", "pallet", lots={"a": 100}),
        joined(2, "DELETE", "pallet", lots={"a": 40}),
        seen(3, "sensor_reporting", "pallet"),
        joined(4, "DELETE", "pallet", lots={"a": 60}),
        seen(5, "sensor_reporting", "pallet"),
    )
    assert _told(back("a", *bodies)) == (4, 1)


def test_what_was_used_up_is_carried_no_further() -> None:
    bodies = (
        harvest(0, {"a": 100}),
        joined(1, "ADD", "crate", lots={"a": 100}),
        seen(2, "sensor_reporting", "crate"),
        made(3, {"a": 100}, {"x": 100}),
        seen(4, "sensor_reporting", "crate"),
    )
    assert _told(back("x", *bodies)) == (3, 1)


def test_an_asset_may_be_associated_with_a_truck_while_it_is_on_a_pallet() -> None:
    truck = event("AssociationEvent", 2, action="ADD", parentID="urn:x:truck", childEPCs=["urn:x:box"])
    bodies = (
        BOX,
        joined(1, "ADD", "pallet", "box"),
        truck,
        seen(3, "sensor_reporting", "pallet"),
        seen(3, "sensor_reporting", "truck"),
    )
    assert _told(back("box", *bodies)) == (3, 2)


def test_a_box_sold_with_its_case_is_sold() -> None:
    bodies = (
        harvest(0, {"a": 100}),
        made(1, {"a": 100}, {}, outputEPCList=["box"], at="house"),
        joined(2, "ADD", "case", "box", at="house"),
        seen(3, "retail_selling", "case", action="DELETE", at="shop"),
    )
    history = forward("a", *bodies)
    assert holders(history) == {"shop": "100"}
    assert history.holders[0].state == "sold"


def test_packed_and_shipped_within_the_same_minute_was_shipped() -> None:
    assert _told(
        back("box", BOX, joined(1, "ADD", "pallet", "box"), seen(1, "shipping", "pallet", at="x", to="y"))
    ) == (2, 1)


def test_a_ring_of_containers_is_left_again() -> None:
    assert _told(
        back("box", BOX, joined(1, "ADD", "p", "box"), joined(1, "ADD", "q", "p"), joined(1, "ADD", "p", "q"))
    ) == (2, 2)


def test_ten_thousand_readings_on_a_truck_are_read_once() -> None:
    readings = [seen(2 + n / 10_000, "sensor_reporting", "truck") for n in range(10_000)]
    history = back("box", BOX, joined(1, "ADD", "truck", "box"), *readings)
    assert len(history.carried) == 10_000


def _truck(hour: float, action: str, *children: str, **fields: Any) -> dict[str, Any]:
    named = {"childEPCs": [f"urn:x:{child}" for child in children]} if children else {}
    return event("AssociationEvent", hour, action=action, parentID="urn:x:truck", **named, **fields)


def test_a_truck_tells_the_load_that_was_joined_to_it() -> None:
    bodies = (
        BOX,
        harvest(-1, {"a": 100}),
        joined(1, "ADD", "pallet", "box"),
        _truck(2, "ADD", "pallet"),
        seen(3, "sensor_reporting", "truck"),
        _truck(4, "DELETE", "pallet"),
    )
    history = back("truck", *bodies)
    assert shares(history) == {"a": "1"}
    assert history.kilograms == 100
    assert set(back("box", *bodies).events) <= set(history.events)


def test_a_logger_on_a_pallet_is_no_part_of_its_load() -> None:
    logger = event("AssociationEvent", 2, action="ADD", parentID="urn:x:pallet", childEPCs=["urn:x:logger"])
    bodies = (BOX, harvest(-1, {"a": 100}), joined(1, "ADD", "pallet", "box"), logger)
    history = back("pallet", *bodies)
    assert (shares(history), history.gaps) == ({"a": "1"}, ())


def test_amounts_joined_to_trucks_are_where_the_trucks_are() -> None:
    load = {"childQuantityList": amounts({"a": 60})}
    bodies = (
        harvest(0, {"a": 100}, at="house"),
        _truck(1, "ADD", at="house", **load),
        seen(2, "arriving", "truck", at="shop"),
        _truck(3, "DELETE", at="shop", **load),
        seen(4, "arriving", "truck", at="elsewhere"),
    )
    assert holders(forward("a", *bodies)) == {"house": "40", "shop": "60"}
