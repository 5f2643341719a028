"""A label checked without us: signed, not ours, or signed with a key that was withdrawn."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from provenance.base64url import encoded
from provenance.label_link import LabelLink, SigningKey, serial
from provenance.labels.offline import OfflineAnswer, check_offline
from provenance.labels.published_keys import KeysUnreadable, PublishedKeys, read_keys
from provenance.log.notes import Kind, VerifierKey

URL, ISSUER = "https://suyuan.example", "suyuan"
KEY, OTHER = (SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32)) for n in (0, 1))
LABEL = LabelLink("09520001000010", "PK260913-1", serial(b"seed", 0))
LINK = KEY.link(LABEL, public_url=URL, issuer=ISSUER)


def jwk(key: SigningKey, **more: Any) -> dict[str, Any]:
    x = encoded(key.private.public_key().public_bytes_raw())
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": key.key_id.hex(), "x": x, **more}


def jwks(*keys: dict[str, Any], **more: str) -> str:
    return json.dumps({"keys": keys, **more})


def checked(link: str = LINK, keys: str = jwks(jwk(KEY), jwk(OTHER))) -> OfflineAnswer:
    return check_offline(link, read_keys(keys), url=URL, issuer=ISSUER)


def test_a_label_is_signed_and_the_answer_says_that_copying_is_not_checked() -> None:
    answer = checked()
    assert (answer.verdict, answer.label) == ("signed", LABEL)
    assert "Copying is not checked offline" in answer.sentence_en
    assert "离线时不检查复制" in answer.sentence_zh


def test_a_label_signed_with_a_key_that_was_withdrawn_is_to_be_asked_for_online() -> None:
    withdrawn = jwk(KEY, revoked={"revoked_at": 1_790_000_000, "reason": "compromised"})
    answer = checked(keys=jwks(withdrawn, jwk(OTHER)))
    assert answer.verdict == "key_withdrawn"
    assert "ask online" in answer.sentence_en and "联网" in answer.sentence_zh


def test_a_label_that_does_not_check_is_not_ours_though_its_key_was_withdrawn() -> None:
    wrong = LINK.replace("PK260913-1", "PK260913-2")
    assert checked(wrong, jwks(jwk(KEY, revoked={"revoked_at": 1}))).verdict == "not_ours"


def test_verifier_keys_check_the_same_labels_as_a_jwk_set() -> None:
    lines = [str(VerifierKey("suyuan.example/labels", Kind.LOG, key.private.public_key())) for key in (OTHER, KEY)]
    assert checked(keys="# labels\n" + "\n".join(lines) + "\n") == checked()


def test_keys_may_say_whose_labels_they_sign_and_where_these_lead() -> None:
    published = read_keys(jwks(jwk(KEY), issuer="suyuan", url=URL))
    assert (published.issuer, published.url) == (ISSUER, URL)


def test_keys_of_other_kinds_are_passed_over() -> None:
    elliptic = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}
    assert list(read_keys(jwks(elliptic, jwk(KEY))).trusted) == [KEY.key_id]


def test_what_messengers_put_behind_a_link_does_no_harm() -> None:
    for added in ("&from=groupmessage&isappinstalled=0", "#wechat_redirect", "&utm_source=a%20b#top"):
        assert checked(f" {LINK}{added}\n").verdict == "signed"


@pytest.mark.parametrize(
    "link",
    [
        LINK + "&sig=" + LINK.partition("sig=")[2],
        LINK.replace("?sig=", "?sig=AAAA&sig="),
        LINK.replace("?sig=", "?%73ig="),
        LINK[:-1] + "%" + LINK[-1:].encode().hex(),
        LINK[:-4] + "\t" + LINK[-4:],
        LINK + "&",
        LINK + "#",
        LINK.replace("?sig=", "?from=groupmessage&sig="),
        LINK.replace("https://suyuan.example", "https://suyuan.example.evil.example"),
        LINK.replace("https://suyuan.example", "https://evil.example"),
    ],
)
def test_a_link_that_is_not_written_as_ours_are_is_none_of_ours(link: str) -> None:
    answer = checked(link)
    assert (answer.verdict, answer.label) == ("not_ours", None)


@pytest.mark.parametrize(
    "text",
    ["", "{", "{}", '{"keys": 1}', jwks(), jwks(jwk(KEY, x="AA")), "suyuan.example", "name+00000000+AAAA", "<html>"],
)
def test_what_holds_no_keys_is_said_to_hold_none(text: str) -> None:
    with pytest.raises(KeysUnreadable):
        read_keys(text)


def test_no_keys_at_all_check_nothing() -> None:
    with pytest.raises(KeysUnreadable):
        PublishedKeys({})
