"""Patterns of MATCH_ parameters, in the spellings partners write them in."""

import pytest

from services.traceability.events.key_patterns import keys_of

GTIN = "https://id.gs1.org/01/09521234000020"
LOTS, ITEMS = f"{GTIN}/10/", f"{GTIN}/21/"


@pytest.mark.parametrize(
    ("pattern", "is_class", "keys", "prefixes"),
    [
        ("urn:epc:idpat:sgtin:9521234.000002.*", False, (), (ITEMS,)),
        ("urn:epc:idpat:sgtin:9521234.000002.*", True, (GTIN,), (LOTS,)),
        ("urn:epc:id:sgtin:9521234.000002.*", False, (), (ITEMS,)),
        ("urn:epc:id:sgtin:9521234.000002.BX*", False, (), (f"{ITEMS}BX",)),
        ("urn:epc:class:lgtin:9521234.000002.*", True, (), (LOTS,)),
        ("urn:epc:idpat:lgtin:9521234.000002.*", True, (), (LOTS,)),
        (f"{GTIN}/10/*", True, (), (LOTS,)),
        (f"{GTIN}/10/P%2F*", True, (), (f"{LOTS}P%2F",)),
        ("https://pears.example/01/09521234000020/21/BX*", False, (), (f"{ITEMS}BX",)),
        (f"{GTIN}*", False, (), (GTIN,)),
        (f"{GTIN}/*", False, (), (f"{GTIN}/",)),
        ("https://id.gs1.org/01/0952123*", False, (), ("https://id.gs1.org/01/0952123",)),
        ("urn:epc:id:giai:9521234.L*", False, (), ("https://id.gs1.org/8004/9521234L",)),
        ("urn:epc:idpat:giai:9521234.*", False, (), ("https://id.gs1.org/8004/9521234",)),
        ("urn:epc:idpat:grai:9521234.00001.*", False, (), ("https://id.gs1.org/8003/09521234000013",)),
        ("urn:epc:idpat:grai:9521234.00001.*", True, ("https://id.gs1.org/8003/09521234000013",), ()),
        ("urn:epc:idpat:pgln:9521234.*", False, (), ("https://id.gs1.org/417/9521234",)),
        ("urn:gdst:example.org:lot:*", True, (), ("urn:gdst:example.org:lot:",)),
        ("*", False, (), ("",)),
        ("urn:x:1", False, ("urn:x:1",), ()),
        (GTIN, True, (GTIN,), (LOTS,)),
    ],
)
def test_a_pattern_stands_for_keys_and_beginnings(
    pattern: str, is_class: bool, keys: tuple[str, ...], prefixes: tuple[str, ...]
) -> None:
    assert keys_of(pattern, is_class) == (keys, prefixes)


@pytest.mark.parametrize("scheme", ["sscc", "sgtin"])
def test_all_of_a_company_prefix_are_meant_whatever_their_first_digit(scheme: str) -> None:
    found = keys_of(f"urn:epc:idpat:{scheme}:9521234.*{'.*' if scheme == 'sgtin' else ''}", False)
    assert found is not None
    assert len(found[1]) == 10
    assert ("https://id.gs1.org/00/09521234" if scheme == "sscc" else "https://id.gs1.org/01/19521234") in found[1]


def test_a_star_in_the_middle_is_not_read() -> None:
    assert keys_of("https://id.gs1.org/*/21/x", False) is None
