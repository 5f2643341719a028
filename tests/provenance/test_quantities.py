from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.quantities import MassError, hectares, kilograms, known, mu, parse_mass, plain_text, total


@pytest.mark.parametrize(
    ("quantity", "uom", "expected"),
    [
        ("1250.5", "KGM", "1250.5"),
        ("1.2505", "TNE", "1250.5"),
        ("250", "GRM", "0.25"),
        ("100", "LBR", "45.359237"),
        ("3", "DTN", "300"),
    ],
)
def test_units_of_mass_convert_exactly(quantity: str, uom: str, expected: str) -> None:
    assert kilograms(Decimal(quantity), uom) == Decimal(expected)


@pytest.mark.parametrize("uom", [None, "EA", "H87"])
def test_counted_things_weigh_their_net_weight(uom: str | None) -> None:
    assert kilograms(Decimal(40), uom, Decimal("4.5")) == 180


def test_what_cannot_be_known_is_not_guessed() -> None:
    assert kilograms(Decimal(40), None) is None
    assert kilograms(None, "KGM") is None
    assert kilograms(Decimal(40), "LTR", Decimal(1)) is None


@pytest.mark.parametrize(
    ("text", "unit", "kg"), [("824", "斤", "412"), ("412", "kg", "412"), ("0.4", "吨", "400"), ("1", "TNE", "1000")]
)
def test_a_station_weighs_in_its_own_words(text: str, unit: str, kg: str) -> None:
    assert parse_mass(text, unit) == Decimal(kg)


@pytest.mark.parametrize(
    ("text", "unit"), [("-1", "kg"), ("0", "斤"), ("many", "kg"), ("NaN", "kg"), ("1e12", "kg"), ("3", "bushel")]
)
def test_an_impossible_mass_is_refused_in_one_sentence(text: str, unit: str) -> None:
    with pytest.raises(MassError, match=r"\w"):
        parse_mass(text, unit)


@given(st.decimals(min_value=0, max_value=10**6, places=3))
def test_fifteen_mu_are_a_hectare(area: Decimal) -> None:
    assert hectares(area) * 15 == area


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [("10", "亩", "10"), ("2", "HAR", "30"), ("2", "公顷", "30"), ("2000", "MTK", "3"), ("1", "KMK", "1500")],
)
def test_areas_are_told_in_mu_exactly(amount: str, unit: str, expected: str) -> None:
    assert mu(Decimal(amount), unit) == Fraction(expected)


@pytest.mark.parametrize(("amount", "unit"), [("1", "acre"), ("0", "亩"), ("-3", "亩"), ("NaN", "亩")])
def test_what_is_no_area_is_said_in_one_sentence(amount: str, unit: str) -> None:
    with pytest.raises(MassError):
        mu(Decimal(amount), unit)


@pytest.mark.parametrize(
    ("quantity", "uom", "expected"),
    [("3", "XBX", "15"), ("3", "EA", "15"), ("2", "DZN", "120"), ("2", "PR", "20"), ("4", "CEN", "2000")],
)
def test_counted_things_weigh_their_products_net_weight(quantity: str, uom: str, expected: str) -> None:
    assert kilograms(Decimal(quantity), uom, Decimal(5)) == Decimal(expected)


@given(st.lists(st.none() | st.fractions(max_denominator=10**9), max_size=6))
def test_a_sum_is_exact_in_any_order_and_unknown_where_a_part_is(amounts: list[Fraction | None]) -> None:
    told = [amount for amount in amounts if amount is not None]
    assert known(amounts) == known(reversed(amounts)) == sum(told, Fraction(0))
    assert total(amounts) == (None if None in amounts else known(amounts))


@given(st.fractions(), st.integers(0, 12))
def test_a_number_is_told_to_so_many_places_half_to_even(value: Fraction, places: int) -> None:
    told = plain_text(value, places)
    assert Fraction(told) == round(value, places)
    assert "." not in told or not told.endswith("0")
    assert told != "-0"


@pytest.mark.parametrize(
    ("value", "places", "fixed", "told"),
    [
        (Fraction(0), 3, False, "0"),
        (Fraction(-1, 3000), 3, False, "0"),
        (Fraction(-1, 3), 3, False, "-0.333"),
        (Fraction(1, 3), 3, True, "0.333"),
        (Decimal("1.5"), 3, True, "1.500"),
        (Decimal(1200), 3, False, "1200"),
        (Fraction(5, 2), 0, False, "2"),
        (Fraction(10) ** 400, 3, False, "1" + "0" * 400),
        (Fraction(1, 10**400), 3, False, "0"),
    ],
)
def test_a_number_is_told_whatever_it_is(value: Fraction | Decimal, places: int, fixed: bool, told: str) -> None:
    assert plain_text(value, places, fixed=fixed) == told
