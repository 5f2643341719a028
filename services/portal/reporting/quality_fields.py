"""The fields of samples, inspections, holds and farm inputs, and what each makes of its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from provenance.quality.measures import PLAINLY, unit
from services.portal.reporting import typed as domain
from services.portal.reporting import typed_codes
from services.portal.reporting.command_fields import read_text
from services.portal.reporting.fields import Field, Rows, Situation, Values
from services.portal.reporting.typed import FieldError
from services.portal.sentences import N_, say

KINDS = (
    ("self", N_("Our own check")),
    ("rapid", N_("Rapid test")),
    ("official", N_("Official inspection")),
    ("laboratory", N_("Laboratory test")),
)
HOLDS = (("hold", N_("Held back")), ("recall", N_("Recalled")))
PROPERTIES: Mapping[str, tuple[str, str]] = {
    "soluble_solids": (N_("Soluble solids"), "%"),
    "total_sugar": (N_("Total sugar"), "%"),
    "titratable_acid": (N_("Titratable acid"), "%"),
    "firmness": (N_("Firmness"), "N/cm²"),
    "fruit_weight": (N_("Weight of one fruit"), "g"),
    "strip_length": (N_("Length of a strip"), "cm"),
    "moisture": (N_("Moisture"), "%"),
    "sulphur_dioxide": (N_("Sulphur dioxide"), "g/kg"),
}
"""Property to its name and the unit meant where none is typed."""
RESIDUE_UNIT = "mg/kg"
"""Of a substance where none is typed: the unit of residue limits."""
EXAMPLE_SUBSTANCE = N_("imidacloprid")

_SHA_256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, or that there is less of it than could be measured."""

    value: Decimal
    at_most: bool = False

    def __str__(self) -> str:
        return f"{'< ' if self.at_most else ''}{domain.plain(self.value)}"


def read_measured(text: str, values: Values, at: Situation) -> Reading:
    """``13.2``, or ``<0.01`` of what a laboratory could not find."""
    typed = domain.tidy(text).replace("＜", "<").replace("≤", "<")
    if typed.startswith("<"):
        return Reading(domain.read_number(typed.lstrip("<= ")), at_most=True)
    return Reading(domain.read_number(typed))


def read_unit(text: str, values: Values, at: Situation) -> str:
    """Its Rec 20 code."""
    found = unit(domain.tidy(text)) or unit(text.strip())
    if found is None:
        sentence = N_("The unit {unit} is not known here. Write one of: {units}.")
        raise FieldError(say(sentence, unit=text.strip(), units=", ".join(PLAINLY)))
    return found.code


def read_seal(text: str, values: Values, at: Situation) -> str:
    """The number on the seal, which is the sample's own."""
    return domain.tidy(text)


def sample_of(seal: str, base: str) -> str:
    """The sample's id; a seal that is an address already is one."""
    return typed_codes.read_party_or_place(seal, "sample", base)


def read_hash(text: str, values: Values, at: Situation) -> str:
    digits = "".join(text.split()).lower().removeprefix("sha256:").removeprefix("sha-256:")
    if not _SHA_256.fullmatch(digits):
        raise FieldError(say(N_("A SHA-256 has 64 characters, 0 to 9 and a to f.")))
    return digits


def read_day(text: str, values: Values, at: Situation) -> Any:
    return domain.read_date(text, at.now)


SEAL = Field(
    name="seal", label=N_("Number of the seal"), read=read_seal, example="YP-2026-0142",
    hint=N_("Scan or type it: the sample is known by it."),
)  # fmt: skip
MEASUREMENTS = Rows(
    name="measurements",
    label=N_("Measurements"),
    least=0,
    fields=(
        Field(
            name="property", label=N_("Property"), read=read_text, widget="choice", required=False,
            choices=tuple((name, row[0]) for name, row in PROPERTIES.items()),
        ),
        Field(name="substance", label=N_("or substance"), read=read_text, required=False, example=EXAMPLE_SUBSTANCE),
        Field(name="value", label=N_("Value"), read=read_measured, widget="number"),
        Field(name="unit", label=N_("Unit"), read=read_unit, required=False),
        Field(name="method", label=N_("Method"), read=read_text, required=False),
    ),
)  # fmt: skip
