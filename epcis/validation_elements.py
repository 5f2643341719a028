"""Checks of the objects an event is made of: quantities, transactions, sources, places, declarations.

Owns their shapes (JSON schema 2.0; EPCIS 2.0, 7.3.5 and 7.4.1) and the rules inside one of them that the schema cannot
say. Leaves sensors and whole events to its neighbours.
"""

from __future__ import annotations

from typing import Any

from epcis.validation_extensions import extension, forbidden
from epcis.validation_inspection import Check, Inspection, Shape, each, last, shown
from epcis.validation_values import identifier, number, time, unit, uri
from epcis.validation_words import word_of
from epcis.vocabulary import (
    BIZ_TRANSACTION_TYPE,
    DISPOSITION,
    ERROR_REASON,
    SOURCE_DEST_TYPE,
    bare_word,
)


def unique(check: Check, *, severity: str = "error") -> Check:
    """An array in which nothing may stand twice."""
    members = each(check)

    def checked(inspection: Inspection, pointer: str, value: Any) -> None:
        members(inspection, pointer, value)
        if isinstance(value, list) and len(value) > 1:
            _report_twice(inspection, pointer, value, severity)

    return checked


def _report_twice(inspection: Inspection, pointer: str, values: list[Any], severity: str) -> None:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if isinstance(value, str):
            if value in seen:
                note = inspection.error if severity == "error" else inspection.warn
                note(f"{pointer}/{index}", "duplicate-item", f"{last(pointer)} names {shown(value)} twice")
            seen.add(value)


def not_empty(check: Check) -> Check:
    """An array with at least one member."""

    def checked(inspection: Inspection, pointer: str, value: Any) -> None:
        check(inspection, pointer, value)
        if value == []:
            inspection.error(pointer, "empty-list", f"{last(pointer)} is empty; name at least one, or leave it out")

    return checked


_QUANTITY = Shape(
    "a quantity element", {"epcClass": identifier, "quantity": number, "uom": unit}, ("epcClass",), forbidden
)


def quantity(inspection: Inspection, pointer: str, value: Any) -> None:
    """EPCIS 2.0, 7.3.3.3: without a unit the quantity counts; less than nothing is impossible."""
    _QUANTITY(inspection, pointer, value)
    if not isinstance(value, dict):
        return
    amount = value.get("quantity")
    if amount is None:
        if "uom" in value and "quantity" not in value:
            inspection.warn(f"{pointer}/uom", "unit-without-quantity", "uom stands without a quantity it could measure")
    elif isinstance(amount, (int, float)) and not isinstance(amount, bool):
        if amount < 0:
            inspection.error(f"{pointer}/quantity", "negative-quantity", "quantity is below zero, which nothing can be")
        elif "uom" not in value and isinstance(amount, float) and not amount.is_integer():
            message = "quantity has a fraction but no uom; without a unit it counts whole things, with KGM it weighs"
            inspection.warn(f"{pointer}/quantity", "fraction-without-unit", message)


quantities = each(quantity)
biz_transactions = each(
    Shape(
        "a business transaction",
        {"type": word_of(BIZ_TRANSACTION_TYPE), "bizTransaction": identifier},
        ("bizTransaction",),
        forbidden,
    )
)
sources = each(
    Shape("a source", {"type": word_of(SOURCE_DEST_TYPE), "source": identifier}, ("type", "source"), forbidden)
)
destinations = each(
    Shape(
        "a destination",
        {"type": word_of(SOURCE_DEST_TYPE), "destination": identifier},
        ("type", "destination"),
        forbidden,
    )
)
place = Shape("a read point or business location", {"id": identifier}, ("id",), extension)

_DISPOSITIONS = not_empty(unique(word_of(DISPOSITION)))
_PERSISTENT = Shape("persistentDisposition", {"set": _DISPOSITIONS, "unset": _DISPOSITIONS}, (), forbidden)


def persistent_disposition(inspection: Inspection, pointer: str, value: Any) -> None:
    _PERSISTENT(inspection, pointer, value)
    if not isinstance(value, dict):
        return
    if "set" not in value and "unset" not in value:
        inspection.error(pointer, "missing-field", "persistentDisposition needs set or unset; neither is there")
    both = _words(value.get("set")) & _words(value.get("unset"))
    if both:
        word = min(both)
        inspection.warn(pointer, "set-and-unset", f"persistentDisposition both sets and unsets {word}")


def _words(listed: Any) -> set[str]:
    return {str(bare_word(word)) for word in listed if isinstance(word, str)} if isinstance(listed, list) else set()


def certification_info(inspection: Inspection, pointer: str, value: Any) -> None:
    """One URI or several (EPCIS 2.0, 7.4.1); what a certificate says stands behind its URI, not in the event."""
    if isinstance(value, list):
        each(_certificate)(inspection, pointer, value)
    else:
        _certificate(inspection, pointer, value)


def _certificate(inspection: Inspection, pointer: str, value: Any) -> None:
    if isinstance(value, dict):
        message = f"{last(pointer)} is an object; certificationInfo holds the URI of a certificate, not its text"
        inspection.error(pointer, "wrong-type", message)
    else:
        identifier(inspection, pointer, value)


_DECLARATION = Shape(
    "errorDeclaration",
    {"declarationTime": time, "reason": word_of(ERROR_REASON), "correctiveEventIDs": each(uri)},
    ("declarationTime",),
    extension,
)


def error_declaration(inspection: Inspection, pointer: str, value: Any) -> None:
    """EPCIS 2.0, 7.4.1.3: what did not occur has nothing that corrects it."""
    _DECLARATION(inspection, pointer, value)
    if not isinstance(value, dict) or not isinstance(value.get("reason"), str):
        return
    if bare_word(value["reason"]) == "did_not_occur" and value.get("correctiveEventIDs"):
        message = "correctiveEventIDs stand beside did_not_occur; an event that did not occur has no corrected version"
        inspection.error(f"{pointer}/correctiveEventIDs", "corrective-ids-forbidden", message)


ilmd = Shape("ilmd", {}, (), extension)
