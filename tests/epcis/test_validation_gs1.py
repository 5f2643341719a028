"""The quick answer about a GS1 key is the one the identifiers give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epcis.identifiers import problem
from epcis.validation_gs1 import gs1_problem

_DIGITS = st.text("0123456789", min_size=12, max_size=19)
_VALUES = st.text("AZaz09._-/+%", min_size=1, max_size=22)


@given(
    st.sampled_from(["00", "01", "414", "417", "253"]), _DIGITS, st.sampled_from(["", "/10/", "/21/", "/254/"]), _VALUES
)
def test_the_quick_answer_about_a_link_is_the_slow_one(key: str, digits: str, qualifier: str, value: str) -> None:
    link = f"https://id.gs1.org/{key}/{digits}" + (qualifier + value if qualifier else "")
    assert (gs1_problem(link) is None) == (problem(link) is None)


@pytest.mark.parametrize(
    "key",
    [
        "https://id.gs1.org/01/09521234000013",
        "https://id.gs1.org/01/09521234000013/10/L1",
        "https://id.gs1.org/00/095212340000000013",
        "https://id.gs1.org/414/9521234000068/254/ROW4",
        "urn:epc:id:gsrn:9521234.0000000001",
        "urn:epc:id:cpi:0614141.123ABC.123",
        "urn:epc:idpat:sgtin:9521234.000001.*",
    ],
)
def test_a_right_key_has_no_problem(key: str) -> None:
    assert gs1_problem(key) is None


@pytest.mark.parametrize(
    "key", ["https://id.gs1.org/01/09521234000014", "urn:epc:id:gsrn:9521234.1", "https://x.example/8018/12"]
)
def test_a_wrong_key_has_one(key: str) -> None:
    assert gs1_problem(key)


@pytest.mark.parametrize("key", ["urn:farm:x", "https://x.example/8004/A", "https://x.example/01", "https://x/01/fish"])
def test_what_is_no_gs1_key_has_none(key: str) -> None:
    assert gs1_problem(key) is None
