"""What can be said of a label without us: signed, not ours, or key withdrawn: ask online (domain.md, "Labels").

A copy of a label is signed as well as the label, so copying is not checked offline; nor is whether it was recalled or
made void since. Every answer that is no refusal says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from provenance.label_link import LabelLink, NotALabel
from provenance.labels.published_keys import PublishedKeys
from provenance.labels.scanned_link import read_link

OfflineVerdict = Literal["signed", "not_ours", "key_withdrawn"]

SAID: Mapping[OfflineVerdict, tuple[str, str]] = {
    "signed": (
        "此标签带有本系统的签名。离线时不检查复制、召回和作废：联网后请再查一次。",
        "This label bears this system's signature. Copying is not checked offline, nor a recall or a label made void: "
        "look it up again online.",
    ),
    "key_withdrawn": (
        "签名所用的密钥已撤销，离线无法判断此标签：请联网查询。",
        "The key that signed this label was withdrawn, so nobody can tell offline what it is worth: ask online.",
    ),
    "not_ours": ("这不是本系统签发的标签。", "This is not a label of this system."),
}
"""In Chinese and in English. Of a label that is not ours the reason stands behind."""


@dataclass(frozen=True, slots=True)
class OfflineAnswer:
    """`label` is what the link speaks for, None where it is not ours."""

    verdict: OfflineVerdict
    sentence_zh: str
    sentence_en: str
    label: LabelLink | None = None


def check_offline(scanned: str, published: PublishedKeys, *, url: str, issuer: str) -> OfflineAnswer:
    """Of a label's link. `url` is where links of labels lead, `issuer` the name they are signed under."""
    try:
        link = read_link(scanned, public_url=url)
        withdrawn = link.key_id not in published.trusted and link.key_id in published.withdrawn
        label = link.check(issuer=issuer, keys=published.withdrawn if withdrawn else published.trusted)
    except NotALabel as error:
        zh, en = SAID["not_ours"]
        return OfflineAnswer("not_ours", zh + error.sentence_zh, f"{en} {error}")
    verdict: OfflineVerdict = "key_withdrawn" if withdrawn else "signed"
    return OfflineAnswer(verdict, *SAID[verdict], label)
