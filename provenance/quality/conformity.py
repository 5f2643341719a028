"""Whether what an inspection measured is within the limits of a production standard: computed, never taken on trust.

What the report says of itself counts where nothing could be compared. A different verdict signed by an inspector or
the operator, with a reason, is an override and is shown as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from provenance.quality.inspections import Inspection, Measured
from provenance.quality.measures import comparable, is_of_traces
from provenance.registry.records import ProductionStandard

Finding = Literal["within", "outside", "no_limit", "other_unit", "no_value"]

NOT_FOUND_MG_PER_KG = Decimal("0.05")
"""Less of a residue than this, where no more could be measured, is none: what methods for fruit can determine."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One property or substance and what is allowed of it, with the source that says so."""

    name: str
    unit: str
    minimum: Decimal | None
    maximum: Decimal | None
    source: str
    edition: str = ""
    name_zh: str = ""
    name_en: str = ""
    aliases: frozenset[str] = frozenset()
    required: bool = False

    @property
    def names(self) -> frozenset[str]:
        """All it goes by, plainly."""
        return frozenset(map(plainly, filter(None, (self.name, self.name_zh, self.name_en, *self.aliases))))

    @property
    def range(self) -> str:
        """``12.5-14.0``, ``≥ 48.02``, ``≤ 0.05``."""
        low, high = self.minimum, self.maximum
        if low is not None and high is not None:
            return f"{low:f}-{high:f}"
        return f"≥ {low:f}" if low is not None else f"≤ {high:f}" if high is not None else ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A measured value beside its limit; `limit` is None where the standard sets none for it."""

    measured: Measured
    finding: Finding
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Conformity:
    """The verdict of one inspection: True conforms, False does not, None could not be told.

    `computed` is what the measurements say. `overridden` where whoever may has signed another verdict; `differs` where
    the report says of itself what its measurements do not.
    """

    inspection: Inspection
    compared: tuple[Compared, ...]
    computed: bool | None
    verdict: bool | None
    overridden: bool = False

    @property
    def differs(self) -> bool:
        said = self.inspection.said
        return said is not None and self.computed is not None and said != self.computed

    def named(self, finding: Finding) -> frozenset[str]:
        """The properties of which this was found, as the standard names them."""
        found = (one for one in self.compared if one.finding == finding)
        return frozenset(plainly(one.limit.name if one.limit else one.measured.name) for one in found)

    @property
    def unlimited_residues(self) -> tuple[Measured, ...]:
        """What was found in the fruit under a name that the standard sets no limit for."""
        unmatched = (one.measured for one in self.compared if one.finding == "no_limit")
        return tuple(one for one in unmatched if _is_residue(one) and not _is_none(one))


def limits_of(standard: ProductionStandard) -> tuple[Limit, ...]:
    """Quality limits, then residue limits, which are all in mg/kg."""
    quality = (
        Limit(
            one.property,
            one.unit,
            one.minimum,
            one.maximum,
            one.source,
            one.edition,
            one.name_zh,
            one.name_en,
            one.aliases,
            one.required,
        )
        for one in standard.limits
    )
    residues = (
        Limit(
            one.substance,
            "NA",
            None,
            one.maximum_mg_per_kg,
            one.source,
            one.edition,
            one.name_zh,
            aliases=one.aliases,
            required=one.required,
        )
        for one in standard.residue_limits
    )
    return (*quality, *residues)


def conformity(inspection: Inspection, standard: ProductionStandard | None, *, may_override: bool) -> Conformity:
    """`standard` is that of the day of the inspection, None where none is registered."""
    limits = limits_of(standard) if standard else ()
    compared = tuple(one for measured in inspection.measured for one in compare(measured, limits))
    computed = _computed(compared)
    said = inspection.said
    overridden = bool(may_override and inspection.override_reason and said is not None and said != computed)
    verdict = said if overridden else computed
    if verdict is None and said is False:
        verdict = False
    return Conformity(inspection, compared, computed, verdict, overridden)


def compare(measured: Measured, limits: Iterable[Limit]) -> Iterator[Compared]:
    """With every limit there is of that property; once with None where there is none."""
    names = _names(measured)
    own = [limit for limit in limits if not names.isdisjoint(limit.names)]
    if not own:
        yield Compared(measured, "no_limit")
    yield from (Compared(measured, _finding(measured, limit), limit) for limit in own)


def plainly(name: str) -> str:
    """A property by its name, however it is spaced: ``soluble_solids`` is ``Soluble solids``."""
    return " ".join(name.replace("_", " ").split()).casefold()


def _names(measured: Measured) -> set[str]:
    """By name and by URI; ``chlorpyrifos (毒死蜱)`` is both that and either."""
    said = (measured.name, *re.split(r"[()（）]", measured.name), measured.substance)
    return {plain for name in said if (plain := plainly(name))}


def _is_residue(measured: Measured) -> bool:
    return bool(measured.substance) or is_of_traces(measured.uom)


def _is_none(measured: Measured) -> bool:
    """Nought, or less than can be measured."""
    if measured.value is None:
        return False
    found = comparable(measured.value, measured.uom, "NA")
    least = NOT_FOUND_MG_PER_KG if measured.at_most else Decimal(0)
    return found is not None and found <= Fraction(least)


def _finding(measured: Measured, limit: Limit) -> Finding:
    if measured.value is None:
        return "no_value"
    value = comparable(measured.value, measured.uom, limit.unit)
    if value is None:
        return "other_unit"
    low, high = _fraction(limit.minimum), _fraction(limit.maximum)
    if measured.at_most:  # there is less than this; how much less nobody knows
        return "within" if low is None and high is not None and value <= high else "no_value"
    return "within" if (low is None or value >= low) and (high is None or value <= high) else "outside"


def _computed(compared: Iterable[Compared]) -> bool | None:
    """Conforms where something was compared, all of it within, and nothing that has a limit went uncompared."""
    found = {one.finding for one in compared if one.finding != "no_limit"}
    if "outside" in found:
        return False
    return True if found == {"within"} else None


def _fraction(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)
