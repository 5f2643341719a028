"""A tag knows the same phone on the same label that day, and nothing else."""

import pytest

from provenance.scans.scan import Scan, tag_of, truncated

_KEY = bytes(range(32))


def _tag(*, key: bytes = _KEY, label: str = "A", address: str = "36.1.2.3", user_agent: str = "browser") -> bytes:
    return tag_of(key, label=label, address=address, user_agent=user_agent)


def test_a_phone_on_the_same_label_that_day_has_one_tag_wherever_in_its_network_it_is() -> None:
    assert _tag() == _tag(address="36.1.2.250") == _tag(address="::ffff:36.1.2.9")
    assert _tag(address="2408:8000:1::1") == _tag(address="2408:8000:1:ffff::2%en0")


def test_another_day_label_network_or_browser_has_another_tag() -> None:
    others = [
        _tag(key=_KEY[::-1]),
        _tag(label="B"),
        _tag(address="36.1.3.3"),
        _tag(user_agent="another"),
        _tag(address="2408:8000:1::1"),
        _tag(address="2408:8000:2::1"),
    ]
    assert len({_tag(), *others}) == 7


def test_no_two_looks_share_what_is_hashed() -> None:
    assert _tag(label="A", user_agent="x") != _tag(label="A\0", user_agent="x")
    assert _tag(user_agent="") != _tag(user_agent="\0")


def test_an_address_is_cut_to_its_network() -> None:
    assert truncated("36.1.2.3") == "36.1.2.0/24"
    assert truncated("2408:8000:1:2::3") == "2408:8000:1::/48"
    with pytest.raises(ValueError, match="address"):
        truncated("somewhere")


@pytest.mark.parametrize(
    ("label", "hour", "tag"), [("", 1, bytes(12)), ("A" * 65, 1, bytes(12)), ("A", -1, bytes(12)), ("A", 1, b"")]
)
def test_what_is_no_scan_is_refused(label: str, hour: int, tag: bytes) -> None:
    with pytest.raises(ValueError, match="scan"):
        Scan(label, hour, tag)
