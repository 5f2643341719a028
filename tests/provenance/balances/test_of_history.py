"""The four balances: what each says as reported, in whichever order, and which of them can be so."""

from fractions import Fraction
from random import Random

import pytest

from provenance.balances.balance import Balance, BalanceKind
from provenance.graph.runs import RUN_CLOSED
from provenance.histories.history import History, build_from
from provenance.histories.tracing import trace_back
from tests.provenance.foreign import START, back, harvest, joined, made, seen, uri
from tests.provenance.reported import Body, reports

MAKER = (harvest(0, {"a": 400}, at="farm"), harvest(1, {"b": 350}, at="farm"))


def of(history: History, kind: BalanceKind, key: str = "", site: str = "") -> list[Balance]:
    wanted = (b for b in history.balances if b.kind == kind and key in ("", b.key.removeprefix("urn:x:")))
    return [b for b in wanted if site in ("", b.site.removeprefix("urn:x:"))]


def one(history: History, kind: BalanceKind, key: str = "", site: str = "") -> Balance:
    (found,) = of(history, kind, key, site)
    return found


def kg(balance: Balance) -> tuple[int | None, int, int, int | None]:
    """There, went, lost and left."""
    amounts = (balance.there_kg, balance.went_kg, balance.lost_kg, balance.left_kg)
    there, went, lost, left = (None if amount is None else int(amount) for amount in amounts)
    assert went is not None
    assert lost is not None
    return there, went, lost, left


# Runs


def test_a_run_says_what_went_in_and_came_out_and_the_rest_was_lost() -> None:
    history = back("m", *MAKER, made(2, {"a": 400, "b": 350}, {"m": 690}, at="house"))
    assert kg(one(history, "run")) == (750, 690, 60, 0)


def test_a_run_that_gave_more_than_went_in_is_told_with_its_reports_and_the_kilograms() -> None:
    run = made(2, {"a": 400}, {"m": 430}, at="house")
    history = back("m", *MAKER, run)
    found = one(history, "run")
    assert [found.excess_kg, found.taken_kg, found.there_kg] == [30, 430, 400]
    assert len(found.event_ids) == 1
    assert one(history, "lineage").excess_kg == 30


def test_a_run_of_several_events_is_one_balance_and_provisional_until_one_of_them_closes_it() -> None:
    run = {"transformationID": "urn:x:run"}
    tipped, came = made(2, {"a": 400}, {}, **run), made(3, {}, {"m": 430}, **run)
    more = made(4, {"b": 350}, {"n": 300}, **run)
    open_ = one(back("m", *MAKER, tipped, came, more), "run")
    assert kg(open_) == (750, 730, 0, 20)
    assert open_.provisional_until_ms == round(START.timestamp() * 1000) + (2 + 48) * 3_600_000
    closed = one(back("m", *MAKER, tipped, came, {**more, RUN_CLOSED: True}), "run")
    assert kg(closed) == (750, 730, 20, 0)
    assert closed.provisional_until_ms is None


def test_a_run_of_an_unweighed_lot_has_no_balance_to_break() -> None:
    history = back("m", harvest(0, {"a": None}), made(1, {"a": None}, {"m": 400}))
    assert one(history, "run").there_kg is None
    assert one(history, "run").excess_kg == 0


# Lots: used, labelled and lost


def test_what_is_used_labelled_sold_and_lost_of_a_lot_is_held_against_what_there_was() -> None:
    history = back(
        "m",
        *MAKER,
        made(2, {"a": 300}, {"m": 300}, at="farm"),
        seen(3, "destroying", lots={"a": 20}, action="DELETE", at="farm"),
        seen(4, "retail_selling", lots={"a": 90}, action="DELETE", at="farm"),
    )
    assert kg(one(history, "lot", "a")) == (400, 390, 20, 0)
    assert one(history, "lot", "a").excess_kg == 10


def test_what_came_back_may_be_sold_again() -> None:
    sold = seen(2, "retail_selling", lots={"a": 400}, action="DELETE", at="shop")
    returned = seen(3, "receiving", lots={"a": 100}, disposition="returned", at="shop")
    again = seen(4, "retail_selling", lots={"a": 100}, action="DELETE", at="shop")
    history = back("a", MAKER[0], sold, returned, again)
    assert kg(one(history, "lot")) == (400, 400, 0, 0)
    assert not history.gaps


