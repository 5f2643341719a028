"""Masses: what a unit is worth in kilograms, exactly.

Masses are decimals, kept in the unit reported and compared in kilograms. Counted things weigh their product's net
weight. Owns the units of mass (UN/ECE Rec 20 codes, and the words a station uses) and of area.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import lcm
from typing import TypeAlias

Kilograms: TypeAlias = Fraction | None
"""None where nobody knows."""

NOTHING = Fraction(0)

KILOGRAMS: Mapping[str, Decimal] = {
    "KGM": Decimal(1),
    "GRM": Decimal("0.001"),
    "MGM": Decimal("0.000001"),
    "CGM": Decimal("0.00001"),
    "DG": Decimal("0.0001"),
    "DJ": Decimal("0.01"),
    "HGM": Decimal("0.1"),
    "DTN": Decimal(100),
    "TNE": Decimal(1000),
    "2U": Decimal(1000),
    "58": Decimal(1),
    "LBR": Decimal("0.45359237"),
    "ONZ": Decimal("0.028349523125"),
    "STN": Decimal("907.18474"),
    "LTN": Decimal("1016.0469088"),
    "CWA": Decimal("45.359237"),
    "CWI": Decimal("50.80234544"),
}
"""Kilograms of one of each unit of mass, by its UN/ECE Rec 20 code."""

PIECES: Mapping[str | None, int] = {
    **dict.fromkeys((None, "C62", "H87", "EA", "NAR", "NMP", "BX", "CT", "CS", "PK"), 1),
    **dict.fromkeys(("XBX", "XCT", "XCS", "XPK", "XCR", "XBG"), 1),
    "PR": 2,
    "DZN": 12,
    "CEN": 100,
}
"""Pieces in one of each unit of count. No unit at all is a count (EPCIS 2.0, 7.3.3.3); those that begin with X are
packages (UN/ECE Rec 21)."""

COUNTS: frozenset[str | None] = frozenset(PIECES)

_SPOKEN: Mapping[str, Decimal] = {
    "kg": Decimal(1),
    "公斤": Decimal(1),
    "千克": Decimal(1),
    "斤": Decimal("0.5"),
    "市斤": Decimal("0.5"),
    "两": Decimal("0.05"),
    "g": Decimal("0.001"),
    "克": Decimal("0.001"),
    "市两": Decimal("0.05"),
    "担": Decimal(50),
    "公担": Decimal(100),
    "吨": Decimal(1000),
    "t": Decimal(1000),
}

HECTARES_PER_MU = Fraction(1, 15)

MU: Mapping[str, Fraction] = {
    "亩": Fraction(1),
    "市亩": Fraction(1),
    "mu": Fraction(1),
    "公顷": Fraction(15),
    "HAR": Fraction(15),
    "ha": Fraction(15),
    "平方米": Fraction(3, 2000),
    "MTK": Fraction(3, 2000),
    "m²": Fraction(3, 2000),
    "KMK": Fraction(1500),
}
"""亩 in one of each unit of area, by its UN/ECE Rec 20 code and by what people write."""

MOST_KG = Decimal(10_000_000)
"""More than one report can mean: ten thousand tonnes."""
MOST_PIECES = Decimal(1_000_000_000)
"""More pieces than one report can mean."""
LEAST_KG = Decimal("0.000001")
"""Less than this, no piece weighs."""


class MassError(ValueError):
    """No mass that could be on a scale; the message says what would be right."""


def kilograms(quantity: Decimal | None, uom: str | None, net_weight_kg: Decimal | None = None) -> Decimal | None:
    """Kilograms of an amount; None where it cannot be known. `net_weight_kg` is of one piece of a counted thing."""
    if quantity is None:
        return None
    if uom in COUNTS:
        per_unit = None if net_weight_kg is None else PIECES[uom] * net_weight_kg
    else:
        per_unit = KILOGRAMS.get(str(uom))
    return None if per_unit is None else quantity * per_unit


def is_too_much(quantity: Decimal, uom: str | None) -> bool:
    """Whether no report can mean as much as that."""
    if uom in COUNTS:
        return quantity * PIECES[uom] > MOST_PIECES
    kg = kilograms(quantity, uom)
    return kg is not None and kg > MOST_KG


def plain_text(value: Fraction | Decimal, places: int, *, fixed: bool = False) -> str:
    """In plain digits, at most so many behind the point, half to even. Exact, where a float would overflow: a number
    that is stored is told, whatever it is. `fixed` keeps the zeros at the end."""
    numerator, denominator = value.as_integer_ratio()
    digits = f"{round(Fraction(abs(numerator) * 10**places, denominator)):0{places + 1}d}"
    whole, part = (digits[:-places], digits[-places:]) if places else (digits, "")
    part = part if fixed else part.rstrip("0")
    sign = "-" if numerator < 0 and (whole, part.strip("0")) != ("0", "") else ""
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


def parse_mass(text: str, unit: str) -> Decimal:
    """Kilograms of what a person wrote: a plain positive number, and a word or code for its unit. Raises MassError."""
    per_unit = _SPOKEN.get(unit, KILOGRAMS.get(unit))
    if per_unit is None:
        raise MassError(f"{unit!r} is no unit of mass known here; use 斤, kg or a UN/ECE code such as KGM")
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise MassError(f"{text!r} is not a number; write it like 412.5") from None
    if not amount.is_finite() or amount <= 0:
        raise MassError(f"{text!r} cannot be a mass; it must be more than nothing")
    if amount * per_unit > MOST_KG:
        raise MassError(f"{text} {unit} is more than {MOST_KG} kg, which no scale here can weigh; check the unit")
    return amount * per_unit


def hectares(area_mu: Decimal) -> Fraction:
    """亩 as hectares, exactly."""
    return Fraction(area_mu) * HECTARES_PER_MU


def total(amounts: Iterable[Kilograms]) -> Kilograms:
    """Their sum, where all are known."""
    listed: list[Fraction] = []
    for kg in amounts:
        if kg is None:
            return None
        listed.append(kg)
    return summed(listed)


def known(amounts: Iterable[Kilograms]) -> Fraction:
    """The sum of those that are known."""
    return summed([kg for kg in amounts if kg is not None])


def summed(amounts: Sequence[Fraction]) -> Fraction:
    """As `sum`, which reduces what it has to lowest terms after each of them."""
    if len(amounts) < 2:
        return amounts[0] if amounts else NOTHING
    if len(amounts) == 2:
        one, other = amounts
        return one + other if one and other else one or other
    parts, whole = in_common(amounts)
    return Fraction(sum(parts), whole)


def over(taken: Fraction, there: Fraction) -> Fraction:
    """How much more the one is than the other; nothing where it is not."""
    return taken - there if taken > there else NOTHING


def in_common(amounts: Sequence[Fraction]) -> tuple[list[int], int]:
    """Their numerators over one denominator, and that."""
    denominators = [amount.denominator for amount in amounts]
    whole = lcm(*denominators)
    pairs = zip(amounts, denominators, strict=True)
    return [amount.numerator * (whole // denominator) for amount, denominator in pairs], whole


def mu(amount: Decimal, unit: str) -> Fraction:
    """An area in 亩, exactly. Raises MassError naming the units there are."""
    per_unit = MU.get(unit)
    if per_unit is None:
        raise MassError(f"{unit!r} is no unit of area known here; use 亩, 公顷 or a UN/ECE code such as HAR or MTK")
    if not amount.is_finite() or amount <= 0:
        raise MassError(f"{amount} {unit} cannot be an area; it must be more than nothing")
    return Fraction(amount) * per_unit
