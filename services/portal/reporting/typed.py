"""Reads what ordinary people type into a field, and says in one sentence what is wrong where it cannot.

Full-width digits, blanks, a comma, 斤 or kg behind the number are understood. Nothing is guessed that could be wrong:
what has two readings is refused with the sentence that settles it. Which fields a form has is `commands`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from provenance import codes
from provenance.days import CHINA, YEARS
from provenance.quantities import MassError, parse_mass
from services.portal.sentences import N_, Sentence, say

MOST_KG = Decimal(1_000_000)

_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[0-9]+,([0-9]{1,2}|[0-9]{4,})|0,[0-9]+")
_NUMERALS = re.compile("[〇零一二两三四五六七八九十百千万半]")
_NUMBER_AND_UNIT = re.compile(r"([-+0-9.,]+)\s*([^\W0-9]*)")
_CRATES = re.compile(r"([1-9][0-9]{0,4})\s*(?:[箱筐框篓袋盒件个]|crates|boxes)?\s*[×xX*]\s*([^×xX*]+)")
_GROSS_AND_TARE = re.compile(r"(?:毛重?|gross)\s*:?\s*(.+?)[\s,;，；、]*(?:扣?皮重?|tare)\s*:?\s*(.+)", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")
_TIME = re.compile(
    r"(?:(?P<year>[0-9]{4})[-/.年])?(?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?"
    r"(?:[T\s]*(?P<hour>[0-9]{1,2})[:点时](?P<minute>[0-9]{1,2})?分?(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)


class FieldError(ValueError):
    """What was typed cannot be taken; `sentence` says what would be right, `field` where, if that is not plain.

    `halves` are codes in it that can be taken once somebody has looked up what they mean.
    """

    def __init__(self, sentence: Sentence, field: str = "", *, halves: Sequence[str] = ()) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.field = field
        self.halves = tuple(halves)


def tidy(text: str) -> str:
    """Full-width to plain, invisible characters out, blanks at the ends off."""
    return codes.visible(text).replace("。", ".").strip()


def words(text: str) -> str:
    """What people read: a Chinese comma stays one."""
    return codes.as_written(text).strip()


_NOT_WHOLE = N_("This must be a whole number, such as 12.")


def read_number(text: str, otherwise: str = N_("This is not a number. Write for example 12.5.")) -> Decimal:
    """A number not below zero. ``1,250`` is a thousand and more, ``12,5`` twelve and a half."""
    digits = re.sub(r"\s", "", tidy(text))
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(digits):
        digits = digits.replace(",", ".")
    if digits.startswith("-"):
        raise FieldError(say(N_("This cannot be below zero.")))
    if not _PLAIN_NUMBER.fullmatch(digits):
        raise FieldError(say(otherwise))
    return Decimal(digits)


def read_mass(text: str, unit: str = "kg") -> Decimal:
    """Kilograms. A unit behind the number counts before `unit`.

    ``30筐×15`` is so many times as much, ``毛重850 皮重26`` the one without the other.
    """
    if crates := _CRATES.fullmatch(tidy(text)):
        return _believable(int(crates[1]) * read_mass(crates[2], unit))
    if weighing := _GROSS_AND_TARE.fullmatch(tidy(text)):
        return _without(read_mass(weighing[1], unit), read_mass(weighing[2], unit))
    if _NUMERALS.search(tidy(text)):
        raise FieldError(say(N_("Write the weight in digits, such as 800斤.")))
    found = _NUMBER_AND_UNIT.fullmatch(re.sub(r"(?<=[0-9])\s+(?=[0-9])", "", tidy(text)))
    if found is None:
        raise FieldError(say(N_("This is not a weight. Write for example 62.5 or 125斤.")))
    return _believable(read_number(found[1]) * _kilograms_of((found[2] or unit).lower()))


def _believable(kilograms: Decimal) -> Decimal:
    if kilograms > MOST_KG:
        raise FieldError(say(N_("This is more than 1,000 tonnes. Is there a decimal point missing?")))
    return kilograms


def _kilograms_of(unit: str) -> Decimal:
    try:
        return parse_mass("1", "斤" if unit == "jin" else unit)
    except MassError:
        raise FieldError(say(N_("{unit} is not a unit of weight here. Use 斤 or kg."), unit=unit)) from None


def read_positive_mass(text: str, unit: str = "kg") -> Decimal:
    kilograms = read_mass(text, unit)
    if not kilograms:
        raise FieldError(say(N_("The weight must be more than zero.")))
    return kilograms


def read_count(text: str) -> int:
    number = read_number(re.sub(r"[箱筐个件张]$", "", tidy(text)), otherwise=_NOT_WHOLE)
    if number != number.to_integral_value() or number > 100_000:
        raise FieldError(say(_NOT_WHOLE))
    return int(number)


def net_kg(values: Mapping[str, Any]) -> Decimal:
    """What a delivery weighs: gross without the vehicle or pallet and without the crates. All kilograms."""
    tare, crates = values.get("tare") or Decimal(0), values.get("crates") or 0
    return _without(values["gross"], tare + crates * (values.get("crate_weight") or Decimal(0)), "gross")


def _without(gross: Decimal, tare: Decimal, field: str = "") -> Decimal:
    if gross <= tare:
        text = N_("Nothing is left after the tare: gross {gross} kg, tare and crates {tare} kg.")
        raise FieldError(say(text, gross=plain(gross), tare=plain(tare)), field)
    return gross - tare


def read_time(text: str, now: datetime) -> datetime:
    """A point in time with its zone; empty is now, a missing year this one, a missing hour midnight, China's zone."""
    typed = tidy(text)
    if not typed:
        return now
    found = _TIME.fullmatch(typed)
    if found is None:
        raise FieldError(say(N_("This is not a date and time. Write for example 2026-09-12 06:30.")))
    try:
        moment = _moment(found, now)
    except ValueError:
        raise FieldError(say(N_("There is no such day or hour."))) from None
    if moment.year not in YEARS:
        text = N_("Years from {first} to {last} can be written here; where something has no end, leave the end empty.")
        raise FieldError(say(text, first=str(YEARS[0]), last=str(YEARS[-1])))
    return moment


def _moment(found: re.Match[str], now: datetime) -> datetime:
    local = now.astimezone(CHINA)
    zone = datetime.fromisoformat(f"2000-01-01T00:00:00{found['zone']}").tzinfo if found["zone"] else CHINA
    year, hour, minute = found["year"] or local.year, found["hour"] or 0, found["minute"] or 0
    moment = datetime(int(year), int(found["month"]), int(found["day"]), int(hour), int(minute), tzinfo=zone)
    if not found["year"] and moment > local + timedelta(days=1):
        return moment.replace(year=moment.year - 1)
    return moment


def read_past_time(text: str, now: datetime) -> datetime:
    """As `read_time`, refused where it is over 24 hours ahead (architecture.md, rule 7)."""
    moment = read_time(text, now)
    if moment > now + timedelta(hours=24):
        raise FieldError(say(N_("This time lies more than a day ahead. Check the date.")))
    return moment


def read_date(text: str, now: datetime) -> date:
    return read_time(text, now).astimezone(CHINA).date()


def last_day(ends: str) -> str:
    """The last day of what has ended on the day `ends`, both as YYYY-MM-DD; what is no day as it is."""
    try:
        return (date.fromisoformat(ends) - timedelta(days=1)).isoformat()
    except ValueError:
        return ends


def plain(number: Decimal) -> str:
    """A decimal without exponent and trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
