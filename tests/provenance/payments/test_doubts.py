"""What of a set of payments cannot well be so, and that no such money raises a price or a share of confirmed money."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.payments.doubts import Known, doubts
from provenance.payments.goods import Delivered
from provenance.payments.paid_price import Paid, paid
from provenance.payments.paid_words import price_words
from provenance.payments.records import Deduction, PaidFor, Recorded
from provenance.payments.standing import standings
from tests.provenance.paying import GROWER, LOT, answer, id_of, payment, recorded, withdrawal

OTHER, OTHER_LOT = "urn:x:other", LOT + "B"
BROUGHT = (
    Delivered((LOT,), "urn:uuid:d1", GROWER, Fraction(100), Fraction(1, 2), date(2026, 9, 12)),
    Delivered((OTHER_LOT,), "urn:uuid:d2", OTHER, Fraction(100), Fraction(1, 2), date(2026, 9, 12)),
)
ALONE = (replace(BROUGHT[0], fraction=Fraction(1)),)


def codes(*records: Recorded, brought: tuple[Delivered, ...] = BROUGHT, keys: frozenset[str] = frozenset()) -> Any:
    known = Known.only(brought)
    found = doubts(standings(records).values(), replace(known, keys=known.keys | keys))
    return {id_: [one.code for one in each] for id_, each in found.items() if each}


def price(*records: Recorded, brought: tuple[Delivered, ...] = ALONE, most: Fraction | None = None) -> Paid:
    return paid(brought, standings(records).values(), most=most)


def counted(found: Paid) -> tuple[Fraction | int | None, Fraction | int]:
    """Yuan a kilogram that count, and that are in doubt."""
    return found.of_all, found.doubted


def of(key: str, kilograms: str = "100", **changed: Any) -> dict[str, Any]:
    return {"deliveries": (PaidFor(key, Decimal(kilograms)),)} | changed


FIRST = recorded(payment("a"))
SINGLE: dict[str, tuple[dict[str, Any], str]] = {
    "for a lot nobody brought anything to": (of("urn:x:nothing"), "unknown-delivery"),
    "for what another grower brought": (of(OTHER_LOT), "brought-none"),
    "for more than was brought": (of(LOT, "400"), "more-than-brought"),
    "for more than was brought, by the report": (of("urn:uuid:d1", "400"), "more-than-brought"),
    "settled before it was brought": ({"paid_on": date(2026, 9, 11)}, "wrong-day"),
    "an advance of the year before last": ({"paid_on": date(2025, 8, 1), "kind": "advance"}, "wrong-day"),
    "dated after it was recorded": ({"paid_on": date(2027, 9, 11)}, "wrong-day"),
    "of a price out of this world, all of it": ({"yuan": "200000", "deliveries": (PaidFor(LOT),)}, "high-price"),
    "of a price of nothing": ({"yuan": "4"}, "low-price"),
}


FLOOR = (replace(BROUGHT[0], floor_yuan=Decimal(6)), *BROUGHT[1:])


@pytest.mark.parametrize(("yuan", "said"), [("599.99", True), ("600", False)])
def test_a_settlement_below_the_floor_price_is_pointed_out_and_counts(yuan: str, said: bool) -> None:
    low = recorded(payment("a", yuan=yuan))
    assert codes(low, brought=FLOOR) == ({id_of("a"): ["below-floor"]} if said else {})
    assert price(low).of_all == Fraction(yuan) / 100


def test_an_advance_is_part_of_the_price_that_the_floor_is_asked_of() -> None:
    rest, ahead = payment("a", yuan="200"), payment("b", kind="advance", yuan="400", paid_on=date(2026, 8, 1))
    assert codes(recorded(rest), recorded(ahead), brought=FLOOR) == {}
    assert codes(recorded(ahead), brought=FLOOR) == {}, "an advance is not yet the price"


@pytest.mark.parametrize("name", SINGLE)
def test_a_payment_that_cannot_well_be_so_is_doubted(name: str) -> None:
    changed, code = SINGLE[name]
    assert codes(recorded(payment("a", **changed)), keys=frozenset({"urn:x:nothing"})) == {id_of("a"): [code]}


HONEST: dict[str, dict[str, Any]] = {
    "settled at the scale": {},
    "on the day of the delivery": {"paid_on": date(2026, 9, 12)},
    "in advance": {"kind": "advance", "paid_on": date(2026, 8, 1)},
    "all of it": {"deliveries": (PaidFor(LOT),)},
    "a rounding more": of(LOT, "100.9"),
    "for goods that this history does not know": of("urn:x:elsewhere"),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_payment_is_not_doubted(name: str) -> None:
    assert codes(recorded(payment("a", **HONEST[name]))) == {}


def test_the_same_payment_told_twice_is_counted_once_until_the_payee_confirms_both() -> None:
    again = recorded(payment("b", deliveries=(PaidFor("urn:uuid:d1"),)), at_ms=2)
    assert codes(FIRST, again) == {id_of("b"): ["recorded-twice"]}
    assert counted(price(FIRST, again)) == (4, 4)
    yes = [recorded(answer(name, to), by=GROWER) for name, to in (("y", "a"), ("z", "b"))]
    assert codes(FIRST, again, yes[1]) == {id_of("a"): ["recorded-twice"]}
    assert codes(FIRST, again, *yes) == {}
    assert price(FIRST, again, *yes).of_all == 8


def test_what_is_settled_again_is_counted_as_far_as_it_was_not_settled_before() -> None:
    more = recorded(payment("b", "900", **of(LOT, "50")), at_ms=2)
    most = recorded(payment("a", "320", **of(LOT, "80")))
    assert codes(most, more) == {id_of("b"): ["settled-again"]}
    assert counted(price(most, more)) == (Fraction(680, 100), Fraction(540, 100))


def test_the_same_payment_told_twice_and_taken_back_once_is_in_no_doubt() -> None:
    assert codes(FIRST, recorded(payment("b"), at_ms=2), recorded(withdrawal("w", "b"), at_ms=3)) == {}


def test_what_was_settled_for_half_may_be_settled_for_the_other_half() -> None:
    halves = [recorded(payment(name, "200", **of(LOT, "50")), at_ms=n) for n, name in enumerate("ab")]
    assert codes(halves[0], recorded(payment("b", "210", **of(LOT, "50")), at_ms=2)) == {}
    assert price(halves[0], recorded(payment("b", "210", **of(LOT, "50")), at_ms=2)).of_all == Fraction(41, 10)
    assert codes(*halves) == {}, "equal halves of one day add up to what was brought"
    assert codes(*halves, recorded(payment("c", "200", **of(LOT, "50")), at_ms=3)) == {id_of("c"): ["recorded-twice"]}


def test_a_payment_for_a_delivery_that_was_corrected_since_is_for_what_counts_in_its_place() -> None:
    mended = (replace(BROUGHT[0], former=frozenset({"urn:uuid:d0"})), BROUGHT[1])
    assert codes(recorded(payment("a", **of("urn:uuid:d0"))), brought=mended) == {}
    alone = (replace(mended[0], fraction=Fraction(1)),)
    assert price(recorded(payment("a", **of("urn:uuid:d0"))), brought=alone).of_all == 4


def test_money_for_kilograms_that_were_not_brought_raises_no_price_even_where_it_is_confirmed() -> None:
    much = recorded(payment("a", "1600", **of(LOT, "400")))
    yes = recorded(answer("y", "a"), by=GROWER)
    for records in ([much], [much, yes]):
        assert counted(price(*records)) == (4, 12)


def test_another_growers_kilograms_paid_to_one_raise_no_price_and_no_share_of_confirmed_money() -> None:
    theirs = recorded(payment("a", "1000", **of(OTHER_LOT)))
    own = recorded(payment("b", "400"), at_ms=2)
    yes = recorded(answer("y", "a"), by=GROWER)
    found = price(theirs, own, yes, brought=BROUGHT)
    assert counted(found) == (2, 0)
    assert (found.confirmed, found.covered) == (Fraction(0), Fraction(1, 2))


def test_an_advance_is_not_counted_again_in_the_settlement_until_the_payee_confirms_it_or_it_is_deducted() -> None:
    ahead = recorded(payment("a", "150", kind="advance", paid_on=date(2026, 9, 1)))
    whole = recorded(payment("b"), at_ms=2)
    assert codes(ahead, whole) == codes(whole, ahead) == {id_of("b"): ["advance-again"]}
    assert counted(price(ahead, whole)) == (4, Fraction(3, 2))
    assert price(ahead, whole, recorded(answer("y", "b"), by=GROWER)).of_all == Fraction(11, 2)
    told = recorded(payment("b", deductions=(Deduction("预付款", Decimal(150)),)), at_ms=2)
    assert codes(ahead, told) == {}
    assert price(ahead, told).of_all == 4


def test_what_is_left_to_pay_after_a_larger_advance_is_in_no_doubt() -> None:
    ahead = recorded(payment("a", "300", kind="advance", paid_on=date(2026, 9, 1)))
    assert codes(ahead, recorded(payment("b", "100"), at_ms=2)) == {}


def test_a_payment_for_several_deliveries_of_unsaid_kilograms_counts_for_none_of_them() -> None:
    both = payment("a", "4000", deliveries=(PaidFor(LOT), PaidFor("urn:x:elsewhere")))
    assert codes(recorded(both)) == {id_of("a"): ["kilograms-missing"]}
    assert not price(recorded(both)).of_all


def test_one_grower_paid_well_does_not_lift_the_average_of_another() -> None:
    well = [recorded(payment("a", "900")), recorded(payment("b", "10", payee=OTHER, **of(OTHER_LOT)))]
    found = price(*well, brought=BROUGHT, most=Fraction(9))
    assert counted(found) == (Fraction(91, 20), 0)
    capped = price(*well, brought=BROUGHT, most=Fraction(8))
    assert counted(capped) == (Fraction(81, 20), Fraction(1, 2))


def test_the_public_is_told_that_more_is_reported_than_counted() -> None:
    found = price(FIRST, recorded(payment("b"), at_ms=2))
    assert "not counted" in price_words(found, may_tell=True).en and "没有计入" in price_words(found, may_tell=True).zh
    only = price(recorded(payment("a", paid_on=date(2026, 9, 1))))
    assert "in doubt" in price_words(only, may_tell=True).en


AMOUNTS = st.sampled_from(["100", "400", "400", "900"])
SOME = st.builds(
    recorded,
    st.builds(
        payment,
        st.sampled_from("abcdef"),
        AMOUNTS,
        kind=st.sampled_from(["advance", "settlement", "dividend"]),
        payee=st.sampled_from([GROWER, OTHER]),
        paid_on=st.sampled_from([date(2026, 9, 1), date(2026, 9, 20)]),
        deliveries=st.sampled_from([(PaidFor(LOT),), (PaidFor(LOT, Decimal(300)),), (PaidFor("urn:uuid:d1"),)]),
    ),
    at_ms=st.integers(1, 9),
)


@given(st.lists(SOME, max_size=6), st.randoms())
def test_doubts_are_the_same_in_any_order_and_with_any_repeats(records: list[Recorded], chance: random.Random) -> None:
    again = [*records, *chance.sample(records, len(records) // 2)]
    chance.shuffle(again)
    assert codes(*again) == codes(*records)


@given(st.lists(SOME, max_size=6))
def test_what_is_counted_and_what_is_in_doubt_is_all_that_was_paid(
    records: list[Recorded],
) -> None:
    found = price(*records)
    net = sum(
        (one.payment.net_yuan for one in standings(records).values() if one.in_force and one.payment.payee == GROWER),
        Decimal(0),
    )
    assert (found.of_all or 0) + found.doubted == Fraction(net) / 100
    assert 0 <= found.confirmed <= 1


def calls(payments: int) -> int:
    """What it takes to judge so many payments of one grower, each for all his deliveries."""
    brought = [replace(ALONE[0], lots=(f"urn:x:lot{n}",), event_id=f"urn:x:e{n}") for n in range(20)]
    each = tuple(PaidFor(one.lots[0], Decimal(1)) for one in brought)
    told = [recorded(payment(f"p{n}", str(100 + n), deliveries=each), at_ms=n) for n in range(payments)]
    standing, known, count = standings(told).values(), Known.only(brought), 0

    def counting(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counting)
    try:
        doubts(standing, known)
    finally:
        sys.setprofile(None)
    return count


def test_of_twice_as_many_payments_the_doubts_take_twice_the_work() -> None:
    assert calls(40) < 2.2 * calls(20)
