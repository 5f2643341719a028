"""The fields commands are made of: choices, what each makes of its text, and those that several commands have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from provenance.access.personal import names_a_person
from provenance.certificates import schemes
from provenance.label_link import NotALabel, read_short_code
from provenance.short_names import short
from services.portal.reporting import typed as domain
from services.portal.reporting import typed_codes
from services.portal.reporting.fields import Field, Reader, Rows, Situation, Values
from services.portal.reporting.typed import FieldError
from services.portal.sentences import N_, say

MOST_LABELS = 10_000
"""In one request; more is asked for in several."""

UNITS = (("斤", N_("斤 (0.5 kg)")), ("kg", N_("kg")))
VERDICTS = (("conformant", N_("Conforms")), ("non_conformant", N_("Does not conform")))
RUN_STATES = (("open", N_("It goes on")), ("closed", N_("It is over")))
STATES = (
    ("issued", N_("Issued")),
    ("suspended", N_("Suspended")),
    ("reinstated", N_("Reinstated")),
    ("revoked", N_("Revoked")),
)
_SCHEMES: Mapping[str, str] = {
    "green_food": N_("Green food (绿色食品)"),
    "organic": N_("Organic product (有机产品)"),
    "gi": N_("Geographical indication (地理标志)"),
    "commitment": N_("Conformity certificate (承诺达标合格证)"),
    "laboratory": N_("Laboratory report"),
}
SCHEMES = tuple((word, _SCHEMES[word]) for word in schemes.SCHEMES)


def read_told_to_all(text: str, values: Values, at: Situation) -> str:
    """What all the world reads, and nobody can take out of the record again."""
    if names_a_person(text):
        raise FieldError(say(N_("A telephone or identity number does not belong here: everybody reads it, for ever.")))
    return domain.words(text)


def read_product(text: str, values: Values, at: Situation) -> str:
    return typed_codes.read_product(text)


def read_lot(text: str, values: Values, at: Situation) -> str:
    return typed_codes.read_lot(text, values.get("product"), at.meanings)


def read_packed_lot(text: str, values: Values, at: Situation) -> str:
    """A lot number alone is one of the boxes' own product, where that is another than the fruit's."""
    return typed_codes.read_lot(text, values.get("packed_product") or values.get("product"), at.meanings)


def read_code(text: str, values: Values, at: Situation) -> str:
    return typed_codes.read_code(text, at.meanings)


def read_codes(text: str, values: Values, at: Situation) -> tuple[str, ...]:
    """One code a line, as a scanner types them; each once."""
    lines = codes_of(text)
    if at.meanings is None and (halves := typed_codes.halves(lines)):
        raise FieldError(say(typed_codes.UNREADABLE, code=halves[0]), halves=halves)
    return tuple(dict.fromkeys(typed_codes.read_code(line, at.meanings) for line in lines))


def codes_of(text: str) -> list[str]:
    """The lines in which something is typed. A scanner's control characters end no line."""
    return [line for line in re.split(r"[\r\n]+", text) if line.strip()]


@dataclass(frozen=True, slots=True)
class Named:
    """Reads a party or place; `kind` is what a short code of ours is one of, `whom` whose name is no code of one."""

    kind: str
    whom: str = ""

    def __call__(self, text: str, values: Values, at: Situation) -> str:
        try:
            return typed_codes.read_party_or_place(text, self.kind, at.base)
        except FieldError as error:
            if error.sentence.text == typed_codes.UNREADABLE and not re.search(r"[0-9]", text):
                raise FieldError(say(_NO_NAME.get(self.whom or self.kind, _NO_NAME["party"]), name=text)) from None
            raise


_NO_NAME: Mapping[str, str] = {
    "grower": N_("{name} is a name. Type the code on the grower's card, such as G-0231."),
    "plot": N_("{name} is a name. Type the code on the plot's card, such as P-0417."),
    "party": N_("{name} is a name. Type its number (GLN), 13 digits; leave it empty if you do not know it."),
    "packer": N_("{name} is a name. Type the number (GLN) of the packing house, 13 digits."),
    "site": N_("{name} is a name. Type the number on the sign at the gate (GLN), 13 digits."),
}


def named(kind: str, whom: str = "") -> Reader:
    return Named(kind, whom)


