"""What holds for every identifier: any spelling leads back to it, and a slip of the pen is always noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epcis.identifiers import Gdti, Giai, Gln, Grai, Gtin, Identifier, IdentifierError, Pgln, Sscc, canonical, parse
from tests.epcis.gs1_keys import gtins, identifiers

_prefix_lengths = st.integers(min_value=6, max_value=12)


@given(identifiers, st.sampled_from(["https://id.gs1.org", "https://dl.example.cn/shop/", "http://10.0.0.7:8600"]))
def test_a_digital_link_on_any_domain_leads_back_to_its_identifier(identifier: Identifier, domain: str) -> None:
    assert parse(identifier.digital_link(domain)) == identifier


@given(identifiers, _prefix_lengths)
def test_an_epc_urn_leads_back_to_its_identifier(identifier: Identifier, length: int) -> None:
    assert parse(identifier.epc_urn(length)) == identifier


@given(identifiers)
def test_an_element_string_leads_back_to_its_identifier(identifier: Identifier) -> None:
    assert parse(identifier.element_string()) == identifier


@given(identifiers)
def test_a_bracketed_element_string_leads_back_to_its_identifier(identifier: Identifier) -> None:
    bracketed = "".join(f"({code})" + value.replace("(", r"\(") for code, value in identifier.keys)
    assert parse(bracketed) == identifier


@given(identifiers, _prefix_lengths)
def test_all_spellings_have_one_canonical_form(identifier: Identifier, length: int) -> None:
    spellings = [
        identifier.digital_link("https://shop.example/x"),
        identifier.epc_urn(length),
        identifier.element_string(),
        identifier.digital_link(),
    ]
    assert {canonical(text) for text in spellings} == {identifier.digital_link()}


@given(identifiers)
def test_the_canonical_form_is_its_own_canonical_form(identifier: Identifier) -> None:
    assert canonical(canonical(identifier.digital_link())) == canonical(identifier.digital_link())


@given(st.text())
def test_no_text_breaks_the_canonical_function(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


def _checked_part(identifier: Identifier) -> str | None:
    match identifier:
        case Giai():
            return None  # the one key without a check digit
        case Gtin() | Sscc() | Gln() | Pgln() | Grai() | Gdti():
            return identifier.value
        case _:
            return identifier.gtin.value


@given(identifiers, st.integers(min_value=1, max_value=9), st.data())
def test_a_changed_digit_is_always_refused(identifier: Identifier, step: int, data: st.DataObject) -> None:
    right = _checked_part(identifier)
    if right is None:
        return
    at = data.draw(st.integers(min_value=0, max_value=len(right) - 1))
    wrong = right[:at] + str((int(right[at]) + step) % 10) + right[at + 1 :]
    link = identifier.digital_link().replace(right, wrong, 1)
    with pytest.raises(IdentifierError, match=r"check digit|should be 0"):  # a GRAI begins with a filling zero
        parse(link)
    assert canonical(link) == link


@given(gtins)
def test_a_short_gtin_means_the_same_as_the_padded_one(gtin: Gtin) -> None:
    stripped = gtin.value.lstrip("0")
    lengths = [length for length in (8, 12, 13, 14) if length >= len(stripped)]
    assert {parse(stripped.zfill(length)) for length in lengths} == {gtin}
