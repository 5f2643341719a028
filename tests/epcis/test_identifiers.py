"""Identifiers by example: each kind in each spelling, what is refused and why, and what stays as it is."""

import pytest

from epcis import identifiers
from epcis.identifiers import (
    Gdti,
    Giai,
    Gln,
    Grai,
    Gtin,
    Identifier,
    IdentifierError,
    Lgtin,
    Pgln,
    Sgtin,
    Sscc,
    canonical,
    parse,
    problem,
)

_PEAR = Gtin("09520001000010")

# identifier, EPC URN with a company prefix of 7 digits, canonical Digital Link, element string
_SPELLINGS: list[tuple[Identifier, str, str, str]] = [
    (_PEAR, "urn:epc:idpat:sgtin:9520001.000001.*", "/01/09520001000010", "^0109520001000010"),
    (
        Lgtin(_PEAR, "XX20260912A"),
        "urn:epc:class:lgtin:9520001.000001.XX20260912A",
        "/01/09520001000010/10/XX20260912A",
        "^010952000100001010XX20260912A",
    ),
    (
        Sgtin(Gtin("19520001000017"), "BX0001"),
        "urn:epc:id:sgtin:9520001.100001.BX0001",
        "/01/19520001000017/21/BX0001",
        "^011952000100001721BX0001",
    ),
    (
        Sscc("095200010000000010"),
        "urn:epc:id:sscc:9520001.0000000001",
        "/00/095200010000000010",
        "^00095200010000000010",
    ),
    (Gln("9520001000102"), "urn:epc:id:sgln:9520001.00010.0", "/414/9520001000102", "^4149520001000102"),
    (
        Gln("9520001000102", "PLOT-07"),
        "urn:epc:id:sgln:9520001.00010.PLOT-07",
        "/414/9520001000102/254/PLOT-07",
        "^4149520001000102254PLOT-07",
    ),
    (Pgln("9520001000409"), "urn:epc:id:pgln:9520001.00040", "/417/9520001000409", "^4179520001000409"),
    (
        Grai("9520001000317", "C/1"),
        "urn:epc:id:grai:9520001.00031.C%2F1",
        "/8003/09520001000317C%2F1",
        "^800309520001000317C/1",
    ),
    (Giai("9520001LOG7"), "urn:epc:id:giai:9520001.LOG7", "/8004/9520001LOG7", "^80049520001LOG7"),
    (
        Gdti("9520001000508", "C0001"),
        "urn:epc:id:gdti:9520001.00050.C0001",
        "/253/9520001000508C0001",
        "^2539520001000508C0001",
    ),
]


@pytest.mark.parametrize(("identifier", "urn", "path", "elements"), _SPELLINGS, ids=lambda value: str(value))
def test_every_kind_is_written_in_every_spelling(identifier: Identifier, urn: str, path: str, elements: str) -> None:
    assert identifier.epc_urn(7) == urn
    assert identifier.digital_link() == f"https://id.gs1.org{path}"
    assert identifier.element_string() == elements


@pytest.mark.parametrize(("identifier", "urn", "path", "elements"), _SPELLINGS, ids=lambda value: str(value))
def test_every_kind_is_read_from_every_spelling(identifier: Identifier, urn: str, path: str, elements: str) -> None:
    assert [parse(text) for text in (urn, f"http://dl.example.cn{path}", elements)] == [identifier] * 3


@pytest.mark.parametrize("digits", ["9520001000010", "09520001000010"])
def test_plain_digits_are_a_gtin(digits: str) -> None:
    assert parse(digits) == _PEAR


def test_eight_and_twelve_digits_are_a_gtin() -> None:
    assert [parse("95200002"), parse("614141000036")] == [Gtin("00000095200002"), Gtin("00614141000036")]


@pytest.mark.parametrize(
    ("scanned", "key"),
    [
        ("00095200010000000010", "https://id.gs1.org/00/095200010000000010"),
        ("0119520001000017", "https://id.gs1.org/01/19520001000017"),
        ("011952000100001721BX0001", "https://id.gs1.org/01/19520001000017/21/BX0001"),
        ("010952000100001010XX20260912A", "https://id.gs1.org/01/09520001000010/10/XX20260912A"),
        ("0109520001000010101", "https://id.gs1.org/01/09520001000010/10/1"),
    ],
)
def test_a_scan_without_brackets_is_an_element_string(scanned: str, key: str) -> None:
    assert canonical(scanned) == key


def test_a_scan_with_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(IdentifierError, match="check digit"):
        parse("00095200010000000011")


def test_eighteen_plain_digits_are_a_pallet() -> None:
    assert parse("095200010000000010") == Sscc("095200010000000010")


def test_what_a_scanner_sends_is_read_with_its_symbology_identifier_and_gs() -> None:
    assert parse("]d2011952000100001710L1\x1d21BX0001\x1d17260101") == Sgtin(Gtin("19520001000017"), "BX0001")


