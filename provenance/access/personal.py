"""What in a text is a person's own: the numbers that can be told from others. A name cannot."""

from __future__ import annotations

import re
from unicodedata import normalize

from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

_APART = r"[\s().·/_‐\-–—]{0,3}"
_COUNTRY = rf"(?:\+|00)?(?:86{_APART})?0?"
_IN_FOURS = rf"1[3-9]\d{_APART}\d{{4}}{_APART}\d{{4}}"
_ANYHOW = r"1[\s‐\-–—]{0,3}[3-9](?:[\s‐\-–—]{0,3}\d){9}"
_DOTTED = r"1\.?[3-9](?:\.?\d){9}"
_MOBILE = rf"{_COUNTRY}(?:{_IN_FOURS}|{_ANYHOW}|{_DOTTED})"
_LANDLINE = rf"(?i:tel|phone)?\(?0[1-9]\d{{1,2}}{_APART}[2-9]\d{{2,3}}[\s-]?\d{{4}}"
_BEHIND = r"(?:(?<![A-Za-z])|(?<![A-Za-z])(?i:v|vx|wx|wechat|weixin|tel|phone|mob|mobile|m|t|w|qq))"
"""Lots and waybills have letters before their digits; these words are written before telephones: 加V13812345678."""
_OF_A_DATE = r"(?!(?<=20\d\d[.\-]\d\d[.\-])\d\d(?!\d))(?!\d\d[.\-/]\d\d[.\-/]20\d\d)"
_NUMBER = re.compile(
    rf"(?:{_BEHIND}(?<!\d){_OF_A_DATE}{_MOBILE}|(?<![A-Za-z0-9]){_LANDLINE})(?!\d)",
)
"""A mobile's, in whatever groups, and a landline's with its area. Bare weights that could be one are taken for one."""
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]")
_IDENTITY = re.compile(r"(?<!\d)\d{6}[\s-]?\d{8}[\s-]?\d{3}[\dXx](?!\d)")


def names_a_person(text: str) -> bool:
    """Whether a number is in it that may be a person's. Full-width digits are digits: Chinese keyboards write them."""
    plain = _UNSEEN.sub("", normalize("NFKC", text))
    return _NUMBER.search(plain) is not None or any(map(_is_identity_cards, _IDENTITY.findall(plain)))


def public(text: str) -> str:
    """The text for everybody, as its reporter was told; "" where a person's number is in it."""
    return "" if names_a_person(text) else text


def _is_identity_cards(number: str) -> bool:
    """A pallet's number has as many digits, and no X; an identity card's has a day of birth and a check digit."""
    digits = ric.compact(re.sub(r"[\s-]", "", number))
    if digits.endswith("X"):
        return True
    try:
        ric.get_birth_date(digits)
    except InvalidComponent:
        return False
    return bool(digits[-1] == ric.calc_check_digit(digits))
