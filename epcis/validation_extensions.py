"""Fields that are not the standard's: they need a namespace, and their content is the sender's own.

Owns which keys count as namespaced (EPCIS 2.0, 7.1; JSON schema `vocab-uri`), whether the prefix is declared, and the
few limits that even foreign content has: exact numbers, real characters, a bounded depth.
"""

from __future__ import annotations

from typing import Any

from epcis.problems import below
from epcis.validation_inspection import Inspection, Shape, shown, too_long
from epcis.validation_values import is_uri, number, text

MAX_DEPTH = 64
# Keys that begin like this are whole URIs, not prefix and name.
_WHOLE_URI = ("http://", "https://", "urn:")


def extension(inspection: Inspection, pointer: str, shape: Shape, key: str, value: Any) -> None:
    """A member that `shape` does not list, where the standard has an extension point."""
    _namespaced(inspection, pointer, shape, key)
    foreign(inspection, pointer, value)


def forbidden(inspection: Inspection, pointer: str, shape: Shape, key: str, value: Any) -> None:
    """A member that `shape` does not list, where the standard allows no other."""
    hint = inspection.did_you_mean(key, shape.fields) or f"; it has only {', '.join(shape.fields)}"
    inspection.error(pointer, "unknown-field", f"{shown(key)} is no field of {shape.name}{hint}")


def _namespaced(inspection: Inspection, pointer: str, shape: Shape, key: str) -> None:
    if not is_uri(key):
        if not key.isascii() and ":" in key:
            message = f"{shown(key)} is no URI; in the name of a field only ASCII may stand, other text percent-encoded"
            inspection.error(pointer, "not-a-uri", message)
            return
        hint = inspection.did_you_mean(key, shape.fields)
        hint = hint or f"; a field of your own needs a prefix declared in @context, like example:{key[:40] or 'name'}"
        inspection.error(pointer, "unknown-field", f"{shown(key)} is no field of {shape.name}{hint}")
        return
    prefix = key.partition(":")[0]
    if key.startswith(_WHOLE_URI) or prefix in inspection.context.prefixes:
        return
    if inspection.context.complete:
        message = f'the prefix "{prefix}" of {shown(key)} is not declared; add it to @context with its namespace'
        inspection.error(pointer, "undeclared-prefix", message)
    else:
        message = f'the prefix "{prefix}" of {shown(key)} may be declared in a remote @context, which is not read here'
        inspection.warn(pointer, "prefix-not-seen", message)


def foreign(inspection: Inspection, pointer: str, value: Any, depth: int = 0) -> None:
    """Content of an extension: anything that JSON can keep exactly."""
    if isinstance(value, str):
        text(inspection, pointer, value)
    elif isinstance(value, (dict, list)):
        if depth == MAX_DEPTH:
            inspection.error(pointer, "too-deep", f"this is nested more than {MAX_DEPTH} deep, which is not kept")
            return
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for key, member in members:
            if isinstance(key, str):
                if too_long(inspection, pointer, key):
                    continue
                text(inspection, pointer, key)
            foreign(inspection, below(pointer, str(key)), member, depth + 1)
    elif value is not None and not isinstance(value, bool):
        number(inspection, pointer, value)
