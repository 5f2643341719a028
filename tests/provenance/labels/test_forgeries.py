"""Forged, altered, cut, foreign and re-signed labels: at least 10,000 of them, and none passes."""

from __future__ import annotations

import string
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.label_link import LabelLink, roll_number, serial
from provenance.labels.offline import check_offline
from provenance.labels.published_keys import PublishedKeys
from tests.provenance.labels.cheats import GTIN, ISSUER, KEY, URL, WAYS, cheats, link_of

LABELS, EACH = 30, 16
PUBLISHED = PublishedKeys({KEY.key_id: KEY.private.public_key()})

lots = st.text(string.ascii_letters + string.digits + "!\"%&'()*+,-./:;<=>?_", min_size=1, max_size=20)


def verdict(link: str) -> str:
    return check_offline(link, PUBLISHED, url=URL, issuer=ISSUER).verdict


def test_ten_thousand_are_tried() -> None:
    label = LabelLink(GTIN, "PK260913-1", serial(b"seed", 0))
    tried = sum(1 for _ in cheats(Random(1), label, EACH))
    assert tried >= 0.97 * len(WAYS) * EACH
    assert tried * LABELS >= 10_000


@settings(max_examples=LABELS, deadline=None)
@given(lots | st.just(""), st.integers(0, 2**32))
def test_none_of_the_labels_somebody_made_is_signed_and_the_true_one_is(lot: str, index: int) -> None:
    """A label of no lot yet is of a roll."""
    label = LabelLink(GTIN, lot, serial(b"seed", index), "" if lot else roll_number(str(index)))
    passed = [(way, link) for way, link in cheats(Random(index), label, EACH) if verdict(link) != "not_ours"]
    assert passed == []
    assert verdict(link_of(label)) == "signed"
