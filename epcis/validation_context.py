"""Checks of ``@context``, of a document or of an event (JSON-LD 1.1, 3.1).

Owns its forms and what it may not say. What it declares is read by `epcis.context`.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any

import orjson

from epcis.context import GS1, GS1_PREFIXES, LONGEST_KEPT, declarations
from epcis.problems import below
from epcis.validation_events import EVENT_FIELDS
from epcis.validation_extensions import foreign
from epcis.validation_inspection import Inspection, TooManyProblems, json_kind
from epcis.validation_values import uri


def check_context(inspection: Inspection, pointer: str, value: Any) -> None:
    """An address, an object of names, or an array of these. A sender's events all have the same: it is checked once."""
    if not _known_to_be_right(value):
        _check_parts(inspection, pointer, value)


def _known_to_be_right(value: Any) -> bool:
    try:
        written = orjson.dumps(value)
    except TypeError:  # not JSON, which is looked at below
        return False
    return len(written) <= LONGEST_KEPT and _is_right(written)


@lru_cache(maxsize=1024)
def _is_right(written: bytes) -> bool:
    alone = Inspection(GS1)
    with suppress(TooManyProblems):
        _check_parts(alone, "", orjson.loads(written))
    return not alone.problems


def _check_parts(inspection: Inspection, pointer: str, value: Any) -> None:
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