def read_certificate(text: str, values: Values, at: Situation) -> str:
    return typed_codes.read_certificate(text, at.base)


def read_subjects(text: str, values: Values, at: Situation) -> tuple[str, ...]:
    return tuple(dict.fromkeys(typed_codes.read_party_or_place(line, "plot", at.base) for line in codes_of(text)))


def read_mass(text: str, values: Values, at: Situation) -> Decimal:
    return domain.read_positive_mass(text, values.get("unit", "kg"))


def read_mass_or_none(text: str, values: Values, at: Situation) -> Decimal:
    return domain.read_mass(text, values.get("unit", "kg"))


def read_count(text: str, values: Values, at: Situation) -> int:
    return domain.read_count(text)


def read_count_of_labels(text: str, values: Values, at: Situation) -> int:
    count = domain.read_count(text)
    if not 1 <= count <= MOST_LABELS:
        raise FieldError(say(N_("Ask for 1 to {most} labels at a time."), most=MOST_LABELS))
    return count


def read_serials(text: str, values: Values, at: Situation) -> tuple[str, ...]:
    """One box a line: its label's link, or the code printed under the square, which needs the product; each once."""
    return tuple(dict.fromkeys(_serial(line, values.get("product")) for line in codes_of(text)))


def _serial(line: str, product: str | None) -> str:
    try:
        return f"{product}/21/{read_short_code(line)}" if product else typed_codes.read_code(line)
    except NotALabel:
        return typed_codes.read_code(line)


def read_time(text: str, values: Values, at: Situation) -> Any:
    return domain.read_past_time(text, at.now)


def read_date(text: str, values: Values, at: Situation) -> Any:
    return domain.read_date(text, at.now)


def read_text(text: str, values: Values, at: Situation) -> str:
    return domain.tidy(text)


def read_words(text: str, values: Values, at: Situation) -> str:
    """A sentence, as it was written."""
    return domain.words(text)


def read_run(text: str, values: Values, at: Situation) -> str:
    """A name is the reporter's own: two packing houses may both call a run 0914-1. A whole address stays as it is."""
    name = domain.tidy(text)
    if name.startswith(("https://", "http://", "urn:")):
        return name
    return f"{at.base}run/{quote(short(at.party), safe='')}/{quote(name, safe='')}"


WHEN = Field(
    name="at", label=N_("When"), read=read_time, widget="time", required=False, hint=N_("Leave empty for now.")
)
PRODUCT = Field(
    name="product", label=N_("Product"), read=read_product, widget="code", sticky=True,
    hint=N_("Scan or type the product number (GTIN)."), example="09520001000010",
)  # fmt: skip
UNIT = Field(
    name="unit", label=N_("Weighed in"), read=read_text, widget="choice", choices=UNITS, default="斤",
    preselected=False, sticky=True, required=False, hint=N_("Of every weight typed without its unit."),
)  # fmt: skip
GOODS_UNIT = replace(UNIT, default="kg")
"""Of goods on their way programs always gave kilograms."""
SITE = Field(
    name="site", label=N_("Where"), read=named("site"), widget="code", sticky=True,
    hint=N_("Scan the sign at the gate, or type its number (GLN)."), example="9520001000102",
)  # fmt: skip
ITEMS = Field(
    name="items", label=N_("Boxes and pallets"), read=read_codes, widget="lines", required=False, earlier=True,
    hint=N_("One code a line: scan one after the other."),
)  # fmt: skip
LOT_ROWS = Rows(
    name="lots",
    label=N_("Loose lots"),
    least=0,
    fields=(
        Field(name="lot", label=N_("Lot"), read=read_lot, widget="code", earlier=True),
        Field(name="mass", label=N_("Weight"), read=read_mass_or_none, widget="number", required=False),
    ),
)


COUNTED_ROWS = Rows(
    name="lots",
    label=N_("What is there"),
    least=1,
    fields=(LOT_ROWS.fields[0], replace(LOT_ROWS.fields[1], required=True)),
)


def lot_rows(name: str, label: str, least: int = 1, read: Reader = read_lot, *, earlier: bool = True) -> Rows:
    """Lots with their weights; those that are made here (not `earlier`) nobody has spoken of."""
    lot, mass = LOT_ROWS.fields
    return Rows(name=name, label=label, least=least, fields=(replace(lot, read=read, earlier=earlier), mass))
