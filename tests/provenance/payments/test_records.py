"""What a set of payment records amounts to, and the price it comes to."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.days import china_midnight
from provenance.payments.goods import Delivered
from provenance.payments.paid_price import paid
from provenance.payments.paid_words import price_words
from provenance.payments.reading import InvalidPayment, answer_of, payment_of, values_of, withdrawal_of
from provenance.payments.records import Answer, Deduction, PaidFor, Payment, Recorded
from provenance.payments.standing import standings, standings_by
from provenance.registry.memory import MemoryRegistry
from provenance.registry.records import Party
from tests.provenance.paying import (
    GROWER,
    LOT,
    RECORDED_MS,
    STATION,
    answer,
    correction,
    id_of,
    payment,
    recorded,
    withdrawal,
)
from tests.provenance.reported import known_as

PAID = recorded(payment("a"), at_ms=1)


def states(*records: Recorded) -> dict[str, str]:
    return {one.payment.id: one.state for one in standings(records).values()}


NAMES = st.sampled_from("abcd")
RECORDS = st.one_of(
    st.builds(recorded, st.builds(payment, NAMES, st.sampled_from(["400", "500"])), at_ms=st.integers(1, 9)),
    st.builds(recorded, st.builds(correction, NAMES, NAMES), at_ms=st.integers(1, 9)),
    st.builds(
        recorded, st.builds(withdrawal, st.sampled_from("wv"), st.sampled_from("abcdwv")), at_ms=st.integers(1, 9)
    ),
    st.builds(
        recorded,
        st.builds(answer, st.sampled_from("xyz"), NAMES, st.sampled_from(["confirmed", "disputed"])),
        by=st.sampled_from([GROWER, STATION]),
        at_ms=st.integers(1, 9),
    ),
)


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    found = standings([PAID, recorded(correction("b", "a"), at_ms=2)])
    assert (found[id_of("a")].state, found[id_of("a")].corrected_by) == ("corrected", (id_of("b"),))
    assert found[id_of("a")].because == ("weighed again",)
    assert found[id_of("b")].in_force


def test_a_payment_whose_correction_was_taken_back_is_in_force_again() -> None:
    corrected = recorded(correction("b", "a"), at_ms=2)
    taken_back = recorded(withdrawal("w", "b"), at_ms=3)
    assert states(PAID, corrected, taken_back) == {id_of("a"): "in_force", id_of("b"): "withdrawn"}
    again = recorded(withdrawal("v", "w"), at_ms=4)
    assert states(PAID, corrected, taken_back, again) == {id_of("a"): "corrected", id_of("b"): "in_force"}


def test_what_is_corrected_again_does_not_come_back() -> None:
    chain = [PAID, recorded(correction("b", "a"), at_ms=2), recorded(correction("c", "b", "350"), at_ms=3)]
    assert states(*chain) == {id_of("a"): "corrected", id_of("b"): "corrected", id_of("c"): "in_force"}


def test_a_correction_by_a_stranger_does_not_count() -> None:
    meddling = recorded(withdrawal("w", "a"), by="urn:x:stranger", at_ms=2)
    assert states(PAID, meddling) == {id_of("a"): "in_force"}
    found = standings([PAID, meddling], may_declare=known_as("urn:x:stranger"))
    assert found[id_of("a")].state == "withdrawn"


def test_of_two_corrections_the_later_recorded_counts_and_both_are_shown() -> None:
    rivals = [recorded(correction("b", "a"), at_ms=2), recorded(correction("c", "a", "350"), at_ms=3)]
    found = standings([PAID, *rivals])
    assert found[id_of("a")].corrected_by == (id_of("c"),)
    assert set(found[id_of("a")].conflicting) == {id_of("b"), id_of("c")}
    assert states(PAID, *rivals) == {id_of("a"): "corrected", id_of("b"): "corrected", id_of("c"): "in_force"}


def test_what_was_taken_back_is_not_paid_by_a_correction_either() -> None:
    both = [recorded(correction("b", "a"), at_ms=2), recorded(withdrawal("w", "a"), at_ms=3)]
    assert states(PAID, *both) == {id_of("a"): "withdrawn", id_of("b"): "withdrawn"}


@given(st.lists(RECORDS, max_size=12))
def test_of_a_payment_and_its_corrections_at_most_one_is_in_force(records: list[Recorded]) -> None:
    in_force = [one.payment for one in standings(records).values() if one.in_force]
    named = [payment.replaces for payment in in_force if payment.replaces]
    assert len(named) == len(set(named))


def test_corrections_of_each_other_are_void() -> None:
    circle = [recorded(correction("a", "b"), at_ms=1), recorded(correction("b", "a"), at_ms=2)]
    assert set(states(*circle).values()) == {"withdrawn"}


def test_several_contents_under_one_id_are_shown_and_the_first_counts() -> None:
    other = recorded(payment("a", "999"), at_ms=9)
    found = standings([other, PAID])
    assert found[id_of("a")].payment.yuan == Decimal(400)
    assert set(found[id_of("a")].conflicting) == {PAID.record_id, other.record_id}


def test_the_last_word_of_the_payee_holds_in_any_order_and_nobody_elses_counts() -> None:
    yes = recorded(answer("y", "a", time_ms=1000), by=GROWER, at_ms=5)
    no = recorded(answer("n", "a", "disputed", time_ms=2000), by=GROWER, at_ms=4)
    forged = recorded(answer("f", "a", time_ms=3000), by=STATION, at_ms=6)
    for records in ([PAID, yes, no, forged], [forged, no, yes, PAID]):
        said = standings(records)[id_of("a")].answer
        assert said is not None
        assert said.answer == "disputed"


def test_who_confirmed_a_payment_has_not_confirmed_its_correction() -> None:
    yes = recorded(answer("y", "a"), by=GROWER, at_ms=2)
    found = standings([PAID, yes, recorded(correction("b", "a"), at_ms=3)])
    assert found[id_of("b")].answer is None


@given(st.lists(RECORDS, max_size=12), st.randoms())
def test_any_order_and_any_repeats_give_the_same_standings(records: list[Recorded], chance: random.Random) -> None:
    again = [*records, *chance.sample(records, len(records) // 2)]
    chance.shuffle(again)
    assert standings(again) == standings(records)


@given(st.lists(RECORDS, max_size=12))
def test_what_is_corrected_names_only_what_is_in_force(records: list[Recorded]) -> None:
    found = standings(records)
    named = {id_ for one in found.values() for id_ in one.corrected_by}
    assert all(found[id_].in_force for id_ in named if id_ in found)


def delivery(grower: str = GROWER, lot: str = LOT, kg: int | None = 100, fraction: Fraction | int = 1) -> Delivered:
    return Delivered((lot,), f"urn:uuid:{lot}", grower, None if kg is None else Fraction(kg), Fraction(fraction))


def price(deliveries: list[Delivered], *records: Recorded) -> Any:
    return paid(deliveries, standings(records).values())


def test_advance_settlement_and_dividend_are_one_price_of_the_same_kilograms() -> None:
    yuan = {"advance": "300", "settlement": "200", "dividend": "100"}
    parts = [recorded(payment(kind, of_it, kind=kind)) for kind, of_it in yuan.items()]
    found = price([delivery()], *parts)
    assert (found.yuan_per_kg, found.covered, found.settled) == (6, 1, 1)


def test_deductions_are_not_paid() -> None:
    less = payment("a", "400", deductions=(Deduction("肥料", Decimal(100)),))
    assert price([delivery()], recorded(less)).yuan_per_kg == 3


def test_a_payment_counts_for_no_goods_its_payee_did_not_bring() -> None:
    found = price([delivery(grower="urn:x:other")], recorded(payment("a")))
    assert (found.yuan_per_kg, found.covered, found.growers) == (None, 0, 0)


def test_half_paid_for_is_half_covered_at_its_own_price() -> None:
    half = payment("a", "200", deliveries=(PaidFor(LOT, Decimal(50)),))
    found = price([delivery()], recorded(half))
    assert (found.yuan_per_kg, found.covered, found.of_all) == (4, Fraction(1, 2), 2)


def test_a_payment_for_several_lots_belongs_to_them_by_kilograms() -> None:
    other = LOT + "B"
    both = payment("a", "800", deliveries=(PaidFor(LOT, Decimal(100)), PaidFor(other, Decimal(300))))
    found = price(
        [delivery(fraction=Fraction(1, 4)), delivery(lot=other, kg=300, fraction=Fraction(3, 4))], recorded(both)
    )
    assert (found.yuan_per_kg, found.covered) == (2, 1)


def test_what_is_said_of_a_payment_counts_by_its_yuan() -> None:
    records = [recorded(payment("a", "300")), recorded(payment("b", "100", kind="advance"))]
    records.append(recorded(answer("y", "a"), by=GROWER))
    found = price([delivery()], *records)
    assert (found.confirmed, found.disputed) == (Fraction(3, 4), 0)


def test_a_price_of_fewer_than_five_growers_is_in_no_sentence_for_the_public() -> None:
    few = price([delivery()], recorded(payment("a", "437")))
    assert "4.37" not in price_words(few, may_tell=few.pooled).en + price_words(few, may_tell=few.pooled).zh
    growers = [f"urn:x:g{n}" for n in range(5)]
    brought = [delivery(grower, LOT + grower, fraction=Fraction(1, 5)) for grower in growers]
    for_each = [
        recorded(payment(grower, "437", payee=grower, deliveries=(PaidFor(LOT + grower, Decimal(100)),)))
        for grower in growers
    ]
    many = price(brought, *for_each)
    assert "4.37" in price_words(many, may_tell=many.pooled).en


def _paid_to_five(*kilograms: int) -> Any:
    growers, whole = [f"urn:x:g{n}" for n in range(len(kilograms))], sum(kilograms)
    brought = [
        delivery(grower, LOT + grower, kg, Fraction(kg, whole)) for grower, kg in zip(growers, kilograms, strict=True)
    ]
    records = [
        recorded(payment(g, str(4 * kg), payee=g, deliveries=(PaidFor(LOT + g, Decimal(kg)),)))
        for g, kg in zip(growers, kilograms, strict=True)
    ]
    return price(brought, *records)


def test_a_price_of_which_more_than_half_is_one_growers_is_not_told() -> None:
    assert _paid_to_five(50, 20, 10, 10, 10).pooled
    alone = _paid_to_five(51, 19, 10, 10, 10)
    assert not alone.pooled
    assert "more than half" in price_words(alone, may_tell=alone.pooled).en


def test_the_public_is_told_how_much_of_the_money_is_disputed() -> None:
    records = [recorded(payment("a", "300")), recorded(payment("b", "1", kind="advance"))]
    found = price([delivery()], *records, recorded(answer("y", "b", "disputed"), by=GROWER))
    told = price_words(found, may_tell=True)
    assert "1% of it is disputed" in told.en and "1%的货款有异议" in told.zh


def test_a_correction_by_who_may_not_correct_is_no_second_payment() -> None:
    stranger = "urn:x:stranger"
    first = recorded(payment("a", "400"))
    theirs = recorded(correction("b", "a", payer=stranger), by=stranger, at_ms=2)
    again = recorded(correction("c", "b", payer=stranger), by=stranger, at_ms=3)
    found = standings([first, theirs, again])
    assert [found[id_of(name)].state for name in "abc"] == ["in_force", "not_counted", "not_counted"]
    assert price([delivery()], first, theirs, again).yuan_per_kg == 4


VALUES = values_of(payment("a")) | {"deductions": [{"reason": "肥料", "yuan": "20"}]}


def test_what_was_written_reads_back_equal() -> None:
    for said, read in (
        (payment("a"), payment_of),
        (withdrawal("w", "a"), withdrawal_of),
        (answer("x", "a"), answer_of),
    ):
        assert read(values_of(said)) == said


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({"id": "7"}, "/id"),
    "another kind": ({"kind": "gift"}, "/kind"),
    "no party": ({"payer": "the station"}, "/payer"),
    "itself": ({"payee": STATION}, "/payee"),
    "nothing": ({"yuan": "0"}, "/yuan"),
    "a fraction of a fen": ({"yuan": "1.001"}, "/yuan"),
    "dollars": ({"currency": "USD"}, "/currency"),
    "no day": ({"paid_on": "20.9.2026"}, "/paid_on"),
    "no mass": ({"deliveries": [{"key": LOT, "kilograms": "-1"}]}, "/deliveries/0"),
    "a lot twice": ({"deliveries": [{"key": LOT}, {"key": LOT}]}, "/deliveries"),
    "a lot number alone": ({"deliveries": [{"key": "G1"}]}, "/deliveries/0"),
    "all deducted and more": ({"deductions": [{"reason": "x", "yuan": "9999"}]}, "/deductions"),
    "a deduction for nothing": ({"deductions": [{"reason": "", "yuan": "1"}]}, "/deductions/0"),
    "a stranger's field": ({"price": "4"}, "/price"),
    "no reason": ({"replaces": id_of("b")}, "/reason"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_field_is_one_sentence_that_names_it(wrong: str) -> None:
    changed, pointer = WRONG[wrong]
    with pytest.raises(InvalidPayment) as refused:
        payment_of(VALUES | changed)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


def test_a_payment_replaced_by_equal_content_is_the_same_record() -> None:
    assert replace(payment("a")) == payment("a")
    assert isinstance(payment_of(VALUES), Payment)


OFFICE = "urn:x:office"


def heard(*said: Answer) -> tuple[Answer | None, Answer | None]:
    """What counts of these answers, and what is only shown, of a payment that the office recorded for the station."""
    paid = recorded(payment("a"), by="urn:x:recorder")
    answers = [recorded(one, by=GROWER, at_ms=n) for n, one in enumerate(said, 2)]
    (standing,) = standings([paid, *answers], is_office=known_as(OFFICE, "urn:x:recorder")).values()
    return standing.answer, standing.uncounted


def carded(name: str, word: Literal["confirmed", "disputed"], by: str, time_ms: int = 1) -> Answer:
    return replace(answer(name, "a", word, time_ms=time_ms), by_card=True, card_by=by)


@pytest.mark.parametrize("word", ["confirmed", "disputed"])
@pytest.mark.parametrize("maker", [STATION, "urn:x:rival", "urn:x:recorder"])
def test_an_answer_through_a_card_of_who_trades_is_shown_and_not_counted(
    maker: str, word: Literal["confirmed", "disputed"]
) -> None:
    said = carded("b", word, maker)
    official = maker == "urn:x:recorder" and word == "disputed"
    assert heard(said) == ((said, None) if official else (None, said))


@pytest.mark.parametrize("by", [OFFICE, ""])
def test_an_answer_through_a_card_of_an_office_or_of_the_issuer_counts(by: str) -> None:
    said = carded("b", "confirmed", by)
    assert heard(said) == (said, None)


def test_what_a_rivals_card_says_takes_nothing_from_what_counts_and_what_counts_is_the_last_word() -> None:
    counts, rival = carded("b", "confirmed", OFFICE, 1), carded("c", "disputed", "urn:x:rival", 2)
    assert heard(rival, counts) == (counts, rival)
    at_last = carded("d", "disputed", OFFICE, 3)
    assert heard(counts, at_last, rival) == (at_last, None)


def test_which_party_is_an_office_is_the_registrys_to_say() -> None:
    paid = recorded(payment("a"))
    registry = MemoryRegistry(
        [
            Party(id=maker, valid_from=date(2026, 1, 1), kind=kind, name_zh="x")
            for maker, kind in ((OFFICE, "brand_office"), ("urn:x:rival", "station"))
        ]
    )
    for maker, counts in ((OFFICE, True), ("urn:x:rival", False), ("urn:x:unknown", False)):
        said = carded("b", "confirmed", maker)
        (one,) = standings_by(registry, [paid, recorded(said, by=GROWER)]).values()
        assert (one.answer, one.uncounted) == ((said, None) if counts else (None, said))


def test_who_was_an_office_or_an_inspector_is_asked_of_the_day_of_the_record() -> None:
    """What an office's card or the operator said counts when its registration is over, and not before it began."""
    since, until = date(2026, 9, 1), date(2026, 10, 1)
    registry = MemoryRegistry(
        [
            Party(id=id_, valid_from=since, valid_to=until, kind=kind, name_zh="x")
            for id_, kind in ((OFFICE, "brand_office"), ("urn:x:operator", "operator"))
        ]
    )
    said, back = carded("b", "confirmed", OFFICE), withdrawal("w", "a")
    for on, counts in ((date(2026, 8, 31), False), (since, True), (date(2026, 9, 30), True), (until, False)):
        at_ms = china_midnight(on) - RECORDED_MS
        paid = recorded(payment("a"), at_ms=-(10**10))
        for records in permutations([paid, recorded(said, by=GROWER, at_ms=at_ms)]):
            (one,) = standings_by(registry, records * 2).values()
            assert (one.answer, one.uncounted) == ((said, None) if counts else (None, said))
        for records in permutations([paid, recorded(back, by="urn:x:operator", at_ms=at_ms)]):
            (one,) = standings_by(registry, records * 2).values()
            assert one.state == ("withdrawn" if counts else "in_force")


@pytest.mark.parametrize("written", ["2400元", "2,400.00", "￥2，400", "¥ 2400", "2400 yuan", "２４００"])
def test_money_is_read_as_people_write_it(written: str) -> None:
    assert payment_of(VALUES | {"yuan": written}).yuan == 2400


@pytest.mark.parametrize("written", ["24,00", "2,4000", "2400$", "元", "2.400,00"])
def test_money_that_may_mean_two_things_is_asked_about(written: str) -> None:
    with pytest.raises(InvalidPayment, match="plain decimal number"):
        payment_of(VALUES | {"yuan": written})
