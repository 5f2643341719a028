"""A party, place or certificate is the same in whatever spelling somebody has it."""

import pytest

from provenance.named_codes import gdti, in_full, key_of

BASE = "https://suyuan.example/"


@pytest.mark.parametrize(
    "text",
    ["7f3a", "７ｆ３ａ", " 7f3a ", "https://suyuan.example/grower/7f3a"],
)
def test_a_grower_is_read_by_the_short_code(text: str) -> None:
    assert key_of(text, "grower", BASE) == "https://suyuan.example/grower/7f3a"


@pytest.mark.parametrize(
    "text",
    [
        "9520001005015",
        "９５２０００１００５０１５",
        "(414)9520001005015",
        "urn:epc:id:sgln:9520001.00501.0",
        "https://id.gs1.org/414/9520001005015",
        "https://shop.example/414/9520001005015",
    ],
)
def test_a_place_is_read_in_every_spelling_of_its_gln(text: str) -> None:
    assert key_of(text, "site", BASE) == "https://id.gs1.org/414/9520001005015"


@pytest.mark.parametrize("kind", ["party", "grower"])
def test_digits_alone_are_a_party_where_a_party_is_asked_for(kind: str) -> None:
    assert key_of("9520001008023", kind, BASE) == "https://id.gs1.org/417/9520001008023"


@pytest.mark.parametrize("text", ["4021", "15227614"])
def test_a_growers_short_code_may_be_digits_alone_and_is_no_products_number(text: str) -> None:
    assert key_of(text, "grower", BASE) == f"https://suyuan.example/grower/{text}"
    assert key_of(text, "plot", BASE) == f"https://suyuan.example/plot/{text}"


def test_what_is_no_code_stays_as_it_was_typed() -> None:
    assert in_full("路家峪收购站", "site", BASE) == "路家峪收购站"
    assert key_of("952000100501", "site", BASE) == "952000100501"


def test_a_certificates_code_is_known_by_its_check_digit() -> None:
    assert gdti("9520001006005GF141031260007") == "https://id.gs1.org/253/9520001006005GF141031260007"
    assert gdti("9520001006006GF141031260007") is None
    assert gdti("GF141031260007") is None
