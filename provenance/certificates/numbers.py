"""The forms in which certificates of each scheme are numbered: one table for forms, doors and whoever explains.

Pure arithmetic and patterns: whether such a number was ever given out only its scheme's own register can say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from stdnum.cn import uscc

from provenance.certificates.schemes import scheme_of
from provenance.short_names import Words

Fits = Callable[[str], bool]

_GREEN_ENTERPRISE = re.compile(r"GF[0-9]{12}")
_GREEN_PRODUCT = re.compile(r"LB-?[0-9]{2}-?[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{6}A?")
_ORGANIC = re.compile(r"[0-9]{17}")
_COMMITMENT = re.compile(r"HGZ[0-9]{8}-?[0-9A-Z]{4,16}")


@dataclass(frozen=True, slots=True)
class NumberForm:
    """What numbers of a scheme look like, for a program and for a person."""

    fits: Fits
    words: Words


def _green(number: str) -> bool:
    """企业信息码 (county, year, serial), or a product number (class, year and month, country, serial)."""
    return bool(_GREEN_ENTERPRISE.fullmatch(number) or _GREEN_PRODUCT.fullmatch(number))


FORMS: Mapping[str, NumberForm] = {
    "green_food": NumberForm(
        _green,
        Words(
            "GF加12位数字（县代码6位、年份2位、序号4位），或LB-XX-YYMMPPSSSSA",
            "GF and 12 digits (county code 6, year 2, serial 4), or LB-XX-YYMMPPSSSSA",
        ),
    ),
    "organic": NumberForm(
        lambda number: bool(_ORGANIC.fullmatch(number)),
        Words("17位数字（认证机构3位、年份2位、随机码12位）", "17 digits (certifier 3, year 2, random 12)"),
    ),
    "gi": NumberForm(
        uscc.is_valid,
        Words(
            "使用人的18位统一社会信用代码，末位是校验码",
            "the user's 统一社会信用代码: 18 characters, the last of which checks the others (GB 32100)",
        ),
    ),
    "commitment": NumberForm(
        lambda number: bool(_COMMITMENT.fullmatch(number)),
        Words("HGZ、8位日期和编号，如HGZ20260912-7K3QF2WX", "HGZ, the day and a code, such as HGZ20260912-7K3QF2WX"),
    ),
}
"""By scheme; a scheme that is not here, such as a laboratory's report, is numbered as its issuer likes."""


def tidied(number: str) -> str:
    """Without blanks and in capitals: the way it is compared."""
    return "".join(number.split()).upper()


def wrong_with_number(scheme: str, number: str) -> Words | None:
    """What would be right instead; None where the number fits its scheme."""
    form = FORMS.get(scheme_of(scheme))
    return None if form is None or form.fits(tidied(number)) else form.words
