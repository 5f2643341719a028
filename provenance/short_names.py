"""What a person would read out of a key, and a list of such names as one phrase in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

MOST_NAMED = 5
_MARKERS = ("/21/", "/10/", "/254/", "/00/", "/01/", "/414/", "/417/")


@dataclass(frozen=True, slots=True)
class Words:
    """The same said in Chinese and in English."""

    zh: str
    en: str


def short(key: str) -> str:
    """A lot, a serial, the last part of an address."""
    for marker in _MARKERS:
        if marker in key:
            return unquote(key.rsplit(marker, 1)[1].split("/")[0].split("?")[0])
    return unquote(key.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1])


def listed(names: Iterable[Words]) -> Words:
    """Each once, the first few in full, and how many more there are."""
    all_ = list(dict.fromkeys(names))
    shown, more = all_[:MOST_NAMED], len(all_) - MOST_NAMED
    zh, en = "、".join(words.zh for words in shown), ", ".join(words.en for words in shown)
    return Words(f"{zh}等{len(all_)}项", f"{en} and {more} more") if more > 0 else Words(zh, en)