def test_the_serial_names_the_thing_when_lot_and_serial_stand_there() -> None:
    both = "https://id.gs1.org/01/19520001000017/10/L1/21/BX0001?17=261001"
    assert canonical(both) == "https://id.gs1.org/01/19520001000017/21/BX0001"


@pytest.mark.parametrize(
    ("spelling", "path"),
    [
        ("https://example.com/01/19520001000017/22/V2", "/01/19520001000017"),
        ("https://example.com/01/19520001000017/235/X", "/01/19520001000017/235/X"),
        ("https://example.com/8006/195200010000170102/10/L/21/S", "/8006/195200010000170102/21/S"),
        ("https://example.com/414/9520001000102/254/0", "/414/9520001000102"),
        ("https://example.com/8010/9520001PART/8011/7", "/8010/9520001PART/8011/7"),
        ("https://example.com/8017/952000100000000016/8019/3", "/8017/952000100000000016"),
        ("urn:epc:id:itip:9520001.100001.01.02.S", "/8006/195200010000170102/21/S"),
        ("urn:epc:id:upui:9520001.100001.X", "/01/19520001000017/235/X"),
        ("urn:epc:id:gsrn:9520001.0000000001", "/8018/952000100000000016"),
        ("urn:epc:id:gsin:9520001.000000001", "/402/95200010000000010"),
        ("urn:epc:id:sgcn:9520001.00050.42", "/255/952000100050842"),
        ("urn:epc:id:cpi:9520001.PART.7", "/8010/9520001PART/8011/7"),
        ("urn:epc:id:ginc:9520001.C1", "/401/9520001C1"),
    ],
)
def test_the_finest_level_is_kept_for_keys_that_have_no_class_here(spelling: str, path: str) -> None:
    assert canonical(spelling) == f"https://id.gs1.org{path}"


def test_a_right_key_without_a_class_here_has_no_problem() -> None:
    assert problem("https://example.com/01/19520001000017/235/X") is None
    assert problem("urn:epc:id:gsrn:9520001.0000000001") is None
    assert "check digit" in (problem("https://example.com/01/19520001000018/235/X") or "")


@pytest.mark.parametrize(
    "text",
    [
        "urn:gdst:example.org:product:lot:class:processor.2u.v1-0122-2022",
        "https://ns.example.cn/growers/G-0113",
        "urn:uuid:8c5c2a6e-3d0f-4f3d-a3c9-0f5f3c0e8b11",
        "urn:epc:id:sgtin:9520001.1000011.BX0001",
        "urn:epc:id:sgtin:9520001.100001.",
        "urn:epc:id:sgtin:9520001.100001.B X",
        "https://id.gs1.org/01/09520001000011",
        "https://id.gs1.org/01/09520001000010/21/S/10/L",
        "https://id.gs1.org/01/09520001000010/10/",
        "https://id.gs1.org/01/09520001000010/10/%E6%A2%A8",
        "",
    ],
)
def test_any_other_uri_is_a_key_as_it_stands(text: str) -> None:
    assert canonical(text) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9520001000011", "ends in check digit 1, which should be 0"),
        ("952000100001", "check digit"),
        ("pear", "no GS1 Digital Link"),
        ("(01)09520001000010(10)", "an element string reads like"),
        ("(01)09520001000010(01)19520001000017", "twice with different values"),
        ("^10ABC", "no primary key"),
        ("^5012", r"\(50\) is not a GS1 Application Identifier"),
        ("urn:epc:id:sgtin:9520001.10000A.S", "13 digits together"),
        ("urn:epc:id:pgln:9520001.00040.1", "12 digits together"),
        ("urn:epc:id:gid:9520001.1.1", "not an EPC scheme"),
        ("https://example.com/8018/952000100000000016", r"\(8018\) is not the key of a product"),
    ],
)
def test_what_is_no_identifier_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(IdentifierError, match=reason):
        parse(text)


@pytest.mark.parametrize("lot", ["", "隰县01", "A B", "x" * 21, "A#1"])
def test_a_lot_is_one_to_twenty_of_the_82_characters(lot: str) -> None:
    with pytest.raises(IdentifierError):
        Lgtin(_PEAR, lot)


def test_a_company_prefix_has_six_to_twelve_digits() -> None:
    with pytest.raises(IdentifierError, match="6 to 12 digits"):
        _PEAR.epc_urn(5)


@pytest.mark.parametrize("make", [lambda: Grai("9520001000317", ""), lambda: Gdti("9520001000508", "")])
def test_an_empty_serial_is_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(IdentifierError):
        make()


def test_the_extension_zero_is_refused_because_it_says_that_there_is_none() -> None:
    with pytest.raises(IdentifierError, match="leave it out"):
        Gln("9520001000102", "0")


def test_a_long_text_is_canonical_too_and_not_kept() -> None:
    before = identifiers._kept.cache_info().currsize
    long = "urn:x:" + "9" * 200
    assert identifiers.canonical(long) == long
    assert identifiers._kept.cache_info().currsize == before
