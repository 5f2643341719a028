"""Units of what is measured on fruit: what each is worth, exactly, so that a value can be held against a limit.

Codes are UN/ECE Rec 20, or the words a standard or a laboratory's sheet is written in. Values are compared as fractions
of the first unit of their dimension: 0.05 mg/kg is 50 µg/kg, and 4.9 kg/cm² is not 48.02 N/cm² (it is 48.052585).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Unit:
    """`worth` of the dimension's first unit; `code` is its Rec 20 code, `sign` what people write."""

    dimension: str
    worth: Decimal
    code: str
    sign: str


# dimension, worth, Rec 20 code, sign, other ways of writing it. A °Brix is a per cent by mass; a kg/cm² read off a
# penetrometer is a kilogram-force.
_ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("share", "0.01", "P1", "%", "％ percent"),
    ("share", "0.01", "J18", "°Brix", "°Bx Brix 白利度"),
    ("share", "0.001", "NX", "‰", ""),
    ("share", "1", "M29", "kg/kg", ""),
    ("share", "0.001", "GK", "g/kg", ""),
    ("share", "0.000001", "NA", "mg/kg", "毫克/千克"),
    ("share", "0.000000001", "J33", "µg/kg", "μg/kg ug/kg 微克/千克"),
    ("share", "0.000001", "59", "ppm", ""),
    ("share", "0.000000001", "60", "ppb", ""),
    ("pressure", "1", "E01", "N/cm²", "N/cm2"),
    ("pressure", "9.80665", "E42", "kgf/cm²", "kgf/cm2"),
    ("pressure", "9.80665", "D5", "kg/cm²", "kg/cm2"),
    ("pressure", "0.1", "KPA", "kPa", ""),
    ("pressure", "0.0001", "PAL", "Pa", ""),
    ("pressure", "100", "MPA", "MPa", ""),
    ("force", "1", "NEW", "N", ""),
    ("force", "9.80665", "B37", "kgf", ""),
    ("mass", "1", "GRM", "g", "克"),
    ("mass", "0.001", "MGM", "mg", ""),
    ("mass", "1000", "KGM", "kg", "公斤 千克"),
    ("length", "1", "MMT", "mm", "毫米"),
    ("length", "10", "CMT", "cm", "厘米"),
    ("length", "1000", "MTR", "m", "米"),
    ("temperature", "1", "CEL", "°C", "℃"),
    ("count", "1", "C62", "1", ""),
    ("count", "1", "H87", "个", ""),
)
UNITS: Mapping[str, Unit] = {row[2]: Unit(row[0], Decimal(row[1]), row[2], row[3]) for row in _ROWS}
"""By Rec 20 code."""

_WRITTEN: Mapping[str, Unit] = {
    word.casefold(): UNITS[code] for _, _, code, sign, others in _ROWS for word in (code, sign, *others.split())
}
# GS1 measurement type (EPCIS 2.0, 7.3.7.3) of a value by its dimension.
_TYPES: Mapping[str, str] = {
    "share": "Dimensionless",
    "pressure": "Pressure",
    "force": "Force",
    "mass": "Mass",
    "length": "Length",
    "temperature": "Temperature",
    "count": "Count",
}
PLAINLY = ("%", "°Brix", "N/cm²", "kg/cm²", "mg/kg", "µg/kg", "g/kg", "g", "mm", "cm")
"""The units named to somebody who wrote one that is not known."""


def unit(written: str) -> Unit | None:
    """By code or by what people write; None where it is not known here."""
    return UNITS.get(written) or _WRITTEN.get(written.strip().casefold())


def is_of_traces(written: str) -> bool:
    """Whether the unit is one residues are told in: millionths or less."""
    found = unit(written)
    return found is not None and found.dimension == "share" and found.worth <= UNITS["NA"].worth


def measurement_type(of: Unit) -> str:
    return _TYPES[of.dimension]


def comparable(value: Decimal, written: str, limit: str) -> Fraction | None:
    """The value in the unit of the limit, exactly; None where the one cannot be turned into the other."""
    if written == limit:
        return Fraction(value)
    one, other = unit(written), unit(limit)
    if one is None or other is None or one.dimension != other.dimension:
        return None
    return Fraction(value) * Fraction(one.worth) / Fraction(other.worth)
