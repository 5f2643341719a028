"""What the receipt of a report says: each field as it was understood, and beside it what was typed where that differs.

A weight is said in kilograms and in 斤, a plot and a grower by their names, a day with its year: whoever reads it over
sees at once whether it is what they meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from epcis.events import Event
from provenance.days import CHINA
from provenance.label_link import NotALabel, read_short_code, short_code_for_people
from provenance.quality.measures import unit
from provenance.steps import APPLYING_INPUT
from services.portal.languages import Language
from services.portal.reporting.command_fields import (
    Named,
    read_certificate,
    read_code,
    read_lot,
    read_mass,
    read_mass_or_none,
    read_packed_lot,
    read_product,
    read_subjects,
)
from services.portal.reporting.fields import Command, Field, Rows, Values, as_text
from services.portal.reporting.quality_fields import read_unit
from services.portal.reporting.selling_commands import read_order, read_waybill
from services.portal.reporting.surroundings import Record, Surroundings
from services.portal.reporting.typed import plain, tidy
from services.portal.sentences import N_, say
from services.portal.telling.days import day
from services.portal.telling.naming import name_in, short

MOST_CODES = 12
MASSES = frozenset({read_mass, read_mass_or_none})
_KEYS = frozenset({read_lot, read_packed_lot, read_code, read_certificate})
_BESIDE: Mapping[str, str] = {"crates": "crate_weight"}
"""A count and the field that says what one weighs: told as one."""


@dataclass(frozen=True, slots=True)
class Line:
    """`label` is a msgid; `typed` is empty where it says nothing that `text` does not."""

    label: str
    text: str
    typed: str = ""


def both_units(kilograms: Decimal, language: Language) -> str:
    """``412 kg (824 斤)``; exact, since a 斤 is half a kilogram."""
    return language.say(say(N_("{kg} kg ({jin} 斤)"), kg=plain(kilograms), jin=plain(kilograms * 2)))


def made(event: Event, told: Sequence[Line], language: Language) -> list[Line]:
    """The lots as they were recorded, the number that was made and the weight after the tare, where no row of what was
    `told` says both already."""
    lines: list[Line] = []
    if event.biz_step == APPLYING_INPUT:  # what was sprayed is no lot, and told beneath
        return lines
    rows = {row for line in told for row in line.text.split("\n")}
    for item in (*event.outputs, *event.objects):
        if item.quantity and item.uom == "KGM":
            lot, weight = short(item.key), both_units(item.quantity, language)
            lines += [] if joined(lot, weight) in rows else [Line(N_("Lot"), lot), Line(N_("Net weight"), weight)]
    return lines


def left_to_tell(told: Sequence[Line], made: Sequence[Line]) -> list[Line]:
    """Without the number of a lot that is shown above as made."""
    lots = {line.text for line in made if line.label == "Lot"}
    return [line for line in told if line.label != "Lot" or line.text not in lots or line.typed]


def understood(
    command: Command, values: Values, given: Mapping[str, Any], around: Surroundings, language: Language
) -> list[Line]:
    """The fields in the order of the form; those left empty that stand for nothing are left out."""
    lines = []
    for entry in command.entries:
        if isinstance(entry, Rows):
            lines += list(_rows(entry, values, around, language))
        elif (value := values.get(entry.name)) is not None and entry.name not in _told_elsewhere(values):
            text = _beside(entry, values, language) or _text(entry, value, around, language)
            text = as_text(given.get(entry.name)).strip() if entry.read in (read_order, read_waybill) else text
            lines.append(Line(entry.label, text, _typed(entry, given, text)))
    return [line for line in lines if line.text]


def _told_elsewhere(values: Values) -> set[str]:
    """What one weighs is told with how many there are, and not where there is none."""
    return {"unit", *(weight for count, weight in _BESIDE.items() if count in values)}


def _beside(entry: Field, values: Values, language: Language) -> str:
    count, one = values.get(entry.name), values.get(_BESIDE.get(entry.name, ""))
    if not isinstance(count, int) or one is None:
        return ""
    each, together = plain(one), both_units(count * one, language)
    return language.say(say(N_("{count} × {each} kg = {together}"), count=count, each=each, together=together))


def _rows(rows: Rows, values: Values, around: Surroundings, language: Language) -> Iterator[Line]:
    listed = [
        joined(*(_text(one, row[one.name], around, language) for one in rows.fields if row.get(one.name) is not None))
        for row in values.get(rows.name, ())
    ]
    yield Line(rows.label, "\n".join(listed))


def _text(one: Field, value: Any, around: Surroundings, language: Language) -> str:
    if one.choices:
        return language.text(dict(one.choices).get(value, str(value)))
    if one.read in MASSES:
        return both_units(value, language)
    if isinstance(value, datetime):
        local = value.astimezone(CHINA)
        return f"{day(local, language)} {local:%H:%M}"
    if isinstance(value, date):
        return day(datetime(value.year, value.month, value.day, tzinfo=CHINA), language)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, tuple):
        return "\n".join(_named_or_code(one, key, around, language) for key in value[:MOST_CODES]) + _more(value)
    if one.read is read_unit:
        return unit_sign(value)
    if isinstance(one.read, Named) or one.read is read_product:
        return named(value, around.record(value), language)
    return short(value) if one.read in _KEYS else str(value)


def unit_sign(code: str) -> str:
    """As people write it: % and not P1."""
    known = unit(code)
    return known.sign if known else code


def _named_or_code(one: Field, key: str, around: Surroundings, language: Language) -> str:
    return named(key, around.record(key), language) if one.read is read_subjects else _as_printed(key)


def _as_printed(key: str) -> str:
    """A box's code in fours, as on its label."""
    code = short(key)
    try:
        return short_code_for_people(read_short_code(code)) if "/21/" in key else code
    except NotALabel:
        return code


def _more(keys: tuple[str, ...]) -> str:
    return f"\n… ({len(keys)})" if len(keys) > MOST_CODES else ""


def named(key: str, record: Record, language: Language) -> str:
    """Name, village and number, as far as they are known."""
    name = name_in(record, language)
    village = record.get("village" if language.code == "zh" else "village_en", "")
    return joined(name, village if village not in name else "", short(key))


def joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _typed(one: Field, given: Mapping[str, Any], text: str) -> str:
    """What was typed into a field of a number, where reading it took more than copying."""
    typed = as_text(given.get(one.name)).strip()
    wanted = one.read in MASSES or (one.widget == "time" and tidy(typed) != typed)
    return typed if wanted and _bare(typed) not in _bare(text) else ""


def _bare(text: str) -> str:
    return "".join(tidy(text).split())
