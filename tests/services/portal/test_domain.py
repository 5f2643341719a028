"""What ordinary people type, and what it means."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.reporting import typed as domain
from services.portal.reporting import typed_codes
from services.portal.reporting.typed import FieldError

NOW = datetime(2026, 9, 12, 2, 0, tzinfo=UTC)
GTIN = "https://id.gs1.org/01/09520001000010"


@pytest.mark.parametrize(
    ("text", "unit", "kg"),
    [
        ("125", "斤", "62.5"),
        ("１２．５", "kg", "12.5"),
        ("12。5", "kg", "12.5"),
        (" 62.5 kg ", "斤", "62.5"),
        ("62.5ＫＧ", "斤", "62.5"),
        ("125斤", "kg", "62.5"),
        ("125 市斤", "kg", "62.5"),
        ("62.5公斤", "斤", "62.5"),
        ("1,250", "kg", "1250"),
        ("1,250.5", "kg", "1250.5"),
        ("1，250", "kg", "1250"),
        ("12,5", "kg", "12.5"),
        ("1 250", "kg", "1250"),
        ("0.8吨", "kg", "800"),
        ("500克", "kg", "0.5"),
        (".5", "kg", "0.5"),
        ("5.", "kg", "5"),
        ("\u200b12.5\ufeff", "kg", "12.5"),
    ],
)
def test_a_weight_is_understood_as_it_is_meant(text: str, unit: str, kg: str) -> None:
    assert domain.read_mass(text, unit) == Decimal(kg)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "12.5.1", "-3", "1,25,0", "12 磅", "1e3", "NaN", "Infinity", "٣", "9999999999", "斤", "1.000.000"],
)
def test_what_is_no_weight_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(FieldError) as refused:
        domain.read_mass(text, "kg")
    assert str(refused.value)


@given(st.decimals(min_value=0, max_value=100_000, places=3))
def test_a_weight_written_plainly_is_read_back_exactly(kilograms: Decimal) -> None:
    assert domain.read_mass(domain.plain(kilograms), "kg") == kilograms
    assert domain.read_mass(domain.plain(kilograms * 2) + "斤", "kg") == kilograms


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text: str) -> None:
    readers = (
        lambda: domain.read_mass(text, "斤"),
        lambda: domain.read_number(text),
        lambda: domain.read_count(text),
        lambda: domain.read_time(text, NOW),
        lambda: typed_codes.read_code(text),
        lambda: typed_codes.read_lot(text, GTIN),
        lambda: typed_codes.read_product(text),
        lambda: typed_codes.read_party_or_place(text, "plot", "https://suyuan.example/"),
    )
    for read in readers:
        try:
            read()
        except FieldError as error:
            assert str(error)


def test_crates_and_tare_are_taken_off() -> None:
    values = {"gross": Decimal(500), "tare": Decimal(20), "crates": 10, "crate_weight": Decimal("1.5")}
    assert domain.net_kg(values) == Decimal(465)


def test_nothing_left_after_the_tare_is_said_with_the_numbers() -> None:
    with pytest.raises(FieldError, match="gross 10 kg, tare and crates 12 kg"):
        domain.net_kg({"gross": Decimal(10), "tare": Decimal(12)})


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("", "2026-09-12T02:00:00+00:00"),
        ("2026-09-12T06:30", "2026-09-12T06:30:00+08:00"),
        ("2026-9-12 6:30", "2026-09-12T06:30:00+08:00"),
        ("2026/09/12 06:30", "2026-09-12T06:30:00+08:00"),
        ("2026年9月12日 6点30分", "2026-09-12T06:30:00+08:00"),
        ("9月12日6点", "2026-09-12T06:00:00+08:00"),
        ("9-11", "2026-09-11T00:00:00+08:00"),
        ("12-30", "2025-12-30T00:00:00+08:00"),
        ("2026-09-12T06:30:00Z", "2026-09-12T06:30:00+00:00"),
        ("２０２６－０９－１２　０６：３０", "2026-09-12T06:30:00+08:00"),
    ],
)
def test_a_time_is_understood_in_chinas_zone(text: str, iso: str) -> None:
    assert domain.read_time(text, NOW).isoformat() == iso


@pytest.mark.parametrize("text", ["2026-02-30", "25:00", "soon", "2026-13-01", "2026-09-12 24:61"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(FieldError):
        domain.read_time(text, NOW)


@pytest.mark.parametrize("text", ["9999-12-31", "9999-12-31T23:59Z", "0001-01-01T00:00Z", "2200-01-01", "1899-12-31"])
def test_years_that_nobody_means_are_refused_with_what_can_be_written(text: str) -> None:
    for read in (domain.read_time, domain.read_date):
        with pytest.raises(FieldError, match="leave the end empty"):
            read(text, NOW)


def test_a_time_more_than_a_day_ahead_is_refused() -> None:
    assert domain.read_past_time("2026-09-13 09:00", NOW)
    with pytest.raises(FieldError, match="ahead"):
        domain.read_past_time("2026-09-13 11:00", NOW)


@pytest.mark.parametrize(
    "text",
    [
        f"{GTIN}/10/L-1",
        "(01)09520001000010(10)L-1",
        "urn:epc:class:lgtin:9520001.000001.L-1",
        "https://shop.example/01/09520001000010/10/L-1?17=271231",
        "（０１）０９５２０００１００００１０（１０）L-1",
    ],
)
def test_a_lot_is_one_key_in_every_spelling(text: str) -> None:
    assert typed_codes.read_code(text) == f"{GTIN}/10/L-1"
    assert typed_codes.read_lot(text, GTIN) == f"{GTIN}/10/L-1"


def test_a_lot_number_alone_belongs_to_the_product_chosen() -> None:
    assert typed_codes.read_lot(" L-1 ", GTIN) == f"{GTIN}/10/L-1"
    with pytest.raises(FieldError):
        typed_codes.read_lot("L-1", None)


@pytest.mark.parametrize(
    "code", ["09520001000011", "(01)09520001000011(10)L", "952000100000000018", "(414)9520001000219"]
)
def test_a_wrong_check_digit_names_the_right_one(code: str) -> None:
    with pytest.raises(FieldError) as refused:
        typed_codes.read_code(code)
    assert "the last digit does not fit" in str(refused.value)


def test_short_codes_of_cards_are_private_uris() -> None:
    base = "https://suyuan.example/"
    assert typed_codes.read_party_or_place("P-0417", "plot", base) == "https://suyuan.example/plot/P-0417"
    assert typed_codes.read_party_or_place("https://suyuan.example/plot/P-0417", "plot", base) == f"{base}plot/P-0417"
    assert typed_codes.read_party_or_place("9520001000218", "site", base) == "https://id.gs1.org/414/9520001000218"
    assert typed_codes.read_party_or_place("9520001000201", "grower", base) == "https://id.gs1.org/417/9520001000201"


def test_a_product_may_carry_its_name() -> None:
    assert typed_codes.read_product("9520001000010 玉露香梨") == GTIN
    assert typed_codes.read_product(f"{GTIN}/10/L") == GTIN


def test_ten_thousand_deliveries_of_one_product_and_day_have_ten_thousand_lots() -> None:
    ids = [f"urn:uuid:00000000-0000-4000-8000-{n:06d}000000" for n in range(10_000)]
    lots = {typed_codes.delivery_lot(GTIN, NOW, event_id) for event_id in ids}
    assert len(lots) == 10_000
    assert all(typed_codes.read_lot(lot, None) == lot for lot in lots)
    assert typed_codes.delivery_lot(GTIN, NOW, ids[0]) in lots


@pytest.mark.parametrize(
    ("text", "unit", "kilograms"),
    [
        ("30筐×15公斤", "斤", "450"),
        ("30 筐 x 15", "斤", "225"),
        ("12*5kg", "斤", "60"),
        ("12 crates × 30斤", "kg", "180"),
        ("毛重 850 皮重 26", "斤", "412"),
        ("毛850斤，皮26斤", "kg", "412"),
        ("毛重:850 扣皮:26", "kg", "824"),
        ("gross 850 tare 26", "kg", "824"),
        ("毛重 30筐×15 皮重 30", "kg", "420"),
    ],
)
def test_crates_times_a_weight_and_gross_without_tare_are_read_as_they_are_said(
    text: str, unit: str, kilograms: str
) -> None:
    assert domain.read_mass(text, unit) == Decimal(kilograms)


@pytest.mark.parametrize("text", ["毛重 26 皮重 850", "30×", "×15", "30筐×-1", "99999×99999", "毛重 皮重"])
def test_a_weighing_that_cannot_be_is_said_in_one_sentence(text: str) -> None:
    with pytest.raises(FieldError):
        domain.read_mass(text, "kg")
