"""biip, an implementation that is not ours, reads what we write; where it is lenient, we are not (and it is noted)."""

import pytest
from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_messages import GS1Message
from biip.gtin import Gtin as BiipGtin
from hypothesis import given
from hypothesis import strategies as st

from epcis import digital_link
from epcis.check_digits import check_digit
from epcis.digital_link import DigitalLinkError
from epcis.identifiers import Gtin, Identifier, IdentifierError
from tests.epcis.gs1_keys import identifiers


@given(identifiers)
def test_biip_reads_our_digital_links(identifier: Identifier) -> None:
    read = GS1DigitalLinkURI.parse(identifier.digital_link())
    assert tuple((element.ai.ai, element.value) for element in read.element_strings) == identifier.keys


@given(identifiers)
def test_biip_reads_our_element_strings(identifier: Identifier) -> None:
    scanned = identifier.element_string().removeprefix("^").replace("^", "\x1d")
    read = GS1Message.parse(scanned)
    assert tuple((element.ai.ai, element.value) for element in read.element_strings) == identifier.keys


@given(st.text("0123456789", min_size=14, max_size=14))
def test_biip_agrees_which_digits_are_a_gtin(digits: str) -> None:
    assert _ours(digits) == (digits[-1] == check_digit(digits[:-1]))
    if _ours(digits):
        BiipGtin.parse(digits)
    else:
        with pytest.raises(ParseError):
            BiipGtin.parse(digits)


@pytest.mark.parametrize(
    "uri",
    [
        "https://id.gs1.org/01/09520001000010/10/A%2",
        "https://id.gs1.org/01/09520001000010?17=261001&17=261002",
        "https://id.gs1.org/01/09520001000010?21=S1",
        "https://id.gs1.org/01/09520001000011",
    ],
)
def test_we_refuse_what_biip_lets_through(uri: str) -> None:
    GS1DigitalLinkURI.parse(uri)
    with pytest.raises(DigitalLinkError):
        digital_link.parse(uri)


def _ours(digits: str) -> bool:
    try:
        Gtin(digits)
    except IdentifierError:
        return False
    return True
