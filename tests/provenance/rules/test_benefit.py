"""What a brand may ask for its growers: a share from beneficiary households, a floor price, and that they confirm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from provenance.payments.records import PaidFor, Payment, Payments
from provenance.rules.verdicts import RuleResult
from tests.provenance.claimed import Season, good
from tests.provenance.paying import payment, recorded
from tests.provenance.rules.benefit import enrolled, paid

HALF, FLOOR = Decimal("0.5"), Decimal("4.50")


def judged(season: Season) -> RuleResult:
    return next(result for result in season.claim().results if result.rule == "benefit")


def asks(**brand: Any) -> Season:
    return good(**brand)


def test_a_brand_that_asks_for_nothing_is_told_so() -> None:
    assert judged(asks()).outcome == "passed"
    assert "sets no share" in judged(asks()).sentence_en


@pytest.mark.parametrize(
    ("growers", "county", "outcome"),
    [((0,), "141031", "passed"), ((1,), "141031", "failed"), ((), "141031", "failed"), ((0, 1), "430426", "failed")],
)
def test_enough_of_the_fruit_is_from_households_enrolled_by_the_brands_county(
    growers: tuple[int, ...], county: str, outcome: str
) -> None:
    season = enrolled(asks(least_benefit_share=HALF), *growers, county=county)
    assert judged(season).outcome == outcome


def test_neither_a_sentence_nor_what_it_concerns_tells_who_is_a_beneficiary() -> None:
    for growers in ((0,), (1,)):
        season = enrolled(asks(least_benefit_share=HALF), *growers)
        result = judged(season)
        said = " ".join([result.sentence_zh, result.sentence_en, *result.concerns])
        assert not any(grower.id.rsplit("/")[-1] in said for grower in season.growers)
        assert "60" not in said and "40" not in said


PAID: dict[str, tuple[str, dict[str, Any], str]] = {
    "enough": ("4.50", {}, "passed"),
    "too little": ("4.49", {}, "failed"),
    "an advance of too little": ("2", {"kind": "advance"}, "unknown"),
    "an advance of enough": ("5", {"kind": "advance"}, "passed"),
    "to somebody else": ("9", {"payee": "urn:x:stranger"}, "unknown"),
}


@pytest.mark.parametrize("name", PAID)
def test_the_average_price_is_not_below_the_floor(name: str) -> None:
    yuan, changed, outcome = PAID[name]
    assert judged(paid(asks(floor_price_yuan=FLOOR), yuan, **changed)).outcome == outcome


@pytest.mark.parametrize(("reply", "outcome"), [("confirmed", "passed"), (None, "unknown"), ("disputed", "failed")])
def test_enough_of_the_money_is_confirmed_by_those_it_was_paid_to(reply: Any, outcome: str) -> None:
    assert judged(paid(asks(least_confirmed_share=HALF), "5", reply)).outcome == outcome


def test_the_price_of_two_growers_is_in_no_sentence() -> None:
    result = judged(paid(asks(floor_price_yuan=FLOOR), "4.77"))
    assert "4.77" not in result.sentence_zh + result.sentence_en


def test_money_the_growers_dispute_does_not_reach_the_floor_nor_miss_it() -> None:
    result = judged(paid(asks(floor_price_yuan=FLOOR), "5", "disputed"))
    assert result.outcome == "unknown"
    assert "do not dispute" in result.sentence_en and "异议" in result.sentence_zh + result.remedy_zh


def test_no_share_of_beneficiaries_is_told_of_however_many_growers() -> None:
    season = asks(least_benefit_share=Decimal("0.3"))
    season.growers += [season.world.grow() for _ in range(4)]
    for n, kg in enumerate((89, 173, 211, 139)):
        season.bring(kg, n + 2)
    result = judged(enrolled(season, 0, 2, 4))
    assert result.outcome == "passed"
    assert [word for word in result.sentence_en.split() if "%" in word] == ["30%"]


def test_money_in_doubt_neither_reaches_the_floor_nor_misses_it() -> None:
    assert judged(paid(asks(floor_price_yuan=FLOOR), "4.60")).outcome == "passed"
    early = judged(paid(asks(floor_price_yuan=FLOOR), "4.60", paid_on=date(2026, 1, 1)))
    assert early.outcome == "unknown"
    assert "in doubt" in early.sentence_en and "疑点" in early.remedy_zh
    confirmed = paid(asks(floor_price_yuan=FLOOR), "4.60", "confirmed", paid_on=date(2026, 1, 1))
    assert judged(confirmed).outcome == "passed"


@pytest.mark.parametrize(
    ("one", "other", "floor", "outcome"),
    [("4", "7", "5", "passed"), ("1", "20", "8", "unknown"), ("1", "20", "9", "failed")],
)
def test_one_grower_paid_a_fortune_does_not_make_the_price_of_all_fair(
    one: str, other: str, floor: str, outcome: str
) -> None:
    season = paid(asks(floor_price_yuan=Decimal(floor)), one)
    first, second = season.beside.payments.recorded
    assert isinstance(second.said, Payment)
    fortune = recorded(replace(second.said, yuan=Decimal(other) * 40))
    season.beside = replace(season.beside, payments=Payments((first, fortune)))
    assert judged(season).outcome == outcome


@pytest.mark.parametrize(("yuan", "outcome"), [(None, "unknown"), ("40", "unknown"), ("45", "passed")])
def test_fruit_that_nobody_weighed_has_no_part_in_an_average_and_is_paid_for_itself(
    yuan: str | None, outcome: str
) -> None:
    """Ten kilograms by the word of who paid; nobody else knows how much it was."""
    season = asks(floor_price_yuan=FLOOR)
    season.bring(None, 1)
    paid(season, "5")
    if yuan:
        deliveries = (PaidFor(season.lots[2], Decimal(10)),)
        own = recorded(payment("unweighed", yuan, payee=season.growers[1].id, deliveries=deliveries))
        season.beside = replace(season.beside, payments=Payments((*season.beside.payments.recorded, own)))
    result = judged(season)
    assert result.outcome == outcome
    assert ("not weighed" in result.sentence_en) == (outcome == "unknown")