def test_what_came_back_is_not_packed_again_as_if_it_had_never_been_sold() -> None:
    sold = seen(2, "retail_selling", lots={"a": 400}, action="DELETE", at="farm")
    returned = seen(3, "receiving", lots={"a": 400}, disposition="returned", at="farm")
    packed = made(4, {"a": 400}, {"m": 400}, at="farm")
    assert one(back("m", MAKER[0], sold, returned, packed), "lot", "a").excess_kg == 400


@pytest.mark.parametrize("before", [(), (100,)])
def test_what_nobody_bought_makes_no_fruit_by_being_brought_back(before: tuple[int, ...]) -> None:
    sold = [seen(2, "retail_selling", lots={"a": kg}, action="DELETE", at="shop") for kg in before]
    returned = seen(3, "receiving", lots={"a": 900}, disposition="returned", at="shop")
    then = seen(4, "retail_selling", lots={"a": 1000}, action="DELETE", at="shop")
    history = back("a", MAKER[0], *sold, returned, then)
    assert one(history, "lot").excess_kg == 600
    assert "returned-unsold" in {gap.code for gap in history.gaps}


def test_what_is_brought_back_is_at_the_site_as_far_as_it_had_gone() -> None:
    bodies = (
        harvest(0, {"a": 400}, at="farm"),
        seen(1, "shipping", lots={"a": 100}, at="farm", to="shop"),
        seen(1.1, "departing", lots={"a": 100}, at="farm"),
        seen(2, "receiving", lots={"a": 100}, at="shop"),
        seen(3, "receiving", lots={"a": 900}, at="shop", disposition="returned"),
        seen(4, "shipping", lots={"a": 1000}, at="shop", to="market"),
    )
    shop = one(back("a", *bodies), "site", "a", "shop")
    assert shop.there_kg == 200
    assert shop.excess_kg == 800


def test_how_much_came_back_of_what_nobody_weighed_is_not_known() -> None:
    sent = seen(1, "shipping", lots={"a": 100}, at="farm", to="shop")
    sent = {**sent, "quantityList": [{"epcClass": sent["quantityList"][0]["epcClass"]}]}
    returned = seen(3, "receiving", lots={"a": 100}, at="farm", disposition="returned")
    again = seen(4, "shipping", lots={"a": 450}, at="farm", to="shop")
    history = back("a", harvest(0, {"a": 400}, at="farm"), sent, returned, again)
    farm = one(history, "site", "a", "farm")
    assert farm.there_kg is None
    assert farm.weighed_kg == 400
    assert "returned-unsold" not in {gap.code for gap in history.gaps}


def test_a_graded_lot_and_the_packed_lot_made_of_it_cannot_both_be_labelled() -> None:
    gtin = "https://id.gs1.org/01/09521234543213"
    graded, packed = f"{gtin}/10/G", f"{gtin}/10/P"

    def labelled(hour: float, lot: str, first: int) -> Body:
        boxes = [f"{gtin}/21/{first + n}" for n in range(4)]
        ilmd = {"cbvmda:lotNumber": lot[-1], "suyuan:netWeightKg": 100}
        return seen(hour, "commissioning", *boxes, action="ADD", at="house", ilmd=ilmd)

    bodies = (*MAKER, made(2, {"a": 400}, {graded: 400}), made(3, {graded: 400}, {packed: 400}), labelled(4, packed, 0))
    assert all(not found.excess_kg for found in back(packed, *bodies).balances)
    both = back(packed, *bodies, labelled(5, graded, 10))
    assert kg(one(both, "lot", graded)) == (400, 800, 0, 0)


# Lots at sites


def test_no_more_leaves_a_site_than_came_there() -> None:
    bodies = (
        harvest(0, {"a": 400}, at="farm"),
        seen(1, "shipping", lots={"a": 300}, at="farm", to="house"),
        seen(2, "receiving", lots={"a": 300}, at="house"),
        made(3, {"a": 350}, {"m": 350}, at="house"),
    )
    history = back("m", *bodies)
    assert kg(one(history, "site", "a", "farm")) == (400, 300, 0, 100)
    assert one(history, "site", "a", "house").excess_kg == 50
    assert one(history, "lot", "a").excess_kg == 0, "of the whole lot there was enough"


def test_more_shipped_than_there_was_is_a_breach_where_it_left() -> None:
    history = back("a", harvest(0, {"a": 400}, at="farm"), seen(1, "shipping", lots={"a": 450}, at="farm", to="house"))
    assert one(history, "site", "a", "farm").excess_kg == 50


