"""Digital Links: where readers are often lenient, the standard's text is kept."""

import pytest

from epcis import digital_link
from epcis.digital_link import DigitalLink, DigitalLinkError

_PEAR = "https://id.gs1.org/01/09520001000010"


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        (f"{_PEAR}/21/S/10/L", r"may follow \(22\) \(10\) \(21\)"),
        (f"{_PEAR}/10/L/235/X", r"may follow"),
        (f"{_PEAR}/10/L/10/L", r"may follow"),
        (f"{_PEAR}/10/", r"AI \(10\) has no value"),
        (f"{_PEAR}?17=", r"AI \(17\) has no value"),
        (f"{_PEAR}/10/A%2", "two hexadecimal digits"),
        (f"{_PEAR}/10/A%20B", "82 characters"),
        (f"{_PEAR}/10/%E6%A2%A8", "82 characters"),
        (f"{_PEAR}/10/梨", "may not stand in a URI"),
        (f"{_PEAR}?10=L", r"AI \(10\) belongs in the path"),
        (f"{_PEAR}?21=S", r"AI \(21\) may not stand in the query"),
        (f"{_PEAR}?17=261301", "month 13"),
        (f"{_PEAR}?17=260230", "day 30"),
        (f"{_PEAR}?7007=261001261032", "day 32"),
        (f"{_PEAR}?422=157", "ISO 3166"),
        (f"{_PEAR}?99=A+B", "82 characters"),
        (f"{_PEAR}?17=261001&17=261001", "twice"),
        (f"{_PEAR}?0017=261001", "not a GS1 Application Identifier"),
        ("ftp://id.gs1.org/01/09520001000010", "https://"),
        ("https:///01/09520001000010", "domain name is missing"),
        ("https://user@id.gs1.org/01/09520001000010", "not a domain name"),
        ("https://id.gs1.org/gtin/09520001000010", "no GS1 key"),
        (f"{_PEAR}/", "ends in /"),
        (f"{_PEAR}/10/A/B", "written %2F"),
        ("https://example.org/ARHKVAdpQg", "compressed"),
        ("https://pears.example/products", r"/01/\{gtin\}$"),
        ("https://id.gs1.org/8013/9520001ABC22", "check characters"),
        ("https://id.gs1.org/8003/19520001000317", "should be 0"),
        ("https://id.gs1.org/8004/952", "Company Prefix"),
        ("https://id.gs1.org/8006/195200010000170302", "piece 3 of 2"),
    ],
)
def test_a_wrong_link_is_refused_with_the_reason(uri: str, reason: str) -> None:
    with pytest.raises(DigitalLinkError, match=reason):
        digital_link.parse(uri)


@pytest.mark.parametrize(
    ("uri", "elements"),
    [
        (f"{_PEAR}?17=261000", "^010952000100001017261000"),
        (f"{_PEAR}?utm_source=wechat&17=261001&linkType=gs1:pip", "^010952000100001017261001"),
        (f"{_PEAR}?&&17=261001&", "^010952000100001017261001"),
        (f"{_PEAR}?3103=000500&422=156#top", "^01095200010000103103000500422156"),
        ("http://10.0.0.7:8600/01/09520001000010", "^0109520001000010"),
        ("https://[2001:db8::1]/01/09520001000010", "^0109520001000010"),
        ("https://a/01/05/01/09520001000010", "^0109520001000010"),
        ("https://id.gs1.org/gtin/09520001000010/lot/L1/ser/S1", "^010952000100001010L1^21S1"),
        ("https://id.gs1.org/gln/9520001000102/glnx/P1", "^4149520001000102254P1"),
        ("https://id.gs1.org/415/9520001000409/8020/R1", "^41595200010004098020R1"),
        (
            "https://id.gs1.org/00/095200010000000010?4333=000500-&4331=001000",
            "^000952000100000000104333000500-^4331001000",
        ),
        (f"{_PEAR}/10/a%2Fb%25", "^010952000100001010a/b%"),
        (f"{_PEAR}/10/A+B", "^010952000100001010A+B"),
    ],
)
def test_a_right_link_gives_its_element_string(uri: str, elements: str) -> None:
    assert digital_link.parse(uri).element_string == elements


def test_a_link_is_written_with_qualifiers_in_order_and_values_escaped() -> None:
    link = digital_link.build(
        [("21", "S&1"), ("10", "a/b"), ("01", "09520001000010")], [("17", "261001")], domain="https://dl.example.cn/"
    )
    assert link == "https://dl.example.cn/01/09520001000010/10/a%2Fb/21/S%261?17=261001"


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ([("10", "L1")], "no primary key"),
        ([("01", "09520001000010"), ("254", "P1")], "may follow"),
        ([("01", "09520001000010"), ("10", "L1"), ("235", "X")], "may follow"),
    ],
)
def test_keys_that_make_no_link_are_refused(keys: list[tuple[str, str]], reason: str) -> None:
    with pytest.raises(DigitalLinkError, match=reason):
        digital_link.build(keys)


def test_a_link_that_exists_can_be_written_and_read_again() -> None:
    link = DigitalLink((("01", "09520001000010"), ("10", "L%1")), (("91", "a=b&c"), ("17", "261001")))
    assert digital_link.parse(link.uri("https://dl.example.cn")) == link
