"""What the values of GS1 Application Identifiers may contain, beyond their length (General Specifications, section 3).

Each check takes one component of a value and answers None, or what is wrong as the end of a sentence
("ends in check digit 7, which should be 8"). They are found by name in `CHECKS`; the table of Application
Identifiers says which apply where.
"""

import re
from calendar import monthrange
from collections.abc import Callable

from stdnum import iban

from epcis.check_digits import check_digit, check_pair, has_check_digit, has_check_pair
from epcis.iso_codes import COUNTRIES_ALPHA_2, COUNTRIES_NUMERIC, CURRENCIES_NUMERIC

Check = Callable[[str], str | None]

CHARSETS: dict[str, tuple[re.Pattern[str], str]] = {
    "N": (re.compile(r"[0-9]*"), "digits only"),
    "X": (re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*"), "the 82 characters GS1 allows (no space, no Chinese)"),
    "Y": (re.compile(r"[#\-/0-9A-Z]*"), "capitals, digits and # - /"),
    "Z": (re.compile(r"[\-0-9A-Z_a-z]+={0,2}"), "base64url"),
}
"""By the letter of the General Specifications: the pattern, and the words for it."""


def _ends_in_check_digit(digits: str) -> str | None:
    if has_check_digit(digits):
        return None
    return f"ends in check digit {digits[-1]}, which should be {check_digit(digits[:-1])}"


def _ends_in_check_pair(text: str) -> str | None:
    if has_check_pair(text):
        return None
    return f"should end in the check characters {check_pair(text[:-2])}" if len(text) > 2 else "is too short"


def _begins_with_company_prefix(text: str) -> str | None:
    return None if re.match(r"[0-9]{4}", text) else "should begin with a GS1 Company Prefix, at least 4 digits"


def _has_company_prefix_second(text: str) -> str | None:
    return _begins_with_company_prefix(text[1:])


def _is_date(digits: str, *, day_may_be_zero: bool = False) -> str | None:
    # The two-digit year needs no century here: 2000 is a leap year and so is every year of the window ending in 00.
    year, month, day = int(digits[:-4]) or 2000, int(digits[-4:-2]), int(digits[-2:])
    if not 1 <= month <= 12:
        return f"has the month {month:02}"
    if day == 0 and day_may_be_zero:
        return None
    last = monthrange(year + 2000 if year < 100 else year, month)[1]
    return None if 1 <= day <= last else f"has the day {day:02}"


def _is_date_or_month(digits: str) -> str | None:
    return _is_date(digits, day_may_be_zero=True)


def _below(limit: int, what: str) -> Check:
    return lambda digits: None if int(digits) < limit else f"has {what} {digits}"


def _is_hour_and_minute(digits: str) -> str | None:
    return _below(24, "the hour")(digits[:2]) or _below(60, "the minute")(digits[2:])


def _one_of(codes: frozenset[str], what: str) -> Check:
    return lambda text: None if text in codes else f"has {text}, which is not {what}"


def _matches(pattern: str, otherwise: str) -> Check:
    compiled = re.compile(pattern)
    return lambda text: None if compiled.fullmatch(text) else otherwise


def _is_piece_of_total(digits: str) -> str | None:
    piece, total = int(digits[: len(digits) // 2]), int(digits[len(digits) // 2 :])
    return None if 1 <= piece <= total else f"says piece {piece} of {total}"


def _is_place_in_sequence(text: str) -> str | None:
    found = re.fullmatch(r"([1-9][0-9]*)/([1-9][0-9]*)", text)
    return None if found and int(found[1]) <= int(found[2]) else "should read like 1/3"


def _is_iban(text: str) -> str | None:
    return None if iban.is_valid(text, check_country=False) else "is not an IBAN"


CHECKS: dict[str, Check] = {
    "check-digit": _ends_in_check_digit,
    "check-pair": _ends_in_check_pair,
    "prefix": _begins_with_company_prefix,
    "prefix-second": _has_company_prefix_second,
    "date": _is_date,
    "date-or-month": _is_date_or_month,
    "hour": _below(24, "the hour"),
    "minute": _below(60, "the minute"),
    "second": _below(60, "the second"),
    "hour-minute": _is_hour_and_minute,
    "country": _one_of(COUNTRIES_NUMERIC, "an ISO 3166 country number"),
    "country-or-999": _one_of(COUNTRIES_NUMERIC | {"999"}, "an ISO 3166 country number"),
    "country-letters": _one_of(COUNTRIES_ALPHA_2, "an ISO 3166 country code"),
    "currency": _one_of(CURRENCIES_NUMERIC, "an ISO 4217 currency number"),
    "escaped": _matches(r"(?:[^%]|%[0-9A-Fa-f]{2})*", "has a % that is not followed by two hexadecimal digits"),
    "yes-no": _matches("[01]", "should be 0 or 1"),
    "sex": _matches("[0129]", "should be 0, 1, 2 or 9"),
    "winding": _matches("[019]", "should be 0, 1 or 9"),
    "minus": _matches("-", "may end only in a minus sign"),
    "importer": _matches("[-0-9A-Z_a-z]", "should end in a letter, a digit, - or _"),
    "package": _matches("[0-9A-Z]{1,3}", "is not a package type of UN/ECE Recommendation 21"),
    "media": _matches("0[1-9]|10|[89][0-9]", "is not an AIDC media type"),
    "zero": _matches("0+", "should be 0"),
    "not-zero": _matches(".*[^0].*", "may not be 0"),
    "no-leading-zero": _matches("0|[^0].*", "may not begin with 0"),
    "non-digit": _matches(".*[^0-9].*", "should not be digits only"),
    "latitude": lambda digits: None if int(digits) <= 1_800_000_000 else "is beyond the pole",
    "longitude": lambda digits: None if int(digits) <= 3_600_000_000 else "is more than once round the earth",
    "piece-of-total": _is_piece_of_total,
    "place-in-sequence": _is_place_in_sequence,
    "iban": _is_iban,
}