def test_a_pallet_carries_what_is_in_it_then() -> None:
    bodies = (
        harvest(0, {"a": 400}, at="farm"),
        joined(1, "ADD", "p", lots={"a": 300}, at="farm"),
        seen(2, "shipping", "p", at="farm", to="house"),
        seen(3, "receiving", "p", at="house"),
        joined(3, "DELETE", "p", lots={"a": 100}, at="house"),
        seen(4, "shipping", "p", at="house", to="shop"),
        seen(5, "receiving", "p", at="shop"),
    )
    history = back("a", *bodies)
    assert kg(one(history, "site", "a", "farm")) == (400, 300, 0, 100)
    assert kg(one(history, "site", "a", "house")) == (300, 200, 0, 100)
    assert kg(one(history, "site", "a", "shop")) == (200, 0, 0, 200)


def test_one_departure_told_by_shipper_and_carrier_is_one() -> None:
    bodies = (
        harvest(0, {"a": 400}, at="farm"),
        seen(1, "shipping", lots={"a": 400}, at="farm", to="house"),
        seen(2, "departing", lots={"a": 400}, at="farm", to="house"),
        seen(3, "arriving", lots={"a": 400}, at="house"),
        seen(4, "receiving", lots={"a": 400}, at="house"),
        seen(5, "storing", lots={"a": 400}, at="house"),
    )
    history = back("a", *bodies)
    assert kg(one(history, "site", "a", "farm")) == (400, 400, 0, 0)
    assert kg(one(history, "site", "a", "house")) == (400, 0, 0, 400)


def test_what_came_back_is_there_again() -> None:
    bodies = (
        harvest(0, {"a": 400}, at="farm"),
        seen(1, "shipping", lots={"a": 400}, at="farm", to="shop"),
        seen(2, "receiving", lots={"a": 400}, at="shop"),
        seen(3, "shipping", lots={"a": 150}, at="shop", to="farm"),
        seen(4, "receiving", lots={"a": 150}, at="farm", disposition="returned"),
        seen(5, "shipping", lots={"a": 150}, at="farm", to="shop"),
    )
    farm = one(back("a", *bodies), "site", "a", "farm")
    assert kg(farm) == (550, 550, 0, 0)


def test_a_stock_take_says_what_is_there_and_what_is_missing_was_lost() -> None:
    counted = seen(1, "stock_taking", lots={"a": 380}, at="farm")
    before, after = of(
        back("m", harvest(0, {"a": 400}, at="farm"), counted, made(2, {"a": 390}, {"m": 390}, at="farm")), "site"
    )
    assert kg(before) == (400, 0, 20, 380)
    assert before.counted_kg == 380
    assert kg(after) == (380, 390, 0, 0)
    assert after.excess_kg == 10


def test_a_stock_take_makes_no_fruit() -> None:
    counted = seen(1, "cycle_counting", lots={"a": 500}, at="farm")
    history = back("a", harvest(0, {"a": 400}, at="farm"), counted)
    surplus = next(found for found in of(history, "site") if found.counted_kg)
    assert surplus.excess_kg == 100


# The whole way


def test_a_little_more_at_every_step_is_much_along_the_way() -> None:
    steps = [made(n + 1, {f"m{n}": 1000 + 15 * n}, {f"m{n + 1}": 1015 + 15 * n}) for n in range(6)]
    found = one(back("m6", harvest(0, {"m0": 1000}), *steps), "lineage")
    assert [found.there_kg, found.excess_kg, len(found.event_ids)] == [1000, 90, 6]


# Corrections


@pytest.mark.parametrize("seed", range(4))
def test_balances_do_not_depend_on_order_or_repeats_and_follow_corrections_both_ways(seed: int) -> None:
    wrong = {**made(2, {"a": 400}, {"m": 430}, at="house"), "eventID": "urn:x:wrong"}
    right = {**made(2, {"a": 400}, {"m": 380}, at="house"), "eventID": "urn:x:right"}
    time = {"declarationTime": "2026-10-01T00:00:00.000+08:00", "reason": "incorrect_data"}
    declared = {**wrong, "errorDeclaration": {**time, "correctiveEventIDs": ["urn:x:right"]}}
    back_again = {**right, "errorDeclaration": {**time, "reason": "did_not_occur"}}
    for bodies, too_much in (([wrong], 30), ([wrong, declared, right], 0), ([wrong, declared, right, back_again], 30)):
        documents = reports([*MAKER, *bodies])
        shuffled = documents * 2
        Random(seed).shuffle(shuffled)
        history = build_from(shuffled, trace_back([uri("m")]))
        assert history.balances == build_from(documents, trace_back([uri("m")])).balances
        assert one(history, "run").excess_kg == Fraction(too_much)
