"""The kinds of certificate a brand may ask for: one table for who reports, who registers, who judges and who shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scheme:
    """`accredited`: its issuer must be; a commitment of the producer's own (承诺达标合格证) needs nobody.

    `of_a_lot`: it speaks of one lot and has no end; the others say until when they are good.
    """

    zh: str
    en: str
    accredited: bool = True
    of_a_lot: bool = False


SCHEMES: Mapping[str, Scheme] = {
    "green_food": Scheme("绿色食品", "Green Food"),
    "organic": Scheme("有机产品", "organic"),
    "gi": Scheme("地理标志", "geographical indication"),
    "laboratory": Scheme("实验室检测报告", "laboratory report"),
    "commitment": Scheme("承诺达标合格证", "commitment of compliance", accredited=False, of_a_lot=True),
}
SPELLINGS: Mapping[str, str] = {"conformity": "commitment"}
"""Words that earlier reports used."""


def scheme_of(word: str) -> str:
    """The word of the table; one that is in none as it is."""
    return SPELLINGS.get(word, word)


def name_of(word: str) -> tuple[str, str]:
    """In Chinese and English; an unknown one by its word."""
    scheme = SCHEMES.get(scheme_of(word))
    return (scheme.zh, scheme.en) if scheme else (word, word)


def must_be_accredited(word: str) -> bool:
    scheme = SCHEMES.get(scheme_of(word))
    return scheme is not None and scheme.accredited


def is_of_a_lot(word: str) -> bool:
    scheme = SCHEMES.get(scheme_of(word))
    return scheme is not None and scheme.of_a_lot
