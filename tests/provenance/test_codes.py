"""Any code a person has in hand, in whatever spelling scanners, keyboards and messengers make of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epcis.identifiers import Gtin, Lgtin, Sgtin
from provenance.codes import Code, read, tidy
from provenance.graph.item_lots import asked_by
from provenance.label_link import serial, short_code_for_people

GTIN = "https://id.gs1.org/01/09520001000010"
LOT = f"{GTIN}/10/G0914"
ITEM = f"{GTIN}/21/X1"
PALLET = "https://id.gs1.org/00/095200010000000010"
SERIAL = serial(bytes(32), 0)


@pytest.mark.parametrize(
    "text",
    [
        LOT,
        f" {LOT} \n",
        "HTTPS://ID.GS1.ORG/01/09520001000010/10/G0914",
        f"{LOT}?sig=AAAA&utm_source=wechat",
        "https://pears.example/01/09520001000010/10/G0914",
        "urn:epc:class:lgtin:9520001.000001.G0914",
        "Urn:EPC:class:lgtin:9520001.000001.G0914",
        "(01)09520001000010(10)G0914",
        "(01) 09520001000010 (10) G0914",
        "(01)9520001000010(10)G0914",
        "（０１）０９５２０００１００００１０（１０）Ｇ０９１４",
        "【01】09520001000010【10】G0914",
        "[01]09520001000010[10]G0914",
        "^010952000100001010G0914",
        "010952000100001010G0914",
        "\x1d010952000100001010G0914\x1d",
        "]C1010952000100001010G0914\r\n",
        "]d2010952000100001010G0914",
        "]Q3010952000100001010G0914",
        "]Q1https://id.gs1.org/01/09520001000010/10/G0914",
    ],
)
def test_every_spelling_of_a_lot_is_one_lot(text: str) -> None:
    assert read(text).keys[-1] == LOT


@pytest.mark.parametrize("separator", ["\x1d", "^", "␝", "<GS>", "{GS}"])
def test_an_item_that_says_its_lot_stands_for_the_lot_where_nobody_knows_the_item(separator: str) -> None:
    scanned = f"^010952000100001010G0914{separator}21X1"
    assert read(scanned).keys == (ITEM, LOT)


@pytest.mark.parametrize("text", ["(00)095200010000000010", "095200010000000010", "00095200010000000010", PALLET])
def test_every_spelling_of_a_pallet_is_one_pallet(text: str) -> None:
    assert read(text).keys == (PALLET,)


@pytest.mark.parametrize("text", ["9520001000010", "09520001000010", "]E09520001000010", GTIN, "(01)09520001000010"])
def test_a_product_without_a_lot_is_known_to_be_one(text: str) -> None:
    assert (read(text).product, read(text).keys) == (GTIN, (GTIN,))


@pytest.mark.parametrize(
    "text",
    ["G0914", " G0914\u200b", "G 0914", "Ｇ０９１４", "(10)G0914", "批号：G0914", "Lot: G0914", "lot no.: G0914"],
)
def test_a_lot_number_alone_names_nothing_and_can_be_looked_up(text: str) -> None:
    assert (read(text).keys, read(text).numbers) == ((), ("G0914",))


def test_digits_may_be_a_product_or_a_lot_number() -> None:
    product = "https://id.gs1.org/01/00000020260903"
    assert read("20260903") == Code("20260903", (product,), numbers=("20260903",), product=product)


@pytest.mark.parametrize("text", [SERIAL, SERIAL.lower(), short_code_for_people(SERIAL), f" {SERIAL[:6]} {SERIAL[6:]}"])
def test_the_short_code_of_a_label_is_its_serial_however_it_is_typed(text: str) -> None:
    found = read(text)
    assert (found.label, SERIAL in found.numbers or found.numbers == (SERIAL.lower(), SERIAL)) == (SERIAL, True)


@pytest.mark.parametrize(
    "text", ["urn:gdst:example.org:product:lot:class:v1-01", "https://shop.example/p?id=7", "tag:x:梨Ａ"]
)
def test_a_private_uri_is_its_own_key_as_it_was_reported(text: str) -> None:
    assert read(text).keys[0] == text


def test_a_lot_typed_in_small_letters_may_be_looked_for_in_capitals_too() -> None:
    code = read("(01)09520001000010(10)g0914")
    assert (code.keys, code.in_capitals) == ((f"{GTIN}/10/g0914",), (LOT,))
    assert read(f"{GTIN}/10/g%2fa").in_capitals == (f"{GTIN}/10/G%2FA",)
    assert read(LOT).in_capitals == ()


def test_a_serial_stays_as_it_is_and_its_lot_is_the_one_beside_it() -> None:
    code = read("(01)09520001000010(10)p1(21)ab12")
    item = f"{GTIN}/21/ab12"
    assert (code.keys, code.in_capitals) == ((item, f"{GTIN}/10/p1"), (item, f"{GTIN}/10/P1"))
    assert (asked_by(code.keys), asked_by(code.in_capitals)) == (code.keys, code.in_capitals)
    assert read("(01)09520001000010(21)ab12").in_capitals == ()


def test_item_and_lot_are_found_behind_a_uri_as_it_was_given() -> None:
    code = read(" https://example.com/01/０9520001000010/10/P1/21/ab12 ")
    assert asked_by(code.keys) == (f"{GTIN}/21/ab12", f"{GTIN}/10/P1")
    assert asked_by((f"{GTIN}/21/ab12", "https://id.gs1.org/01/09520001000027/10/P1")) is None


@pytest.mark.parametrize(("text", "meant"), [(SERIAL, True), ("2345-6789-ABCD", True), ("952000100001", False)])
def test_twelve_letters_and_digits_are_meant_as_a_label(text: str, meant: bool) -> None:
    assert read(text).meant_as_label is meant
    assert not read(LOT).meant_as_label


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(01)09520001000011(10)G0914", "check digit"),
        ("9520001000011", "check digit"),
        ("urn:epc:id:sscc:95200010000000010", ""),
        ("2345-6789-ABCD", "mistyped"),
    ],
)
def test_what_is_meant_as_a_code_and_is_none_says_why(text: str, said: str) -> None:
    found = read(text)
    assert said in found.problem
    assert found.problem


@pytest.mark.parametrize("text", ["", "  ", "梨", "x" * 21, "where is my box?"])
def test_what_says_nothing_has_nothing_to_look_up(text: str) -> None:
    assert not read(text).keys


_NUMBERS = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-/.", min_size=1, max_size=20)


@given(_NUMBERS)
def test_whatever_gs1_writes_is_read_back(number: str) -> None:
    gtin = Gtin("09520001000010")
    for thing in (Lgtin(gtin, number), Sgtin(gtin, number)):
        for text in (str(thing), thing.element_string(), thing.element_string().replace("^", "\x1d")):
            assert read(text).keys[0] == str(thing)


@given(st.text(max_size=60))
def test_no_text_is_too_odd_to_read(text: str) -> None:
    assert read(text).text == tidy(text)
