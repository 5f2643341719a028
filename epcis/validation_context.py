"""Checks of ``@context``, of a document or of an event (JSON-LD 1.1, 3.1).

Owns its forms and what it may not say. What it declares is read by `epcis.context`.
"""

from __future__ import annotations

from typing import Any

from epcis.context import GS1_PREFIXES, declarations
from epcis.problems import below
from epcis.validation_events import EVENT_FIELDS
from epcis.validation_extensions import foreign
from epcis.validation_inspection import Inspection, json_kind
from epcis.validation_values import uri


def check_context(inspection: Inspection, pointer: str, value: Any) -> None:
    """An address, an object of names, or an array of these."""
    if isinstance(value, list):
        for index, part in enumerate(value):
            _context_part(inspection, f"{pointer}/{index}", part)
    else:
        _context_part(inspection, pointer, value)


def _context_part(inspection: Inspection, pointer: str, part: Any) -> None:
    if isinstance(part, str):
        uri(inspection, pointer, part)
    elif isinstance(part, dict):
        foreign(inspection, pointer, part)
        _protected_names(inspection, pointer, part)
    else:
        wanted = "an address, an object that declares prefixes, or an array of these"
        inspection.error(pointer, "wrong-type", f"@context must be {wanted}; this is {json_kind(part)}")


def _protected_names(inspection: Inspection, pointer: str, part: dict[str, Any]) -> None:
    """GS1's context is protected (JSON-LD 1.1, 4.1.11). Its fields may not be changed; that a prefix of it is written a
    little otherwise happens in GS1's own examples, so it is only pointed out."""
    for name, uri_ in declarations(part).items():
        if name in EVENT_FIELDS:
            message = f'"{name}" is a field of EPCIS, whose meaning @context may not change; declare another name'
            inspection.error(below(pointer, name), "protected-name", message)
        elif GS1_PREFIXES.get(name, uri_) != uri_:
            message = f'"{name}" is a prefix of GS1\'s for {GS1_PREFIXES[name]}; here it is declared otherwise'
            inspection.warn(below(pointer, name), "protected-name", message)
