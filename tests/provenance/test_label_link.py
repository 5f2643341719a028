"""A label's link: written once, read back, and refused wherever a character differs."""

from __future__ import annotations

import string
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from provenance.label_link import (
    ALPHABET,
    LabelLink,
    NotALabel,
    SigningKey,
    check_character,
    key_id,
    read_short_code,
    roll_number,
    serial,
    serials_root,
    short_code_for_people,
)
from provenance.labels.scanned_link import read_link, read_scanned

URL, ISSUER = "https://suyuan.example", "suyuan.example"
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))
KEYS = {KEY.key_id: KEY.private.public_key()}
LABEL = LabelLink("09520001000010", "PK260913-1", serial(b"seed", 0))
LINK = KEY.link(LABEL, public_url=URL, issuer=ISSUER)
ROLLED = LabelLink("09520001000010", "", serial(b"seed", 0), roll_number("r1"))
ROLL_LINK = KEY.link(ROLLED, public_url=URL, issuer=ISSUER)

lots = st.text(string.ascii_letters + string.digits + "!\"%&'()*+,-./:;<=>?_", min_size=1, max_size=20)


def read(link: str) -> LabelLink:
    return read_scanned(link, public_url=URL, issuer=ISSUER, keys=KEYS)


@given(lots, lots)
def test_every_lot_and_serial_gs1_allows_comes_back_from_its_link(lot: str, number: str) -> None:
    label = LabelLink("09520001000010", lot, number)
    assert read(KEY.link(label, public_url=URL, issuer=ISSUER)) == label


def test_a_label_of_a_roll_comes_back_with_its_roll_and_without_a_lot() -> None:
    assert read(ROLL_LINK) == ROLLED and "/10/" not in ROLL_LINK
    assert read(f"{ROLL_LINK}&from=groupmessage") == ROLLED


def test_a_signature_for_a_lot_never_stands_under_a_roll_nor_the_other_way() -> None:
    for text in (LINK.replace("/10/PK260913-1", ""), ROLL_LINK.replace("/21/", "/10/PK260913-1/21/")):
        with pytest.raises(NotALabel, match="neither its lot nor its roll"):
            read(text)
    as_lot = LabelLink(ROLLED.gtin, ROLLED.roll, ROLLED.serial)
    moved = KEY.link(as_lot, public_url=URL, issuer=ISSUER).replace(f"/10/{ROLLED.roll}", "")
    with pytest.raises(NotALabel):
        read(moved)


def test_a_link_names_the_key_it_is_signed_with() -> None:
    assert {read_link(link, public_url=URL).key_id for link in (LINK, ROLL_LINK)} == {KEY.key_id}


def test_a_rolls_number_is_the_same_on_every_retry_and_another_for_another_request() -> None:
    assert roll_number("r1") == roll_number("r1") != roll_number("r2")
    assert set(roll_number("r1")) <= set(ALPHABET)


def test_labels_made_together_commit_to_each_serial_and_to_their_order() -> None:
    made = [serial(b"seed", at) for at in range(5)]
    others = [made[:4], made[::-1], [*made[:4], serial(b"seed", 5)]]
    assert serials_root(made) not in [serials_root(one) for one in others]


@pytest.mark.parametrize("link", [LINK, ROLL_LINK])
def test_any_one_changed_character_fails(link: str) -> None:
    for at, true in enumerate(link):
        for other in {"A", "a", "0", "7", "/", "%", "+", "="} - {true}:
            with pytest.raises(NotALabel):
                read(link[:at] + other + link[at + 1 :])


@given(st.integers(0, len(LINK) - 1), st.integers(1, 40))
def test_a_cut_link_fails(start: int, length: int) -> None:
    with pytest.raises(NotALabel):
        read(LINK[:start] + LINK[start + length :])


def test_every_other_last_character_fails_though_base64_has_spare_bits_there() -> None:
    for other in set(string.ascii_letters + string.digits + "-_") - {LINK[-1]}:
        with pytest.raises(NotALabel):
            read(LINK[:-1] + other)


def test_the_same_label_signed_by_a_strangers_key_fails() -> None:
    stranger = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))
    with pytest.raises(NotALabel, match="does not know"):
        read(stranger.link(LABEL, public_url=URL, issuer=ISSUER))


def test_a_strangers_signature_under_our_key_id_fails() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
    with pytest.raises(NotALabel, match="does not belong"):
        read_scanned(LINK, public_url=URL, issuer=ISSUER, keys={KEY.key_id: stranger.public_key()})


def test_a_signature_for_another_issuer_fails() -> None:
    with pytest.raises(NotALabel):
        read_scanned(LINK, public_url=URL, issuer="other.example", keys=KEYS)


@given(
    st.one_of(
        st.text(), st.from_regex(r"[a-z]*://[\[\]/a-z]*/01/[0-9]{14}/10/[^/]*/21/[^?]*(\?sig=.*)?", fullmatch=True)
    )
)
@example(f"{URL}/01/09520001000010/10/&/21/x?sig=1")
@example("http://[/01/09520001000010/10/A/21/B")
def test_whatever_is_typed_is_answered_with_a_sentence(text: str) -> None:
    with pytest.raises(NotALabel):
        read(text)


def test_what_a_messenger_adds_to_the_link_does_no_harm() -> None:
    assert read(LINK + "&from=groupmessage&isappinstalled=0") == LABEL


def test_a_key_is_named_by_its_public_half() -> None:
    assert KEY.key_id == key_id(KEY.private.public_key())


@given(st.binary(min_size=16, max_size=16), st.integers(0, 2**40))
def test_serials_use_no_character_an_eye_confuses_and_check(seed: bytes, index: int) -> None:
    code = serial(seed, index)
    assert set(code) <= set(ALPHABET) and not set(code) & set("01OIUL")
    assert read_short_code(code) == code == serial(seed, index)


def test_a_mistyped_or_swapped_character_of_a_short_code_is_always_noticed() -> None:
    code = serial(b"seed", 1)
    wrong = [code[:at] + other + code[at + 1 :] for at in range(len(code)) for other in ALPHABET if other != code[at]]
    wrong += [
        code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        for at, (left, right) in enumerate(pairwise(code))
        if left != right
    ]
    for text in wrong:
        with pytest.raises(NotALabel):
            read_short_code(text)


def test_a_short_code_is_read_as_people_write_it() -> None:
    code = serial(b"seed", 2)
    assert read_short_code(f" {short_code_for_people(code).lower()} ") == code
    assert check_character(code[:-1]) == code[-1]


@pytest.mark.parametrize("wrong", ["BX7K-3QM9-TPW", "BX0K-3QM9-TPWR", "2345-6789-ABCD"])
def test_what_is_wrong_with_a_short_code_is_said_in_both_languages(wrong: str) -> None:
    with pytest.raises(NotALabel, match=r"^[\x00-\x7f]+$") as refused:
        read_short_code(wrong)
    assert "编码" in refused.value.sentence_zh
