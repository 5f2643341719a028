"""Stock-takes and returns: what is held and what was lost still sum to what was brought in."""

from fractions import Fraction

from tests.provenance.foreign import forward, harvest, holders, joined, made, seen

PICKED = harvest(0, {"a": 400}, at="farm")


def test_what_a_stock_take_does_not_find_was_lost_there() -> None:
    history = forward("a", PICKED, seen(1, "stock_taking", lots={"a": 350}, at="farm"))
    assert holders(history) == {"farm": "350"}
    assert [(loss.site.removeprefix("urn:x:"), loss.kilograms) for loss in history.losses] == [("farm", Fraction(50))]


def test_a_stock_take_counts_what_stands_there_on_pallets_too() -> None:
    on_pallet = joined(1, "ADD", "p", lots={"a": 150}, at="farm")
    history = forward("a", PICKED, on_pallet, seen(2, "cycle_counting", lots={"a": 390}, at="farm"))
    assert history.lost_kg == 10
    assert sum(holder.kilograms or 0 for holder in history.holders) == 390


def test_a_stock_take_of_more_than_there_was_makes_no_fruit() -> None:
    history = forward("a", PICKED, seen(1, "stock_taking", lots={"a": 500}, at="farm"))
    assert holders(history) == {"farm": "400"}
    assert history.lost_kg == 0


def test_a_stock_take_at_one_site_says_nothing_of_another() -> None:
    sent = seen(1, "shipping", lots={"a": 100}, at="farm", to="shop"), seen(2, "receiving", lots={"a": 100}, at="shop")
    history = forward("a", PICKED, *sent, seen(3, "stock_taking", lots={"a": 90}, at="shop"))
    assert holders(history) == {"farm": "300", "shop": "90"}
    assert history.lost_kg == 10


def test_what_is_used_after_a_stock_take_leaves_the_rest_there() -> None:
    counted = seen(1, "stock_taking", lots={"a": 350}, at="farm")
    history = forward("a", PICKED, counted, made(2, {"a": 300}, {"m": 300}, at="farm"))
    assert holders(history) == {"farm": "350"}
    assert history.lost_kg == 50


def test_a_lot_that_comes_back_from_a_buyer_is_in_stock_again_and_no_longer_sold() -> None:
    sold = seen(1, "retail_selling", lots={"a": 300}, action="DELETE", at="farm")
    back = seen(2, "receiving", lots={"a": 120}, disposition="returned", at="farm")
    history = forward("a", PICKED, sold, back)
    by_state = {holder.state: holder.kilograms for holder in history.holders}
    assert by_state == {"there": Fraction(220), "sold": Fraction(180)}


def test_a_lot_that_comes_back_from_a_shop_is_no_longer_there() -> None:
    out = seen(1, "shipping", lots={"a": 300}, at="farm", to="shop"), seen(2, "receiving", lots={"a": 300}, at="shop")
    home = (
        seen(3, "shipping", lots={"a": 50}, at="shop", to="farm"),
        seen(4, "receiving", lots={"a": 50}, disposition="returned", at="farm"),
    )
    assert holders(forward("a", PICKED, *out, *home)) == {"farm": "150", "shop": "250"}
